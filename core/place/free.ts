import { type Page, pageOf } from '../act.ts';
import { localDate } from '../calendar/civil-date.ts';
import type { QueueDeps } from '../context.ts';
import type { NamedQuery } from '../db/db.ts';
import { canSign, mayRead, type ParentRole, roleOf } from '../guardian/rights.ts';
import type { ApplicationId, GroupId, KindergartenId, PersonId } from '../ids.ts';
import { unmetConditions } from '../referral/conditions.ts';
import { Refusal } from '../refusal.ts';
import type { FreeGroup, OpenRound, PlaceFilter, Places } from './api.ts';
import { nextRound, openedForRound } from './takeable.ts';

interface SeekerRow {
  readonly role: ParentRole;
  readonly queue_id: string;
  readonly district_id: string;
  readonly state: 'QUEUED';
  readonly under_age: boolean;
  readonly eligible_from: string;
  readonly interest_due_at: Date;
  readonly stop_listed_until: Date | null;
  readonly turn_closes_at: Date | null;
  readonly referred_elsewhere: boolean;
}

const seekerQuery: NamedQuery = {
  name: 'place-seeker',
  text: `SELECT ${roleOf('a', '$2')} AS role, a.queue_id, a.district_id, a.state, a.under_age, a.eligible_from, a.interest_due_at, a.stop_listed_until,
      w.closes_at AS turn_closes_at,
      EXISTS (SELECT FROM referral r WHERE r.child_id = a.child_id AND r.closed_at IS NULL) AS referred_elsewhere
    FROM application a LEFT JOIN turn_window w ON w.application_id = a.id AND w.state = 'OPEN'
   WHERE a.id = $1 AND ${mayRead('a', '$2')}`,
};

interface GroupRow {
  readonly group_id: GroupId;
  readonly kindergarten_id: KindergartenId;
  readonly name_kk: string;
  readonly name_ru: string;
  readonly address_kk: string;
  readonly address_ru: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly phone: string | null;
  readonly language: 'kk' | 'ru' | 'mixed';
  readonly group_name: string;
  readonly birth_year: number;
  readonly free: number;
  readonly phase: 'PRIORITY' | 'OPEN';
  readonly in_round: boolean;
  readonly available_from: string | null;
  readonly total: number;
}

/** Groups with free places of one queue; a group with places in both phases is two rows, for they are not the same offer. */
const groupsQuery: NamedQuery = {
  name: 'free-groups',
  text: `SELECT g.id AS group_id, k.id AS kindergarten_id, k.name_kk, k.name_ru, k.address_kk, k.address_ru, k.latitude,
      k.longitude, k.phone, g.language, g.name AS group_name, g.birth_year, p.free, p.phase, p.in_round, p.available_from,
      count(*) OVER ()::integer AS total
    FROM (SELECT group_id, state AS phase, count(*)::integer AS free, min(available_from) AS available_from,
                 bool_or(state = 'OPEN' AND opened_at <= $2) AS in_round
            FROM place WHERE queue_id = $1 AND state IN ('PRIORITY', 'OPEN') GROUP BY group_id, state) AS p
    JOIN kindergarten_group g ON g.id = p.group_id JOIN kindergarten k ON k.id = g.kindergarten_id
   WHERE ($3::text IS NULL OR g.language = $3) AND ($4::uuid IS NULL OR g.id = $4)
     AND (cardinality($5::text[]) = 0 OR p.phase = ANY ($5)) AND (NOT $6 OR p.phase <> 'OPEN' OR p.in_round)
   ORDER BY p.phase = 'OPEN', k.name_kk COLLATE kazakh, g.name, g.id LIMIT $7 OFFSET $8`,
};

const PAGE = 5;

