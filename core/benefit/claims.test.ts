import { afterEach, describe, expect, it } from 'vitest';
import type { Family } from '../../local/testing/core-world.ts';
import { layPaper } from '../../local/testing/papers.ts';
import { wrongNumbers } from '../../local/testing/positions.ts';
import { sanityChecks } from '../audit/sanity.ts';
import { addDays } from '../calendar/civil-date.ts';
import type { ClaimId } from '../ids.ts';
import { importBenefit, submitClaims } from './standing.ts';
import { benefitWorld, refused } from './testing/stage.ts';

const { world, core, db, clock, benefits, admin, stage, later, pass, today, row, stateOf, told, steps } =
  await benefitWorld();
const MINUTE = 60_000;

afterEach(async () => {
  expect(await sanityChecks(db)).toEqual([]);
  expect(await wrongNumbers(db)).toEqual([]);
});

describe('a benefit claimed from the card', () => {
  it('is begun, given in, taken, confirmed: the class changes, the time does not', async () => {
    const { family, id, operator, place, taken } = await stage();
    const { registered_at } = await row(id);
    expect(await place()).toMatchObject({ service: 3, class: 'COMMON' });
    const claim = await taken();
    expect(await place()).toMatchObject({ service: 3, class: 'COMMON' });
    later(MINUTE);
    await benefits.confirm(operator.act, claim, {});
    expect(await place()).toMatchObject({ service: 1, inClass: 1, common: 3, class: 'PRIORITY' });
    expect(await row(id)).toMatchObject({ registered_at, standing_since: clock.now() });
    expect(await stateOf(claim)).toBe('CONFIRMED');
    expect(await told(family)).toEqual(['CHECKING', 'CONFIRMED']);
    expect(await steps(id)).toEqual(['B1 PERSON', 'B2 STAFF', 'B3 STAFF']);
    const history = await core.applications.history(family.personId, id, 0, 20);
    expect(history.items.map(({ transition }) => transition)).toEqual(['B3', 'B2', 'B1', 'A1']);
    expect((await core.applications.card(family.personId, id)).benefit).toEqual({
      state: 'CONFIRMED',
      validUntil: null,
      copyUntil: null,
    });
  });

  it('that is declined leaves the child where it stood, and may be claimed anew', async () => {
    const { family, id, operator, place, taken } = await stage();
    const claim = await taken();
    await benefits.decline(operator.act, claim, 'OTHER', '  Мөр жоқ ');
    expect(await place()).toMatchObject({ service: 3, class: 'COMMON' });
    expect(await world.stateOf(id)).toBe('QUEUED');
    expect(await benefits.claim(family.act, claim)).toMatchObject({
      state: 'DECLINED',
      declineReason: 'OTHER',
      declineNote: 'Мөр жоқ',
    });
    const again = await taken('CDIS');
    expect(again).not.toBe(claim);
    await benefits.confirm(operator.act, again, {});
    expect((await place()).class).toBe('PRIORITY');
    expect(await told(family)).toEqual(['CHECKING', 'DECLINED', 'CHECKING', 'CONFIRMED']);
    expect((await benefits.ofApplication(family.act, id)).map(({ state }) => state)).toEqual([
      'CONFIRMED',
      'DECLINED',
    ]);
  });

  it('changes its category while it is a draft, and can be dropped', async () => {
    const { family, id, place } = await stage();
    const claim = await benefits.begin(family.act, id, 'LARGE');
    expect(await benefits.begin(family.act, id, 'MIL')).toBe(claim);
    expect((await benefits.claim(family.act, claim)).category).toMatchObject({ code: 'MIL', validMonths: 1 });
    await layPaper(world, claim);
    expect((await core.applications.card(family.personId, id)).benefit).toBeNull();
    await benefits.drop(family.act, claim);
    await refused(benefits.claim(family.act, claim), 'claim.unknown');
    expect((await place()).class).toBe('COMMON');
    expect(await steps(id)).toEqual([]);
  });

  it('is refused where it cannot be', async () => {
    const { family, id, operator, claimed } = await stage();
    const stranger = await world.person();
    await refused(benefits.begin(stranger.act, id, 'LARGE'), 'application.unknown');
    await refused(benefits.ofApplication(stranger.act, id), 'application.unknown');
    await refused(benefits.begin(family.act, id, 'NONE'), 'benefit.unknown');
    const empty = await benefits.begin(family.act, id, 'LARGE');
    await refused(benefits.send(family.act, empty), 'claim.noScans');
    await refused(benefits.send(stranger.act, empty), 'claim.unknown');
    await refused(benefits.drop(stranger.act, empty), 'claim.unknown');
    await refused(benefits.claim(stranger.act, empty), 'claim.unknown');
    await refused(benefits.take(operator.act, empty), 'claim.closed');
    const claim = await claimed();
    await refused(benefits.begin(family.act, id, 'LARGE'), 'claim.open');
    await refused(benefits.send(family.act, claim), 'claim.closed');
    await refused(benefits.drop(family.act, claim), 'claim.closed');
    await refused(benefits.take(family.act, claim), 'staff.forbidden');
    await refused(benefits.release(operator.act, claim), 'claim.closed');
    await refused(benefits.take(operator.act, world.random() as ClaimId), 'claim.unknown');
    await core.applications.withdraw(family.act, id);
    await refused(benefits.begin(family.act, id, 'LARGE'), 'application.wrongState', {
      state: 'WITHDRAWN',
    });
  });

  it('puts a child in any state of the queue into its class', async () => {
    const { family, id, operator, claimed, district } = await stage();
    const garden = await world.kindergarten('Балдырған', district);
    const group = await world.group(garden, 2023);
    const claim = await claimed('SPEC');
    const { pickOpensAt } = await core.staff.publish(admin, group, 3);
    await world.moveTo(pickOpensAt);
    expect(await world.stateOf(id)).toBe('NOTIFIED');
    await benefits.take(operator.act, claim);
    await benefits.confirm(operator.act, claim, { documentDate: today() });
    expect(await row(id)).toMatchObject({ state: 'NOTIFIED', benefit_class: 'EXTRAORDINARY' });
    const referral = await world.choose(family, id, group);
    expect(referral.kind).toBe('CHOICE');
    expect(await row(id)).toMatchObject({ state: 'REFERRED', benefit_class: 'EXTRAORDINARY' });
  });
});

