import { type Act, AlreadyApplied } from '../act.ts';
import { assertYoungEnough } from '../application/age.ts';
import { refuseDuplicate } from '../application/duplicate.ts';
import { addDays, type CivilDate, endOfDay, localDate } from '../calendar/civil-date.ts';
import type { QueueDeps } from '../context.ts';
import type { WriteTx } from '../db/db.ts';
import type { ClaimId, DistrictId, DraftChildId, DraftId, PersonId } from '../ids.ts';
import { freshMessage, markApplied } from '../inbox/applied.ts';
import { lockPerson } from '../people/codes.ts';
import type { Iin } from '../people/iin.ts';
import type { RateLimits } from '../people/limits.ts';
import { iinOf } from '../people/persons.ts';
import { policyOn } from '../policy/policy.ts';
import { Refusal } from '../refusal.ts';
import { settleRivals } from '../review/rivals.ts';
import { type Address, DRAFT_RULES, type DraftStep, type Drafts, type Point } from './api.ts';
import { readAddress, readPersonName } from './read.ts';
import { type Answer, askRegistry, readChildIin } from './registry.ts';
import { draftKeptUntil, openAddress, termsOf, termsVersion, viewOfDraft } from './view.ts';

interface Locked {
  readonly id: DraftId;
  readonly districtId: DistrictId | null;
}

/** See `Drafts`. The person's row is the lock under which the form changes. */
export function createDrafts(deps: QueueDeps & { readonly limits: RateLimits }): Drafts {
  const { db, clock, limits, policies, secrets } = deps;

  /** One change of the form that is there; it lives 60 days from now on. Refusal: draft.none. */
  const change = <T>(act: Act, work: (tx: WriteTx, at: Date, draft: Locked) => Promise<T>): Promise<T> =>
    db.write(async (tx) => {
      const at = clock.now();
      return work(tx, at, await touch(tx, at, act));
    });

  return {
    of: (act) => viewOfDraft(deps, act.personId),
    keptUntil: (act) => draftKeptUntil(deps, act.personId),
    terms: async (districtId) => {
      const known = await db.prisma.district.count({ where: { id: districtId } });
      if (known === 0) throw new Refusal('district.unknown');
      return termsOf(await policies.shown(districtId, localDate(clock.now())));
    },
    begin: async (act, districtId) => {
      const address = await registeredAddress(deps, act.personId);
      await db.write((tx) => begin(deps, tx, act, districtId, address));
    },
    confirmRead: (act) =>
      change(act, async (tx, at, { id, districtId }) => {
        if (districtId === null) throw new Refusal('draft.none');
        const policy = await policyOn(tx, districtId, localDate(at));
        await set(tx, id, { read_at: at, read_policy: termsVersion(termsOf(policy)), step: 'APPLICANT' });
      }),
    goTo: (act, step) =>
      change(act, async (tx, _at, { id }) => {
        await tx.$executeRaw`UPDATE draft SET step = ${step} WHERE id = ${id}::uuid AND step <> ${step}`;
      }),
    setAddress: (act, parts) =>
      change(act, async (tx) => {
        const { address_sealed: known } = await tx.person.findUniqueOrThrow({
          where: { id: act.personId },
          select: { address_sealed: true },
        });
        const address = readAddress(openAddress(secrets, act.personId, known), parts);
        const sealed = secrets.sealAddress(act.personId, JSON.stringify(address));
        await tx.person.update({
          where: { id: act.personId },
          data: { address_sealed: sealed },
          select: { id: true },
        });
      }),
    addChild: async (act, text) => {
      const own = await iinOf(secrets, db.prisma, act.personId);
      const { iin, birthDate } = readChildIin(text, own, clock.now());
      const until = await limits.consume(`child:${act.personId}`, DRAFT_RULES.iinsPerHour, 3600);
      if (until !== null) throw new Refusal('child.tooOften', { until: until.toISOString() });
      const answer = await askRegistry(deps, iin, own);
      if (answer.relation === 'PROVEN') await settleRivals(deps, secrets.iinHash(iin), answer.parents);
      return change(act, (tx, at, draft) =>
        addChild(deps, tx, at, act.personId, draft, { iin, birthDate, answer }),
      );
    },
    nameChild: (act, id, name) =>
      change(act, async (tx, _at, draft) => {
        const child = await childOf(tx, draft, id);
        if (child.source === 'REGISTRY') throw new Refusal('child.fromRegistry');
        await tx.draft_child.update({ where: { id }, data: readPersonName(name), select: { id: true } });
      }),
    removeChild: (act, id) =>
      change(act, async (tx, _at, draft) => {
        await childOf(tx, draft, id);
        await tx.draft_child.delete({ where: { id }, select: { id: true } });
      }),
    setBenefit: (act, id, category) =>
      change(act, async (tx, at, draft) => {
        await childOf(tx, draft, id);
        return setBenefit(tx, at, act.personId, id, category);
      }),
    setLanguage: (act, id, language) =>
      change(act, async (tx, _at, draft) => {
        await childOf(tx, draft, id);
        await tx.draft_child.update({
          where: { id },
          data: { preferred_language: language },
          select: { id: true },
        });
      }),
    setHome: (act, home) => change(act, (tx, _at, { id }) => set(tx, id, roundedHome(home))),
    discard: (act) =>
      db.write(async (tx) => {
        await markApplied(tx, act, clock.now());
        await lockPerson(tx, act.personId);
        await tx.draft.deleteMany({ where: { person_id: act.personId } });
      }),
  };
}

