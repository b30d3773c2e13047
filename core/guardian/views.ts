import { type Act, type Page, pageOf } from '../act.ts';
import { logAccess } from '../audit/access.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId, DistrictId, GuardianLinkId } from '../ids.ts';
import { maskIin } from '../people/iin.ts';
import { calledBy, fullName, type Names } from '../people/names.ts';
import { Refusal } from '../refusal.ts';
import { assertOperatorOf } from '../staff/rights.ts';
import type {
  GuardianLinkState,
  Guardians,
  GuardianView,
  LinkOnDesk,
  LinkRequest,
  LinkToReview,
} from './api.ts';
import type { GuardianDeps } from './request.ts';
import { ALIVE } from './transitions.ts';

const names = { surname: true, name: true, patronymic: true } as const;
const sealed = { ...names, iin_cipher: true, iin_hash: true } as const;

const viewed = { id: true, state: true, state_since: true, proof: true, person: { select: names } } as const;

interface ViewedRow {
  readonly id: string;
  readonly state: string;
  readonly state_since: Date;
  readonly proof: string | null;
  readonly person: Names;
}

function viewOf(row: ViewedRow): GuardianView {
  return {
    id: row.id as GuardianLinkId,
    name: calledBy(row.person),
    state: row.state as GuardianLinkState,
    since: row.state_since,
    removable: row.state === 'LINKED' && row.proof !== 'REGISTRY',
  };
}

/** What each of those concerned may see of a link, and nothing else. */
export function createGuardianViews(
  deps: GuardianDeps,
): Pick<Guardians, 'of' | 'asked' | 'mine' | 'toReview' | 'onDesk'> {
  const { db, clock } = deps;
  return {
    of: async ({ personId }, id): Promise<readonly GuardianView[]> => {
      const own = await db.prisma.application.findFirst({
        where: { id, applicant_id: personId },
        select: {
          guardian_links: {
            where: { state: { in: [...ALIVE] } },
            orderBy: { created_at: 'asc' },
            select: viewed,
          },
        },
      });
      if (own === null) throw new Refusal('application.unknown');
      return own.guardian_links.map(viewOf);
    },

    asked: async ({ personId }, id) => {
      const row = await db.prisma.guardian_link.findFirst({
        where: { id, application: { applicant_id: personId } },
        select: {
          ...viewed,
          application: { select: { id: true, number: true, child: { select: { name: true } } } },
        },
      });
      if (row === null) throw new Refusal('guardian.unknown');
      const { id: applicationId, number, child } = row.application;
      return {
        ...viewOf(row),
        applicationId: applicationId as ApplicationId,
        childName: child.name,
        numberTail: number.slice(-4),
      };
    },

    mine: async ({ personId }, id): Promise<LinkRequest | null> => {
      const row = await db.prisma.application.findFirst({
        where: { id },
        select: {
          applicant_id: true,
          guardian_links: { where: { person_id: personId, state: 'LINKED' }, select: { id: true } },
        },
      });
      if (row?.applicant_id === personId) return null;
      const link = row?.guardian_links[0];
      if (link === undefined) throw new Refusal('application.unknown');
      return { id: link.id as GuardianLinkId, applicationId: id, state: 'LINKED' };
    },

    toReview: (act, districtId, page, pageSize = 6) =>
      db.write((tx) => toReview(tx, act, districtId, page, pageSize)),
    onDesk: (act, id) => db.write((tx) => onDesk(deps, tx, clock.now(), act, id)),
  };
}

interface ReviewRow {
  readonly id: GuardianLinkId;
  readonly number: string;
  readonly child_name: string;
  readonly created_at: Date;
  readonly refused: boolean;
  readonly total: number;
}

/** Whoever waits longest comes first. */
async function toReview(
  tx: WriteTx,
  act: Act,
  districtId: DistrictId,
  page: number,
  pageSize: number,
): Promise<Page<LinkToReview>> {
  await assertOperatorOf(tx, act.personId, districtId);
  const rows = await tx.$queryRaw<ReviewRow[]>`
    SELECT l.id, a.number, c.name AS child_name, l.created_at, count(*) OVER ()::integer AS total,
           EXISTS (SELECT FROM guardian_link x WHERE x.application_id = l.application_id AND x.person_id = l.person_id
                      AND x.state = 'REFUSED' AND x.decided_by = a.applicant_id) AS refused
      FROM guardian_link l JOIN application a ON a.id = l.application_id JOIN child c ON c.id = a.child_id
     WHERE l.state = 'OPERATOR_REVIEW' AND a.district_id = ${districtId}::uuid
     ORDER BY l.state_since, l.id LIMIT ${pageSize} OFFSET ${page * pageSize}`;
  return pageOf(rows.map(rowOf), page, pageSize, rows[0]?.total ?? 0);
}

const rowOf = (row: ReviewRow): LinkToReview => ({
  id: row.id,
  applicationNumber: row.number,
  childName: row.child_name,
  requestedAt: row.created_at,
  ownerRefused: row.refused,
});

async function onDesk(
  { secrets }: GuardianDeps,
  tx: WriteTx,
  at: Date,
  act: Act,
  id: GuardianLinkId,
): Promise<LinkOnDesk> {
  const row = await tx.guardian_link.findUnique({
    where: { id },
    select: {
      created_at: true,
      state: true,
      person_id: true,
      person: { select: sealed },
      application: {
        select: {
          id: true,
          number: true,
          district_id: true,
          applicant_id: true,
          applicant: { select: names },
          child: { select: sealed },
        },
      },
    },
  });
  if (row === null || row.state === 'PENDING_OWNER') throw new Refusal('guardian.unknown');
  const { application } = row;
  const applicationId = application.id as ApplicationId;
  const districtId = application.district_id as DistrictId;
  const role = await assertOperatorOf(tx, act.personId, districtId);
  if (row.state !== 'OPERATOR_REVIEW') throw new Refusal('guardian.decided');
  // Who asks reads the own log too, and would learn from it that there is an application: theirs is written when they join.
  const personId = application.applicant_id;
  await logAccess(tx, at, { personId, viewerId: act.personId, role, what: 'LINK', applicationId });
  const refused = await tx.guardian_link.count({
    where: {
      application_id: applicationId,
      person_id: row.person_id,
      state: 'REFUSED',
      decided_by: application.applicant_id,
    },
  });
  return {
    id,
    applicationNumber: application.number,
    childName: application.child.name,
    requestedAt: row.created_at,
    ownerRefused: refused > 0,
    child: { fullName: fullName(application.child), maskedIin: maskIin(secrets.openIin(application.child)) },
    applicant: { fullName: fullName(application.applicant) },
    guardian: { fullName: fullName(row.person), maskedIin: maskIin(secrets.openIin(row.person)) },
    districtId,
  };
}
