import type { ApplicationState, BenefitClass } from '../application/api.ts';
import { civil, localDate, startOfDay } from '../calendar/civil-date.ts';
import type { QueueDeps } from '../context.ts';
import type { NamedQuery } from '../db/db.ts';
import { mayRead } from '../guardian/rights.ts';
import type { ApplicationId, PersonId } from '../ids.ts';
import type { Policy } from '../policy/policy.ts';
import { Refusal } from '../refusal.ts';
import type { Position, PositionView, Queues } from './api.ts';
import { placeInLine } from './order.ts';

/** What the numbers of one child are computed from; the columns of `positionColumns`. */
export interface PositionRow {
  readonly state: ApplicationState;
  readonly benefit_class: BenefitClass;
  readonly counted: boolean;
  readonly restored: boolean;
  readonly cycle_position: number;
  readonly credit_priority: number;
  readonly credit_common: number;
  readonly ahead_extraordinary: number;
  readonly ahead_priority: number;
  readonly ahead_common: number;
  readonly wait_ahead: number;
  readonly total_extraordinary: number;
  readonly total_priority: number;
  readonly total_common: number;
  readonly wait_extraordinary: number;
  readonly wait_priority: number;
  readonly wait_common: number;
  /** Counted ahead but not waiting: with a turn or with a restored one; they stand before everybody who waits. */
  readonly front_ahead: number;
  /** Those of them with a restored turn; 0 for a child who waits, whom they all precede. */
  readonly restored_ahead: number;
  readonly restored_total: number;
}

/** SQL columns and joins that give a `PositionRow` for the application `a`; LATERAL, so that a list asks once. */
export const positionColumns = `
  a.state, a.benefit_class, a.counted, a.turn_restored_at IS NOT NULL AS restored,
  q.cycle_position, q.credit_priority, q.credit_common,
  h.all_extraordinary AS ahead_extraordinary, h.all_priority AS ahead_priority, h.all_common AS ahead_common,
  CASE a.benefit_class WHEN 'EXTRAORDINARY' THEN h.wait_extraordinary WHEN 'PRIORITY' THEN h.wait_priority
       ELSE h.wait_common END AS wait_ahead,
  coalesce(t.all_extraordinary, 0) AS total_extraordinary, coalesce(t.all_priority, 0) AS total_priority,
  coalesce(t.all_common, 0) AS total_common, coalesce(t.wait_extraordinary, 0) AS wait_extraordinary,
  coalesce(t.wait_priority, 0) AS wait_priority, coalesce(t.wait_common, 0) AS wait_common,
  h.all_extraordinary + h.all_priority + h.all_common - h.wait_extraordinary - h.wait_priority - h.wait_common AS front_ahead,
  CASE WHEN a.counted AND NOT a.waiting THEN
    (SELECT count(*)::integer FROM application f WHERE f.queue_id = a.queue_id AND f.turn_restored_at IS NOT NULL
       AND f.counted AND (f.registered_at, f.id) < (a.registered_at, a.id))
  ELSE 0 END AS restored_ahead,
  (SELECT count(*)::integer FROM application f WHERE f.queue_id = a.queue_id AND f.turn_restored_at IS NOT NULL
     AND f.counted) AS restored_total`;

export const positionJoins = `
  JOIN queue q ON q.id = a.queue_id
  LEFT JOIN queue_tally t ON t.queue_id = a.queue_id AND t.level = 0 AND t.bucket = 0
  CROSS JOIN LATERAL queue_ahead(a.queue_id, a.registered_at, a.id) AS h`;

/** The numbers of DOMAIN §7.1 from one row; undefined for a child who is not counted now. */
export function numbersOf(
  row: PositionRow,
  policy: Pick<Policy, 'ratio.priority' | 'ratio.common'>,
):
  | Pick<Position, 'common' | 'commonTotal' | 'inClass' | 'classTotal' | 'service' | 'choosingNow'>
  | undefined {
  if (!row.counted) return undefined;
  const aheadOf = {
    EXTRAORDINARY: row.ahead_extraordinary,
    PRIORITY: row.ahead_priority,
    COMMON: row.ahead_common,
  };
  const totalOf = {
    EXTRAORDINARY: row.total_extraordinary,
    PRIORITY: row.total_priority,
    COMMON: row.total_common,
  };
  const commonTotal = row.total_extraordinary + row.total_priority + row.total_common;
  const waiting = row.wait_extraordinary + row.wait_priority + row.wait_common;
  const choosingNow = commonTotal - waiting - row.restored_total;
  return {
    common: row.ahead_extraordinary + row.ahead_priority + row.ahead_common + 1,
    commonTotal,
    inClass: aheadOf[row.benefit_class] + 1,
    classTotal: totalOf[row.benefit_class],
    service: serviceOf(row, policy, choosingNow),
    choosingNow,
  };
}

