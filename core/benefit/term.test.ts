import { afterEach, describe, expect, it } from 'vitest';
import { layPaper } from '../../local/testing/papers.ts';
import { wrongNumbers } from '../../local/testing/positions.ts';
import { sanityChecks } from '../audit/sanity.ts';
import { addDays, civil, endOfDay } from '../calendar/civil-date.ts';
import type { ApplicationId } from '../ids.ts';
import { goodUntil } from './decide.ts';
import { benefitWorld, refused } from './testing/stage.ts';

const { world, core, db, clock, benefits, admin, stage, later, pass, today, row, stateOf, told, steps } =
  await benefitWorld();
const MINUTE = 60_000;

afterEach(async () => {
  expect(await sanityChecks(db)).toEqual([]);
  expect(await wrongNumbers(db)).toEqual([]);
});

describe('the end of the paper (T10)', () => {
  it('is counted in civil months, or named by the paper: of two ends the earlier', () => {
    const day = civil('2027-03-05');
    expect(goodUntil(day, 1, { documentDate: civil('2027-02-28') })).toBe('2027-03-28');
    expect(goodUntil(day, 1, { documentDate: civil('2027-02-05') })).toBe('2027-03-05');
    const named = { documentDate: civil('2027-02-28'), validUntil: civil('2027-03-10') };
    expect(goodUntil(day, 1, named)).toBe('2027-03-10');
    expect(goodUntil(day, null, {})).toBeNull();
    expect(goodUntil(day, null, { documentDate: civil('2019-01-01') })).toBeNull();
    expect(goodUntil(day, null, { validUntil: day })).toBe(day);
  });

  it('must be known and not over', async () => {
    const { operator, taken } = await stage();
    const claim = await taken('TEACH');
    const confirm = (paper: Parameters<typeof benefits.confirm>[2]) =>
      benefits.confirm(operator.act, claim, paper);
    await refused(confirm({}), 'claim.needsDate');
    await refused(confirm({ documentDate: addDays(today(), 1) }), 'claim.badDate');
    await refused(confirm({ documentDate: civil('2026-10-22') }), 'claim.outdated', { until: '2026-11-22' });
    await refused(confirm({ documentDate: today(), validUntil: addDays(today(), -1) }), 'claim.outdated', {
      until: '2026-11-22',
    });
    expect(await stateOf(claim)).toBe('PENDING_CHECK');
    await confirm({ documentDate: civil('2026-10-23') });
    expect(await stateOf(claim)).toBe('CONFIRMED');
  });

  it('refuses an end that can only be a slip of the hand', async () => {
    const { operator, taken } = await stage();
    const claim = await taken('LARGE');
    await refused(
      benefits.confirm(operator.act, claim, { validUntil: civil('2066-12-31') }),
      'claim.badDate',
    );
  });

  it('brings the child back to the common class with the original time; 14 and 3 days before it is told', async () => {
    const { family, id, operator, place, taken } = await stage();
    const { registered_at } = await row(id);
    const claim = await taken('MIL');
    const written = today();
    await benefits.confirm(operator.act, claim, { documentDate: written });
    const until = (await benefits.claim(family.act, claim)).validUntil;
    expect(until).not.toBeNull();
    if (until === null) return;
    expect(await place()).toMatchObject({ service: 1, class: 'EXTRAORDINARY' });
    for (let day = today(); day <= until; day = addDays(day, 1)) await world.moveTo(endOfDay(day));
    expect(await told(family)).toEqual(['CHECKING', 'CONFIRMED', 'EXPIRING', 'EXPIRING']);
    expect(await stateOf(claim)).toBe('CONFIRMED');
    await pass(1);
    expect(await stateOf(claim)).toBe('EXPIRED');
    expect(await place()).toMatchObject({ service: 3, common: 3, class: 'COMMON' });
    expect(await row(id)).toMatchObject({ state: 'QUEUED', registered_at });
    expect((await told(family)).at(-1)).toBe('EXPIRED');
    expect((await steps(id)).at(-1)).toBe('B5 SYSTEM');
    expect((await core.applications.card(family.personId, id)).benefit).toMatchObject({ state: 'EXPIRED' });
  });

  it('of an old paper is silent when a new one was confirmed', async () => {
    const { family, id, operator, place, taken } = await stage();
    const old = await taken('MIL');
    await benefits.confirm(operator.act, old, { documentDate: today() });
    await pass(20 * 86_400_000);
    const renewed = await taken('LARGE');
    expect((await place()).class).toBe('EXTRAORDINARY');
    await benefits.confirm(operator.act, renewed, {});
    expect([await stateOf(old), await stateOf(renewed)]).toEqual(['EXPIRED', 'CONFIRMED']);
    expect((await place()).class).toBe('PRIORITY');
    await pass(60 * 86_400_000);
    expect((await place()).class).toBe('PRIORITY');
    expect(await told(family)).toEqual(['CHECKING', 'CONFIRMED', 'EXPIRING', 'CHECKING', 'CONFIRMED']);
    expect(await steps(id)).toContain('B5r STAFF');
  });
});

