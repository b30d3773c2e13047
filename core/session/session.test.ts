import { afterAll, describe, expect, it } from 'vitest';
import { openRedis, redisSessions } from '../../bot/intake/redis-sessions.ts';
import { testDatabase } from '../../local/testing/database.ts';
import { testRedis } from '../../local/testing/redis.ts';
import { fixedClock } from '../clock.ts';
import { openDb } from '../db/db.ts';
import { postgresSessions } from './postgres.ts';
import type { SessionStore } from './store.ts';

interface Dialog {
  screen: string;
  args: string[];
}

const database = await testDatabase();
const redisServer = await testRedis();
const clock = fixedClock('2026-09-01T05:00:00Z');
const db = openDb(database.url, { max: 2 });
afterAll(() => db.close());

function behavesAsStore(open: () => SessionStore<Dialog>): void {
  it('gives back what was written, to other processes too, until it is deleted', async () => {
    const [one, two] = [open(), open()];
    expect(await one.read('1')).toBeUndefined();
    await one.write('1', { screen: 'menu', args: [] });
    expect(await two.read('1')).toEqual({ screen: 'menu', args: [] });
    await two.write('1', { screen: 'кезек', args: ['ә'] });
    expect(await one.read('1')).toEqual({ screen: 'кезек', args: ['ә'] });
    await one.delete('1');
    expect(await two.read('1')).toBeUndefined();
  });

  it('writes a value again only when it changed', async () => {
    const [one, two] = [open(), open()];
    await one.write('2', { screen: 'menu', args: [] });
    const read = await one.read('2');
    expect(read).toBeDefined();
    if (!read) return;
    await two.write('2', { screen: 'newer', args: [] });
    await one.write('2', read);
    expect(await one.read('2')).toMatchObject({ screen: 'newer' });
    read.args.push('x');
    await one.write('2', read);
    expect(await one.read('2')).toEqual({ screen: 'menu', args: ['x'] });
  });
}

describe('sessions in PostgreSQL', () => {
  behavesAsStore(() => postgresSessions<Dialog>(db, clock));
});

describe.skipIf(redisServer.skip)('sessions in Redis', () => {
  if (redisServer.skip) return;
  const redis = openRedis(redisServer.url, () => undefined);
  afterAll(() => redis.quit());
  behavesAsStore(() => redisSessions<Dialog>(redis));

  it('are forgotten after 30 days', async () => {
    await redisSessions<Dialog>(redis).write('3', { screen: 'menu', args: [] });
    expect(await redis.ttl('kezek:session:3')).toBe(30 * 24 * 3600);
  });
});
