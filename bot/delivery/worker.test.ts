import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createBroadcasts } from '../../core/broadcast/broadcasts.ts';
import { fixedClock } from '../../core/clock.ts';
import { openDb } from '../../core/db/db.ts';
import type { PersonId } from '../../core/ids.ts';
import { createNotices } from '../../core/notice/notices.ts';
import { createPace } from '../../core/notice/pace.ts';
import { type OwedNotice, planNotices } from '../../core/notice/plan.ts';
import { type Family, settle } from '../../core/notice/testing/families.ts';
import type { TelegramStandIn } from '../../local/telegram/server.ts';
import { standIn, TOKEN } from '../../local/telegram/testing.ts';
import { testDatabase } from '../../local/testing/database.ts';
import type { DeliverySettings } from './settings.ts';
import { createTelegram } from './telegram.ts';
import { type Delivery, startLanes } from './worker.ts';

const NOON = new Date('2026-03-27T12:00:00+05:00');
const database = await testDatabase();
const db = openDb(database.url);
const clock = fixedClock(NOON);
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const core = {
  notices: createNotices({ db, clock, log }),
  broadcasts: createBroadcasts({ db, clock }),
  pace: createPace(db),
};
const home = await settle(database.pool);

let telegram: TelegramStandIn;
const sms: { phone: string; text: string }[] = [];
const letters: { to: string; subject: string }[] = [];
const running: Delivery[] = [];
let next = 900_000;

beforeAll(async () => {
  telegram = await standIn();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((delivery) => delivery.stop()));
  telegram.sim.clearFaults();
  await database.pool.query('DELETE FROM sending_pace');
});
afterAll(async () => {
  await telegram.close();
  await db.close();
});

function start(settings: Partial<DeliverySettings> = {}): Delivery {
  const delivery = startLanes({
    core,
    clock,
    log,
    telegram: createTelegram({ token: TOKEN, apiRoot: telegram.apiRoot, timeoutSeconds: 1 }),
    sms: {
      send: async (phone, text) => {
        sms.push({ phone, text });
        return `sms-${sms.length}`;
      },
    },
    mail: {
      send: async (to, { subject }) => {
        letters.push({ to, subject });
        return `mail-${letters.length}`;
      },
    },
    frame: { supportPhone: '1414' },
    settings: { perSecond: 500, pollMs: 50, progressMs: 50, ...settings },
  });
  running.push(delivery);
  return delivery;
}

async function families(count: number, options: Parameters<typeof home.families>[0] = {}): Promise<Family[]> {
  const made = await home.families({ count, firstAddress: next, ...options });
  for (const { address } of made)
    telegram.sim.addPerson({ id: Number(address), first_name: 'Ата-ана', started: true });
  next += count;
  return made;
}

const plan = (owed: readonly OwedNotice[]) => db.write((tx) => planNotices(tx, clock.now(), owed));
const got = (family: Family): string[] =>
  telegram.sim
    .messages(Number(family.address))
    .flatMap((message) => (message.text === undefined ? [] : [message.text]));
const states = async (made: readonly Family[]): Promise<Record<string, number>> => {
  const { rows } = await database.pool.query<{ channel: string; state: string; n: number }>(
    `SELECT d.channel, d.state, count(*)::int AS n FROM delivery d JOIN notice n ON n.id = d.notice_id
      WHERE n.person_id = ANY ($1) GROUP BY 1, 2`,
    [made.map((family) => family.personId)],
  );
  return Object.fromEntries(rows.map((row) => [`${row.channel} ${row.state}`, row.n]));
};
async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + 15_000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('waited in vain');
    await wait(15);
  }
}
const settled = (made: readonly Family[]) =>
  until(async () => Object.keys(await states(made)).every((state) => !state.endsWith('PENDING')));
const N11 = (family: Family): OwedNotice => ({
  code: 'N11',
  personId: family.personId,
  applicationId: family.applicationId,
  params: {},
});

