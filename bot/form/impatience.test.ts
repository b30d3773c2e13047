import type { Update } from 'grammy/types';
import { describe, expect, test } from 'vitest';
import { freshIin } from '../../local/testing/core-world.ts';
import { encodeCallback } from '../callback.ts';
import type { Chat } from '../testing/chat.ts';
import { ADDRESS, type Filling, fillForm, formWords } from '../testing/form.ts';
import { botStage } from '../testing/stage.ts';

const stage = await botStage();
const { world, sessions } = stage;
const word = formWords.ru;
const BIRTH = '2023-05-14';

async function filling(): Promise<Filling> {
  const { chat, ...family } = await stage.loggedIn('ru');
  return { chat, family, language: 'ru', born: world.born };
}

const childrenOf = ({ family }: Filling) =>
  world.db.prisma.draft_child.findMany({ where: { draft: { person_id: family.personId } } });
const applicationsOf = ({ family }: Filling) =>
  world.db.prisma.application.findMany({ where: { applicant_id: family.personId } });

const message = (chat: Chat, id: number, content: object): Partial<Update> =>
  ({
    message: {
      message_id: id,
      date: 1,
      chat: { id: chat.id, type: 'private', first_name: 'А' },
      from: { id: chat.id, is_bot: false, first_name: 'А' },
      ...content,
    },
  }) as Partial<Update>;

describe('impatience', () => {
  test('double taps do nothing twice', async () => {
    const parent = await filling();
    const { chat } = parent;
    await fillForm(parent, 'INTRO');
    const read = encodeCallback('fintro/read');
    await chat.press(read, chat.live.id);
    const here = chat.text;
    await chat.press(read, chat.live.id);
    expect(chat.text).toBe(here);
    expect(chat.text).toContain('1/4');
    await chat.tap(word.next);
    await chat.type(ADDRESS[0]);
    const skip = encodeCallback('fpart/skip', ['district', 'q']);
    for (let taps = 0; taps < 3; taps += 1) await chat.press(skip, chat.live.id);
    expect(chat.text).toContain('На какой улице');
    for (const typed of ADDRESS.slice(1)) await chat.type(typed);
    const iin = freshIin(BIRTH);
    await world.born(parent.family, iin, BIRTH);
    await chat.tap(word.next);
    await chat.type(iin);
    const [child] = await childrenOf(parent);
    const other = encodeCallback('fchild/other', [child?.id ?? '']);
    for (let taps = 0; taps < 2; taps += 1) await chat.press(other, chat.live.id);
    expect(await childrenOf(parent)).toEqual([]);
    expect(chat.text).toContain('2/4');
  });

  test('messages sent back to back each answer the question that stands then', async () => {
    const parent = await filling();
    await fillForm(parent, 'LIST');
    const { chat } = parent;
    await chat.tap(word.add);
    const [a, b] = [freshIin('2022-01-01'), freshIin('2022-01-01')];
    for (const iin of [a, b]) await world.born(parent.family, iin, '2022-01-01');
    const ids = [await chat.type(a), await chat.type(b)];
    for (const id of ids) expect(chat.deleted).toContain(id);
    expect(await childrenOf(parent)).toHaveLength(2);
    expect(JSON.stringify(chat.calls)).not.toContain(b);
  });

  test('a repeated update adds no second child and signs nothing twice', async () => {
    const parent = await filling();
    await fillForm(parent, 'CHILDREN');
    const { chat, family } = parent;
    const applied = new Set<bigint>();
    chat.receipts = (id) => ({ messageId: BigInt(id), alreadyApplied: applied.has(BigInt(id)) });
    let next = 920_000_000;
    const twice = async (text: string): Promise<void> => {
      next += 1;
      await world.db.pool.query(
        `INSERT INTO inbox (message_id, lane, received_at) VALUES ($1, 'test', now())`,
        [next],
      );
      const session = structuredClone(sessions.read(String(chat.id)));
      const update = message(chat, next, { text });
      await chat.update(update, next);
      // The process died before the session was written: the update comes again, first unnoticed, then known as applied.
      for (const known of [false, true]) {
        if (session !== undefined) sessions.write(String(chat.id), structuredClone(session));
        if (known) applied.add(BigInt(next));
        await chat.update(structuredClone(update), next);
      }
      expect(chat.deleted.filter((id) => id === next).length).toBeGreaterThan(1);
    };
    const iin = freshIin(BIRTH);
    await world.born(family, iin, BIRTH);
    await twice(iin);
    expect(await childrenOf(parent)).toHaveLength(1);
    expect(chat.text).toContain('Нұрлан');
    chat.receipts = undefined;
    await chat.tap(word.next);
    await chat.tap(word.skip);
    await chat.tap(word.code);
    chat.receipts = (id) => ({ messageId: BigInt(id), alreadyApplied: applied.has(BigInt(id)) });
    await twice(world.lastCode(family.phone));
    expect(await applicationsOf(parent)).toHaveLength(1);
    expect(chat.seen.some(({ text }) => text.includes('Журнал заявлений'))).toBe(true);
  });
});
