import type { BenefitClass } from '../application/api.ts';
import { type CivilDate, civil, daysBetween, localDate } from '../calendar/civil-date.ts';
import type { QueueDeps } from '../context.ts';
import type { NamedQuery } from '../db/db.ts';
import { mayRead } from '../guardian/rights.ts';
import { type PositionRow, positionColumns, positionJoins } from '../queue/position.ts';
import { Refusal } from '../refusal.ts';
import type { Forecasts } from './api.ts';
import { type ForecastInput, lineOf } from './flow.ts';
import { readHistory } from './history.ts';
import { forecastOf } from './simulate.ts';

interface Row extends PositionRow {
  readonly queue_id: string;
  readonly district_id: string;
  readonly age_limit_on: string;
  readonly coming: readonly { on: string; class: BenefitClass; count: number }[] | null;
  readonly published: number;
  readonly opens_at: Date | null;
}

/** The child, its queue, who will come of age in it before the child, what opens next. $1 application, $2 who asks. */
const childQuery: NamedQuery = {
  name: 'forecast-child',
  text: `SELECT ${positionColumns}, a.queue_id, a.district_id, a.age_limit_on, p.published, p.opens_at,
      (SELECT json_agg(y) FROM (
        SELECT u.eligible_from AS on, u.benefit_class AS class, count(*)::integer AS count FROM application u
         WHERE u.queue_id = a.queue_id AND u.state = 'QUEUED' AND u.under_age AND NOT u.counted
           AND (u.benefit_class <> a.benefit_class OR (u.registered_at, u.id) < (a.registered_at, a.id))
         GROUP BY 1, 2) AS y) AS coming
    FROM application a ${positionJoins}
   CROSS JOIN LATERAL (SELECT count(*)::integer AS published, min(pick_opens_at) AS opens_at
      FROM place WHERE place.queue_id = a.queue_id AND place.state = 'PUBLISHED') AS p
   WHERE a.id = $1 AND ${mayRead('a', '$2')}`,
};

/** F-29. Of a day in Kazakhstan, by the clock; asks the database twice, whatever the length of the queue. */
export function createForecasts(deps: Pick<QueueDeps, 'db' | 'clock' | 'policies'>): Forecasts {
  return {
    of: async (personId, id) => {
      const now = deps.clock.now();
      const [row] = await deps.db.rows<Row>(childQuery, [id, personId]);
      if (row === undefined) throw new Refusal('application.unknown');
      if (!row.counted) return { none: 'NOT_COUNTED' };
      if (row.state === 'NOTIFIED') return { none: 'TURN_IS_OPEN' };
      const today = localDate(now);
      const [policy, cohorts] = await Promise.all([
        deps.policies.shown(row.district_id, today),
        readHistory(deps.db, row.queue_id, now),
      ]);
      const ratio = { priority: policy['ratio.priority'], common: policy['ratio.common'] };
      return forecastOf({ ...inputOf(row, today), ratio, cohorts });
    },
  };
}

function inputOf(row: Row, today: CivilDate): Omit<ForecastInput, 'ratio' | 'cohorts'> {
  const all = row.total_extraordinary + row.total_priority + row.total_common;
  const before = row.ahead_extraordinary + row.ahead_priority + row.ahead_common;
  return {
    today,
    ageLimitOn: civil(row.age_limit_on),
    child: {
      line: row.restored ? 'RESTORED' : row.benefit_class,
      ahead: row.restored ? row.restored_ahead : row.wait_ahead,
      before: before / Math.max(1, all),
    },
    waiting: {
      restored: row.restored_total,
      extraordinary: row.wait_extraordinary,
      priority: row.wait_priority,
      common: row.wait_common,
    },
    cycle: {
      position: row.cycle_position,
      creditPriority: row.credit_priority,
      creditCommon: row.credit_common,
    },
    coming: (row.coming ?? []).map(({ on, class: benefitClass, count }) => ({
      week: Math.max(0, Math.floor(daysBetween(today, civil(on)) / 7)),
      line: lineOf[benefitClass],
      count,
    })),
    published: row.opens_at === null ? null : { on: opening(row.opens_at, today), count: row.published },
  };
}

/** Places whose hour has come and whose turns are not open yet open now. */
function opening(opensAt: Date, today: CivilDate): CivilDate {
  const on = localDate(opensAt);
  return on < today ? today : on;
}
