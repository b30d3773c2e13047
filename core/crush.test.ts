import { expect, it } from 'vitest';
import { type Family, freshIin } from '../local/testing/core-world.ts';
import { layPaper } from '../local/testing/papers.ts';
import { wrongNumbers } from '../local/testing/positions.ts';
import { type Chance, chance } from '../local/testing/random.ts';
import { walk } from '../local/testing/walk.ts';
import { sanityChecks } from './audit/sanity.ts';
import { ADDRESS, formWorld } from './draft/testing/stage.ts';
import type { ApplicationId, DistrictId } from './ids.ts';
import type { Iin } from './people/iin.ts';
import { Refusal } from './refusal.ts';

const steps = Number(process.env.CRUSH_STEPS ?? 300);
const seed = Number(process.env.CRUSH_SEED ?? 20261123);
const AT_ONCE = 6;
const world = await formWorld();
const { core, db, sandbox } = world;

type Couple = [Family, Family];

/** Who was deleted whole while others of them still acted: for these there is nobody any more. */
const deleted = new Set<string>();

/** Couples who fill in forms for the same children in two districts, send them, leave and come back. */
async function crowd(random: Chance): Promise<() => Promise<unknown>> {
  const districts: DistrictId[] = [await world.district('CRA'), await world.district('CRB')];
  const operator = await world.staff({ admin: true });
  const couples: Couple[] = [];
  const children: { iin: Iin; birth: string; parents: Couple }[] = [];
  for (let n = 0; n < 4; n += 1) {
    const parents: Couple = [await world.parent(), await world.parent()];
    couples.push(parents);
    for (const birth of ['2022-03-04', '2023-05-06', '2024-07-08', '2026-01-09']) {
      const iin = freshIin(birth);
      for (const one of parents) await world.born(one, iin, birth);
      children.push({ iin, birth, parents });
    }
  }
  const parent = () => random.of(random.of(couples));
  const childrenOf = async (one: Family) => (await core.drafts.of(one.act))?.children ?? [];
  const sign = async (one: Family) => {
    const { id } = await core.signing.prepareRegistration(one.act);
    await core.signing.sign(one.act, id, world.lastCode(one.phone));
  };
  const works: (() => Promise<unknown>)[] = [
    async () => {
      const one = parent();
      await core.drafts.begin(one.act, random.of(districts));
      await core.drafts.confirmRead(one.act);
      await core.drafts.setAddress(one.act, ADDRESS);
      const mine = children.filter(({ parents }) => parents.includes(one));
      for (const { iin } of random.happens(0.5) ? mine : mine.toReversed())
        await core.drafts.addChild(one.act, iin);
      await sign(one);
    },
    async () => {
      const one = parent();
      await core.drafts.begin(one.act, random.of(districts));
      await core.drafts.addChild(one.act, random.of(children).iin);
    },
    async () => {
      const one = parent();
      for (const { id } of await childrenOf(one)) {
        const claim = await core.drafts.setBenefit(one.act, id, random.of(['LARGE', 'MIL', null]));
        // The form may be gone by now.
        if (claim !== null) await layPaper(world, claim).catch(() => undefined);
      }
      await sign(one);
    },
    () => sign(parent()),
    async () => {
      const one = parent();
      const [first] = await childrenOf(one);
      if (first !== undefined) await core.drafts.removeChild(one.act, first.id);
    },
    () => core.drafts.discard(parent().act),
    () => sandbox.setDown('REGISTRY', random.happens(0.3)),
    async () => {
      const row = await db.prisma.application.findFirst({ where: { state: 'IN_REVIEW' } });
      const id = row?.id as ApplicationId | undefined;
      if (id === undefined) return;
      if (random.happens(0.5)) await core.reviews.approve(operator, id);
      else await core.reviews.reject(operator, id, 'WRONG_DATA');
    },
    () => core.guardians.request(parent().act, random.of(children).iin),
    async () => {
      const one = parent();
      for (const { id } of (await core.applications.list(one.personId, 0)).items) {
        if (random.happens(0.7)) await core.applications.withdraw(one.act, id);
        else await core.applications.undoWithdrawal(one.act, id);
      }
    },
    () => core.privacy.exportLink(parent().act),
    () => core.signing.linkRegistration(parent().act),
    () => core.jobs.sweep(),
    async () => {
      const parents = random.of(couples);
      const n = random.happens(0.5) ? 0 : 1;
      const one = parents[n];
      const { kept } = await core.privacy.deleteAccount(one.act);
      if (kept) return;
      deleted.add(one.personId);
      const another = await world.parent();
      parents[n] = another;
      for (const child of children)
        if (child.parents === parents) await world.born(another, child.iin, child.birth);
    },
  ];
  return () => random.of(works)();
}

const isOfDeleted = (text: string): boolean =>
  deleted.size > 0 && /person/.test(text) && /not found|23503|Foreign key/.test(text);

/** `CRUSH_STEPS=5000 CRUSH_SEED=7 vitest run core/crush.test.ts` goes further; at once means that no run is like another. */
it(`${steps} steps of many at once: none waits for ever, none is lost, none is done twice`, {
  timeout: Math.max(60_000, steps * 400),
}, async () => {
  const random = chance(seed);
  const walking = await walk(world, random, 6);
  const filling = await crowd(random);
  const faults: string[] = [];
  const seen = new Map<string, number>();
  let left = steps;
  const act = async (): Promise<string> => {
    if (random.happens(0.4)) {
      const { step, outcome } = await walking.step();
      return `${step} ${outcome}`;
    }
    await filling();
    return 'form done';
  };
  const actor = async () => {
    while (left > 0) {
      left -= 1;
      const how = await act().catch((error: unknown) => {
        if (error instanceof Refusal) return `form ${error.code}`;
        const text = String(error);
        if (!isOfDeleted(text)) faults.push(text);
        return 'fault';
      });
      seen.set(how, (seen.get(how) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, actor));
  if (process.env.CRUSH_TOLD) console.log([...seen].sort());
  expect(faults).toEqual([]);
  expect(world.errors).toEqual([]);
  expect(await sanityChecks(db)).toEqual([]);
  expect(await wrongNumbers(db)).toEqual([]);
});
