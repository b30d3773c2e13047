import type { Act } from '../act.ts';
import { type Actor, personActor, recordEvents } from '../audit/event.ts';
import { addMonths, type CivilDate, endOfDay, localDate, partsOf } from '../calendar/civil-date.ts';
import { monthsAfter } from '../calendar/working-calendar.ts';
import type { QueueDeps } from '../context.ts';
import { nextNumber } from '../db/counter.ts';
import type { IinColumns } from '../db/crypto.ts';
import type { WriteTx } from '../db/db.ts';
import type { Point, Relation } from '../draft/api.ts';
import { askRegistry, needsReview, readChildIin } from '../draft/registry.ts';
import type { ApplicationId, ChildId, DistrictId, PersonId, QueueId, StatementId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import { setTimers } from '../jobs/timers.ts';
import { planNotices } from '../notice/plan.ts';
import { iinOf } from '../people/persons.ts';
import { type Policy, policyOn } from '../policy/policy.ts';
import { registrationDocumentData } from '../referral/paper.ts';
import { Refusal } from '../refusal.ts';
import { assertYoungEnough } from './age.ts';
import type { BenefitClass, Registration } from './api.ts';
import { refuseDuplicate } from './duplicate.ts';
import { lockChildren } from './move.ts';
import { ACTIVE } from './transitions.ts';

interface Registered {
  readonly id: ApplicationId;
  readonly childId: ChildId;
  readonly number: string;
  /** Null while the application is looked at. */
  readonly position: number | null;
}

/** A child as it is written down: what the registry says of it, or what the parent typed while it was silent. */
export interface ChildFacts extends IinColumns {
  readonly surname: string;
  readonly name: string;
  readonly patronymic: string | null;
  readonly birthDate: CivilDate;
}

export interface NewApplication {
  readonly child: ChildFacts;
  readonly applicantId: PersonId;
  readonly districtId: DistrictId;
  readonly relation: Relation;
  readonly preferredLanguage: 'kk' | 'ru' | null;
  readonly home: Point | null;
  readonly statementId: StatementId | null;
  /** Only imports give another moment than the present. */
  readonly registeredAt: Date;
  readonly benefitClass: BenefitClass;
}

/**
 * Puts a child in the queue without a form: what an earlier system brings along, and tests. The registry is asked before
 * the transaction. Refusals: iin.*, child.bornInFuture, child.tooOld {limit}, child.notInRegistry, child.notYours,
 * application.duplicate {number}, application.others, district.unknown.
 */
export async function register(deps: QueueDeps, act: Act, registration: Registration): Promise<Registered> {
  const at = deps.clock.now();
  const own = await iinOf(deps.secrets, deps.db.prisma, act.personId);
  const { iin } = readChildIin(registration.childIin, own, at);
  const { child, relation } = await askRegistry(deps, iin, own);
  if (child === null) throw new Refusal('login.unavailable');
  if (relation !== 'PROVEN') throw new Refusal('child.notYours');
  return deps.db.write(async (tx) => {
    await markApplied(tx, act, at);
    return enqueue(deps, tx, at, personActor(act), {
      child: { ...child, ...deps.secrets.sealIin(iin) },
      applicantId: act.personId,
      districtId: registration.districtId,
      relation,
      preferredLanguage: registration.preferredLanguage ?? null,
      home: null,
      statementId: null,
      registeredAt: registration.registeredAt ?? at,
      benefitClass: registration.benefitClass ?? 'COMMON',
    });
  });
}

/**
 * A1, or A2 where parenthood is not proved: the child stands in the queue, or is looked at first, by the time of this
 * moment. Refusals: child.tooOld {limit}, application.duplicate {number}, application.others, district.unknown.
 */
export async function enqueue(
  deps: QueueDeps,
  tx: WriteTx,
  at: Date,
  actor: Actor,
  wanted: NewApplication,
): Promise<Registered> {
  const { child, districtId, registeredAt, applicantId } = wanted;
  const district = await tx.district.findUnique({ where: { id: districtId }, select: { code: true } });
  if (district === null) throw new Refusal('district.unknown');
  const policy = await policyOn(tx, districtId, localDate(at));
  const limit = assertYoungEnough(child.birthDate, policy, at);
  // The queue's row first: of two parents in the same second the later one finds the application of the earlier.
  const queueId = await lockedQueueOf(tx, districtId, partsOf(child.birthDate).year);
  await refuseDuplicate(tx, applicantId, districtId, child.iin_hash);
  const childId = await upsertChild(tx, at, child);
  const eligibleFrom = addMonths(child.birthDate, policy['age.minMonths']);
  // Whose registration is brought in from before the last term has the present one to answer in.
  const firstDue = monthsAfter(registeredAt, policy['interest.months']);
  const interestDue = firstDue > at ? firstDue : monthsAfter(at, policy['interest.months']);
  const inReview = needsReview(wanted.relation);
  const created = await tx.application.create({
    data: {
      number: await nextNumber(tx, `AKM-${district.code}`, at),
      child_id: childId,
      applicant_id: applicantId,
      district_id: districtId,
      queue_id: queueId,
      state: inReview ? 'IN_REVIEW' : 'QUEUED',
      state_since: at,
      benefit_class: wanted.benefitClass,
      preferred_language: wanted.preferredLanguage,
      registered_at: registeredAt,
      eligible_from: new Date(eligibleFrom),
      under_age: eligibleFrom > localDate(at),
      age_limit_on: new Date(limit),
      interest_due_at: interestDue,
      relation: wanted.relation,
      statement_id: wanted.statementId,
      home_latitude: wanted.home?.latitude ?? null,
      home_longitude: wanted.home?.longitude ?? null,
    },
    select: { id: true, number: true },
  });
  const id = created.id as ApplicationId;
  await setTimers(tx, at, [
    { kind: 'INTEREST', subjectId: id, applicationId: id, startAt: registeredAt, deadlineAt: interestDue },
    { kind: 'AGE_LIMIT', subjectId: id, applicationId: id, startAt: at, deadlineAt: endOfDay(limit) },
  ]);
  const about = { id, queueId, applicantId, registeredAt };
  const position = inReview ? null : await number(deps, tx, at, about, policy);
  await recordEvents(tx, at, actor, [
    {
      entity: 'APPLICATION',
      entityId: id,
      applicationId: id,
      transition: inReview ? 'A2' : 'A1',
      before: {},
      after: {
        state: inReview ? 'IN_REVIEW' : 'QUEUED',
        position,
        registeredAt: registeredAt.toISOString(),
        relation: wanted.relation,
      },
      policyVersion: policy.version,
    },
  ]);
  if (inReview)
    await planNotices(tx, at, [{ code: 'N2', personId: applicantId, applicationId: id, params: {} }]);
  return { id, childId, number: created.number, position };
}

interface Numbered {
  readonly id: ApplicationId;
  readonly queueId: string;
  readonly applicantId: PersonId;
  readonly registeredAt: Date;
}

/** The number at registration with its paper and N1 (S1 step 13): when the child joins the queue, at once or after a review. */
export async function number(
  deps: QueueDeps,
  tx: WriteTx,
  at: Date,
  { id, queueId, applicantId, registeredAt }: Numbered,
  policy: Policy,
): Promise<number> {
  const position = await placeAtRegistration(tx, queueId, registeredAt, id);
  await tx.application.update({
    where: { id },
    data: { position_at_registration: position },
    select: { id: true },
  });
  await deps.issueDocument(tx, at, {
    kind: 'REGISTRATION',
    applicationId: id,
    data: await registrationDocumentData(deps, tx, id, position, policy),
  });
  await planNotices(tx, at, [{ code: 'N1', personId: applicantId, applicationId: id, params: { position } }]);
  return position;
}

/**
 * Writes down and locks the children of one form, whose queues are locked: those who are known in the order of their ids,
 * as every transaction does, the others in an order that is the same in all forms. The same children may stand in the form
 * of the other parent for another district.
 */
export async function writeChildren(tx: WriteTx, at: Date, children: readonly ChildFacts[]): Promise<void> {
  const known = await tx.child.findMany({
    where: { iin_hash: { in: children.map(({ iin_hash }) => iin_hash) } },
    select: { id: true },
  });
  await lockChildren(
    tx,
    known.map(({ id }) => id as ChildId),
  );
  for (const child of children.toSorted((a, b) => Buffer.compare(a.iin_hash, b.iin_hash))) {
    await upsertChild(tx, at, child);
  }
}

async function upsertChild(tx: WriteTx, at: Date, child: ChildFacts): Promise<ChildId> {
  const [row] = await tx.$queryRaw<{ id: ChildId }[]>`
    INSERT INTO child (iin_cipher, iin_hash, surname, name, patronymic, birth_date, created_at)
    VALUES (${child.iin_cipher}, ${child.iin_hash}, ${child.surname}, ${child.name}, ${child.patronymic},
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
