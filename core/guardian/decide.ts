import type { Act } from '../act.ts';
import type { LockedApplication } from '../application/move.ts';
import { ALIVE_FOR_PARENTS } from '../application/transitions.ts';
import { logAccess } from '../audit/access.ts';
import { personActor, SYSTEM, staffActor } from '../audit/event.ts';
import type { WriteTx } from '../db/db.ts';
import type { GuardianLinkId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import { type OwedNotice, planNotices } from '../notice/plan.ts';
import { Refusal } from '../refusal.ts';
import { assertOperatorOf } from '../staff/rights.ts';
import { type LockedLink, lockLink, lockLinkAlone, moveLink } from './transitions.ts';

type Told = 'JOINED' | 'REMOVED' | 'LINKED' | 'LEFT' | 'REFUSED';

/** N35a. JOINED and REMOVED are told to the second parent, the others to the first applicant. */
function told(event: Told, link: LockedLink, application: LockedApplication): OwedNotice {
  const personId = event === 'JOINED' || event === 'REMOVED' ? link.person_id : application.applicant_id;
  return { code: 'N35a', personId, applicationId: application.id, params: { event } };
}

/**
 * G4, G5: the first applicant's answer, also a late one. Who is refused is not told: they would learn that the child
 * stands in this queue, and nobody has proved that they may. Refusals: guardian.unknown, guardian.decided.
 */
export async function answerLink(
  tx: WriteTx,
  at: Date,
  act: Act,
  id: GuardianLinkId,
  agrees: boolean,
): Promise<void> {
  await markApplied(tx, act, at);
  const { link, application } = await lockLink(tx, id);
  if (application.applicant_id !== act.personId) throw new Refusal('guardian.unknown');
  await moveLink(tx, at, personActor(act), link, agrees ? 'G4' : 'G5');
  if (agrees) await planNotices(tx, at, [told('JOINED', link, application)]);
}

/** G10, G11. Refusals: guardian.unknown, guardian.proven. */
export async function unlink(tx: WriteTx, at: Date, act: Act, id: GuardianLinkId): Promise<void> {
  await markApplied(tx, act, at);
  const { link, application } = await lockLink(tx, id);
  const leaves = link.person_id === act.personId;
  const isOwner = application.applicant_id === act.personId;
  if (link.state !== 'LINKED' || !(leaves || isOwner)) throw new Refusal('guardian.unknown');
  if (!leaves && link.proof === 'REGISTRY') throw new Refusal('guardian.proven');
  await moveLink(tx, at, personActor(act), link, leaves ? 'G11' : 'G10');
  await recallNotices(tx, at, link);
  await planNotices(tx, at, [told(leaves ? 'LEFT' : 'REMOVED', link, application)]);
}

/** What was held up for the night does not go out any more: whither the child will go is not theirs to know now. */
async function recallNotices(tx: WriteTx, at: Date, link: LockedLink): Promise<void> {
  await tx.delivery.updateMany({
    where: {
      state: 'PENDING',
      claimed_by: null,
      notice: { person_id: link.person_id, application_id: link.application_id },
    },
    data: { state: 'CANCELLED', ended_at: at },
  });
}

/** G6: the first applicant gave no answer in the term, and the department decides; G12 where there is nothing to join. */
export async function ownerWasSilent(
  tx: WriteTx,
  at: Date,
  application: LockedApplication,
  id: GuardianLinkId,
): Promise<void> {
  const link = await lockLinkAlone(tx, id);
  if (link.state !== 'PENDING_OWNER') return;
  await moveLink(tx, at, SYSTEM, link, ALIVE_FOR_PARENTS.includes(application.state) ? 'G6' : 'G12');
}

/**
 * G7, G8: the operator's decision. Nobody decides about themselves.
 * Refusals: guardian.unknown, guardian.decided, staff.forbidden.
 */
export async function decideLink(
  tx: WriteTx,
  at: Date,
  act: Act,
  id: GuardianLinkId,
  agrees: boolean,
): Promise<void> {
  await markApplied(tx, act, at);
  const { link, application } = await lockLink(tx, id);
  const role = await assertOperatorOf(tx, act.personId, application.district_id);
  if (act.personId === link.person_id || act.personId === application.applicant_id) {
    throw new Refusal('staff.forbidden');
  }
  if (link.state === 'PENDING_OWNER') throw new Refusal('guardian.unknown');
  await moveLink(tx, at, staffActor(act), link, agrees ? 'G7' : 'G8');
  if (agrees) {
    const seen = { personId: link.person_id, applicationId: application.id };
    await logAccess(tx, at, { ...seen, viewerId: act.personId, role, what: 'LINK' });
  }
  await planNotices(
    tx,
    at,
    agrees
      ? [told('JOINED', link, application), told('LINKED', link, application)]
      : [told('REFUSED', link, application)],
  );
}
