import { afterEach, describe, expect, it } from 'vitest';
import { wrongNumbers } from '../../local/testing/positions.ts';
import { sanityChecks } from '../audit/sanity.ts';
import { endOfDay } from '../calendar/civil-date.ts';
import { benefitWorld, refused } from './testing/stage.ts';

const { world, core, db, benefits, admin, stage, later, pass, today, stateOf, told, steps, row } =
  await benefitWorld();
const MINUTE = 60_000;

afterEach(async () => {
  expect(await sanityChecks(db)).toEqual([]);
  expect(await wrongNumbers(db)).toEqual([]);
});

describe('the operators', () => {
  it('see what waits, oldest first, and who holds it; a hold lasts half an hour', async () => {
    const { district, operator, claimed, id, family } = await stage();
    const claim = await claimed();
    const list = async (act = operator.act) => (await benefits.toCheck(act, district, 0)).items;
    expect(await list()).toMatchObject([{ id: claim, childName: 'Нұрлан', scans: 1, takenBy: null }]);
    const desk = await benefits.take(operator.act, claim);
    expect(desk).toMatchObject({
      applicationId: id,
      child: { fullName: 'Сыналов Нұрлан', birthDate: '2023-05-14' },
      applicant: { fullName: 'Сыналова Айгүл' },
      category: { code: 'LARGE' },
    });
    expect(desk.child.maskedIin).toMatch(/^\d{4}•{5}\d{3}$/);
    expect(await list()).toMatchObject([{ takenBy: 'ME' }]);
    expect(await list(admin)).toMatchObject([{ takenBy: 'OTHER' }]);
    await refused(benefits.take(admin, claim), 'claim.taken');
    await refused(benefits.onDesk(admin, claim), 'claim.taken');
    later(29 * MINUTE);
    await benefits.take(operator.act, claim);
    later(29 * MINUTE);
    await refused(benefits.take(admin, claim), 'claim.taken');
    later(2 * MINUTE);
    expect(await list(admin)).toMatchObject([{ takenBy: null }]);
    await benefits.take(admin, claim);
    for (const late of [
      () => benefits.confirm(operator.act, claim, {}),
      () => benefits.decline(operator.act, claim, 'OUTDATED'),
      () => benefits.askForCopy(operator.act, claim),
      () => benefits.release(operator.act, claim),
      () => benefits.onDesk(operator.act, claim),
    ])
      await refused(late(), 'claim.taken');
    await benefits.release(admin, claim);
    await refused(benefits.onDesk(admin, claim), 'claim.closed');
    expect(await list()).toMatchObject([{ id: claim, takenBy: null }]);
    expect(await told(family)).toEqual(['CHECKING']);
    const looks = await db.prisma.access_log.findMany({
      where: { person_id: family.personId },
      orderBy: { id: 'asc' },
    });
    expect(looks.map(({ role, what, application_id }) => [role, what, application_id])).toEqual([
      ['OPERATOR', 'CLAIM', id],
      ['OPERATOR', 'CLAIM', id],
      ['REGION_ADMIN', 'CLAIM', id],
    ]);
  });

  it('of another district have no right, whatever they know of the claim', async () => {
    const { claimed, district, family } = await stage();
    const { operator: stranger } = await stage();
    const claim = await claimed();
    await refused(benefits.toCheck(stranger.act, district, 0), 'staff.forbidden');
    await refused(benefits.take(stranger.act, claim), 'staff.forbidden');
    await refused(benefits.onDesk(stranger.act, claim), 'staff.forbidden');
    expect(await db.prisma.access_log.count({ where: { person_id: family.personId } })).toBe(0);
  });

  it('must say what is wrong where they choose «other», in at most 300 signs', async () => {
    const { operator, taken } = await stage();
    const claim = await taken();
    await refused(benefits.decline(operator.act, claim, 'OTHER', '   '), 'claim.needsNote', { limit: 300 });
    await refused(benefits.decline(operator.act, claim, 'OTHER', 'ә'.repeat(301)), 'claim.needsNote', {
      limit: 300,
    });
    await benefits.decline(operator.act, claim, 'OTHER', 'ә'.repeat(300));
    await refused(benefits.decline(operator.act, claim, 'UNREADABLE'), 'claim.closed');
    await refused(benefits.confirm(operator.act, claim, {}), 'claim.closed');
  });

  it('see no claim of a child that left the queue; it is there again when the child is back', async () => {
    const { family, id, operator, district, taken, place } = await stage();
    const claim = await taken();
    await core.applications.withdraw(family.act, id);
    expect((await benefits.toCheck(operator.act, district, 0)).total).toBe(0);
    await refused(benefits.confirm(operator.act, claim, {}), 'claim.closed');
    await refused(benefits.onDesk(operator.act, claim), 'claim.closed');
    await refused(benefits.take(operator.act, claim), 'claim.closed');
    await pass(60 * MINUTE);
    await core.applications.undoWithdrawal(family.act, id);
    expect((await benefits.toCheck(operator.act, district, 0)).items).toMatchObject([{ id: claim }]);
    await benefits.take(operator.act, claim);
    await benefits.confirm(operator.act, claim, {});
    expect((await place()).class).toBe('PRIORITY');
  });
});

