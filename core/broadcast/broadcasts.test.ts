import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../local/testing/database.ts';
import type { Act } from '../act.ts';
import { fixedClock } from '../clock.ts';
import { openDb } from '../db/db.ts';
import type { BroadcastId, PersonId } from '../ids.ts';
import { settle } from '../notice/testing/families.ts';
import { BROADCAST_LIMIT, createBroadcasts } from './broadcasts.ts';

const NOON = new Date('2026-03-27T12:00:00+05:00');
const PROGRESS = { address: '1', message: '10' };
const TEXT = { kk: 'Құрметті ата-аналар!', ru: 'Уважаемые родители!' };

const database = await testDatabase();
const db = openDb(database.url);
afterAll(() => db.close());
const broadcasts = createBroadcasts({ db, clock: fixedClock(NOON) });
const { sending } = broadcasts;
const home = await settle(database.pool, 'TSL');
const away = await settle(database.pool, 'KSH');

const [operatorFamily] = await home.families({ firstAddress: 1 });
const operator: Act = { personId: operatorFamily?.personId as PersonId, channel: 'WEB' };
await database.pool.query(
  `INSERT INTO staff_role (person_id, role, district_id, granted_at) VALUES ($1, 'OPERATOR', $2, $3)`,
  [operator.personId, home.districtId, NOON],
);
let addresses = 1000;
const families = async (count: number, options: Parameters<typeof home.families>[0] = {}, where = home) => {
  const made = await where.families({ count, firstAddress: addresses, birthYear: 2021, ...options });
  addresses += count;
  return made;
};
const YEAR = { districtId: home.districtId, birthYear: 2021 };
const started = async (audience: Parameters<typeof broadcasts.draft>[2]): Promise<BroadcastId> => {
  const { id } = await broadcasts.draft(operator, TEXT, audience);
  await broadcasts.start(operator, id, PROGRESS);
  return id;
};
const sendAll = async (limit = 100) => {
  const worker = randomUUID();
  const { messages } = await sending.claim(worker, limit);
  for (const message of messages) await sending.record(worker, message, { kind: 'SENT' });
  return messages;
};

describe('the audience', () => {
  it('counts each person once, with a chat that can be reached', async () => {
    const year = { districtId: home.districtId, birthYear: 2019 };
    const [first, second] = await families(4, { birthYear: 2019 });
    await families(2, { birthYear: 2019, language: 'ru', state: 'WITHDRAWN' });
    await home.families({ count: 3, birthYear: 2019 });
    await families(5, { birthYear: 2019 }, away);
    await database.pool.query(
      `INSERT INTO messenger_account (channel, address, person_id, logged_in_at, created_at) VALUES ('TELEGRAM', 'again', $1, $2, $2)`,
      [first?.personId, NOON],
    );
    await database.pool.query('UPDATE messenger_account SET unreachable_since = $2 WHERE person_id = $1', [
      second?.personId,
      NOON,
    ]);
    const people = async (audience: object) =>
      (await broadcasts.draft(operator, TEXT, { ...year, ...audience })).people;
    expect(await people({})).toBe(5);
    expect(await people({ language: 'ru' })).toBe(2);
    expect(await people({ state: 'QUEUED' })).toBe(3);
    expect(await people({ state: 'QUEUED', language: 'ru' })).toBe(0);
    expect(await broadcasts.birthYears(operator, home.districtId)).toContain(2019);
  });

  it('is for the own district only', async () => {
    const forbidden = { code: 'staff.forbidden' };
    await expect(broadcasts.draft(operator, TEXT, { districtId: away.districtId })).rejects.toMatchObject(
      forbidden,
    );
    await expect(broadcasts.draft(operator, TEXT, {})).rejects.toMatchObject(forbidden);
    await expect(broadcasts.birthYears(operator, away.districtId)).rejects.toMatchObject(forbidden);
    const { id } = await broadcasts.draft(operator, TEXT, YEAR);
    const [stranger] = await families(1);
    const act: Act = { personId: stranger?.personId as PersonId, channel: 'WEB' };
    await expect(broadcasts.start(act, id, PROGRESS)).rejects.toMatchObject(forbidden);
    await expect(broadcasts.text(act, id)).rejects.toMatchObject(forbidden);
  });

  it('refuses texts that are empty or too long, and an audience of nobody', async () => {
    await expect(broadcasts.draft(operator, { ...TEXT, ru: ' ' }, YEAR)).rejects.toMatchObject({
      code: 'broadcast.empty',
    });
    const long = { ...TEXT, kk: 'ә'.repeat(BROADCAST_LIMIT + 1) };
    await expect(broadcasts.draft(operator, long, YEAR)).rejects.toMatchObject({ code: 'broadcast.tooLong' });
    await expect(started({ ...YEAR, birthYear: 2001 })).rejects.toMatchObject({ code: 'broadcast.nobody' });
  });
});

