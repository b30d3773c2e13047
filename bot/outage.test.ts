import { HttpError } from 'grammy';
import type { Update } from 'grammy/types';
import { describe, expect, test } from 'vitest';
import { encodeCallback } from './callback.ts';
import type { BotCore } from './core.ts';
import { setUp } from './set-up.ts';
import { botStage } from './testing/stage.ts';

let outage = false;

/** The real core whose queue can be cut off. */
const withOutage = (core: BotCore): BotCore => ({
  ...core,
  queues: {
    ...core.queues,
    position: (...args) => {
      if (outage) throw new Error('the database is away');
      return core.queues.position(...args);
    },
  },
});

const stage = await botStage({ core: withOutage });
const { world, bot } = stage;

async function withApplication() {
  const parent = await stage.loggedIn();
  const id = await world.enqueue(parent, '2023-05-14');
  await parent.chat.type('/menu');
  return { ...parent, id };
}

describe('faults', () => {
  test('of the infrastructure are never swallowed: the tap is answered and the update comes again', async () => {
    const { chat, id } = await withApplication();
    const tap = chat.tapUpdate(encodeCallback('place', [id]), chat.live.id);
    outage = true;
    await expect(chat.update(tap)).rejects.toThrow('the database is away');
    outage = false;
    expect(chat.toasts.at(-1)).toEqual({
      text: 'Техникалық ақау. Деректеріңіз сақталды, біраздан соң қайталаңыз.',
      alert: true,
    });
    await chat.update(tap);
    expect(chat.text).toContain('Жалпы кезек');
  });

  test('of Telegram are thrown on too', async () => {
    const { chat } = await withApplication();
    chat.failures.set('editMessageText', new HttpError('network', new Error('cut')));
    await expect(chat.tap('Баптаулар')).rejects.toThrow();
    await chat.tap('Баптаулар');
    expect(chat.text).toContain('Баптаулар');
  });

  test('a blocked bot is noted and nothing more', async () => {
    const { chat } = await withApplication();
    const description = 'Forbidden: bot was blocked by the user';
    chat.failures.set('editMessageText', { error_code: 403, description });
    await chat.tap('Баптаулар');
    const row = () => world.db.prisma.messenger_account.findFirst({ where: { address: String(chat.id) } });
    expect((await row())?.unreachable_since).not.toBeNull();
    const member = (status: 'member' | 'kicked') => ({
      my_chat_member: {
        chat: { id: chat.id, type: 'private', first_name: 'А' },
        from: { id: chat.id, is_bot: false, first_name: 'А' },
        date: 1,
        old_chat_member: { status: 'kicked', user: { id: 1, is_bot: true, first_name: 'b' }, until_date: 0 },
        new_chat_member: { status, user: { id: 1, is_bot: true, first_name: 'b' } },
      },
    });
    await chat.update(member('member') as Partial<Update>);
    expect((await row())?.unreachable_since).toBeNull();
    await chat.update(member('kicked') as Partial<Update>);
    expect((await row())?.unreachable_since).not.toBeNull();
  });
});

describe('an update that comes again', () => {
  /** A row of the inbox for the update, as the intake writes it before anything is done. */
  async function received(updateId: number): Promise<void> {
    await world.db.pool.query(
      `INSERT INTO inbox (message_id, lane, received_at) VALUES ($1, 'test', now()) ON CONFLICT DO NOTHING`,
      [updateId],
    );
  }
  const applied = new Set<bigint>();

  test('after its effect was committed shows the truth and does nothing', async () => {
    const { chat, id } = await withApplication();
    await chat.tap('өтініштерім');
    await chat.tap('Нұрлан');
    await chat.tap('Өтінішті қайтару');
    const tap = chat.tapUpdate(encodeCallback('withdraw/yes', [id]), chat.live.id);
    const session = structuredClone(stage.sessions.read(String(chat.id)));
    chat.receipts = (updateId) => ({
      messageId: BigInt(updateId),
      alreadyApplied: applied.has(BigInt(updateId)),
    });
    const updateId = 910_000_001;
    await received(updateId);
    await chat.update(tap, updateId);
    expect(await world.stateOf(id)).toBe('WITHDRAWN');
    // The process died before the session was written: the same tap once more, first unnoticed, then known as applied.
    for (const known of [false, true]) {
      if (session !== undefined) stage.sessions.write(String(chat.id), structuredClone(session));
      if (known) applied.add(BigInt(updateId));
      await chat.update(tap, updateId);
      expect(chat.text).toContain('Өтініш кері қайтарылды');
    }
    const withdrawals = await world.db.prisma.event.count({
      where: { application_id: id, transition: 'A15' },
    });
    expect(withdrawals).toBe(1);
  });

  test('a code that was used is deleted again and the menu is shown', async () => {
    const family = await world.person();
    const chat = stage.chat();
    await chat.type('/start');
    await chat.tap('Қазақша');
    await chat.tap('Келісемін');
    await chat.contact({ phone_number: family.phone });
    await chat.type(family.iin);
    const session = structuredClone(stage.sessions.read(String(chat.id)));
    const message = {
      message_id: 5555,
      date: 1,
      chat: { id: chat.id, type: 'private', first_name: 'А' },
      from: { id: chat.id, is_bot: false, first_name: 'А' },
      text: world.lastCode(family.phone),
    };
    const updateId = 910_000_002;
    await received(updateId);
    chat.receipts = (given) => ({ messageId: BigInt(given), alreadyApplied: applied.has(BigInt(given)) });
    await chat.update({ message } as Partial<Update>, updateId);
    expect(chat.text).toContain('4/4');
    if (session !== undefined) stage.sessions.write(String(chat.id), session);
    applied.add(BigInt(updateId));
    await chat.update({ message } as Partial<Update>, updateId);
    expect(chat.deleted.filter((deleted) => deleted === 5555)).toHaveLength(2);
    expect(chat.text).toContain('4/4');
  });
});

describe('the start', () => {
  test('sets commands and descriptions in both languages, and lives without them', async () => {
    const calls: string[] = [];
    const api = new Proxy(
      {},
      {
        get:
          (_target, method: string) =>
          async (...args: unknown[]) =>
            void calls.push(`${method} ${JSON.stringify(args)}`),
      },
    ) as typeof bot.api;
    const logged: string[] = [];
    const log = {
      info: () => undefined,
      warn: (_: object, message: string) => void logged.push(message),
      error: () => undefined,
    };
    await setUp(api, log);
    expect(calls.filter((call) => call.startsWith('setMyCommands'))).toHaveLength(3);
    expect(calls.join()).toContain('Главное меню');
    expect(calls.join()).toContain('Басты мәзір');
    const broken = new Proxy({}, { get: () => () => Promise.reject(new Error('away')) }) as typeof bot.api;
    await setUp(broken, log);
    expect(logged).toEqual(['commands could not be set']);
  });
});