const outcomes = async (...works: readonly Promise<unknown>[]): Promise<string[]> =>
  (await Promise.allSettled(works)).map((settled) =>
    settled.status === 'fulfilled' ? 'done' : String((settled.reason as { code?: string }).code),
  );

describe('at the same moment', () => {
  it('one of two operators gets the claim', async () => {
    const { claimed, operator, id, family } = await stage();
    const claim = await claimed();
    const ended = await outcomes(benefits.take(operator.act, claim), benefits.take(admin, claim));
    expect(ended.sort()).toEqual(['claim.taken', 'done']);
    expect(await steps(id)).toEqual(['B1 PERSON', 'B2 STAFF']);
    expect(await told(family)).toEqual(['CHECKING']);
  });

  it('one of two decisions stands', async () => {
    for (let round = 0; round < 4; round += 1) {
      const { taken, operator, id, family } = await stage();
      const claim = await taken();
      const ended = await outcomes(
        benefits.confirm(operator.act, claim, {}),
        benefits.decline(operator.act, claim, 'OUTDATED'),
      );
      expect(ended.sort()).toEqual(['claim.closed', 'done']);
      const confirmed = (await stateOf(claim)) === 'CONFIRMED';
      expect((await row(id)).benefit_class).toBe(confirmed ? 'PRIORITY' : 'COMMON');
      expect(await told(family)).toEqual(['CHECKING', confirmed ? 'CONFIRMED' : 'DECLINED']);
    }
  });

  it('the end of the old paper and the confirmation of the new one leave the class of the new one', async () => {
    for (let round = 0; round < 4; round += 1) {
      const { family, taken, operator, id } = await stage();
      const old = await taken('MIL');
      await benefits.confirm(operator.act, old, { documentDate: today() });
      const until = (await benefits.claim(family.act, old)).validUntil;
      if (until === null) throw new Error('no end');
      await pass(20 * 86_400_000);
      const renewed = await taken('LARGE');
      later(endOfDay(until).getTime() + 1 - world.clock.now().getTime());
      await Promise.all([benefits.confirm(operator.act, renewed, {}), core.jobs.sweep(), core.jobs.sweep()]);
      await pass(1);
      expect([await stateOf(old), await stateOf(renewed)]).toEqual(['EXPIRED', 'CONFIRMED']);
      expect((await row(id)).benefit_class).toBe('PRIORITY');
      const ends = (await steps(id)).filter((step) => step.startsWith('B5'));
      expect(ends).toHaveLength(1);
      const expired = (await told(family)).filter((event) => event === 'EXPIRED');
      expect(expired).toHaveLength(ends[0] === 'B5 SYSTEM' ? 1 : 0);
    }
  });

  it('a decision and a withdrawal come one after the other, in either order', async () => {
    for (let round = 0; round < 4; round += 1) {
      const { taken, operator, id, family } = await stage();
      const claim = await taken('MIL');
      const [confirmed, withdrawn] = await outcomes(
        benefits.confirm(operator.act, claim, { documentDate: today() }),
        core.applications.withdraw(family.act, id),
      );
      expect(withdrawn).toBe('done');
      expect(['done', 'claim.closed']).toContain(confirmed);
      expect(await row(id)).toMatchObject({
        state: 'WITHDRAWN',
        benefit_class: confirmed === 'done' ? 'EXTRAORDINARY' : 'COMMON',
      });
      await core.applications.undoWithdrawal(family.act, id);
      expect(await stateOf(claim)).toBe(confirmed === 'done' ? 'CONFIRMED' : 'PENDING_CHECK');
    }
  });

  it('two begun claims are one', async () => {
    const { family, id } = await stage();
    const [first, second] = await Promise.all([
      benefits.begin(family.act, id, 'LARGE'),
      benefits.begin(family.act, id, 'MIL'),
    ]);
    expect(first).toBe(second);
  });
});
