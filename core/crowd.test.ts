import { expect, it } from 'vitest';
import { coreWorld } from '../local/testing/core-world.ts';
import { wrongNumbers } from '../local/testing/positions.ts';
import { chance } from '../local/testing/random.ts';
import { walk } from '../local/testing/walk.ts';
import { sanityChecks } from './audit/sanity.ts';

const rounds = Number(process.env.CROWD_ROUNDS ?? 60);
const seed = Number(process.env.WALK_SEED ?? 20261124);
const AT_ONCE = 6;
const world = await coreWorld();

/**
 * The walk with six steps at the same moment, sweeps among them: nobody waits for ever, nobody sees a fault, and when
 * all have ended every promise holds. What meets what depends on the machine; the seed only makes the crowd.
 */
it(`keeps every promise over ${rounds} rounds of a crowd`, {
  timeout: Math.max(60_000, rounds * 1500),
}, async () => {
  const { step } = await walk(world, chance(seed));
  for (let round = 0; round < rounds; round += 1) {
    const settled = await Promise.allSettled(Array.from({ length: AT_ONCE }, step));
    const told = `seed ${seed}, round ${round}: ${settled.map((s) => (s.status === 'fulfilled' ? `${s.value.step} ${s.value.outcome}` : String(s.reason))).join('; ')}`;
    expect(
      settled.filter(({ status }) => status === 'rejected'),
      told,
    ).toEqual([]);
    expect(await sanityChecks(world.db), told).toEqual([]);
    expect(await wrongNumbers(world.db), told).toEqual([]);
  }
});
