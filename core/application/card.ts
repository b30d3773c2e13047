import type { Bilingual, Page } from '../act.ts';
import { logDailyLook } from '../audit/access.ts';
import type { ClaimState } from '../benefit/api.ts';
import { type CivilDate, localDate } from '../calendar/civil-date.ts';
import { hoursAfter } from '../calendar/working-calendar.ts';
import type { QueueDeps } from '../context.ts';
import type { NamedQuery } from '../db/db.ts';
import { canSign, mayRead, readableBy, roleOf } from '../guardian/rights.ts';
import type { ApplicationId, DocumentId, PersonId } from '../ids.ts';
import type { Policy } from '../policy/policy.ts';
import { numbersOf, positionColumns, positionJoins } from '../queue/position.ts';
import { unmetConditions } from '../referral/conditions.ts';
import { Refusal } from '../refusal.ts';

import type { ApplicationCard, DocumentView, HistoryEntry, RemovalReason, UnmetCondition } from './api.ts';
import { applicationHistory } from './history.ts';
import { interestOpensAt } from './interest.ts';
import { deadlineJoin, type SummaryRow, summaryOf } from './list.ts';
import { ACTIVE } from './transitions.ts';

interface Row extends SummaryRow {
  readonly registered_at: Date;
  readonly position_at_registration: number | null;
  readonly preferred_language: 'kk' | 'ru' | null;
  readonly under_age: boolean;
  readonly eligible_from: string;
  readonly miss_count: number;
  readonly removal_reason: RemovalReason | null;
  readonly stop_listed_until: Date | null;
  readonly state_since: Date;
  readonly turn_closes_at: Date | null;
  readonly benefit_state: Exclude<ClaimState, 'DRAFT'> | null;
  readonly benefit_until: CivilDate | null;
  readonly benefit_copy: Date | null;
  readonly referred_elsewhere: boolean;
  readonly priority_places: number;
  readonly open_places: number;
}

const cardQuery: NamedQuery = {
  name: 'application-card',
  text: `SELECT ${positionColumns}, ${roleOf('a', '$2')} AS role, a.id, a.number, c.name AS child_name, a.district_id, i.name_kk, i.name_ru, q.birth_year,
      a.registered_at, a.position_at_registration, a.preferred_language, a.under_age, a.eligible_from, a.miss_count,
      a.interest_due_at, a.removal_reason, a.stop_listed_until, a.state_since, d.deadline_kind, d.deadline_at,
      w.closes_at AS turn_closes_at, benefit.state AS benefit_state,
      benefit.valid_until AS benefit_until, benefit.copy_until AS benefit_copy,
      EXISTS (SELECT FROM referral r WHERE r.child_id = a.child_id AND r.closed_at IS NULL AND r.application_id <> a.id)
        AS referred_elsewhere,
      (SELECT count(*)::integer FROM place WHERE place.queue_id = a.queue_id AND place.state = 'PRIORITY') AS priority_places,
      (SELECT count(*)::integer FROM place WHERE place.queue_id = a.queue_id AND place.state = 'OPEN') AS open_places
    FROM application a JOIN child c ON c.id = a.child_id JOIN district i ON i.id = a.district_id
    LEFT JOIN turn_window w ON w.application_id = a.id AND w.state = 'OPEN'
    LEFT JOIN LATERAL (SELECT b.state, b.valid_until, b.copy_until FROM benefit_claim b
        WHERE b.application_id = a.id AND b.state <> 'DRAFT'
        ORDER BY b.copy_until IS NULL OR b.state <> 'CLAIMED', b.state <> 'CONFIRMED',
                 b.state NOT IN ('CLAIMED', 'PENDING_CHECK'), b.id DESC LIMIT 1) AS benefit ON true
    ${positionJoins} ${deadlineJoin}
   WHERE a.id = $1 AND ${mayRead('a', '$2')}`,
};

