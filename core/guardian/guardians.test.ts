import { afterEach, describe, expect, it } from 'vitest';
import { coreWorld, freshIin } from '../../local/testing/core-world.ts';
import { sanityChecks } from '../audit/sanity.ts';
import { BIRTH, guardianStage, refusal } from './testing/stage.ts';

// Monday 23 November 2026, 10:00 in Kazakhstan.
const world = await coreWorld({ start: '2026-11-23T05:00:00Z' });
const { core, db, clock } = world;
const operator = await world.staff({ operator: true });
const { stage, linkOf, linkId, stateOf, told, history, inReview } = guardianStage(world);

afterEach(async () => {
  expect(await sanityChecks(db)).toEqual([]);
});

describe('a parent whom the registry names', () => {
  it('is joined at once to every application of the child, and the first applicant is told', async () => {
    const s = await stage(true);
    const elsewhere = await world.enqueue(s.owner, BIRTH, {
      iin: s.iin,
      district: await world.district('KSH'),
    });
    const { linked, asked } = await core.guardians.request(s.other.act, s.iin);
    expect({ linked: [...linked].sort(), asked }).toEqual({ linked: [s.id, elsewhere].sort(), asked: false });
    expect(await linkOf(s)).toMatchObject({ state: 'LINKED', proof: 'REGISTRY', decided_by: null });
    expect(await told(s.owner)).toEqual(['N35a LINKED', 'N35a LINKED']);
    expect(await told(s.other)).toEqual([]);
    expect(await refusal(core.guardians.request(s.other.act, s.iin))).toBe('guardian.already');
    expect(await refusal(core.guardians.request(s.owner.act, s.iin))).toBe('guardian.already');
  });

  it('is told when there is nothing to join', async () => {
    const parent = await world.person();
    const iin = freshIin(BIRTH);
    await world.born(parent, iin, BIRTH);
    expect(await refusal(core.guardians.request(parent.act, iin))).toBe('guardian.none');
  });

  it('cannot be taken out, only leaves', async () => {
    const s = await stage(true);
    await core.guardians.request(s.other.act, s.iin);
    const id = await linkId(s);
    expect(await core.guardians.of(s.owner.act, s.id)).toMatchObject([
      { id, name: 'Айгүл', state: 'LINKED', removable: false },
    ]);
    expect(await refusal(core.guardians.unlink(s.owner.act, id))).toBe('guardian.proven');
    expect(await core.guardians.mine(s.other.act, s.id)).toEqual({
      id,
      applicationId: s.id,
      state: 'LINKED',
    });
    await core.guardians.unlink(s.other.act, id);
    expect(await told(s.owner)).toEqual(['N35a LINKED', 'N35a LEFT']);
    expect(await refusal(core.guardians.mine(s.other.act, s.id))).toBe('application.unknown');
    expect(await core.guardians.of(s.owner.act, s.id)).toEqual([]);
    expect(await history(s)).toEqual(['G2', 'G11']);
  });

  it('is joined by asking again where the registry was silent before', async () => {
    const s = await stage(true);
    await world.sandbox.setDown('REGISTRY', true);
    expect(await core.guardians.request(s.other.act, s.iin)).toEqual({ linked: [], asked: true });
    await world.sandbox.setDown('REGISTRY', false);
    world.errors.length = 0;
    expect((await core.guardians.request(s.other.act, s.iin)).linked).toEqual([s.id]);
    expect(await history(s)).toEqual(['G1', 'G9']);
    expect(await refusal(core.guardians.answer(s.owner.act, await linkId(s), false))).toBe(
      'guardian.decided',
    );
  });
});