describe('sending', () => {
  it('is frozen at the start: whoever left is skipped, whoever comes is not reached', async () => {
    const year = { ...YEAR, birthYear: 2016 };
    const [gone, blocked] = await families(4, { birthYear: 2016 });
    const id = await started(year);
    await families(2, { birthYear: 2016 });
    await database.pool.query(
      'UPDATE messenger_account SET person_id = NULL, logged_in_at = NULL WHERE person_id = $1',
      [gone?.personId],
    );
    await database.pool.query('UPDATE messenger_account SET unreachable_since = $2 WHERE person_id = $1', [
      blocked?.personId,
      NOON,
    ]);
    expect(await sendAll()).toHaveLength(2);
    await sending.recover(60_000);
    expect(await broadcasts.progress(id)).toMatchObject({
      state: 'DONE',
      total: 4,
      sent: 2,
      unreachable: 2,
      pending: 0,
    });
  });

  it('gives nobody to two workers', async () => {
    await families(60, { birthYear: 2017 });
    await started({ ...YEAR, birthYear: 2017 });
    const claims = await Promise.all(Array.from({ length: 20 }, () => sendAll(4)));
    const addressed = claims.flat().map((message) => message.address);
    while ((await sendAll()).length > 0);
    expect(new Set(addressed).size).toBe(addressed.length);
    await sending.recover(60_000);
  });

  it('stands still when paused, goes on when resumed, and ends when stopped', async () => {
    await families(5, { birthYear: 2018 });
    const id = await started({ ...YEAR, birthYear: 2018 });
    expect(await sendAll(2)).toHaveLength(2);
    await broadcasts.pause(operator, id);
    expect(await sendAll()).toEqual([]);
    await broadcasts.resume(operator, id);
    expect(await sendAll(1)).toHaveLength(1);
    await broadcasts.stop(operator, id);
    expect(await sendAll()).toEqual([]);
    expect(await broadcasts.progress(id)).toMatchObject({
      state: 'STOPPED',
      sent: 3,
      pending: 2,
      secondsLeft: null,
    });
    await expect(broadcasts.resume(operator, id)).rejects.toMatchObject({ code: 'broadcast.wrongState' });
    await expect(broadcasts.start(operator, id, PROGRESS)).rejects.toMatchObject({
      code: 'broadcast.wrongState',
    });
  });

  it('leaves unknown what a dead worker held, and never sends it again', async () => {
    await families(3, { birthYear: 2020 });
    const id = await started({ ...YEAR, birthYear: 2020 });
    const dead = randomUUID();
    const { messages } = await sending.claim(dead, 2);
    expect(await sending.recover(60_000)).toBe(0);
    expect(await sending.recover(0)).toBe(2);
    const [late] = messages;
    if (late !== undefined) await sending.record(dead, late, { kind: 'SENT' });
    expect(await sendAll()).toHaveLength(1);
    await sending.recover(0);
    expect(await broadcasts.progress(id)).toMatchObject({ state: 'DONE', sent: 1, unknown: 2 });
  });

  it('marks a chat that is gone, and takes back what was surely not sent', async () => {
    const made = await families(2, { birthYear: 2022 });
    const id = await started({ ...YEAR, birthYear: 2022 });
    const worker = randomUUID();
    const { messages } = await sending.claim(worker, 2);
    const [first, second] = messages;
    if (first === undefined || second === undefined) throw new Error('two were expected');
    await sending.record(worker, first, { kind: 'UNREACHABLE', error: 'blocked' });
    await sending.record(worker, second, { kind: 'PUT_BACK' });
    const gone =
      'SELECT address FROM messenger_account WHERE unreachable_since IS NOT NULL AND person_id = ANY ($1)';
    const { rows } = await database.pool.query(gone, [made.map((family) => family.personId)]);
    expect(rows).toEqual([{ address: first.address }]);
    expect((await sendAll()).map((message) => message.address)).toEqual([second.address]);
    await sending.recover(0);
    expect(await broadcasts.progress(id)).toMatchObject({ state: 'DONE', sent: 1, unreachable: 1 });
  });

  it('lets one process at a time change the live message, and ends with a last change', async () => {
    await families(1, { birthYear: 2023 });
    for (const { id } of await sending.dueProgress(0)) await sending.progressDone(id);
    const id = await started({ ...YEAR, birthYear: 2023 });
    const asked = await Promise.all(Array.from({ length: 5 }, () => sending.dueProgress(60_000)));
    expect(asked.flat()).toEqual([{ id, ...PROGRESS, language: 'kk', last: false }]);
    await broadcasts.stop(operator, id);
    await database.pool.query('UPDATE sending_pace SET next_at = now()');
    expect(await sending.dueProgress(60_000)).toMatchObject([{ id, last: true }]);
    await sending.progressDone(id);
    expect(await sending.dueProgress(0)).toEqual([]);
  });
});
