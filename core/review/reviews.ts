import { type Act, type Page, pageOf } from '../act.ts';
import { lockApplication } from '../application/move.ts';
import { logAccess } from '../audit/access.ts';
import { staffActor } from '../audit/event.ts';
import { storedDay } from '../calendar/civil-date.ts';
import type { QueueDeps } from '../context.ts';
import type { WriteTx } from '../db/db.ts';
import type { Relation } from '../draft/api.ts';
import type { ApplicationId, DistrictId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import { maskIin } from '../people/iin.ts';
import { fullName } from '../people/names.ts';
import { Refusal } from '../refusal.ts';
import { assertOperatorOf } from '../staff/rights.ts';
import { admit, turnDown } from './admit.ts';
import type { ReviewCard, ReviewRow, Reviews } from './api.ts';

const PAGE = 5;
const LONGEST_NOTE = 300;

/** See `Reviews`. */
export function createReviews(deps: QueueDeps): Reviews {
  const { db, clock } = deps;
  const decide = (act: Act, id: ApplicationId, work: (tx: WriteTx, at: Date) => Promise<void>) =>
    db.write(async (tx) => {
      const at = clock.now();
      await markApplied(tx, act, at);
      await assertOperatorOf(tx, act.personId, await districtOf(tx, id));
      await work(tx, at);
    });
  return {
    list: (act, districtId, page, pageSize = PAGE) =>
      db.write((tx) => list(tx, act, districtId, page, pageSize)),
    card: (act, id) => db.write((tx) => card(deps, tx, act, id)),
    approve: (act, id) =>
      decide(act, id, async (tx, at) => {
        await admit(deps, tx, at, staffActor(act), await lockApplication(tx, id), null);
      }),
    reject: (act, id, reason, note) =>
      decide(act, id, async (tx, at) => {
        const words = note?.trim().slice(0, LONGEST_NOTE) ?? '';
        if (reason === 'OTHER' && words === '') throw new Refusal('review.needsNote');
        const locked = await lockApplication(tx, id);
        await turnDown(tx, at, staffActor(act), locked, reason, words === '' ? null : words);
      }),
  };
}

async function districtOf(tx: WriteTx, id: ApplicationId): Promise<DistrictId> {
  const row = await tx.application.findUnique({ where: { id }, select: { district_id: true } });
  if (row === null) throw new Refusal('application.unknown');
  return row.district_id as DistrictId;
}

async function list(
  tx: WriteTx,
  act: Act,
  districtId: DistrictId,
  page: number,
  pageSize: number,
): Promise<Page<ReviewRow>> {
  await assertOperatorOf(tx, act.personId, districtId);
  const where = { district_id: districtId, state: 'IN_REVIEW' };
  const total = await tx.application.count({ where });
  const rows = await tx.application.findMany({
    where,
    select: rowColumns,
    orderBy: [{ registered_at: 'asc' }, { id: 'asc' }],
    skip: page * pageSize,
    take: pageSize,
  });
  return pageOf(rows.map(rowOf), page, pageSize, total);
}

const rowColumns = {
  id: true,
  number: true,
  registered_at: true,
  relation: true,
  child: { select: { name: true } },
} as const;

function rowOf(row: {
  readonly id: string;
  readonly number: string;
  readonly registered_at: Date;
  readonly relation: string;
  readonly child: { readonly name: string };
}): ReviewRow {
  return {
    id: row.id as ApplicationId,
    number: row.number,
    childName: row.child.name,
    registeredAt: row.registered_at,
    relation: row.relation as Relation,
  };
}

async function card(
  { clock, secrets }: QueueDeps,
  tx: WriteTx,
  act: Act,
  id: ApplicationId,
): Promise<ReviewCard> {
  const districtId = await districtOf(tx, id);
  const role = await assertOperatorOf(tx, act.personId, districtId);
  const row = await tx.application.findUniqueOrThrow({
    where: { id },
    include: { child: true, applicant: true },
  });
  if (row.state !== 'IN_REVIEW') throw new Refusal('application.wrongState', { state: row.state });
  await logAccess(tx, clock.now(), {
    personId: row.applicant_id,
    viewerId: act.personId,
    role,
    what: 'REVIEW',
    applicationId: id,
  });
  return {
    ...rowOf(row),
    child: {
      fullName: fullName(row.child),
      maskedIin: maskIin(secrets.openIin(row.child)),
      birthDate: storedDay(row.child.birth_date),
    },
    applicant: { fullName: fullName(row.applicant), maskedIin: maskIin(secrets.openIin(row.applicant)) },
  };
}
