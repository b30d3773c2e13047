import type { Act } from '../act.ts';
import { type LockedApplication, lockApplication, lockQueues } from '../application/move.ts';
import { ALIVE_FOR_PARENTS } from '../application/transitions.ts';
import { personActor } from '../audit/event.ts';
import { localDate } from '../calendar/civil-date.ts';
import { calendarIn } from '../calendar/stored.ts';
import type { QueueDeps } from '../context.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId, GuardianLinkId, PersonId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import { setTimers } from '../jobs/timers.ts';
import { planNotices } from '../notice/plan.ts';
import type { Iin } from '../people/iin.ts';
import type { RateLimits } from '../people/limits.ts';
import { iinOf, readIin } from '../people/persons.ts';
import { nameOf } from '../people/sms.ts';
import { policyOn } from '../policy/policy.ts';
import { termEnd } from '../policy/term.ts';
import { Refusal } from '../refusal.ts';
import { queuesOfFamily } from '../waitlist/siblings.ts';
import { ALIVE, lockLinkAlone, makeLink, moveLink } from './transitions.ts';

export type GuardianDeps = QueueDeps & { readonly limits: RateLimits };

/** How many IINs one person may try in an hour, and how long an operator's refusal stands. */
export const REQUEST_RULES = { perHour: 10, refusalStandsDays: 30 } as const;

export interface Requested {
  readonly linked: readonly ApplicationId[];
  readonly asked: boolean;
}

/** See `Guardians.request`. The registry is asked before the transaction. */
export async function requestLink(deps: GuardianDeps, act: Act, childIin: string): Promise<Requested> {
  const iin = readIin(childIin);
  const until = await deps.limits.consume(`guardian:${act.personId}`, REQUEST_RULES.perHour, 3600);
  if (until !== null) throw new Refusal('guardian.tooOften', { until: until.toISOString() });
  const own = await iinOf(deps.secrets, deps.db.prisma, act.personId);
  if (own === iin) throw new Refusal('login.own');
  const proven = await isParent(deps, iin, own);
  const at = deps.clock.now();
  return deps.db.write(async (tx) => {
    await markApplied(tx, act, at);
    const applications = await lockApplicationsOf(deps, tx, iin, act.personId);
    if (proven) return { linked: await joinProven(tx, at, act, applications), asked: false };
    for (const application of applications) await ask(tx, at, act, application);
    // Whether the child stands in a queue is nobody's business but its parents': the answer is always this one.
    return { linked: [], asked: true };
  });
}

/** Whether the registry names the person as a parent; no when it is silent. */
async function isParent({ ports, log }: GuardianDeps, child: Iin, own: Iin): Promise<boolean> {
  try {
    return (await ports.registry.parents(child)).includes(own);
  } catch (error) {
    log.warn({ error: nameOf(error) }, 'guardian: the registry did not answer');
    return false;
  }
}

/**
 * The child's applications that are alive, locked: all their queues first, with those whose lists change their order when
 * the person becomes a parent, then each of them.
 */
async function lockApplicationsOf(
  { secrets }: GuardianDeps,
  tx: WriteTx,
  iin: Iin,
  personId: PersonId,
): Promise<readonly LockedApplication[]> {
  const rows = await tx.application.findMany({
    where: { child: { iin_hash: secrets.iinHash(iin) }, state: { in: [...ALIVE_FOR_PARENTS] } },
    select: { id: true, queue_id: true },
    orderBy: { id: 'asc' },
  });
  const queues = rows.map((row) => row.queue_id);
  for (const { id } of rows) queues.push(...(await queuesOfFamily(tx, id as ApplicationId, personId)));
  await lockQueues(tx, queues);
  const locked: LockedApplication[] = [];
  for (const { id } of rows) {
    const { application } = await lockApplication(tx, id as ApplicationId);
    if (ALIVE_FOR_PARENTS.includes(application.state)) locked.push(application);
  }
  return locked;
}

/** The person's live link to a locked application. */
async function aliveLink(tx: WriteTx, personId: PersonId, applicationId: ApplicationId) {
  const found = await tx.guardian_link.findFirst({
    where: { application_id: applicationId, person_id: personId, state: { in: [...ALIVE] } },
    select: { id: true },
  });
  return found === null ? undefined : lockLinkAlone(tx, found.id as GuardianLinkId);
}

/** G2 and G9. Refusals: guardian.none, guardian.already. */
async function joinProven(
  tx: WriteTx,
  at: Date,
  act: Act,
  applications: readonly LockedApplication[],
): Promise<readonly ApplicationId[]> {
  if (applications.length === 0) throw new Refusal('guardian.none');
  const linked: ApplicationId[] = [];
  for (const { id, applicant_id } of applications) {
    const link = await aliveLink(tx, act.personId, id);
    if (applicant_id === act.personId || link?.state === 'LINKED') continue;
    if (link !== undefined) await moveLink(tx, at, personActor(act), link, 'G9');
    else await makeLink(tx, at, personActor(act), { applicationId: id, personId: act.personId }, 'G2');
    linked.push(id);
    await planNotices(tx, at, [
      { code: 'N35a', personId: applicant_id, applicationId: id, params: { event: 'LINKED' } },
    ]);
  }
  if (linked.length === 0) throw new Refusal('guardian.already');
  return linked;
}

/** G1 or G3. Nothing for the own application, where a request is open, and while an operator's refusal stands. */
async function ask(tx: WriteTx, at: Date, act: Act, application: LockedApplication): Promise<void> {
  const { id: applicationId, applicant_id: owner } = application;
  if (owner === act.personId || (await aliveLink(tx, act.personId, applicationId)) !== undefined) return;
  const last = await tx.guardian_link.findFirst({
    where: { application_id: applicationId, person_id: act.personId },
    orderBy: { id: 'desc' },
    select: { state: true, state_since: true, decided_by: true },
  });
  const refusedBy = last?.state === 'REFUSED' ? last.decided_by : null;
  const link = { applicationId, personId: act.personId };
  // The first applicant is not asked the same again and again: whoever insists is looked at by an operator.
  if (refusedBy === owner) {
    await makeLink(tx, at, personActor(act), link, 'G3');
    return;
  }
  if (last != null && refusedBy !== null && at.getTime() - last.state_since.getTime() < STANDS_MS) return;
  const id = await makeLink(tx, at, personActor(act), link, 'G1');
  const policy = await policyOn(tx, application.district_id, localDate(at));
  const deadlineAt = termEnd(await calendarIn(tx), at, policy['coguardian.answerDays']);
  await setTimers(tx, at, [{ kind: 'GUARDIAN', subjectId: id, applicationId, startAt: at, deadlineAt }]);
  await planNotices(tx, at, [{ code: 'N35', personId: owner, applicationId, params: { link: id } }]);
}

const STANDS_MS = REQUEST_RULES.refusalStandsDays * 24 * 3_600_000;
