import { expect, it } from 'vitest';
import { coreWorld } from '../local/testing/core-world.ts';
import { wrongNumbers } from '../local/testing/positions.ts';
import { chance } from '../local/testing/random.ts';
import { walk } from '../local/testing/walk.ts';
import { sanityChecks } from './audit/sanity.ts';

const steps = Number(process.env.WALK_STEPS ?? 450);
const seed = Number(process.env.WALK_SEED ?? 20261123);
const world = await coreWorld();

/** `WALK_STEPS=20000 WALK_SEED=7 vitest run core/walk.test.ts` goes further, or the same way again. */
it(`keeps every promise over ${steps} random steps`, { timeout: Math.max(60_000, steps * 200) }, async () => {
  const { step } = await walk(world, chance(seed));
  const seen = new Map<string, number>();
  const story: string[] = [];
  for (let i = 0; i < steps; i += 1) {
    const where = `seed ${seed}, step ${i}`;
    const taken = await step().catch((error: unknown) => {
      throw new Error(`${where}: ${String(error)}\n${story.slice(-15).join('\n')}`, { cause: error });
    });
    story.push(`${i} ${world.clock.now().toISOString()} ${taken.step}: ${taken.outcome}`);
    seen.set(`${taken.step} ${taken.outcome}`, (seen.get(`${taken.step} ${taken.outcome}`) ?? 0) + 1);
    const told = () => `${where}\n${story.slice(-15).join('\n')}`;
    expect(await sanityChecks(world.db), told()).toEqual([]);
    expect(await wrongNumbers(world.db), told()).toEqual([]);
  }
  if (process.env.WALK_TOLD)
    console.log(
      [...seen]
        .sort()
        .map(([what, n]) => `${n} ${what}`)
        .join('\n'),
    );
});
