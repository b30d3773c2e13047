import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../local/testing/database.ts';
import { testRedis } from '../../local/testing/redis.ts';
import { fixedClock } from '../clock.ts';
import { type Db, openDb } from '../db/db.ts';
import { createPostgresLimits, createRedisLimits } from './limits.ts';

const database = await testDatabase();
const redis = await testRedis();

describe('limits in PostgreSQL', () => {
  let db: Db;
  beforeAll(() => {
    db = openDb(database.url);
  });
  afterAll(() => db.close());

  test('the tries of a period, then the moment of its end, then anew', async () => {
    const clock = fixedClock('2026-11-23T09:00:00Z');
    const limits = createPostgresLimits(db, clock);
    expect(await limits.consume('a', 2, 60)).toBeNull();
    clock.set('2026-11-23T09:00:30Z');
    expect(await limits.consume('a', 2, 60)).toBeNull();
    expect(await limits.consume('a', 2, 60)).toEqual(new Date('2026-11-23T09:01:00Z'));
    expect(await limits.consume('a', 2, 60)).toEqual(new Date('2026-11-23T09:01:00Z'));
    expect(await limits.consume('b', 2, 60)).toBeNull();
    clock.set('2026-11-23T09:01:00Z');
    expect(await limits.consume('a', 2, 60)).toBeNull();
  });

  test('tries at the same moment are counted one by one', async () => {
    const limits = createPostgresLimits(db, fixedClock('2026-11-23T10:00:00Z'));
    const answers = await Promise.all(Array.from({ length: 20 }, () => limits.consume('race', 7, 3600)));
    expect(answers.filter((answer) => answer === null)).toHaveLength(7);
  });

  test('what has ended is swept away by other tries', async () => {
    const clock = fixedClock('2026-11-23T11:00:00Z');
    const limits = createPostgresLimits(db, clock);
    for (const key of ['old-1', 'old-2', 'old-3']) await limits.consume(key, 1, 1);
    clock.set('2026-11-24T11:00:00Z');
    await limits.consume('new', 1, 1);
    await limits.consume('new', 1, 1);
    const { rows } = await database.pool.query<{ key: string }>('SELECT key FROM rate_limit');
    expect(rows.map((row) => row.key)).toEqual(['new']);
  });
});

describe.skipIf(redis.skip)('limits in Redis', () => {
  test('are shared by two clients', async () => {
    if (redis.skip) return;
    const clients = [new Redis(redis.url), new Redis(redis.url)];
    try {
      const clock = fixedClock('2026-11-23T09:00:00Z');
      const [first, second] = clients.map((client) => createRedisLimits(client, clock));
      expect(await first?.consume('a', 2, 3600)).toBeNull();
      expect(await second?.consume('a', 2, 3600)).toBeNull();
      const until = await first?.consume('a', 2, 3600);
      expect(until?.getTime()).toBeGreaterThan(clock.now().getTime());
      expect(until?.getTime()).toBeLessThanOrEqual(clock.now().getTime() + 3_600_000);
      expect(await second?.consume('b', 2, 3600)).toBeNull();
    } finally {
      for (const client of clients) client.disconnect();
    }
  });

  test('an outage is an error, not a permission', async () => {
    if (redis.skip) return;
    const client = new Redis(redis.url);
    client.disconnect();
    await expect(
      createRedisLimits(client, fixedClock('2026-11-23T09:00:00Z')).consume('a', 1, 1),
    ).rejects.toThrow();
  });
});