describe('a better copy (N4)', () => {
  it('is asked for with a term, waits with the parent, and keeps its place in the list', async () => {
    const { family, id, operator, district, taken } = await stage();
    const claim = await taken();
    const { deadlineWorkingDays } = await core.calendar();
    const until = await benefits.askForCopy(operator.act, claim);
    expect(until).toEqual(deadlineWorkingDays(clock.now(), 5));
    expect(await told(family)).toEqual(['CHECKING', 'N4']);
    expect((await benefits.toCheck(operator.act, district, 0)).total).toBe(0);
    await refused(benefits.take(operator.act, claim), 'claim.closed');
    expect((await core.applications.card(family.personId, id)).benefit).toEqual({
      state: 'CLAIMED',
      validUntil: null,
      copyUntil: until,
    });
    later(MINUTE);
    await refused(benefits.send(family.act, claim), 'claim.sameScans');
    await layPaper(world, claim);
    await benefits.send(family.act, claim);
    expect((await benefits.toCheck(operator.act, district, 0)).items).toMatchObject([
      { id: claim, scans: 2 },
    ]);
    await pass(30 * 86_400_000);
    expect(await stateOf(claim)).toBe('CLAIMED');
    await benefits.take(operator.act, claim);
    await benefits.confirm(operator.act, claim, {});
    expect(await told(family)).toEqual(['CHECKING', 'N4', 'CONFIRMED']);
    expect(await steps(id)).toEqual([
      'B1 PERSON',
      'B2 STAFF',
      'B6 STAFF',
      'B7 PERSON',
      'B2 STAFF',
      'B3 STAFF',
    ]);
  });

  it('that does not come ends the claim, and the child stays where it stood', async () => {
    const { family, id, operator, place, taken } = await stage();
    const claim = await taken();
    const until = await benefits.askForCopy(operator.act, claim);
    await world.moveTo(until);
    expect(await stateOf(claim)).toBe('CLAIMED');
    expect((await told(family)).slice(1)).toEqual(['N4', 'N4']);
    await pass(1);
    expect(await benefits.claim(family.act, claim)).toMatchObject({
      state: 'DECLINED',
      declineReason: 'NO_COPY',
    });
    expect(await place()).toMatchObject({ service: 3, class: 'COMMON' });
    await refused(benefits.send(family.act, claim), 'claim.closed');
    expect((await told(family)).at(-1)).toBe('DECLINED');
    expect((await steps(id)).at(-1)).toBe('B4c SYSTEM');
  });
});

describe('a child that comes back to the queue', () => {
  const remove = async (id: ApplicationId) => {
    const { interest_due_at } = await row(id);
    await world.moveTo(new Date(interest_due_at.getTime() + 1));
    expect(await world.stateOf(id)).toBe('REMOVED');
    return (await row(id)).number;
  };

  it('has the whole term for a better copy anew', async () => {
    const { family, id, operator, taken } = await stage();
    const { interest_due_at } = await row(id);
    await world.moveTo(new Date(interest_due_at.getTime() - 2 * 86_400_000));
    const claim = await taken();
    const first = await benefits.askForCopy(operator.act, claim);
    const number = await remove(id);
    await world.moveTo(new Date(first.getTime() + 1));
    expect(await stateOf(claim)).toBe('CLAIMED');
    await core.staff.restore(admin, number, 'appeal');
    const { copyUntil } = await benefits.claim(family.act, claim);
    expect(copyUntil?.getTime()).toBeGreaterThan(clock.now().getTime());
    await layPaper(world, claim);
    await benefits.send(family.act, claim);
    expect(await stateOf(claim)).toBe('CLAIMED');
  });

  it('finds its benefit ended where the paper ended meanwhile, and hears of it', async () => {
    const { family, id, operator, place, taken } = await stage();
    const { interest_due_at } = await row(id);
    await world.moveTo(new Date(interest_due_at.getTime() - 20 * 86_400_000));
    const claim = await taken('MIL');
    await benefits.confirm(operator.act, claim, { documentDate: today() });
    const number = await remove(id);
    await pass(15 * 86_400_000);
    expect(await stateOf(claim)).toBe('CONFIRMED');
    expect(await told(family)).not.toContain('EXPIRED');
    await core.staff.restore(admin, number, 'appeal');
    await pass(1);
    expect(await stateOf(claim)).toBe('EXPIRED');
    expect((await place()).class).toBe('COMMON');
    expect((await told(family)).at(-1)).toBe('EXPIRED');
  });
});