/**
 * What every change begins with, in one statement because a form has so many of them: `markApplied`, `lockPerson`, and
 * the form is good for 60 days again. Each part waits for the one before, so that locks are taken in the usual order.
 */
async function touch(tx: WriteTx, at: Date, act: Act): Promise<Locked> {
  const [found] = await tx.$queryRaw<
    { fresh: boolean; id: DraftId | null; district_id: DistrictId | null }[]
  >`
    WITH ${freshMessage(act, at)}, owner AS MATERIALIZED (
      SELECT id FROM person WHERE id = ${act.personId}::uuid AND (SELECT yes FROM fresh) FOR NO KEY UPDATE
    ), touched AS (
      UPDATE draft SET touched_at = ${at}, expires_at = ${expiry(at)}, warned_at = NULL
       WHERE person_id = (SELECT id FROM owner) RETURNING id, district_id
    )
    SELECT fresh.yes AS fresh, touched.id, touched.district_id FROM fresh LEFT JOIN touched ON true`;
  if (found?.fresh !== true) throw new AlreadyApplied();
  if (found.id === null) throw new Refusal('draft.none');
  return { id: found.id, districtId: found.district_id };
}

/** T12: the end of the 60th day. */
const expiry = (at: Date): Date => endOfDay(addDays(localDate(at), DRAFT_RULES.livesDays));

async function set(
  tx: WriteTx,
  id: DraftId,
  data: Partial<{
    step: DraftStep;
    read_at: Date | null;
    read_policy: string | null;
    home_latitude: number | null;
    home_longitude: number | null;
  }>,
): Promise<void> {
  await tx.draft.update({ where: { id }, data, select: { id: true } });
}

async function begin(
  { clock, secrets }: QueueDeps,
  tx: WriteTx,
  act: Act,
  districtId: DistrictId,
  address: Address | null,
): Promise<void> {
  const at = clock.now();
  const { personId } = act;
  await markApplied(tx, act, at);
  await lockPerson(tx, personId);
  if ((await tx.district.count({ where: { id: districtId } })) === 0) throw new Refusal('district.unknown');
  // What was read was said of another district.
  await tx.$executeRaw`
    INSERT INTO draft (person_id, district_id, step, created_at, touched_at, expires_at)
    VALUES (${personId}::uuid, ${districtId}::uuid, 'INTRO', ${at}, ${at}, ${expiry(at)})
    ON CONFLICT (person_id) DO UPDATE SET touched_at = excluded.touched_at, expires_at = excluded.expires_at, warned_at = NULL,
      step = CASE WHEN draft.district_id = excluded.district_id AND draft.step <> 'DISTRICT' THEN draft.step ELSE 'INTRO' END,
      read_at = CASE WHEN draft.district_id = excluded.district_id THEN draft.read_at END,
      read_policy = CASE WHEN draft.district_id = excluded.district_id THEN draft.read_policy END,
      district_id = excluded.district_id`;
  if (address === null) return;
  await tx.person.updateMany({
    where: { id: personId, address_sealed: null },
    data: { address_sealed: secrets.sealAddress(personId, JSON.stringify(address)) },
  });
}

