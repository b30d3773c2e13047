import { afterEach, describe, expect, it } from 'vitest';
import { sanityChecks } from '../audit/sanity.ts';
import type { PreparedStatement } from '../signing/api.ts';
import { ending, formWorld, START } from './testing/stage.ts';

const world = await formWorld();
const { begun, bornTo, clock, core, db, parent } = world;

afterEach(async () => {
  expect(await sanityChecks(db)).toEqual([]);
  await world.sandbox.setDown('REGISTRY', false);
  clock.set(START);
});

describe('two parents', () => {
  it('who send the same child in the same second make one application; the later one is told', async () => {
    for (let round = 0; round < 4; round += 1) {
      const [mother, father] = [await parent(), await parent()];
      const iin = await bornTo(mother);
      await world.born(father, iin, '2023-05-14');
      for (const one of [mother, father]) {
        await begun(one);
        await core.drafts.addChild(one.act, iin);
      }
      const prepared: PreparedStatement[] = [];
      for (const one of [mother, father]) prepared.push(await core.signing.prepareRegistration(one.act));
      const endings = await Promise.all(
        [mother, father].map((one, n) =>
          ending(core.signing.sign(one.act, prepared[n]?.id ?? ('' as never), world.lastCode(one.phone))),
        ),
      );
      // The refusal says which child of the form it is about.
      expect(endings.map((ending) => ending.split(' ')[0]).sort()).toEqual(['application.others', 'done']);
      const children = await db.prisma.application.count({
        where: { child: { iin_hash: world.secrets.iinHash(iin) } },
      });
      expect(children).toBe(1);
      // The form of the one who was later is not lost.
      expect(
        await db.prisma.draft.count({ where: { person_id: { in: [mother.personId, father.personId] } } }),
      ).toBe(1);
    }
  });

  it('with several children each, in whatever order, do not wait for each other for ever', async () => {
    const families = await Promise.all(Array.from({ length: 6 }, () => parent()));
    for (const [n, family] of families.entries()) {
      await begun(family);
      const births = ['2022-05-01', '2023-05-01', '2024-05-01', '2025-05-01'];
      for (const birth of n % 2 === 0 ? births : births.toReversed())
        await core.drafts.addChild(family.act, await bornTo(family, birth));
    }
    const prepared = await Promise.all(families.map((one) => core.signing.prepareRegistration(one.act)));
    const signed = await Promise.all(
      families.map((one, n) =>
        core.signing.sign(one.act, prepared[n]?.id ?? ('' as never), world.lastCode(one.phone)),
      ),
    );
    for (const result of signed) expect(result.kind === 'REGISTRATION' && result.applications.length).toBe(4);
  });
});
