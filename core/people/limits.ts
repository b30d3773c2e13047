import type { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Clock } from '../clock.ts';
import type { Db, NamedQuery } from '../db/db.ts';

/** Counts tries across all processes. */
export interface RateLimits {
  /**
   * Takes one of the `points` tries that `key` has in a period of `perSeconds`, which begins with the first try.
   * Answers null when it was there to take, else the moment from which the next one is.
   */
  consume(key: string, points: number, perSeconds: number): Promise<Date | null>;
}

const CONSUME: NamedQuery = {
  name: 'rate-limit-consume',
  text: `WITH swept AS (
           DELETE FROM rate_limit WHERE key IN (
             SELECT key FROM rate_limit WHERE ends_at <= $3 AND key <> $1 ORDER BY ends_at LIMIT 5 FOR UPDATE SKIP LOCKED))
         INSERT INTO rate_limit AS r (key, points, ends_at) VALUES ($1, 1, $4)
         ON CONFLICT (key) DO UPDATE SET
           points = CASE WHEN r.ends_at <= $3 THEN 1 ELSE least(r.points, $2::integer) + 1 END,
           ends_at = CASE WHEN r.ends_at <= $3 THEN excluded.ends_at ELSE r.ends_at END
         RETURNING points, ends_at`,
};

/** Limits kept in PostgreSQL: one statement a try. They follow the given clock, as every other deadline does. */
export function createPostgresLimits(db: Pick<Db, 'rows'>, clock: Clock): RateLimits {
  return {
    consume: async (key, points, perSeconds) => {
      const now = clock.now();
      const endsAt = new Date(now.getTime() + perSeconds * 1000);
      const [row] = await db.rows<{ points: number; ends_at: Date }>(CONSUME, [key, points, now, endsAt]);
      return row !== undefined && row.points > points ? row.ends_at : null;
    },
  };
}

/** Limits kept in Redis, whose own time they follow; `clock` only names the moment that is answered. */
export function createRedisLimits(redis: Redis, clock: Clock): RateLimits {
  const limiters = new Map<string, RateLimiterRedis>();
  const limiterOf = (points: number, duration: number): RateLimiterRedis => {
    const keyPrefix = `limit:${points}:${duration}`;
    const known = limiters.get(keyPrefix);
    if (known !== undefined) return known;
    const limiter = new RateLimiterRedis({ storeClient: redis, keyPrefix, points, duration });
    limiters.set(keyPrefix, limiter);
    return limiter;
  };
  return {
    consume: async (key, points, perSeconds) => {
      try {
        await limiterOf(points, perSeconds).consume(key);
        return null;
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        return new Date(clock.now().getTime() + refused.msBeforeNext);
      }
    },
  };
}