/** S1 step 8: what the registry knows is filled in. Nothing where it is silent: the parent types it then. */
async function registeredAddress(
  { ports, secrets, db }: QueueDeps,
  personId: PersonId,
): Promise<Address | null> {
  try {
    const person = await ports.registry.person(await iinOf(secrets, db.prisma, personId));
    return person?.address ?? null;
  } catch {
    return null;
  }
}

interface NewChild {
  readonly iin: Iin;
  readonly birthDate: CivilDate;
  readonly answer: Answer;
}

async function addChild(
  { secrets }: QueueDeps,
  tx: WriteTx,
  at: Date,
  personId: PersonId,
  draft: Locked,
  { iin, birthDate, answer }: NewChild,
): Promise<DraftChildId> {
  const { relation, child } = answer;
  const born = child?.birthDate ?? birthDate;
  const sealed = secrets.sealIin(iin);
  if (draft.districtId !== null) {
    const policy = await policyOn(tx, draft.districtId, localDate(at));
    assertYoungEnough(born, policy, at);
    await refuseDuplicate(tx, personId, draft.districtId, sealed.iin_hash);
  }
  const siblings = await tx.draft_child.findMany({
    where: { draft_id: draft.id },
    select: { iin_hash: true },
  });
  if (siblings.some(({ iin_hash }) => Buffer.compare(iin_hash, sealed.iin_hash) === 0)) {
    throw new Refusal('child.twice');
  }
  if (siblings.length >= DRAFT_RULES.maxChildren) {
    throw new Refusal('child.tooMany', { limit: DRAFT_RULES.maxChildren });
  }
  const { id } = await tx.draft_child.create({
    data: {
      draft_id: draft.id,
      ...sealed,
      surname: child?.surname ?? null,
      name: child?.name ?? null,
      patronymic: child?.patronymic ?? null,
      birth_date: new Date(born),
      source: child === null ? 'TYPED' : 'REGISTRY',
      relation,
      checked_at: at,
      created_at: at,
    },
    select: { id: true },
  });
  return id as DraftChildId;
}

async function childOf(tx: WriteTx, draft: Locked, id: DraftChildId): Promise<{ readonly source: string }> {
  const [child] = await tx.$queryRaw<{ source: string }[]>`
    SELECT source FROM draft_child WHERE id = ${id}::uuid AND draft_id = ${draft.id}::uuid`;
  if (child === undefined) throw new Refusal('child.unknown');
  return child;
}

async function setBenefit(
  tx: WriteTx,
  at: Date,
  personId: PersonId,
  childId: DraftChildId,
  category: string | null,
): Promise<ClaimId | null> {
  if (category === null) {
    await tx.benefit_claim.deleteMany({ where: { draft_child_id: childId } });
    return null;
  }
  const known = await tx.benefit_category.count({ where: { code: category, is_active: true } });
  if (known === 0) throw new Refusal('benefit.unknown');
  const claim = await tx.benefit_claim.upsert({
    where: { draft_child_id: childId },
    create: {
      person_id: personId,
      draft_child_id: childId,
      category,
      state: 'DRAFT',
      state_since: at,
      created_at: at,
    },
    update: { category },
    select: { id: true },
  });
  return claim.id as ClaimId;
}

/** About 100 m exact: a neighbourhood, not a door. */
function roundedHome(home: Point | null) {
  const round = (degrees: number) => Math.round(degrees * 1000) / 1000;
  return home === null
    ? { home_latitude: null, home_longitude: null }
    : { home_latitude: round(home.latitude), home_longitude: round(home.longitude) };
}
