import { expect } from 'vitest';
import { coreWorld, type Family } from '../../../local/testing/core-world.ts';
import { layPaper } from '../../../local/testing/papers.ts';
import { localDate } from '../../calendar/civil-date.ts';
import type { ApplicationId, ClaimId } from '../../ids.ts';

/** Queues of three children each, whose last one claims benefits, and their operators. Call at the top level of a test file. */
export async function benefitWorld() {
  // Monday 23 November 2026, 10:00 in Kazakhstan.
  const world = await coreWorld({ start: '2026-11-23T05:00:00Z' });
  const { core, db, clock } = world;
  const { benefits } = core;
  const admin = await world.staff({ admin: true });
  let districts = 0;

  /** Three children of the common class in a queue of their own; the claims are those of the last one. */
  async function stage() {
    districts += 1;
    const district = await world.district(`B${String.fromCharCode(64 + districts)}F`);
    const family = await world.person();
    const child = async (of: Family) => {
      later(1);
      return world.enqueue(of, '2023-05-14', { district });
    };
    const others = [await child(await world.person()), await child(await world.person())];
    const id = await child(family);
    const operator = await world.person();
    await db.prisma.staff_role.create({
      data: {
        person_id: operator.personId,
        role: 'OPERATOR',
        district_id: district,
        granted_at: clock.now(),
      },
    });
    const place = async () => {
      const { position } = await core.queues.position(family.personId, id);
      if (position === null) throw new Error('the child is not counted');
      const { service, inClass, common, benefitClass } = position;
      return { service, inClass, common, class: benefitClass };
    };
    const claimed = async (category = 'LARGE') => {
      const claim = await benefits.begin(family.act, id, category);
      await layPaper(world, claim);
      await benefits.send(family.act, claim);
      return claim;
    };
    const taken = async (category?: string) => {
      const claim = await claimed(category);
      await benefits.take(operator.act, claim);
      return claim;
    };
    return { district, family, others, id, operator, place, claimed, taken };
  }

  const later = (ms: number) => clock.set(new Date(clock.now().getTime() + ms));
  const pass = (ms: number) => world.moveTo(new Date(clock.now().getTime() + ms));
  const today = () => localDate(clock.now());
  const row = (id: ApplicationId) => db.prisma.application.findUniqueOrThrow({ where: { id } });
  const stateOf = async (claim: ClaimId) =>
    (await db.prisma.benefit_claim.findUniqueOrThrow({ where: { id: claim } })).state;
  const told = async ({ personId }: Family) =>
    (
      await db.prisma.notice.findMany({
        where: { person_id: personId, code: { in: ['N4', 'N5'] } },
        orderBy: { id: 'asc' },
      })
    ).map(({ code, params }) => (code === 'N4' ? 'N4' : String((params as { event: string }).event)));
  const steps = async (id: ApplicationId) =>
    (
      await db.prisma.event.findMany({
        where: { application_id: id, entity: 'BENEFIT_CLAIM' },
        orderBy: { id: 'asc' },
      })
    ).map(({ transition, actor_kind }) => `${transition} ${actor_kind}`);

  return { world, core, db, clock, benefits, admin, stage, later, pass, today, row, stateOf, told, steps };
}

/** That an action is refused with this code and these params. */
export const refused = (work: Promise<unknown>, code: string, params: object = {}) =>
  expect(work).rejects.toMatchObject({ code, params });
