import type pg from 'pg';
import type { MovableClock } from './clock.ts';

export interface JourneyDeps {
  readonly pool: pg.Pool;
  readonly clock: MovableClock;
  /** Does everything whose time has come; resolves to whether anything was done. */
  readonly sweep: () => Promise<boolean>;
}

// The next moment at which something is due in the rows themselves: they are the truth, jobs only wake.
const NEXT_DUE = `
  SELECT min(at) AS at FROM (
    SELECT min(due_at) AS at FROM timer WHERE state = 'PENDING' AND due_at > $1
    UNION ALL SELECT min(deadline_at) FROM timer WHERE state = 'PENDING' AND deadline_at > $1
    UNION ALL SELECT min(pick_opens_at) FROM place WHERE state = 'PUBLISHED' AND pick_opens_at > $1
    UNION ALL SELECT min(priority_until) FROM place WHERE state = 'PRIORITY' AND priority_until > $1
    UNION ALL SELECT min(round_at) FROM wish WHERE outcome IS NULL AND round_at > $1
    UNION ALL SELECT min(eligible_from) AT TIME ZONE 'Asia/Almaty' FROM application
               WHERE under_age AND eligible_from AT TIME ZONE 'Asia/Almaty' > $1) AS due`;

// Deadlines are the last millisecond of a day and what follows them is due after it.
const AFTER_MS = 1_000;
// A job that finds work again and again must not hold the page for ever.
const SWEEPS_AT_ONE_MOMENT = 50;

/**
 * Takes the world to `target` through every moment at which something is due, so that a deadline passes and is acted on
 * at its own time, as it would have been: a year in one jump would fire a hundred days' reminders on its last day.
 */
export async function travel({ pool, clock, sweep }: JourneyDeps, target: Date): Promise<void> {
  const settle = async () => {
    for (let i = 0; i < SWEEPS_AT_ONE_MOMENT; i++) if (!(await sweep())) return;
  };
  await settle();
  for (;;) {
    const { rows } = await pool.query<{ at: Date | null }>(NEXT_DUE, [clock.now()]);
    const due = rows[0]?.at;
    if (!due || due.getTime() + AFTER_MS >= target.getTime()) break;
    clock.moveTo(new Date(due.getTime() + AFTER_MS));
    await settle();
  }
  clock.moveTo(target);
  await settle();
}
