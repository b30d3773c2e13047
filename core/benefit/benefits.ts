import { type Act, type Page, pageOf } from '../act.ts';
import { ACTIVE } from '../application/transitions.ts';
import { storedDay } from '../calendar/civil-date.ts';
import type { QueueDeps } from '../context.ts';
import type { NamedQuery, WriteTx } from '../db/db.ts';
import type { ApplicationId, ClaimId, DistrictId } from '../ids.ts';
import { maskIin } from '../people/iin.ts';
import { fullName } from '../people/names.ts';
import { Refusal } from '../refusal.ts';
import { assertOperatorOf } from '../staff/rights.ts';
import type { Benefits, ClaimOnDesk, ClaimToCheck } from './api.ts';
import { askForCopy, confirm, decline, holdBegan, release, take } from './decide.ts';
import { begin, drop, send } from './parent.ts';
import { CLAIM_JSON, type ClaimJson, categoryOf, claimOf, claimOfJson, claimSelect } from './view.ts';

interface WaitingRow {
  readonly id: ClaimId;
  readonly number: string;
  readonly child_name: string;
  readonly claimed_at: Date;
  readonly scans: number;
  readonly held_by: string | null;
  readonly total: number;
}

const waitingQuery: NamedQuery = {
  name: 'claims-to-check',
  text: `SELECT b.id, a.number, c.name AS child_name, b.claimed_at, count(*) OVER ()::integer AS total,
      (SELECT count(*)::integer FROM scan s WHERE s.claim_id = b.id) AS scans,
      CASE WHEN b.state_since > $2 THEN b.taken_by END AS held_by
    FROM benefit_claim b JOIN application a ON a.id = b.application_id JOIN child c ON c.id = a.child_id
   WHERE a.district_id = $1 AND a.state = ANY ($3) AND b.state IN ('CLAIMED', 'PENDING_CHECK') AND b.copy_until IS NULL
   ORDER BY b.claimed_at, b.id LIMIT $4 OFFSET $5`,
};

/** Read again for every page that a parent sends of a paper. */
const claimQuery: NamedQuery = {
  name: 'benefit-claim',
  text: `SELECT ${CLAIM_JSON} AS claim FROM benefit_claim m JOIN benefit_category k ON k.code = m.category
   WHERE m.id = $1::uuid AND m.person_id = $2::uuid`,
};

/** Benefits of a child in the queue: claimed by the parent with scans, decided by an operator (DOMAIN §3.1). */
export function createBenefits(deps: QueueDeps): Benefits {
  const { db, clock } = deps;
  const change = <T>(work: (tx: WriteTx, at: Date) => Promise<T>): Promise<T> => {
    const at = clock.now();
    return db.write((tx) => work(tx, at));
  };
  return {
    categories: async () => {
      const rows = await db.prisma.benefit_category.findMany({
        where: { is_active: true },
        orderBy: { ord: 'asc' },
      });
      return rows.map(categoryOf);
    },
    ofApplication: async (act, id) => {
      const found = await db.prisma.application.findFirst({
        where: { id, applicant_id: act.personId },
        select: { benefit_claims: { orderBy: { id: 'desc' }, select: claimSelect } },
      });
      if (found === null) throw new Refusal('application.unknown');
      return found.benefit_claims.map(claimOf);
    },
    claim: async (act, id) => {
      const [row] = await db.rows<{ claim: ClaimJson }>(claimQuery, [id, act.personId]);
      if (row === undefined) throw new Refusal('claim.unknown');
      return claimOfJson(row.claim);
    },
    begin: (act, id, category) => change((tx, at) => begin(tx, at, act, id, category)),
    send: (act, id) => change((tx, at) => send(tx, at, act, id)),
    drop: (act, id) => change((tx, at) => drop(tx, at, act, id)),

    toCheck: (act, districtId, page, pageSize = 6) => toCheck(deps, act, districtId, page, pageSize),
    take: async (act, id) => {
      await change((tx, at) => take(tx, at, act, id));
      return onDesk(deps, act, id);
    },
    onDesk: (act, id) => onDesk(deps, act, id),
    release: (act, id) => change((tx, at) => release(tx, at, act, id)),
    confirm: (act, id, paper) => change((tx, at) => confirm(tx, at, act, id, paper)),
    decline: (act, id, reason, note) => change((tx, at) => decline(tx, at, act, id, reason, note)),
    askForCopy: (act, id) => change((tx, at) => askForCopy(tx, at, act, id)),
  };
}

async function toCheck(
  { db, clock }: QueueDeps,
  act: Act,
  districtId: DistrictId,
  page: number,
  pageSize: number,
): Promise<Page<ClaimToCheck>> {
  await assertOperatorOf(db.prisma, act.personId, districtId);
  const rows = await db.rows<WaitingRow>(waitingQuery, [
    districtId,
    holdBegan(clock.now()),
    ACTIVE,
    pageSize,
    page * pageSize,
  ]);
  const items = rows.map(({ id, number, child_name, claimed_at, scans, held_by }): ClaimToCheck => {
    const takenBy = held_by === null ? null : held_by === act.personId ? 'ME' : 'OTHER';
    return { id, applicationNumber: number, childName: child_name, claimedAt: claimed_at, scans, takenBy };
  });
  return pageOf(items, page, pageSize, rows[0]?.total ?? 0);
}

const deskSelect = {
  ...claimSelect,
  taken_by: true,
  person: {
    select: { surname: true, name: true, patronymic: true, iin_cipher: true, iin_hash: true },
  },
  application: { include: { child: true } },
} as const;

/** One look at the rows: what the operator compares with the paper. */
async function onDesk({ db, secrets }: QueueDeps, act: Act, id: ClaimId): Promise<ClaimOnDesk> {
  const row = await db.prisma.benefit_claim.findUnique({ where: { id }, select: deskSelect });
  if (row?.application == null) throw new Refusal('claim.unknown');
  const { application, person } = row;
  await assertOperatorOf(db.prisma, act.personId, application.district_id as DistrictId);
  const active = (ACTIVE as readonly string[]).includes(application.state);
  if (row.state !== 'PENDING_CHECK' || !active) throw new Refusal('claim.closed');
  if (row.taken_by !== act.personId) throw new Refusal('claim.taken');
  const { child } = application;
  return {
    ...claimOf(row),
    applicationId: application.id as ApplicationId,
    districtId: application.district_id as DistrictId,
    applicationNumber: application.number,
    child: {
      fullName: fullName(child),
      maskedIin: maskIin(secrets.openIin(child)),
      birthDate: storedDay(child.birth_date),
    },
    applicant: { fullName: fullName(person), maskedIin: maskIin(secrets.openIin(person)) },
    registeredAt: application.registered_at,
  };
}
