import type { Db } from '../db/db.ts';

/** Slots on a lane, `stepMs` apart, the first of them `inMs` from now (negative: it has come already). */
export interface Slots {
  readonly inMs: number;
  readonly stepMs: number;
  /** Milliseconds until a pause that somebody called is over; 0 when there is none. */
  readonly pausedMs: number;
}

/**
 * Paced sending shared by all processes: a lane's row holds its next free moment. A limit of Telegram is per bot, not
 * per process. PostgreSQL and not Redis: a few slots are taken at a time, so it is some five short statements a second,
 * and the pause outlives a restart. Times are the database's own, so that clocks of machines may differ; they are not
 * the product's clock, which may be moved.
 */
export interface Pace {
  /** Takes `count` slots at `perSecond`. Unused time is not saved up beyond `burst` slots. */
  reserve(lane: string, count: number, perSecond: number, burst: number): Promise<Slots>;
  /** The channel asked everybody to wait. Slots that were taken before are void for whoever asks again. */
  pause(lane: string, ms: number): Promise<void>;
}

const RESERVE = {
  name: 'reserve_pace',
  text: `
    INSERT INTO sending_pace AS p (name, next_at)
    VALUES ($1, clock_timestamp() + $2 * interval '1 millisecond')
    ON CONFLICT (name) DO UPDATE SET
      next_at = greatest(p.next_at, clock_timestamp() - $3 * interval '1 millisecond', p.paused_until)
                + $2 * interval '1 millisecond'
    RETURNING extract(epoch FROM next_at - clock_timestamp())::float8 * 1000 - $2 AS in_ms,
              greatest(0, coalesce(extract(epoch FROM paused_until - clock_timestamp()), 0))::float8 * 1000 AS paused_ms`,
};

const PAUSE = {
  name: 'pause_pace',
  text: `
    INSERT INTO sending_pace AS p (name, next_at, paused_until)
    VALUES ($1, clock_timestamp(), clock_timestamp() + $2 * interval '1 millisecond')
    ON CONFLICT (name) DO UPDATE SET paused_until = greatest(p.paused_until, excluded.paused_until)`,
};

export function createPace(db: Db): Pace {
  return {
    reserve: async (lane, count, perSecond, burst) => {
      const stepMs = 1000 / perSecond;
      const [row] = await db.rows<{ in_ms: number; paused_ms: number }>(RESERVE, [
        lane,
        count * stepMs,
        burst * stepMs,
      ]);
      if (row === undefined) throw new Error(`no slots on the lane ${lane}`);
      return { inMs: row.in_ms, stepMs, pausedMs: row.paused_ms };
    },
    pause: async (lane, ms) => {
      await db.rows(PAUSE, [lane, ms]);
    },
  };
}
