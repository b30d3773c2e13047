import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { testRedis } from './redis.ts';

const redis = await testRedis();

it.skipIf(redis.skip)('a throw-away Redis answers until it is stopped', async () => {
  if (redis.skip) return;
  const client = new Redis(redis.url, { retryStrategy: () => null });
  client.on('error', () => undefined);
  expect(await client.set('a', '1')).toBe('OK');
  await redis.stop();
  await redis.stop();
  await expect(client.get('a')).rejects.toThrow();
});
