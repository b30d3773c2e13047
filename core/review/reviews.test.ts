import { afterEach, describe, expect, it } from 'vitest';
import { coreWorld, type Family, freshIin } from '../../local/testing/core-world.ts';
import { sanityChecks } from '../audit/sanity.ts';
import type { ApplicationId } from '../ids.ts';
import type { Iin } from '../people/iin.ts';
import { Refusal } from '../refusal.ts';

const world = await coreWorld({ start: '2026-11-23T05:00:00Z' });
const { core, db, clock, districtId } = world;
const operator = await world.staff({ operator: true });

afterEach(async () => {
  await world.sandbox.setDown('REGISTRY', false);
  expect(await sanityChecks(db)).toEqual([]);
});

async function ending(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (error instanceof Refusal) return [error.code, ...Object.values(error.params)].join(' ');
    throw error;
  }
}

async function parent(): Promise<Family> {
  const family = await world.person();
  await core.people.addContact(family.act, 'EMAIL', 'ata-ana@mysal.example');
  return family;
}

/** Sends a form for this child; the name is typed where the registry is silent. */
async function send(family: Family, iin: Iin): Promise<ApplicationId> {
  await core.drafts.begin(family.act, districtId);
  await core.drafts.confirmRead(family.act);
  await core.drafts.setAddress(family.act, { city: 'Ақмол', street: 'Достық', house: '1' });
  const child = await core.drafts.addChild(family.act, iin);
  const view = await core.drafts.of(family.act);
  if (view?.children[0]?.name === null)
    await core.drafts.nameChild(family.act, child, { surname: 'Сыналов', name: 'Нүрлан', patronymic: null });
  const prepared = await core.signing.prepareRegistration(family.act);
  const result = await core.signing.sign(family.act, prepared.id, world.lastCode(family.phone));
  const [made] = result.kind === 'REGISTRATION' ? result.applications : [];
  if (made === undefined) throw new Error('nothing was made');
  return made.id;
}

describe('an application sent while the registry is silent (A2)', () => {
  it('is looked at with its time kept, and comes in before whoever came later', async () => {
    const early = await parent();
    const iin = freshIin('2023-05-14');
    await world.born(early, iin, '2023-05-14');
    await world.sandbox.setDown('REGISTRY', true);
    const id = await send(early, iin);
    expect(await world.stateOf(id)).toBe('IN_REVIEW');
    expect(await world.notices(early.personId)).toEqual(['N2']);
    const sent = (await db.prisma.application.findUniqueOrThrow({ where: { id } })).registered_at;
    await world.moveTo('2026-11-23T06:00:00Z');
    expect(await world.stateOf(id)).toBe('IN_REVIEW');
    await world.sandbox.setDown('REGISTRY', false);
    const later = await world.enqueue(await world.person(), '2023-06-15');
    await world.moveTo('2026-11-23T06:01:00Z');
    expect(await world.stateOf(id)).toBe('QUEUED');
    const row = await db.prisma.application.findUniqueOrThrow({ where: { id }, include: { child: true } });
    expect([row.registered_at, row.relation, row.child.name]).toEqual([sent, 'PROVEN', 'Нұрлан']);
    const { position } = await core.queues.position(early.personId, id);
    expect(position?.common).toBe(1);
    expect(await world.notices(early.personId)).toEqual(['N2', 'N1']);
    expect(row.position_at_registration).toBe(1);
    expect(await world.stateOf(later)).toBe('QUEUED');
  });

  it('is not held up by another one that the registry cannot answer about', async () => {
    const [first, second] = [await parent(), await parent()];
    const [broken, iin] = [freshIin('2023-05-14'), freshIin('2023-05-14')];
    await world.born(second, iin, '2023-05-14');
    await world.sandbox.setDown('REGISTRY', true);
    const [held, id] = [await send(first, broken), await send(second, iin)];
    await world.sandbox.setDown('REGISTRY', false);
    await world.database.pool.query(
      "INSERT INTO sandbox.person (iin, surname, name, birth_date) VALUES ($1, 'Сыналов', 'Асан', 'infinity')",
      [broken],
    );
    await world.moveTo('2026-11-23T06:02:00Z');
    expect([await world.stateOf(held), await world.stateOf(id)]).toEqual(['IN_REVIEW', 'QUEUED']);
    await core.reviews.reject(operator, held, 'WRONG_DATA');
  });

  it('by somebody who is no parent waits for the department', async () => {
    const stranger = await parent();
    const iin = freshIin('2023-05-14');
    await world.sandbox.setDown('REGISTRY', true);
    const id = await send(stranger, iin);
    await world.sandbox.setDown('REGISTRY', false);
    await world.moveTo('2026-11-23T06:05:00Z');
    expect(await world.stateOf(id)).toBe('IN_REVIEW');
    const list = await core.reviews.list(operator, districtId, 0);
    expect(list.items.find((row) => row.id === id)?.relation).toBe('UNPROVEN');
    await core.reviews.card(operator, id);
    const looks = await db.prisma.access_log.findMany({ where: { person_id: stranger.personId } });
    expect(looks.map(({ what, role }) => [what, role])).toEqual([['REVIEW', 'OPERATOR']]);
    expect(await ending(core.reviews.reject(operator, id, 'OTHER'))).toBe('review.needsNote');
    await core.reviews.reject(operator, id, 'OTHER', 'Қорғаншылық актісін әкеліңіз');
    expect(await world.stateOf(id)).toBe('REJECTED');
    expect(await world.notices(stranger.personId)).toEqual(['N2', 'N3']);
    expect(await ending(core.reviews.approve(operator, id))).toMatch(/^application.wrongState/);
  });

  it('keeps no parent out: with the parent’s own form the stranger’s is refused', async () => {
    const [stranger, mother] = [await parent(), await parent()];
    const iin = freshIin('2023-05-14');
    await world.sandbox.setDown('REGISTRY', true);
    const squatted = await send(stranger, iin);
    await world.sandbox.setDown('REGISTRY', false);
    await world.born(mother, iin, '2023-05-14');
    await core.drafts.begin(mother.act, districtId);
    expect(await ending(core.drafts.addChild(mother.act, iin))).toBe('done');
    expect(await world.stateOf(squatted)).toBe('REJECTED');
    await core.drafts.discard(mother.act);
    expect(await world.stateOf(await send(mother, iin))).toBe('QUEUED');
  });

  it('comes in by its own time when the other parent applies meanwhile', async () => {
    const [father, mother] = [await parent(), await parent()];
    const iin = freshIin('2023-05-14');
    await world.born(father, iin, '2023-05-14');
    await world.born(mother, iin, '2023-05-14');
    await world.sandbox.setDown('REGISTRY', true);
    const id = await send(father, iin);
    await world.sandbox.setDown('REGISTRY', false);
    await core.drafts.begin(mother.act, districtId);
    expect(await ending(core.drafts.addChild(mother.act, iin))).toBe('application.others');
    expect(await world.stateOf(id)).toBe('QUEUED');
  });

  it('is not admitted by leaving and coming back', async () => {
    const family = await parent();
    await world.sandbox.setDown('REGISTRY', true);
    const id = await send(family, freshIin('2023-05-14'));
    await core.applications.withdraw(family.act, id);
    await core.applications.undoWithdrawal(family.act, id);
    expect(await world.stateOf(id)).toBe('IN_REVIEW');
    await core.reviews.approve(operator, id);
    expect(await world.stateOf(id)).toBe('QUEUED');
  });
});

