import type { Act } from '../act.ts';
import { personActor, recordEvents } from '../audit/event.ts';
import {
  addMonths,
  type CivilDate,
  civil,
  daysInMonth,
  endOfDay,
  localDate,
  partsOf,
} from '../calendar/civil-date.ts';
import { monthsAfter } from '../calendar/working-calendar.ts';
import type { QueueDeps } from '../context.ts';
import { nextNumber } from '../db/counter.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId, ChildId, PersonId, QueueId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import { setTimers } from '../jobs/timers.ts';
import { planNotices } from '../notice/plan.ts';
import { parseIin } from '../people/iin.ts';
import { iinOf } from '../people/persons.ts';
import { type Policy, policyOn } from '../policy/policy.ts';
import type { RegisteredPerson } from '../ports.ts';
import { registrationDocumentData } from '../referral/paper.ts';
import { Refusal } from '../refusal.ts';
import type { Registration } from './api.ts';
import { ACTIVE } from './transitions.ts';

/** The day on which the queue ends for a child (T9, K3): by `age.removalMode` after the birthday of `age.maxYears`. */
export function ageLimit(
  birth: CivilDate,
  policy: Pick<Policy, 'age.maxYears' | 'age.removalMode'>,
): CivilDate {
  const birthday = addMonths(birth, policy['age.maxYears'] * 12);
  const { year, month } = partsOf(birthday);
  if (policy['age.removalMode'] === 'END_OF_MONTH') {
    return civil(`${birthday.slice(0, 8)}${String(daysInMonth(year, month)).padStart(2, '0')}`);
  }
  const september = civil(`${birthday.slice(0, 4)}-09-01`);
  return birthday <= september ? september : civil(`${year + 1}-09-01`);
}

interface Registered {
  readonly id: ApplicationId;
  readonly childId: ChildId;
  readonly number: string;
  readonly position: number;
}

/**
 * A1 (S1 steps 9–13): the child stands in the queue from this moment. The registry is asked before the transaction.
 * Refusals: iin.*, child.bornInFuture, child.tooOld {limit}, child.notInRegistry, child.notYours,
 * application.duplicate {number}, district.unknown.
 */
export async function register(deps: QueueDeps, act: Act, registration: Registration): Promise<Registered> {
  const at = deps.clock.now();
  const parsed = parseIin(registration.childIin);
  if (!parsed.ok) throw new Refusal(`iin.${parsed.code}`);
  if (parsed.birthDate > localDate(at)) throw new Refusal('child.bornInFuture');
  const child = await deps.ports.registry.person(parsed.iin);
  if (child === undefined) throw new Refusal('child.notInRegistry');
  const parents = await deps.ports.registry.parents(parsed.iin);
  return deps.db.write(async (tx) => {
    await markApplied(tx, act, at);
    await assertParent(deps, tx, act.personId, parents);
    return enqueue(deps, tx, at, act, child, registration);
  });
}

/** Parenthood is proved by the registry (DOMAIN §8.8): anybody may know a child's IIN. */
async function assertParent(
  deps: QueueDeps,
  tx: WriteTx,
  personId: PersonId,
  parents: readonly string[],
): Promise<void> {
  if (!parents.includes(await iinOf(deps.secrets, tx, personId))) throw new Refusal('child.notYours');
}

