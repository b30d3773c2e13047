import { RedisAdapter } from '@grammyjs/storage-redis';
import { Redis } from 'ioredis';
import { type SessionStore, skipUnchanged } from '../../core/index.ts';

const TTL_SECONDS = 30 * 24 * 3600;

/** A connection whose commands fail within seconds when Redis is away, so that a message is repeated and not stuck. */
export function openRedis(url: string, onError: (error: Error) => void): Redis {
  const redis = new Redis(url, { maxRetriesPerRequest: 2, connectTimeout: 5_000, commandTimeout: 5_000 });
  redis.on('error', onError);
  return redis;
}

/** Sessions in Redis, shared by all processes, forgotten 30 days after they last changed. */
export function redisSessions<T extends object>(redis: Redis): SessionStore<T> {
  const adapter = new RedisAdapter<T>({ instance: redis, ttl: TTL_SECONDS });
  const named = (key: string) => `kezek:session:${key}`;
  return skipUnchanged({
    read: (key) => adapter.read(named(key)),
    write: (key, value) => adapter.write(named(key), value),
    delete: (key) => adapter.delete(named(key)),
  });
}
