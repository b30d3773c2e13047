import { PgBoss } from 'pg-boss';
import type { QueueDeps } from '../context.ts';
import { type Swept, sweep } from './sweep.ts';

export interface Jobs {
  /** Everything whose time has come, once; whether anything was done. */
  sweep(): Promise<boolean>;
  /** Sweeps every minute, in one worker at a time however many there are, until stopped. */
  start(): Promise<{ stop(): Promise<void> }>;
}

const SWEEP = 'sweep';
const HOUSEKEEPING = 'housekeeping';

/**
 * Deadlines are rows; these jobs only come and look (DESIGN §1). pg-boss keeps their schedule in the same database, so
 * that a lost worker loses nothing and a second one doubles nothing. `housekeeping` runs hourly.
 */
export function createJobs(deps: QueueDeps, housekeeping: () => Promise<void>): Jobs {
  const run = async (): Promise<Swept> => {
    const swept = await sweep(deps);
    if (didAnything(swept)) deps.log.info({ ...swept }, 'what was due was done');
    return swept;
  };

  return {
    sweep: async () => didAnything(await run()),
    start: async () => {
      const boss = new PgBoss({
        db: { executeSql: async (text, values) => deps.db.pool.query(text, values ? [...values] : []) },
        schema: 'pgboss',
        cronMonitorIntervalSeconds: 10,
        cronWorkerIntervalSeconds: 5,
      });
      boss.on('error', (error) => deps.log.error({ err: error }, 'the job queue reported an error'));
      await boss.start();
      await boss.createQueue(SWEEP, { policy: 'singleton', retryLimit: 0, expireInSeconds: 600 });
      await boss.createQueue(HOUSEKEEPING, { policy: 'singleton', retryLimit: 2, expireInSeconds: 600 });
      await boss.schedule(SWEEP, '* * * * *');
      await boss.schedule(HOUSEKEEPING, '17 * * * *');
      await boss.work(SWEEP, { pollingIntervalSeconds: 5 }, async () => {
        await run();
      });
      await boss.work(HOUSEKEEPING, { pollingIntervalSeconds: 60 }, housekeeping);
      // What fell due while nobody worked does not wait for the next minute.
      await boss.send(SWEEP);
      return { stop: () => boss.stop({ graceful: true, timeout: 8_000 }) };
    },
  };
}

function didAnything({ timers, cameOfAge, turns, drawn, reviews, drafts, offers, lists }: Swept): boolean {
  return timers + cameOfAge + turns + drawn + reviews + drafts + offers + lists > 0;
}
