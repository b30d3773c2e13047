import { type Act, type Page, pageOf } from '../act.ts';
import { restore } from '../application/actions.ts';
import { lockQueues } from '../application/move.ts';
import { recordEvents, staffActor } from '../audit/event.ts';
import { localDate } from '../calendar/civil-date.ts';
import type { QueueDeps } from '../context.ts';
import type { NamedQuery, WriteTx } from '../db/db.ts';
import type { DistrictId, GroupId, KindergartenId, QueueId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import { movePlaces } from '../place/move.ts';
import { pickOpensAt, settlePhase } from '../place/phase.ts';
import { policyOn } from '../policy/policy.ts';
import { Refusal } from '../refusal.ts';
import { offerPlaces } from '../waitlist/offer.ts';
import type { DistrictView, Staff, StaffGroup, StaffKindergarten } from './api.ts';
import { assertOperatorOf } from './rights.ts';

interface GroupRow {
  readonly id: GroupId;
  readonly kindergarten_id: KindergartenId;
  readonly district_id: DistrictId;
  readonly name_kk: string;
  readonly name_ru: string;
  readonly name: string;
  readonly birth_year: number;
  readonly group_type: string;
  readonly language: 'kk' | 'ru' | 'mixed';
  readonly capacity: number;
  readonly enrolled: number;
  readonly free: number;
  readonly held: number;
  readonly waiting: number;
}

const groupsQuery: NamedQuery = {
  name: 'staff-groups',
  text: `SELECT g.id, g.kindergarten_id, k.district_id, k.name_kk, k.name_ru, g.name, g.birth_year, g.group_type, g.language,
      g.capacity, g.enrolled,
      (SELECT count(*)::integer FROM place p WHERE p.group_id = g.id AND p.state IN ('DECLARED', 'PUBLISHED', 'PRIORITY', 'OPEN')) AS free,
      (SELECT count(*)::integer FROM place p WHERE p.group_id = g.id AND p.state IN ('OFFERED', 'HELD')) AS held,
      coalesce((SELECT t.wait_extraordinary + t.wait_priority + t.wait_common FROM queue q
          JOIN queue_tally t ON t.queue_id = q.id AND t.level = 0
         WHERE q.district_id = k.district_id AND q.birth_year = g.birth_year AND q.group_type = g.group_type), 0) AS waiting
    FROM kindergarten_group g JOIN kindergarten k ON k.id = g.kindergarten_id
   WHERE ($1::uuid IS NULL OR g.kindergarten_id = $1) AND ($2::uuid IS NULL OR g.id = $2)
   ORDER BY g.birth_year DESC, g.language, g.name, g.id`,
};

interface DistrictRow {
  readonly id: DistrictId;
  readonly code: string;
  readonly kind: DistrictView['kind'];
  readonly name_kk: string;
  readonly name_ru: string;
}

const districtsQuery: NamedQuery = {
  name: 'districts',
  text: 'SELECT id, code, kind, name_kk, name_ru FROM district ORDER BY kind, name_kk COLLATE kazakh, id',
};

const kindergartensQuery: NamedQuery = {
  name: 'staff-kindergartens',
  text: `SELECT k.id, k.name_kk, k.name_ru, count(*) OVER ()::integer AS total,
      (SELECT count(*)::integer FROM place p WHERE p.kindergarten_id = k.id AND p.state IN ('PUBLISHED', 'PRIORITY', 'OPEN')) AS free,
      (SELECT count(*)::integer FROM place p WHERE p.kindergarten_id = k.id AND p.state IN ('OFFERED', 'HELD')) AS held
    FROM kindergarten k WHERE k.district_id = $1 AND k.is_active ORDER BY k.name_kk COLLATE kazakh, k.id LIMIT $2 OFFSET $3`,
};

type KindergartenRow = {
  id: KindergartenId;
  name_kk: string;
  name_ru: string;
  free: number;
  held: number;
  total: number;
};

/** The operator's desk: what may be seen and published in the own district. */
export function createDesk(deps: QueueDeps): Omit<Staff, 'grant' | 'revoke'> {
  async function groupRow(groupId: GroupId): Promise<GroupRow> {
    const [row] = await deps.db.rows<GroupRow>(groupsQuery, [null, groupId]);
    if (row === undefined) throw new Refusal('group.unknown');
    return row;
  }
  const allowed = (act: Act, districtId: DistrictId) =>
    deps.db.write((tx) => assertOperatorOf(tx, act.personId, districtId));
  const change = <T>(work: (tx: WriteTx, at: Date) => Promise<T>): Promise<T> => {
    const at = deps.clock.now();
    return deps.db.write((tx) => work(tx, at));
  };

  return {
    districts: async () => {
      const rows = await deps.db.rows<DistrictRow>(districtsQuery, []);
      return rows.map((row) => ({
        id: row.id,
        code: row.code,
        kind: row.kind,
        name: { kk: row.name_kk, ru: row.name_ru },
      }));
    },
    kindergartens: async (act, districtId, page, pageSize = 8): Promise<Page<StaffKindergarten>> => {
      await allowed(act, districtId);
      const rows = await deps.db.rows<KindergartenRow>(kindergartensQuery, [
        districtId,
        pageSize,
        page * pageSize,
      ]);
      const total = rows[0]?.total ?? 0;
      const items = rows.map((row) => ({
        id: row.id,
        name: { kk: row.name_kk, ru: row.name_ru },
        free: row.free,
        held: row.held,
      }));
      return pageOf(items, page, pageSize, total);
    },
    groups: async (act, kindergartenId) => {
      const kindergarten = await deps.db.prisma.kindergarten.findUnique({
        where: { id: kindergartenId },
        select: { district_id: true },
      });
      if (kindergarten === null) throw new Refusal('group.unknown');
      await allowed(act, kindergarten.district_id as DistrictId);
      return (await deps.db.rows<GroupRow>(groupsQuery, [kindergartenId, null])).map(groupOf);
    },
    group: async (act, groupId) => {
      const row = await groupRow(groupId);
      await allowed(act, row.district_id);
      return groupOf(row);
    },
    publish: (act, groupId, count) => change((tx, at) => publish(tx, at, act, groupId, count)),
    withdraw: (act, groupId, count, reason) =>
      change((tx, at) => withdrawPlaces(tx, at, act, groupId, count, reason)),
    restore: (act, number, reason) => change((tx, at) => restore(tx, at, act, number, reason)),
  };
}

function groupOf(row: GroupRow): StaffGroup {
  return {
    id: row.id,
    kindergartenId: row.kindergarten_id,
    kindergarten: { kk: row.name_kk, ru: row.name_ru },
    name: row.name,
    birthYear: row.birth_year,
    language: row.language,
    capacity: row.capacity,
    enrolled: row.enrolled,
    free: row.free,
    held: row.held,
    canPublish: Math.max(0, row.capacity - row.enrolled - row.held - row.free),
    waiting: row.waiting,
  };
}

type PublishRow = {
  kindergarten_id: string;
  district_id: DistrictId;
  birth_year: number;
  group_type: string;
  language: string;
  capacity: number;
  enrolled: number;
  taken: number;
};

/** Locks the queue of a group's places, then the group; what both staff actions begin with. */
async function lockGroup(tx: WriteTx, at: Date, act: Act, groupId: GroupId) {
  await markApplied(tx, act, at);
  const [place] = await tx.$queryRaw<{ district_id: DistrictId; queue_id: QueueId }[]>`
    INSERT INTO queue (district_id, birth_year, group_type)
    SELECT k.district_id, g.birth_year, g.group_type FROM kindergarten_group g JOIN kindergarten k ON k.id = g.kindergarten_id
     WHERE g.id = ${groupId}::uuid AND k.is_active
    ON CONFLICT (district_id, birth_year, group_type) DO UPDATE SET birth_year = excluded.birth_year
    RETURNING district_id, id AS queue_id`;
  if (place === undefined) throw new Refusal('group.unknown');
  await assertOperatorOf(tx, act.personId, place.district_id);
  await lockQueues(tx, [place.queue_id]);
  const [group] = await tx.$queryRaw<PublishRow[]>`
    SELECT g.kindergarten_id, k.district_id, g.birth_year, g.group_type, g.language, g.capacity, g.enrolled,
           (SELECT count(*)::integer FROM place p WHERE p.group_id = g.id
              AND p.state IN ('DECLARED', 'PUBLISHED', 'PRIORITY', 'OPEN', 'OFFERED', 'HELD')) AS taken
      FROM kindergarten_group g JOIN kindergarten k ON k.id = g.kindergarten_id WHERE g.id = ${groupId}::uuid FOR UPDATE OF g`;
  if (group === undefined) throw new Refusal('group.unknown');
  return { queueId: place.queue_id, group, policy: await policyOn(tx, place.district_id, localDate(at)) };
}

/** P1: puts free places of a group into the bulletin; never more than capacity − enrolled − held − free (§8.4). */
async function publish(
  tx: WriteTx,
  at: Date,
  act: Act,
  groupId: GroupId,
  count: number,
): Promise<{ pickOpensAt: Date }> {
  const { queueId, group, policy } = await lockGroup(tx, at, act, groupId);
  const canPublish = Math.max(0, group.capacity - group.enrolled - group.taken);
  if (!Number.isInteger(count) || count < 1 || count > canPublish)
    throw new Refusal('place.overCapacity', { canPublish });
  const opens = pickOpensAt(policy, at);
  const places = await tx.place.createManyAndReturn({
    data: Array.from({ length: count }, () => ({
      group_id: groupId,
      kindergarten_id: group.kindergarten_id,
      queue_id: queueId,
      language: group.language,
      state: 'PUBLISHED',
      state_since: at,
      declared_at: at,
      published_at: at,
      pick_opens_at: opens,
    })),
    select: { id: true },
  });
  await recordEvents(
    tx,
    at,
    staffActor(act),
    places.map(({ id }) => ({
      entity: 'PLACE',
      entityId: id,
      applicationId: null,
      transition: 'P1',
      before: {},
      after: { state: 'PUBLISHED', pickOpensAt: opens.toISOString() },
      policyVersion: policy.version,
    })),
  );
  await offerPlaces(tx, at, staffActor(act), queueId, policy);
  return { pickOpensAt: opens };
}

/** P9 (R18): takes free places back, those nobody was told of first; revoked turns are kept for the next publication. */
async function withdrawPlaces(
  tx: WriteTx,
  at: Date,
  act: Act,
  groupId: GroupId,
  count: number,
  reason: string,
): Promise<{ revokedTurns: number }> {
  const { queueId, policy } = await lockGroup(tx, at, act, groupId);
  const free = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM place WHERE group_id = ${groupId}::uuid AND state IN ('DECLARED', 'PUBLISHED', 'PRIORITY', 'OPEN')
     ORDER BY array_position(ARRAY['DECLARED', 'PUBLISHED', 'OPEN', 'PRIORITY'], state), published_at DESC, id FOR UPDATE`;
  if (!Number.isInteger(count) || count < 1 || count > free.length)
    throw new Refusal('place.notEnough', { free: free.length });
  const actor = staffActor(act);
  await movePlaces(
    tx,
    at,
    actor,
    free.slice(0, count).map(({ id }) => id),
    'P9',
    { reason },
  );
  const revokedTurns = await settlePhase(tx, at, actor, queueId, policy, 'NEXT_TURN');
  return { revokedTurns };
}