async function enqueue(
  deps: QueueDeps,
  tx: WriteTx,
  at: Date,
  act: Act,
  child: RegisteredPerson,
  registration: Registration,
): Promise<Registered> {
  const registeredAt = registration.registeredAt ?? at;
  const district = await tx.district.findUnique({
    where: { id: registration.districtId },
    select: { code: true },
  });
  if (district === null) throw new Refusal('district.unknown');
  const policy = await policyOn(tx, registration.districtId, localDate(at));
  const limit = ageLimit(child.birthDate, policy);
  if (limit < localDate(at)) throw new Refusal('child.tooOld', { limit });
  // The queue's row first: of two parents in the same second the later one finds the application of the earlier.
  const queueId = await lockedQueueOf(tx, registration.districtId, partsOf(child.birthDate).year);
  const childId = await upsertChild(deps, tx, at, child);
  const duplicate = await tx.application.findFirst({
    where: { child_id: childId, district_id: registration.districtId, state: { in: [...ACTIVE] } },
    select: { number: true, applicant_id: true },
  });
  if (duplicate !== null) throw new Refusal('application.duplicate', { number: duplicate.number });
  const eligibleFrom = addMonths(child.birthDate, policy['age.minMonths']);
  // Whose registration is brought in from before the last term has the present one to answer in.
  const firstDue = monthsAfter(registeredAt, policy['interest.months']);
  const interestDue = firstDue > at ? firstDue : monthsAfter(at, policy['interest.months']);
  const created = await tx.application.create({
    data: {
      number: await nextNumber(tx, `AKM-${district.code}`, at),
      child_id: childId,
      applicant_id: act.personId,
      district_id: registration.districtId,
      queue_id: queueId,
      state: 'QUEUED',
      state_since: at,
      benefit_class: registration.benefitClass ?? 'COMMON',
      preferred_language: registration.preferredLanguage ?? null,
      registered_at: registeredAt,
      eligible_from: new Date(eligibleFrom),
      under_age: eligibleFrom > localDate(at),
      age_limit_on: new Date(limit),
      interest_due_at: interestDue,
    },
    select: { id: true, number: true },
  });
  const id = created.id as ApplicationId;
  const position = await placeAtRegistration(tx, queueId, registeredAt, id);
  await tx.application.update({
    where: { id },
    data: { position_at_registration: position },
    select: { id: true },
  });
  await recordEvents(tx, at, personActor(act), [
    {
      entity: 'APPLICATION',
      entityId: id,
      applicationId: id,
      transition: 'A1',
      before: {},
      after: { state: 'QUEUED', position, registeredAt: registeredAt.toISOString() },
      policyVersion: policy.version,
    },
  ]);
  await setTimers(tx, at, [
    { kind: 'INTEREST', subjectId: id, applicationId: id, startAt: registeredAt, deadlineAt: interestDue },
    { kind: 'AGE_LIMIT', subjectId: id, applicationId: id, startAt: at, deadlineAt: endOfDay(limit) },
  ]);
  await deps.issueDocument(tx, at, {
    kind: 'REGISTRATION',
    applicationId: id,
    data: await registrationDocumentData(deps, tx, id, position, policy),
  });
  await planNotices(tx, at, [
    { code: 'N1', personId: act.personId, applicationId: id, params: { position } },
  ]);
  return { id, childId, number: created.number, position };
}

async function upsertChild(
  deps: QueueDeps,
  tx: WriteTx,
  at: Date,
  child: RegisteredPerson,
): Promise<ChildId> {
  const sealed = deps.secrets.sealIin(child.iin);
  const [row] = await tx.$queryRaw<{ id: ChildId }[]>`
    INSERT INTO child (iin_cipher, iin_hash, surname, name, patronymic, birth_date, created_at)
    VALUES (${sealed.iin_cipher}, ${sealed.iin_hash}, ${child.surname}, ${child.name}, ${child.patronymic},
            ${child.birthDate}::date, ${at})
    ON CONFLICT (iin_hash) DO UPDATE SET created_at = child.created_at RETURNING id`;
  if (row === undefined) throw new Error('the child was neither found nor made');
  return row.id;
}

/** The queue, made where it is the first of its year, and locked: nobody else joins it before this transaction ends. */
async function lockedQueueOf(tx: WriteTx, districtId: string, birthYear: number): Promise<QueueId> {
  const [row] = await tx.$queryRaw<{ id: QueueId }[]>`
    INSERT INTO queue (district_id, birth_year) VALUES (${districtId}::uuid, ${birthYear})
    ON CONFLICT (district_id, birth_year, group_type) DO UPDATE SET cycle_position = queue.cycle_position RETURNING id`;
  if (row === undefined) throw new Error('the queue was neither found nor made');
  return row.id;
}

/** The number printed on the registration (S1 step 13): the rank by time among all of the queue who keep a place. */
async function placeAtRegistration(
  tx: WriteTx,
  queueId: string,
  registeredAt: Date,
  id: string,
): Promise<number> {
  const [row] = await tx.$queryRaw<{ ahead: number }[]>`
    SELECT h.all_extraordinary + h.all_priority + h.all_common + (
             SELECT count(*)::integer FROM application
              WHERE queue_id = ${queueId}::uuid AND NOT counted AND state = ANY (${[...ACTIVE]}::text[])
                AND (registered_at, id) < (${registeredAt}::timestamptz, ${id}::uuid)) AS ahead
      FROM queue_ahead(${queueId}::uuid, ${registeredAt}::timestamptz, ${id}::uuid) AS h`;
  return (row?.ahead ?? 0) + 1;
}