it('decides nothing twice: two operators at once', async () => {
  const second = await world.staff({ operator: true });
  await world.sandbox.setDown('REGISTRY', true);
  for (let round = 0; round < 4; round += 1) {
    const id = await send(await parent(), freshIin('2024-05-14'));
    const endings = await Promise.all([
      ending(core.reviews.approve(operator, id)),
      ending(core.reviews.reject(second, id, 'WRONG_DATA')),
    ]);
    expect(endings.filter((text) => text === 'done')).toHaveLength(1);
  }
});

it('is for operators of the district alone', async () => {
  const [parentAct, head] = [
    (await world.person()).act,
    await world.staff({ head: await world.kindergarten('Айгөлек') }),
  ];
  await world.sandbox.setDown('REGISTRY', true);
  const id = await send(await parent(), freshIin('2024-05-14'));
  for (const act of [parentAct, head]) {
    expect(await ending(core.reviews.list(act, districtId, 0))).toBe('staff.forbidden');
    expect(await ending(core.reviews.card(act, id))).toBe('staff.forbidden');
    expect(await ending(core.reviews.approve(act, id))).toBe('staff.forbidden');
    expect(await ending(core.reviews.reject(act, id, 'WRONG_DATA'))).toBe('staff.forbidden');
  }
  expect(await world.stateOf(id)).toBe('IN_REVIEW');
  clock.set('2026-11-23T07:00:00Z');
});

describe('an application that nobody looked at for more than a year', () => {
  it('is asked for interest when it comes in, and not before', async () => {
    const family = await parent();
    const iin = freshIin('2025-05-14');
    await world.sandbox.setDown('REGISTRY', true);
    const id = await send(family, iin);
    await world.moveTo('2027-12-24T06:00:00Z');
    expect(await sanityChecks(db)).toEqual([]);
    expect(await world.notices(family.personId)).not.toContain('N21r');
    await core.reviews.approve(operator, id);
    const { interest_due_at } = await db.prisma.application.findUniqueOrThrow({ where: { id } });
    expect(interest_due_at).toEqual(new Date('2028-01-07T18:59:59.999Z'));
    await core.applications.confirmInterest(family.act, id);
    await world.moveTo('2028-01-08T06:00:00Z');
    expect(await world.stateOf(id)).toBe('QUEUED');
  });
});