describe('somebody whom the registry does not name', () => {
  it('gets the same answer whether the child stands in a queue or not', async () => {
    const s = await stage();
    const answers = [
      await core.guardians.request(s.other.act, s.iin),
      await core.guardians.request(s.other.act, freshIin(BIRTH)),
      // asked for already
      await core.guardians.request(s.other.act, s.iin),
    ];
    expect(answers).toEqual(Array(3).fill({ linked: [], asked: true }));
    await core.guardians.answer(s.owner.act, await linkId(s), false);
    expect(await core.guardians.request(s.other.act, s.iin)).toEqual({ linked: [], asked: true });
    expect(await told(s.other)).toEqual([]);
    expect(await refusal(core.guardians.mine(s.other.act, s.id))).toBe('application.unknown');
    expect(await refusal(core.applications.card(s.other.personId, s.id))).toBe('application.unknown');
  });

  it('asks the first applicant once; who agrees is obeyed', async () => {
    const s = await stage();
    await core.guardians.request(s.other.act, s.iin);
    const id = await linkId(s);
    expect(await told(s.owner)).toEqual(['N35']);
    expect(await core.guardians.asked(s.owner.act, id)).toMatchObject({
      name: 'Айгүл',
      state: 'PENDING_OWNER',
      applicationId: s.id,
      childName: 'Нұрлан',
    });
    expect(await refusal(core.guardians.asked(s.other.act, id))).toBe('guardian.unknown');
    expect(await refusal(core.guardians.answer(s.other.act, id, true))).toBe('guardian.unknown');
    await core.guardians.answer(s.owner.act, id, true);
    expect(await linkOf(s)).toMatchObject({ state: 'LINKED', proof: 'OWNER', decided_by: s.owner.personId });
    expect(await told(s.other)).toEqual(['N35a JOINED']);
    expect(await refusal(core.guardians.answer(s.owner.act, id, false))).toBe('guardian.decided');
  });

  it('is taken out again by the first applicant, and hears no more of the child', async () => {
    const s = await stage();
    await core.guardians.request(s.other.act, s.iin);
    await core.guardians.answer(s.owner.act, await linkId(s), true);
    // Told at night, and held up until the morning.
    await world.moveTo('2026-12-14T19:00:00Z');
    await core.applications.withdraw(s.owner.act, s.id);
    const [notice] = await db.prisma.notice.findMany({
      where: { person_id: s.other.personId, code: 'N19' },
      include: { deliverys: true },
    });
    expect(notice?.deliverys.map(({ state }) => state)).toEqual(['PENDING']);
    await core.guardians.unlink(s.owner.act, await linkId(s));
    expect(await told(s.other)).toEqual(['N35a JOINED', 'N35a REMOVED']);
    const after = await db.prisma.delivery.findMany({ where: { notice_id: notice?.id ?? '' } });
    expect(after.map(({ state }) => state)).toEqual(['CANCELLED']);
    await core.applications.undoWithdrawal(s.owner.act, s.id);
    expect(await refusal(core.applications.card(s.other.personId, s.id))).toBe('application.unknown');
  });

  it('is looked at by an operator when no answer came in five working days', async () => {
    const s = await stage();
    await core.guardians.request(s.other.act, s.iin);
    const timer = await db.prisma.timer.findFirstOrThrow({
      where: { subject_id: (await linkOf(s)).id, state: 'PENDING' },
    });
    const calendar = await core.calendar();
    expect(timer.deadline_at).toEqual(calendar.deadlineWorkingDays(clock.now(), 5));
    await world.moveTo(timer.deadline_at);
    expect(await stateOf(s)).toBe('PENDING_OWNER');
    await world.moveTo(new Date(timer.deadline_at.getTime() + 1));
    expect(await stateOf(s)).toBe('OPERATOR_REVIEW');
    const { items } = await core.guardians.toReview(operator, world.districtId, 0);
    const id = await linkId(s);
    expect(items.find((item) => item.id === id)).toMatchObject({ childName: 'Нұрлан', ownerRefused: false });
    const shown = await core.guardians.onDesk(operator, id);
    expect(shown.guardian.maskedIin).toMatch(/^9005•••••\d{3}$/);
    expect(JSON.stringify(shown)).not.toContain(s.owner.phone);
    const looks = async () =>
      (await db.prisma.access_log.findMany({ where: { application_id: s.id }, orderBy: { id: 'asc' } })).map(
        ({ person_id, viewer_id, what, role }) => ({ person_id, viewer_id, what, role }),
      );
    const look = { viewer_id: operator.personId, what: 'LINK', role: 'OPERATOR' };
    // The other one's log must not tell that there is an application, as long as they are not joined.
    expect(await looks()).toEqual([{ ...look, person_id: s.owner.personId }]);
    await core.guardians.decide(operator, id, true);
    expect(await looks()).toEqual([
      { ...look, person_id: s.owner.personId },
      { ...look, person_id: s.other.personId },
    ]);
    expect(await linkOf(s)).toMatchObject({ state: 'LINKED', proof: 'OPERATOR' });
    expect(await told(s.owner)).toEqual(['N35', 'N35a LINKED']);
    expect(await told(s.other)).toEqual(['N35a JOINED']);
    const left = await core.guardians.toReview(operator, world.districtId, 0);
    expect(left.items.filter((item) => item.id === id)).toEqual([]);
  });

  it('who insists after a refusal is looked at by an operator, whose refusal stands for 30 days', async () => {
    const s = await stage();
    await core.guardians.request(s.other.act, s.iin);
    await core.guardians.answer(s.owner.act, await linkId(s), false);
    await core.guardians.request(s.other.act, s.iin);
    expect(await stateOf(s)).toBe('OPERATOR_REVIEW');
    const id = await linkId(s);
    expect(await core.guardians.onDesk(operator, id)).toMatchObject({ ownerRefused: true });
    await core.guardians.decide(operator, id, false);
    expect(await told(s.owner)).toEqual(['N35', 'N35a REFUSED']);
    await core.guardians.request(s.other.act, s.iin);
    expect(await history(s)).toEqual(['G1', 'G5', 'G3', 'G8']);
    clock.set(new Date(clock.now().getTime() + 31 * 86_400_000));
    await core.guardians.request(s.other.act, s.iin);
    expect(await history(s)).toEqual(['G1', 'G5', 'G3', 'G8', 'G1']);
    expect(await told(s.other)).toEqual([]);
    await core.guardians.answer(s.owner.act, await linkId(s), false);
  });

  it('may try ten IINs an hour', async () => {
    const { act } = await world.person();
    for (let i = 0; i < 10; i += 1) await core.guardians.request(act, freshIin(BIRTH));
    await expect(core.guardians.request(act, freshIin(BIRTH))).rejects.toMatchObject({
      code: 'guardian.tooOften',
      params: { until: new Date(clock.now().getTime() + 3_600_000).toISOString() },
    });
  });

  it('is told of a number that cannot be a child’s', async () => {
    const { act, iin } = await world.person();
    expect(await refusal(core.guardians.request(act, '123'))).toBe('iin.length');
    expect(await refusal(core.guardians.request(act, iin))).toBe('login.own');
  });
});

