import type { Act } from '../act.ts';
import { assertYoungEnough } from '../application/age.ts';
import { refuseDuplicate } from '../application/duplicate.ts';
import { lockQueues } from '../application/move.ts';
import { type ChildFacts, enqueue, writeChildren } from '../application/register.ts';
import { submitClaims } from '../benefit/standing.ts';
import { localDate, storedDay } from '../calendar/civil-date.ts';
import type { QueueDeps } from '../context.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId, DistrictId, DraftChildId, PersonId } from '../ids.ts';
import { lockPerson } from '../people/codes.ts';
import { iinOf } from '../people/persons.ts';
import { policyOn } from '../policy/policy.ts';
import { Refusal } from '../refusal.ts';
import { settleRivals } from '../review/rivals.ts';
import type { Relation } from './api.ts';
import { type FormPayload, formOf, type SignedForm, sameForm } from './form.ts';
import { askRegistry } from './registry.ts';
import { viewOfDraft } from './view.ts';

/**
 * The form as its statement will say it. Refusals: draft.none, draft.incomplete {what}, child.tooOld {limit},
 * application.duplicate {number}, application.others.
 */
export async function assertMaySubmit(
  deps: QueueDeps,
  tx: WriteTx,
  at: Date,
  personId: PersonId,
): Promise<FormPayload> {
  await lockPerson(tx, personId);
  const view = await viewOfDraft(deps, personId, (query, values) =>
    tx.$queryRawUnsafe(query.text, ...values),
  );
  if (view === null || view.district === null) throw new Refusal('draft.none');
  const [missing] = view.missing;
  if (missing !== undefined) throw new Refusal('draft.incomplete', { what: missing.what });
  const policy = await policyOn(tx, view.district.id, localDate(at));
  const children = await tx.draft_child.findMany({
    where: { draft_id: view.id },
    select: { id: true, iin_hash: true, birth_date: true },
  });
  const { id: districtId } = view.district;
  for (const { id, iin_hash, birth_date } of children) {
    await naming(id, async () => {
      assertYoungEnough(storedDay(birth_date), policy, at);
      await refuseDuplicate(tx, personId, districtId, iin_hash);
    });
  }
  return formOf(tx, personId);
}

/** A refusal about one child of several says which: `child` is its id in the form. */
async function naming<T>(child: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(error.code, { ...error.params, child }) : error;
  }
}

/**
 * A1 and A2 for every child of a form whose statement was signed just now, all or none; the form is gone then. Refusals:
 * draft.none, draft.changed (it is not what was signed any more), and those of `enqueue`.
 */
export async function submitForm(
  deps: QueueDeps,
  tx: WriteTx,
  at: Date,
  { personId, statementId, channel, payload }: SignedForm,
): Promise<readonly ApplicationId[]> {
  await lockPerson(tx, personId);
  await lockForm(tx, personId);
  const now = await formOf(tx, personId);
  if (!sameForm(now, payload)) throw new Refusal('draft.changed');
  const draft = await tx.draft.findUniqueOrThrow({
    where: { id: payload.draftId },
    include: { children: { orderBy: { id: 'asc' } } },
  });
  await lockAllQueues(
    tx,
    payload.districtId,
    draft.children.map(({ birth_date }) => birth_date),
  );
  const actor = { kind: 'PERSON', id: personId, channel } as const;
  const home =
    draft.home_latitude === null || draft.home_longitude === null
      ? null
      : { latitude: draft.home_latitude, longitude: draft.home_longitude };
  const facts = draft.children.map((child): ChildFacts => {
    const { iin_cipher, iin_hash, surname, name, patronymic, birth_date } = child;
    if (name === null || surname === null) throw new Refusal('draft.incomplete', { what: 'CHILD_NAME' });
    return { iin_cipher, iin_hash, surname, name, patronymic, birthDate: storedDay(birth_date) };
  });
  await writeChildren(tx, at, facts);
  const made: ApplicationId[] = [];
  for (const [n, child] of draft.children.entries()) {
    const entry = {
      child: facts[n] as ChildFacts,
      applicantId: personId,
      districtId: payload.districtId,
      relation: child.relation as Relation,
      preferredLanguage: child.preferred_language as 'kk' | 'ru' | null,
      home,
      statementId,
      registeredAt: at,
      benefitClass: 'COMMON',
    } as const;
    const { id } = await naming(child.id, () => enqueue(deps, tx, at, actor, entry));
    await submitClaims(tx, at, actor, id, child.id as DraftChildId);
    made.push(id);
  }
  await tx.draft.delete({ where: { id: draft.id }, select: { id: true } });
  return made;
}