/** The free places that a child of this application could have, as the law's phases let them be seen. */
export function createPlaces(deps: QueueDeps): Places {
  async function seek(personId: PersonId, id: ApplicationId) {
    const [row] = await deps.db.rows<SeekerRow>(seekerQuery, [id, personId]);
    if (row === undefined) throw new Refusal('application.unknown');
    const now = deps.clock.now();
    const policy = await deps.policies.shown(row.district_id, localDate(now));
    const unmet = unmetConditions(
      {
        state: row.state,
        eligibleFrom: row.eligible_from,
        underAge: row.under_age,
        interestDueAt: row.interest_due_at,
        stopListedUntil: row.stop_listed_until,
        turnClosesAt: row.turn_closes_at,
        openMode: policy['open.mode'],
        priorityPlaces: 1,
        openPlaces: 1,
        referredElsewhere: row.referred_elsewhere,
        position: null,
      },
      now,
    ).filter(({ code }) => code !== 'NOT_YOUR_TURN');
    const hasTurn = row.turn_closes_at !== null && row.turn_closes_at >= now;
    const may = unmet.length === 0 && canSign(row.role, policy);
    const sealed = policy['open.mode'] === 'SEALED';
    const available = (group: GroupRow): FreeGroup['available'] => {
      if (!may) return 'NO';
      if (group.phase === 'PRIORITY') return hasTurn ? 'CHOOSE' : 'NO';
      if (!sealed) return 'CHOOSE';
      return group.in_round && row.state === 'QUEUED' ? 'WISH' : 'NO';
    };
    return { row, policy, now, available, may, hasTurn, sealed };
  }

  async function load(
    seeker: Awaited<ReturnType<typeof seek>>,
    filter: PlaceFilter,
    groupId: GroupId | null,
    limit: number,
    offset: number,
  ): Promise<GroupRow[]> {
    const { row, policy, now, may, hasTurn, sealed } = seeker;
    const reachable = [
      ...(hasTurn ? ['PRIORITY'] : []),
      ...(!sealed || row.state === 'QUEUED' ? ['OPEN'] : []),
    ];
    const phases = filter.onlyAvailable === true ? (may && reachable.length > 0 ? reachable : ['NONE']) : [];
    return deps.db.rows<GroupRow>(groupsQuery, [
      row.queue_id,
      openedForRound(policy, nextRound(policy, now)),
      filter.language ?? null,
      groupId,
      phases,
      filter.onlyAvailable === true && sealed,
      limit,
      offset,
    ]);
  }

  return {
    free: async (personId, id, filter, page, pageSize = PAGE): Promise<Page<FreeGroup>> => {
      const seeker = await seek(personId, id);
      const rows = await load(seeker, filter, null, pageSize, page * pageSize);
      const total = rows[0]?.total ?? 0;
      const items = rows.map((row) => groupOf(row, seeker.available(row)));
      return pageOf(items, page, pageSize, total);
    },
    group: async (personId, id, groupId) => {
      const seeker = await seek(personId, id);
      const rows = await load(seeker, {}, groupId, 2, 0);
      const best = rows.find((row) => seeker.available(row) !== 'NO') ?? rows[0];
      if (best === undefined) throw new Refusal('choice.taken');
      return groupOf(best, seeker.available(best));
    },
    openRound: async (personId, id): Promise<OpenRound | null> => {
      const { row, policy, now } = await seek(personId, id);
      if (policy['open.mode'] !== 'SEALED' || row.state !== 'QUEUED') return null;
      const roundAt = nextRound(policy, now);
      const wishes = await deps.db.prisma.wish.findMany({
        where: { application_id: id, round_at: roundAt, outcome: null },
        orderBy: { rank: 'asc' },
        select: { group_id: true },
      });
      const open = await deps.db.prisma.place.count({
        where: { queue_id: row.queue_id, state: 'OPEN', opened_at: { lte: openedForRound(policy, roundAt) } },
      });
      if (open === 0 && wishes.length === 0) return null;
      return { roundAt, wishes: wishes.map((wish) => wish.group_id as GroupId) };
    },
  };
}

function groupOf(row: GroupRow, available: FreeGroup['available']): FreeGroup {
  return {
    groupId: row.group_id,
    kindergartenId: row.kindergarten_id,
    kindergarten: { kk: row.name_kk, ru: row.name_ru },
    address: { kk: row.address_kk, ru: row.address_ru },
    latitude: row.latitude,
    longitude: row.longitude,
    phone: row.phone,
    language: row.language,
    groupName: row.group_name,
    birthYear: row.birth_year,
    free: row.free,
    phase: row.phase,
    available,
    availableFrom: row.available_from,
  };
}