/** The card of one application and its tabs, for its parents. */
export function createCard(deps: QueueDeps) {
  async function load(personId: PersonId, id: ApplicationId): Promise<{ row: Row; policy: Policy }> {
    const [row] = await deps.db.rows<Row>(cardQuery, [id, personId]);
    if (row === undefined) throw new Refusal('application.unknown');
    return { row, policy: await deps.policies.shown(row.district_id, localDate(deps.clock.now())) };
  }

  return {
    card: async (personId: PersonId, id: ApplicationId): Promise<ApplicationCard> => {
      const { row, policy } = await load(personId, id);
      if (row.role === 'GUARDIAN') {
        const look = { viewerId: personId, role: 'GUARDIAN', what: 'APPLICATION' } as const;
        await logDailyLook(deps.db, deps.clock.now(), look, [id]);
      }
      return cardOf(row, policy, deps.clock.now());
    },
    unmet: async (personId: PersonId, id: ApplicationId): Promise<readonly UnmetCondition[]> => {
      const { row, policy } = await load(personId, id);
      return conditionsOf(row, policy, deps.clock.now());
    },
    history: (
      personId: PersonId,
      id: ApplicationId,
      page: number,
      pageSize = 6,
    ): Promise<Page<HistoryEntry>> => applicationHistory(deps.db, personId, id, page, pageSize),
    documents: async (personId: PersonId, id: ApplicationId): Promise<readonly DocumentView[]> => {
      const rows = await deps.db.prisma.document.findMany({
        where: { application_id: id, application: readableBy(personId) },
        select: {
          id: true,
          number: true,
          kind: true,
          created_at: true,
          referral: {
            select: { statement: signedBy, kindergarten: { select: { name_kk: true, name_ru: true } } },
          },
          application: { select: { statement: signedBy } },
        },
        orderBy: [{ created_at: 'desc' }, { id: 'desc' }],
        take: 20,
      });
      return rows.map((row) => ({
        id: row.id as DocumentId,
        number: row.number,
        kind: row.kind as DocumentView['kind'],
        kindergarten: row.referral === null ? null : namesOf(row.referral.kindergarten),
        createdAt: row.created_at,
        // A certificate has the signer's e-mail and IIN in it: nothing for the other parent's eyes.
        hasProof: isProofOf(personId, (row.referral ?? row.application).statement),
      }));
    },
  };
}

function namesOf({ name_kk, name_ru }: { readonly name_kk: string; readonly name_ru: string }): Bilingual {
  return { kk: name_kk, ru: name_ru };
}

const signedBy = { select: { person_id: true, signature: { select: { id: true } } } } as const;

function isProofOf(
  personId: PersonId,
  statement: { readonly person_id: string; readonly signature: { readonly id: string } | null } | null,
): boolean {
  return statement?.signature != null && statement.person_id === personId;
}

function conditionsOf(row: Row, policy: Policy, now: Date): UnmetCondition[] {
  const unmet: UnmetCondition[] = unmetConditions(
    {
      state: row.state,
      eligibleFrom: row.eligible_from,
      underAge: row.under_age,
      interestDueAt: row.interest_due_at,
      stopListedUntil: row.stop_listed_until,
      turnClosesAt: row.turn_closes_at,
      openMode: policy['open.mode'],
      priorityPlaces: row.priority_places,
      openPlaces: row.open_places,
      referredElsewhere: row.referred_elsewhere,
      position: numbersOf(row, policy)?.service ?? null,
    },
    now,
  );
  return canSign(row.role, policy) ? unmet : [...unmet, { code: 'ONLY_OWNER', from: null, position: null }];
}

function cardOf(row: Row, policy: Policy, now: Date): ApplicationCard {
  const interestOpens = interestOpensAt(row.interest_due_at, policy);
  const inQueue = row.state === 'QUEUED' || row.state === 'NOTIFIED' || row.state === 'STOP_LISTED';
  const undoUntil = hoursAfter(row.state_since, policy['withdrawal.undoHours']);
  const mayAct = canSign(row.role, policy);
  return {
    ...summaryOf(row, policy),
    registeredAt: row.registered_at,
    positionAtRegistration: row.position_at_registration,
    benefitClass: row.benefit_class,
    benefit:
      row.benefit_state === null
        ? null
        : {
            state: row.benefit_state,
            validUntil: row.benefit_until,
            copyUntil: row.benefit_state === 'CLAIMED' ? row.benefit_copy : null,
          },
    preferredLanguage: row.preferred_language,
    underAgeUntil: row.under_age ? row.eligible_from : null,
    missCount: row.miss_count,
    maxMisses: policy['referral.maxMisses'],
    interestDueAt: row.interest_due_at,
    canConfirmInterest: inQueue && now >= interestOpens,
    canChoose: conditionsOf(row, policy, now).length === 0,
    canSign: mayAct,
    canWithdraw: mayAct && ACTIVE.includes(row.state),
    undoWithdrawalUntil: mayAct && row.state === 'WITHDRAWN' && now <= undoUntil ? undoUntil : null,
    removalReason: row.removal_reason,
    stopListedUntil: row.stop_listed_until,
    turnClosesAt: row.turn_closes_at,
  };
}
