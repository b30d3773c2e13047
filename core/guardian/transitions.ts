import { type LockedApplication, lockApplication, lockQueues } from '../application/move.ts';
import { type Actor, recordEvents } from '../audit/event.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId, GuardianLinkId, PersonId } from '../ids.ts';
import { cancelTimers } from '../jobs/timers.ts';
import { Refusal } from '../refusal.ts';
import { queuesOfFamily, settleSiblings } from '../waitlist/siblings.ts';
import type { GuardianLinkState } from './api.ts';

interface Transition {
  readonly from: readonly GuardianLinkState[];
  readonly to: GuardianLinkState;
}

/** Every way a link of the second parent may change its state (DOMAIN §8.8). What is not here cannot happen. */
export const guardianTransitions = {
  /** asked for: the first applicant is asked */
  G1: { from: [], to: 'PENDING_OWNER' },
  /** the registry proves parenthood */
  G2: { from: [], to: 'LINKED' },
  /** asked for again after the first applicant refused: an operator decides */
  G3: { from: [], to: 'OPERATOR_REVIEW' },
  /** the first applicant agreed, late or not */
  G4: { from: ['PENDING_OWNER', 'OPERATOR_REVIEW'], to: 'LINKED' },
  G5: { from: ['PENDING_OWNER', 'OPERATOR_REVIEW'], to: 'REFUSED' },
  /** no answer in the term */
  G6: { from: ['PENDING_OWNER'], to: 'OPERATOR_REVIEW' },
  /** the operator agreed */
  G7: { from: ['OPERATOR_REVIEW'], to: 'LINKED' },
  G8: { from: ['OPERATOR_REVIEW'], to: 'REFUSED' },
  /** the registry, which was silent before, proves parenthood */
  G9: { from: ['PENDING_OWNER', 'OPERATOR_REVIEW'], to: 'LINKED' },
  /** taken out by the first applicant */
  G10: { from: ['LINKED'], to: 'UNLINKED' },
  /** left by themselves */
  G11: { from: ['LINKED'], to: 'UNLINKED' },
  /** over without an answer: the application has left the queue meanwhile, or who asked has deleted the account */
  G12: { from: ['PENDING_OWNER', 'OPERATOR_REVIEW'], to: 'REFUSED' },
} as const satisfies Record<string, Transition>;

export type GuardianTransition = keyof typeof guardianTransitions;
type Proof = 'REGISTRY' | 'OWNER' | 'OPERATOR';

const PROOFS: Readonly<Partial<Record<GuardianTransition, Proof>>> = {
  G2: 'REGISTRY',
  G4: 'OWNER',
  G7: 'OPERATOR',
  G9: 'REGISTRY',
};

/** States in which a link is alive: a person has one of them at most in an application. */
export const ALIVE: readonly GuardianLinkState[] = ['PENDING_OWNER', 'OPERATOR_REVIEW', 'LINKED'];

/** A link as actions see it, locked. */
export interface LockedLink {
  readonly id: GuardianLinkId;
  readonly application_id: ApplicationId;
  readonly person_id: PersonId;
  readonly state: GuardianLinkState;
  readonly proof: Proof | null;
}

/**
 * Locks queues → application → link: whoever acts by a link holds its application too. The queues are also those whose
 * lists change their order with the family. Refusal: guardian.unknown.
 */
export async function lockLink(
  tx: WriteTx,
  id: GuardianLinkId,
): Promise<{ readonly link: LockedLink; readonly application: LockedApplication }> {
  const found = await tx.guardian_link.findUnique({
    where: { id },
    select: { application_id: true, person_id: true, application: { select: { queue_id: true } } },
  });
  if (found === null) throw new Refusal('guardian.unknown');
  const applicationId = found.application_id as ApplicationId;
  const lists = await queuesOfFamily(tx, applicationId, found.person_id as PersonId);
  await lockQueues(tx, [found.application.queue_id, ...lists]);
  const { application } = await lockApplication(tx, applicationId);
  return { link: await lockLinkAlone(tx, id), application };
}

/** Its queue and application must be locked before. */
export async function lockLinkAlone(tx: WriteTx, id: GuardianLinkId): Promise<LockedLink> {
  const [link] = await tx.$queryRaw<LockedLink[]>`
    SELECT id, application_id, person_id, state, proof FROM guardian_link WHERE id = ${id}::uuid FOR UPDATE`;
  if (link === undefined) throw new Refusal('guardian.unknown');
  return link;
}

/** Writes a new link of a locked application, with its event. For G2 the queues of `queuesOfFamily` are locked. */
export async function makeLink(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  link: { readonly applicationId: ApplicationId; readonly personId: PersonId },
  transition: 'G1' | 'G2' | 'G3',
): Promise<GuardianLinkId> {
  const state = guardianTransitions[transition].to;
  const made = await tx.guardian_link.create({
    data: {
      application_id: link.applicationId,
      person_id: link.personId,
      state,
      state_since: at,
      created_at: at,
      proof: PROOFS[transition] ?? null,
    },
    select: { id: true },
  });
  const id = made.id as GuardianLinkId;
  if (state === 'LINKED') await settleSiblings(tx, at, link.applicationId, link.personId);
  await tell(tx, at, actor, { id, application_id: link.applicationId }, transition, {});
  return id;
}

/** Carries a locked link over one transition of the table, and ends its deadline. Refusal: guardian.decided. */
export async function moveLink(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  link: LockedLink,
  transition: Exclude<GuardianTransition, 'G1' | 'G2' | 'G3'>,
): Promise<void> {
  const { from, to } = guardianTransitions[transition];
  if (!(from as readonly string[]).includes(link.state)) throw new Refusal('guardian.decided');
  await tx.guardian_link.update({
    where: { id: link.id },
    data: {
      state: to,
      state_since: at,
      decided_by: actor.id,
      ...(to === 'LINKED' ? { proof: PROOFS[transition] ?? null } : {}),
    },
    select: { id: true },
  });
  await cancelTimers(tx, at, { subjectId: link.id });
  if (to === 'LINKED' || link.state === 'LINKED')
    await settleSiblings(tx, at, link.application_id, link.person_id);
  await tell(tx, at, actor, link, transition, { state: link.state });
}

function tell(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  link: Pick<LockedLink, 'id' | 'application_id'>,
  transition: GuardianTransition,
  before: { readonly state?: GuardianLinkState },
): Promise<void> {
  return recordEvents(tx, at, actor, [
    {
      entity: 'GUARDIAN_LINK',
      entityId: link.id,
      applicationId: link.application_id,
      transition,
      before,
      after: { state: guardianTransitions[transition].to },
    },
  ]);
}