/**
 * The form with its claims: nobody adds a scan to what is being sent, and the sweep of old forms waits. Whoever holds a
 * claim of a form waits for no queue.
 */
async function lockForm(tx: WriteTx, personId: PersonId): Promise<void> {
  await tx.$queryRaw`SELECT id FROM draft WHERE person_id = ${personId}::uuid FOR UPDATE`;
  await tx.$queryRaw`
    SELECT b.id FROM benefit_claim b JOIN draft_child c ON c.id = b.draft_child_id JOIN draft d ON d.id = c.draft_id
     WHERE d.person_id = ${personId}::uuid ORDER BY b.id FOR UPDATE OF b`;
}

/** The queues of several children are locked at once and in the order of their ids, as every transaction does. */
async function lockAllQueues(tx: WriteTx, districtId: DistrictId, births: readonly Date[]): Promise<void> {
  const years = [...new Set(births.map((birth) => birth.getUTCFullYear()))];
  await tx.$executeRaw`
    INSERT INTO queue (district_id, birth_year) SELECT ${districtId}::uuid, unnest(${years}::integer[]) ORDER BY 2
    ON CONFLICT DO NOTHING`;
  const queues = await tx.queue.findMany({
    where: { district_id: districtId, birth_year: { in: years }, group_type: 'GENERAL' },
    select: { id: true },
  });
  await lockQueues(
    tx,
    queues.map(({ id }) => id),
  );
}

const FRESH_MS = 24 * 3_600_000;

/**
 * Asks the registry again, before a statement is written, about children of whom it was silent, did not know the parents,
 * or was asked more than a day ago; and about others' applications for them that wait for a review. A registry that
 * stays silent changes nothing. Refusals: child.notInRegistry, child.notYours.
 */
export async function refreshForm(deps: QueueDeps, act: Act): Promise<void> {
  const { db, clock, secrets } = deps;
  const draft = await db.prisma.draft.findUnique({
    where: { person_id: act.personId },
    include: { children: true },
  });
  if (draft?.district_id == null) throw new Refusal('draft.none');
  const at = clock.now();
  const own = await iinOf(secrets, db.prisma, act.personId);
  for (const child of draft.children) {
    const isFresh = at.getTime() - child.checked_at.getTime() < FRESH_MS;
    const rivals = await db.prisma.application.count({
      where: { district_id: draft.district_id, state: 'IN_REVIEW', child: { iin_hash: child.iin_hash } },
    });
    if (child.relation === 'PROVEN' && isFresh && rivals === 0) continue;
    const answer = await naming(child.id, () => askRegistry(deps, secrets.openIin(child), own));
    if (answer.child === null) continue;
    const { surname, name, patronymic, birthDate } = answer.child;
    await db.prisma.draft_child.updateMany({
      where: { id: child.id },
      data: {
        surname,
        name,
        patronymic,
        birth_date: new Date(birthDate),
        source: 'REGISTRY',
        relation: answer.relation,
        checked_at: at,
      },
    });
    if (rivals > 0 && answer.relation === 'PROVEN') await settleRivals(deps, child.iin_hash, answer.parents);
  }
}