describe('what comes from elsewhere', () => {
  it('a claim of the form is given in with the application it became', async () => {
    const { family, id } = await stage();
    const { draft_child_id, claim } = await draftClaim(family);
    await refused(benefits.send(family.act, claim), 'claim.unknown');
    expect(await benefits.claim(family.act, claim)).toMatchObject({ state: 'DRAFT' });
    later(MINUTE);
    const actor = { kind: 'PERSON', id: family.personId, channel: 'BOT' } as const;
    await db.write((tx) => submitClaims(tx, clock.now(), actor, id, draft_child_id));
    expect(await db.prisma.benefit_claim.findUniqueOrThrow({ where: { id: claim } })).toMatchObject({
      application_id: id,
      draft_child_id: null,
      state: 'CLAIMED',
      claimed_at: clock.now(),
    });
    expect(await steps(id)).toEqual(['B1 PERSON']);
  });

  it('a benefit that is brought along stands at once, and ends with its paper', async () => {
    const { id, place } = await stage();
    await world.confirmed(id, 'MIL', addDays(today(), 10));
    expect(await place()).toMatchObject({ service: 1, class: 'EXTRAORDINARY' });
    await pass(11 * 86_400_000);
    expect(await place()).toMatchObject({ service: 3, class: 'COMMON' });
    expect(await steps(id)).toEqual(['B3i SYSTEM', 'B5 SYSTEM']);
  });

  it('cannot be brought along twice, nor of a category that nobody knows', async () => {
    const { id } = await stage();
    await world.confirmed(id, 'LARGE');
    await expect(db.write((tx) => importBenefit(tx, clock.now(), id, 'LARGE'))).rejects.toThrow();
    await expect(db.write((tx) => importBenefit(tx, clock.now(), id, 'NONE'))).rejects.toThrow();
  });
});

async function draftClaim(family: Family) {
  const at = clock.now();
  const draft = await db.prisma.draft.create({
    data: {
      person_id: family.personId,
      step: 'CHILDREN',
      created_at: at,
      touched_at: at,
      expires_at: new Date(at.getTime() + 60 * 86_400_000),
    },
  });
  const child = await db.prisma.draft_child.create({
    data: {
      draft_id: draft.id,
      iin_cipher: Uint8Array.of(1),
      iin_hash: Uint8Array.of(1),
      name: 'Айша',
      birth_date: new Date('2023-01-01'),
      source: 'REGISTRY',
      relation: 'PROVEN',
      checked_at: at,
      created_at: at,
    },
  });
  const { id } = await db.prisma.benefit_claim.create({
    data: {
      person_id: family.personId,
      draft_child_id: child.id,
      category: 'LARGE',
      state: 'DRAFT',
      state_since: at,
      created_at: at,
    },
  });
  const claim = id as ClaimId;
  await layPaper(world, claim);
  return { draft_child_id: child.id as Parameters<typeof submitClaims>[4], claim };
}