describe('the operator’s decision', () => {
  it('is the district’s own operator’s, and never about oneself', async () => {
    const s = await inReview();
    const id = await linkId(s);
    const stranger = await world.staff({ head: await world.kindergarten() });
    for (const act of [stranger, s.owner.act, s.other.act]) {
      expect(await refusal(core.guardians.decide(act, id, true))).toBe('staff.forbidden');
      expect(await refusal(core.guardians.onDesk(act, id))).toBe('staff.forbidden');
      expect(await refusal(core.guardians.toReview(act, world.districtId, 0))).toBe('staff.forbidden');
    }
    await db.prisma.staff_role.create({
      data: { person_id: s.other.personId, role: 'REGION_ADMIN', granted_at: clock.now() },
    });
    expect(await refusal(core.guardians.decide(s.other.act, id, true))).toBe('staff.forbidden');
    await core.guardians.decide(operator, id, false);
    expect(await refusal(core.guardians.onDesk(operator, id))).toBe('guardian.decided');
  });

  it('waits for the term of the first applicant', async () => {
    const s = await stage();
    await core.guardians.request(s.other.act, s.iin);
    const id = await linkId(s);
    expect(await refusal(core.guardians.decide(operator, id, true))).toBe('guardian.unknown');
    expect(await refusal(core.guardians.onDesk(operator, id))).toBe('guardian.unknown');
    await core.guardians.answer(s.owner.act, id, false);
  });
});
