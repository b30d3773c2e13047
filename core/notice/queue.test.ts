import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../local/testing/database.ts';
import { fixedClock } from '../clock.ts';
import { openDb } from '../db/db.ts';
import type { ApplicationId } from '../ids.ts';
import type { DeliveryChannel } from './catalogue.ts';
import { createNotices } from './notices.ts';
import { type OwedNotice, planNotices } from './plan.ts';
import { type ClaimedDelivery, claimDeliveries, recordOutcome } from './queue.ts';
import { type Family, settle } from './testing/families.ts';

const NOON = new Date('2026-03-27T12:00:00+05:00');
const LEASE = 30_000;
const after = (ms: number, from = NOON) => new Date(from.getTime() + ms);

const database = await testDatabase();
const db = openDb(database.url);
afterAll(() => db.close());
const home = await settle(database.pool);
let addresses = 500;

beforeEach(() =>
  database.pool.query("UPDATE delivery SET state = 'CANCELLED', ended_at = now() WHERE state = 'PENDING'"),
);

const one = async (options: Parameters<typeof home.families>[0] = {}): Promise<Family> => {
  addresses += 1;
  const [family] = await home.families({ firstAddress: addresses, ...options });
  if (family === undefined) throw new Error('no family');
  return family;
};
const plan = (owed: readonly OwedNotice[], at = NOON) => db.write((tx) => planNotices(tx, at, owed));
const notice = (family: Family, code = 'N11', params: OwedNotice['params'] = {}) => ({
  ...family,
  code,
  params,
});

interface Claim {
  readonly at?: Date;
  readonly worker?: string;
  readonly limit?: number;
  readonly legal?: boolean;
  readonly channel?: DeliveryChannel;
}
const WORKER = randomUUID();
const claim = ({ at = NOON, worker = WORKER, limit = 10, legal = true, channel = 'TELEGRAM' }: Claim = {}) =>
  claimDeliveries(db, { channel, legal, worker, limit, at, leaseMs: LEASE });
const only = (claimed: readonly ClaimedDelivery[]): ClaimedDelivery => {
  const [first] = claimed;
  if (first === undefined || claimed.length > 1) throw new Error(`${claimed.length} deliveries`);
  return first;
};
const row = async (delivery: ClaimedDelivery) => {
  const { rows } = await database.pool.query('SELECT * FROM delivery WHERE id = $1', [delivery.id]);
  return rows[0];
};