describe('notices', () => {
  it('leave by every channel, in the person’s language', async () => {
    start();
    const made = await families(1, { phone: true, email: true, language: 'ru' });
    await plan(made.map(N11));
    await settled(made);
    expect(await states(made)).toEqual({ 'TELEGRAM SENT': 1, 'SMS SENT': 1, 'EMAIL SENT': 1 });
    expect(made.flatMap(got)).toEqual([expect.stringContaining('Срок выбора истёк')]);
    expect(sms.at(-1)?.text).toMatch(/^Kezek: Срок выбора истёк\. Алдияр, №\d{4}\.$/);
    expect(letters.at(-1)?.subject).toMatch(/^Срок выбора истёк · №\d{4}$/);
  });

  it('are sent once, however many workers there are', async () => {
    for (let n = 0; n < 4; n += 1) start();
    const made = await families(120);
    await plan(made.map(N11));
    await settled(made);
    expect(made.map((family) => got(family).length)).toEqual(made.map(() => 1));
  });

  it('mark a chat that is blocked and go by SMS; the next notice does not try it again', async () => {
    start();
    const made = await families(1);
    const [family] = made;
    await plan(made.map(N11));
    await settled(made);
    telegram.sim.block(Number(family?.address), true);
    await database.pool.query(
      `INSERT INTO contact (person_id, kind, value, is_main, confirmed_at, created_at) VALUES ($1, 'PHONE', '+77019999901', true, NULL, $2)`,
      [family?.personId, NOON],
    );
    await plan(made.map(N11));
    await database.pool.query('UPDATE contact SET confirmed_at = $2 WHERE person_id = $1', [
      family?.personId,
      NOON,
    ]);
    await settled(made);
    await until(async () => (await states(made))['SMS SENT'] === 1);
    expect(await states(made)).toEqual({ 'TELEGRAM SENT': 1, 'TELEGRAM UNREACHABLE': 1, 'SMS SENT': 1 });
    await plan(made.map(N11));
    await settled(made);
    expect((await states(made))['TELEGRAM UNREACHABLE']).toBe(1);
  });

  it('wait together when Telegram asks one process to, and lose nothing', async () => {
    telegram.sim.fault({ method: 'sendMessage', code: 429, retry_after: 1, times: 1 });
    start();
    start();
    const made = await families(40);
    await plan(made.map(N11));
    await until(async () => {
      const { rows } = await database.pool.query(
        "SELECT paused_until > now() AS paused FROM sending_pace WHERE name = 'telegram'",
      );
      return rows[0]?.paused === true;
    });
    clock.set(new Date(clock.now().getTime() + 1000));
    await settled(made);
    expect(await states(made)).toEqual({ 'TELEGRAM SENT': 40 });
    expect(made.map((family) => got(family).length)).toEqual(made.map(() => 1));
  });

  it('repeat a legal notice once when the connection is cut after it was handed over, others never', async () => {
    telegram.sim.fault({ method: 'sendMessage', mode: 'drop-after', times: 2 });
    start({ perChatMs: 0 });
    const made = await families(2);
    const [legal, other] = made;
    if (legal === undefined || other === undefined) throw new Error('two were expected');
    await plan([N11(legal), { ...N11(other), code: 'N14' }]);
    await until(async () => (await states([other]))['TELEGRAM UNKNOWN'] === 1);
    clock.set(new Date(clock.now().getTime() + 5000));
    await settled(made);
    expect(got(legal)).toHaveLength(2);
    expect(got(other)).toHaveLength(1);
    expect(await states([legal])).toEqual({ 'TELEGRAM SENT': 1 });
  });

  it('come back by their lease when a process died between claim and outcome', async () => {
    const made = await families(3);
    await plan(made.map(N11));
    const dead = {
      channel: 'TELEGRAM',
      legal: true,
      worker: '00000000-0000-4000-8000-000000000000',
      limit: 3,
    } as const;
    await core.notices.claim({ ...dead, at: clock.now(), leaseMs: 45_000 });
    start();
    await wait(150);
    expect(made.flatMap(got)).toEqual([]);
    clock.set(new Date(clock.now().getTime() + 45_000));
    await settled(made);
    expect(made.map((family) => got(family).length)).toEqual([1, 1, 1]);
  });

  it('are tried again when Telegram is away', async () => {
    telegram.sim.fault({ method: 'sendMessage', code: 500, times: 1 });
    start();
    const made = await families(1);
    await plan(made.map(N11));
    await until(async () => {
      const { rows } = await database.pool.query(
        "SELECT FROM delivery WHERE error = 'telegram 500' AND state = 'PENDING'",
      );
      return rows.length === 1;
    });
    clock.set(new Date(clock.now().getTime() + 6000));
    await settled(made);
    expect(made.map((family) => got(family).length)).toEqual([1]);
  });

  it('that are in the air are finished at the stop, the rest is given back', async () => {
    const made = await families(60);
    await plan(made.map(N11));
    const delivery = start({ perSecond: 50 });
    await until(() => made.flatMap(got).length > 5);
    await delivery.stop();
    const sent = made.flatMap(got).length;
    expect(await states(made)).toEqual({ 'TELEGRAM SENT': sent, 'TELEGRAM PENDING': 60 - sent });
    const { rows } = await database.pool.query(
      "SELECT FROM delivery WHERE state = 'PENDING' AND claimed_by IS NOT NULL",
    );
    expect(rows).toEqual([]);
    start();
    await settled(made);
    expect(made.map((family) => got(family).length)).toEqual(made.map(() => 1));
  });
});