function serviceOf(
  row: PositionRow,
  policy: Pick<Policy, 'ratio.priority' | 'ratio.common'>,
  choosingNow: number,
): number {
  const line = row.state === 'NOTIFIED' ? 'TURN' : row.restored ? 'RESTORED' : row.benefit_class;
  return placeInLine(
    line,
    {
      all: {
        EXTRAORDINARY: row.wait_extraordinary,
        PRIORITY: row.wait_priority,
        COMMON: row.wait_common,
        TURN: choosingNow,
        RESTORED: row.restored_total,
      },
      // Of the lines of the classes, only how many wait ahead in the child's own one matters.
      ahead: {
        EXTRAORDINARY: row.wait_ahead,
        PRIORITY: row.wait_ahead,
        COMMON: row.wait_ahead,
        TURN: row.front_ahead - row.restored_ahead,
        RESTORED: row.restored_ahead,
      },
      cycle: {
        position: row.cycle_position,
        creditPriority: row.credit_priority,
        creditCommon: row.credit_common,
      },
    },
    { priority: policy['ratio.priority'], common: policy['ratio.common'] },
  );
}

interface OneRow extends PositionRow {
  readonly number: string;
  readonly position_at_registration: number | null;
  readonly district_id: string;
  readonly registered_at: Date;
  readonly birth_year: number;
  readonly under_age: boolean;
  readonly eligible_from: string;
  readonly stop_listed_until: Date | null;
  readonly priority_places: number;
  readonly open_places: number;
  readonly published_places: number;
}

/** One child's numbers, whatever the length of the queue: `npm run -s bench -- position` holds it to 3 ms. */
export const positionQuery: NamedQuery = {
  name: 'position',
  text: `SELECT ${positionColumns}, a.number, a.position_at_registration, a.district_id, a.registered_at, q.birth_year,
      a.under_age, a.eligible_from, a.stop_listed_until, p.priority_places, p.open_places, p.published_places
    FROM application a ${positionJoins}
   CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE state = 'PRIORITY')::integer AS priority_places,
      count(*) FILTER (WHERE state = 'OPEN')::integer AS open_places,
      count(*) FILTER (WHERE state = 'PUBLISHED')::integer AS published_places
      FROM place WHERE place.queue_id = a.queue_id AND place.state IN ('PUBLISHED', 'PRIORITY', 'OPEN')) AS p
   WHERE a.id = $1 AND ${mayRead('a', '$2')}`,
};

export function createPositions(deps: QueueDeps): Pick<Queues, 'position'> {
  return {
    position: async (personId: PersonId, id: ApplicationId): Promise<PositionView> => {
      const [row] = await deps.db.rows<OneRow>(positionQuery, [id, personId]);
      if (row === undefined) throw new Refusal('application.unknown');
      const policy = await deps.policies.shown(row.district_id, localDate(deps.clock.now()));
      const numbers = numbersOf(row, policy);
      return {
        position:
          numbers === undefined
            ? null
            : {
                number: row.number,
                atRegistration: row.position_at_registration,
                benefitClass: row.benefit_class,
                ...numbers,
              },
        ...absence(row),
        registeredAt: row.registered_at,
        birthYear: row.birth_year,
        places: { priority: row.priority_places, open: row.open_places, published: row.published_places },
      };
    },
  };
}

/** Why a child keeps the place but is not counted (§7.1), and until when. */
function absence(row: OneRow): Pick<PositionView, 'notCountedBecause' | 'until'> {
  if (row.counted) return { notCountedBecause: null, until: null };
  switch (row.state) {
    case 'QUEUED':
    case 'NOTIFIED':
      return { notCountedBecause: 'UNDER_AGE', until: startOfDay(civil(row.eligible_from)) };
    case 'STOP_LISTED':
      return { notCountedBecause: 'STOP_LISTED', until: row.stop_listed_until };
    case 'REFERRED':
      return { notCountedBecause: 'REFERRED', until: null };
    case 'IN_REVIEW':
      return { notCountedBecause: 'IN_REVIEW', until: null };
    default:
      return { notCountedBecause: 'LEFT', until: null };
  }
}