describe('claiming deliveries', () => {
  it('brings all that the message needs', async () => {
    const family = await one({ language: 'ru' });
    await plan([notice(family, 'N10', { deadline: '2026-04-01T18:59:59.999Z' })]);
    const claimed = only(await claim());
    expect(claimed).toMatchObject({
      channel: 'TELEGRAM',
      attempt: 1,
      repeated: false,
      language: 'ru',
      address: family.address,
      content: {
        code: 'N10',
        legal: true,
        childName: 'Алдияр',
        params: { deadline: '2026-04-01T18:59:59.999Z' },
      },
    });
    expect(claimed.content.numberTail).toMatch(/^\d{4}$/);
  });

  it('never gives one delivery to two workers', async () => {
    const made = await home.families({ count: 200, firstAddress: 50_000 });
    await plan(made.map((family) => notice(family)));
    const claims = await Promise.all(
      Array.from({ length: 30 }, () => claim({ worker: randomUUID(), limit: 9 })),
    );
    const ids = claims.flat().map((delivery) => delivery.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(200);
  });

  it('keeps legal notices and others apart, and leaves what is not due', async () => {
    const family = await one();
    await plan([notice(family, 'N14')]);
    await plan([notice(family, 'N11')], after(1000));
    expect(await claim()).toEqual([]);
    expect(only(await claim({ legal: false })).content.code).toBe('N14');
    expect(only(await claim({ at: after(1000) })).content.code).toBe('N11');
  });

  it('gives up a claim when its lease runs out, and tells that the message may have arrived', async () => {
    await plan([notice(await one())]);
    const first = only(await claim());
    expect(await claim({ at: after(LEASE - 1), worker: randomUUID() })).toEqual([]);
    const other = randomUUID();
    const second = only(await claim({ at: after(LEASE), worker: other }));
    expect(second).toMatchObject({ id: first.id, attempt: 2, repeated: true });
    expect(await recordOutcome(db, WORKER, first, { kind: 'SENT', ref: '1' }, after(LEASE))).toBe(false);
    expect(await recordOutcome(db, other, second, { kind: 'SENT', ref: '2' }, after(LEASE))).toBe(true);
    expect(await row(first)).toMatchObject({ state: 'SENT', provider_ref: '2' });
  });

  it('repeats what was interrupted once only', async () => {
    await plan([notice(await one())]);
    const first = only(await claim());
    only(await claim({ at: after(LEASE) }));
    expect(await claim({ at: after(2 * LEASE) })).toEqual([]);
    expect(await row(first)).toMatchObject({ state: 'UNKNOWN' });
  });

  it('keeps the night quiet for what is late, but not for an urgent legal deadline', async () => {
    const evening = new Date('2026-03-27T21:59:00+05:00');
    const night = new Date('2026-03-27T23:00:00+05:00');
    const family = await one();
    await plan(
      [notice(family, 'N10r', { deadline: '2026-03-28T10:00:00+05:00' }), notice(family, 'N11')],
      evening,
    );
    await database.pool.query("UPDATE application SET state = 'NOTIFIED' WHERE id = $1", [
      family.applicationId,
    ]);
    const urgent = only(await claim({ at: night }));
    expect(urgent.content.code).toBe('N10r');
    await recordOutcome(db, WORKER, urgent, { kind: 'SENT', ref: null }, night);
    expect(
      only(await claim({ at: new Date('2026-03-28T07:00:00+05:00'), worker: randomUUID() })).content.code,
    ).toBe('N11');
  });

  it('does not remind of a turn that was used or is over', async () => {
    const family = await one();
    const deadline = after(3_600_000).toISOString();
    await plan([notice(family, 'N10r', { deadline })]);
    expect(await claim()).toEqual([]);
    await database.pool.query("UPDATE application SET state = 'NOTIFIED' WHERE id = $1", [
      family.applicationId,
    ]);
    await plan([notice(family, 'N10r', { deadline })]);
    expect(await claim({ at: after(3_600_000) })).toEqual([]);
    await plan([notice(family, 'N10r', { deadline })]);
    expect(await claim({ at: after(60_000) })).toHaveLength(1);
  });
});

describe('recording outcomes', () => {
  it('marks a chat that is gone and sends a legal notice by SMS', async () => {
    const family = await one({ phone: true });
    await database.pool.query('UPDATE contact SET confirmed_at = NULL WHERE person_id = $1', [
      family.personId,
    ]);
    await plan([notice(family)]);
    await database.pool.query('UPDATE contact SET confirmed_at = $2 WHERE person_id = $1', [
      family.personId,
      NOON,
    ]);
    const delivery = only(await claim());
    await recordOutcome(db, WORKER, delivery, { kind: 'UNREACHABLE', error: 'blocked' }, NOON);
    expect(await row(delivery)).toMatchObject({ state: 'UNREACHABLE', error: 'blocked' });
    expect(only(await claim({ channel: 'SMS' })).address).toMatch(/^\+7/);
    const { rows } = await database.pool.query(
      'SELECT unreachable_since FROM messenger_account WHERE address = $1',
      [family.address],
    );
    expect(rows).toEqual([{ unreachable_since: NOON }]);
  });

  it('tries another chat of the person when one is gone', async () => {
    const family = await one();
    await database.pool.query(
      `INSERT INTO messenger_account (channel, address, person_id, logged_in_at, created_at) VALUES ('TELEGRAM', 'second', $1, $2, $2)`,
      [family.personId, NOON],
    );
    await plan([notice(family)]);
    await recordOutcome(db, WORKER, only(await claim()), { kind: 'UNREACHABLE', error: 'blocked' }, NOON);
    expect(only(await claim()).address).toBe('second');
  });

  it('repeats a legal notice once when it is not known whether it arrived, others never', async () => {
    const family = await one();
    await plan([notice(family, 'N11'), notice(family, 'N14')]);
    const ambiguous = { kind: 'AMBIGUOUS', at: after(5000), error: 'connection lost' } as const;
    const legal = only(await claim());
    const other = only(await claim({ legal: false }));
    await recordOutcome(db, WORKER, legal, ambiguous, NOON);
    await recordOutcome(db, WORKER, other, ambiguous, NOON);
    expect(await row(other)).toMatchObject({ state: 'UNKNOWN' });
    const again = only(await claim({ at: after(5000) }));
    expect(again).toMatchObject({ id: legal.id, repeated: true });
    await recordOutcome(db, WORKER, again, ambiguous, after(5000));
    expect(await row(legal)).toMatchObject({ state: 'UNKNOWN' });
  });

  it('does not count a try that the channel asked to put off', async () => {
    await plan([notice(await one())]);
    const delivery = only(await claim());
    await recordOutcome(
      db,
      WORKER,
      delivery,
      { kind: 'RETRY', at: after(3000), error: 'slow down', free: true },
      NOON,
    );
    expect(await row(delivery)).toMatchObject({
      state: 'PENDING',
      attempts: 0,
      run_at: after(3000),
      claimed_by: null,
    });
    expect(only(await claim({ at: after(3000) })).repeated).toBe(false);
  });
});

describe('createNotices', () => {
  const clock = fixedClock(NOON);
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const notices = createNotices({ db, clock, log });

  it('lists the inbox, newest first, each new once', async () => {
    const family = await one();
    for (const [index, code] of ['N1', 'N11', 'N14'].entries()) {
      await plan([notice(family, code, { position: 5 })], after(index * 1000));
    }
    const first = await notices.list(family.personId, 0, 2);
    expect(first).toMatchObject({ page: 0, pages: 2, total: 3 });
    expect(first.items.map((item) => [item.code, item.isNew])).toEqual([
      ['N14', true],
      ['N11', true],
    ]);
    expect((await notices.list(family.personId, 0, 2)).items.map((item) => item.isNew)).toEqual([
      false,
      false,
    ]);
    expect((await notices.list(family.personId, 9, 2)).items.map((item) => item.code)).toEqual(['N1']);
  });

  it('measures the promise from the morning for what the night kept', async () => {
    const day = '2026-05-11';
    const family = await one();
    const plans = ['T12:00:00', 'T12:00:00', 'T23:00:00'].map((time) => new Date(`${day}${time}+05:00`));
    const sent = ['2026-05-11T12:00:09', '2026-05-11T12:00:11', '2026-05-12T07:00:03'].map(
      (time) => new Date(`${time}+05:00`),
    );
    for (const [index, at] of plans.entries()) {
      await plan([{ ...notice(family), applicationId: family.applicationId as ApplicationId }], at);
      const ended = sent[index] ?? NOON;
      const delivery = only(await claim({ at: ended }));
      await recordOutcome(db, WORKER, delivery, { kind: 'SENT', ref: null }, ended);
    }
    expect(await notices.promise(day, day)).toEqual([
      {
        day,
        channel: 'TELEGRAM',
        owed: 3,
        sent: 3,
        withinTenSeconds: 2,
        unreachable: 0,
        failed: 0,
        unknown: 0,
      },
    ]);
  });

  it('wakes on commit and not on rollback, from any connection', async () => {
    let woken = 0;
    const { promise: heard, resolve } = Promise.withResolvers<void>();
    const stop = notices.onWake(() => {
      woken += 1;
      resolve();
    });
    const listening =
      "SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    while ((await database.pool.query(listening)).rowCount === 0)
      await new Promise((next) => setTimeout(next, 20));
    const family = await one();
    await db
      .write(async (tx) => {
        await planNotices(tx, NOON, [notice(family)]);
        throw new Error('rolled back');
      })
      .catch(() => undefined);
    expect(woken).toBe(0);
    await plan([notice(family)]);
    await heard;
    expect(woken).toBe(1);
    await stop();
  });
});
