import { afterAll, describe, expect, it } from 'vitest';
import { behavesAsSessionStore, type TestDialog } from '../../core/session/testing/behaviour.ts';
import { testRedis } from '../../local/testing/redis.ts';
import { openRedis, redisSessions } from './redis-sessions.ts';

const server = await testRedis();

describe.skipIf(server.skip)(`sessions in Redis${server.skip ? ` (skipped: ${server.why})` : ''}`, () => {
  if (server.skip) return;
  const redis = openRedis(server.url, () => undefined);
  afterAll(() => redis.quit());
  behavesAsSessionStore(() => redisSessions<TestDialog>(redis));

  it('are forgotten after 30 days', async () => {
    await redisSessions<TestDialog>(redis).write('3', { screen: 'menu', args: [] });
    expect(await redis.ttl('kezek:session:3')).toBe(30 * 24 * 3600);
  });
});
