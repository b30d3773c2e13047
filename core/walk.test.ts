import { describe, expect, it } from 'vitest';
import { coreWorld } from '../local/testing/core-world.ts';
import { wrongNumbers } from '../local/testing/positions.ts';
import { chance } from '../local/testing/random.ts';
import { walk } from '../local/testing/walk.ts';
import type { Variant } from '../local/testing/walk-region.ts';
import { sanityChecks } from './audit/sanity.ts';

const seed = Number(process.env.WALK_SEED ?? 20261123);
const STEPS: Readonly<Record<Variant, number>> = { QUEUES: 300, SAFE: 300, UNSAFE: 250 };
const variants = Object.keys(STEPS) as Variant[];
const chosen = variants.filter((variant) => (process.env.WALK_ONLY ?? variant) === variant);

/** `WALK_STEPS=20000 WALK_SEED=7 WALK_ONLY=SAFE vitest run core/walk.test.ts` goes further, or the same way again. */
describe.each(chosen)('a random walk (%s)', async (variant) => {
  const world = await coreWorld();
  const steps = Number(process.env.WALK_STEPS ?? STEPS[variant]);

  it(`keeps every promise over ${steps} steps`, { timeout: Math.max(60_000, steps * 200) }, async () => {
    const { step, broken } = await walk(world, chance(seed + variants.indexOf(variant)), 10, variant);
    const seen = new Map<string, number>();
    const story: string[] = [];
    for (let i = 0; i < steps; i += 1) {
      const where = `${variant}, seed ${seed}, step ${i}`;
      const taken = await step().catch((error: unknown) => {
        throw new Error(`${where}: ${String(error)}\n${story.slice(-15).join('\n')}`, { cause: error });
      });
      story.push(`${i} ${world.clock.now().toISOString()} ${taken.step}: ${taken.outcome}`);
      seen.set(`${taken.step} ${taken.outcome}`, (seen.get(`${taken.step} ${taken.outcome}`) ?? 0) + 1);
      const told = () => `${where}\n${story.slice(-15).join('\n')}`;
      expect(await sanityChecks(world.db), told()).toEqual([]);
      expect(await wrongNumbers(world.db), told()).toEqual([]);
      expect(await broken(taken.step), told()).toEqual([]);
    }
    if (process.env.WALK_TOLD)
      console.log(
        [...seen]
          .sort()
          .map(([what, n]) => `${n} ${what}`)
          .join('\n'),
      );
  });
});