describe('a broadcast', () => {
  const TEXT = { kk: 'Құрметті ата-аналар, <b>жиналыс</b>!', ru: 'Уважаемые родители, собрание!' };

  async function begin(birthYear: number) {
    const [author] = await families(1, { birthYear: 2015 });
    if (author === undefined) throw new Error('no author');
    await database.pool.query(
      `INSERT INTO staff_role (person_id, role, district_id, granted_at) VALUES ($1, 'OPERATOR', $2, $3)`,
      [author.personId, home.districtId, NOON],
    );
    const act = { personId: author.personId as PersonId, channel: 'BOT' as const };
    const { id } = await core.broadcasts.draft(act, TEXT, { districtId: home.districtId, birthYear });
    const telegramApi = createTelegram({ token: TOKEN, apiRoot: telegram.apiRoot });
    const message = await telegramApi.send(author.address ?? '', '…', []);
    await core.broadcasts.start(act, id, { address: author.address ?? '', message });
    return { act, id, live: () => got(author).at(-1) ?? '' };
  }

  it('reaches everybody once in their language, and the live message tells of it', async () => {
    const made = [
      ...(await families(30, { birthYear: 2010 })),
      ...(await families(10, { birthYear: 2010, language: 'ru' })),
    ];
    telegram.sim.block(Number(made[0]?.address), true);
    start();
    start();
    const { id, live } = await begin(2010);
    await until(async () => (await core.broadcasts.progress(id)).state === 'DONE');
    expect(await core.broadcasts.progress(id)).toMatchObject({
      total: 40,
      sent: 39,
      unreachable: 1,
      unknown: 0,
    });
    expect(made.slice(1).map(got)).toEqual(made.slice(1).map((_, index) => [index < 29 ? TEXT.kk : TEXT.ru]));
    await until(() => live().includes('100%'));
    expect(live()).toContain('▓▓▓▓▓▓▓▓▓▓');
  });

  it('pauses, resumes and stops', async () => {
    const made = await families(200, { birthYear: 2011 });
    const count = () => made.flatMap(got).length;
    start({ perSecond: 60 });
    const { act, id } = await begin(2011);
    await until(() => count() > 8);
    await core.broadcasts.pause(act, id);
    await until(async () => {
      const before = count();
      await wait(300);
      return before === count();
    });
    const paused = count();
    expect(paused).toBeLessThan(100);
    await core.broadcasts.resume(act, id);
    await until(() => count() > paused + 8);
    await core.broadcasts.stop(act, id);
    await running.splice(0)[0]?.stop();
    const progress = await core.broadcasts.progress(id);
    expect(progress).toMatchObject({ state: 'STOPPED', sent: count(), pending: 200 - count() });
    expect(progress.pending).toBeGreaterThan(0);
  });

  it('lets a legal notice go before its own messages', async () => {
    const many = await families(150, { birthYear: 2012 });
    const made = await families(1);
    start({ perSecond: 40 });
    const { act, id } = await begin(2012);
    await until(() => many.flatMap(got).length > 5);
    await plan(made.map(N11));
    await settled(made);
    expect((await core.broadcasts.progress(id)).pending).toBeGreaterThan(50);
    await core.broadcasts.stop(act, id);
  });

  it('sends nobody a second copy when the connection is cut', async () => {
    const made = await families(12, { birthYear: 2013 });
    telegram.sim.fault({ method: 'sendMessage', contains: 'жиналыс', mode: 'drop-after', times: 3 });
    start();
    const { id } = await begin(2013);
    await until(async () => (await core.broadcasts.progress(id)).state === 'DONE');
    expect(await core.broadcasts.progress(id)).toMatchObject({ sent: 9, unknown: 3 });
    expect(made.map((family) => got(family).length)).toEqual(made.map(() => 1));
  });
});
