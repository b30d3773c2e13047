import { afterEach, describe, expect, it } from 'vitest';
import { sanityChecks } from '../audit/sanity.ts';
import { ending, formWorld, START } from './testing/stage.ts';

const world = await formWorld();
const { begun, bornTo, clock, core, db, parent } = world;

afterEach(async () => {
  expect(await sanityChecks(db)).toEqual([]);
  await world.sandbox.setDown('REGISTRY', false);
  clock.set(START);
});

describe('a forgotten form (T12)', () => {
  it('is warned of after 53 days and gone after 60; whoever touches it has it for 60 more', async () => {
    const [idle, busy] = [await parent(), await parent()];
    await begun(idle);
    await core.drafts.addChild(idle.act, await bornTo(idle));
    await begun(busy);
    await world.moveTo('2027-01-15T06:00:00Z');
    const mine = { code: 'N43', person_id: { in: [idle.personId, busy.personId] } };
    const told = await db.prisma.notice.findMany({ where: mine });
    expect(told.map(({ person_id }) => person_id).sort()).toEqual([idle.personId, busy.personId].sort());
    await core.drafts.goTo(busy.act, 'CHILDREN');
    await world.moveTo('2027-01-23T06:00:00Z');
    expect(await core.drafts.of(idle.act)).toBeNull();
    expect(await core.drafts.of(busy.act)).not.toBeNull();
    expect(await db.prisma.notice.count({ where: mine })).toBe(2);
    await core.drafts.discard(busy.act);
    expect(await core.drafts.of(busy.act)).toBeNull();
    expect(await ending(core.drafts.goTo(busy.act, 'INTRO'))).toBe('draft.none');
  });
});
