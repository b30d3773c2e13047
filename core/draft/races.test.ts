import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Family } from '../../local/testing/core-world.ts';
import { sanityChecks } from '../audit/sanity.ts';
import type { DistrictId } from '../ids.ts';
import type { Iin } from '../people/iin.ts';
import { pdf } from '../scan/testing/files.ts';
import { from } from '../scan/testing/stage.ts';
import type { PreparedStatement } from '../signing/api.ts';
import { ending, formWorld, START } from './testing/stage.ts';

const world = await formWorld();
const { begun, bornTo, clock, core, db, parent } = world;

afterEach(async () => {
  expect(await sanityChecks(db)).toEqual([]);
  clock.set(START);
});

const signed = (one: Family, { id }: PreparedStatement) => {
  const code = world.lastCode(one.phone);
  return () => core.signing.sign(one.act, id, code);
};

describe('forms at the same moment', () => {
  it('of two parents with the same children in two districts are both taken, whatever the order of the children', async () => {
    const districts: readonly DistrictId[] = [world.districtId, await world.district('KSH')];
    for (let round = 0; round < 6; round += 1) {
      const couple = [await parent(), await parent()] as const;
      const [mother, father] = couple;
      const iins: Iin[] = [];
      for (const birth of ['2022-05-01', '2023-05-01', '2024-05-01']) {
        const iin = await bornTo(mother, birth);
        await world.born(father, iin, birth);
        iins.push(iin);
      }
      const works: (() => Promise<unknown>)[] = [];
      for (const [n, one] of couple.entries()) {
        await begun(one, districts[n]);
        for (const iin of n === 0 ? iins : iins.toReversed()) await core.drafts.addChild(one.act, iin);
        works.push(signed(one, await core.signing.prepareRegistration(one.act)));
      }
      expect(await Promise.all(works.map((work) => ending(work())))).toEqual(['done', 'done']);
    }
  });
});

/** Until so many transactions wait for a lock; or long enough to know that they never will. */
async function blocked(count: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const { rows } = await world.database.pool.query<{ n: number }>(
      `SELECT count(DISTINCT pid)::integer AS n FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if ((rows[0]?.n ?? 0) >= count) return;
    await wait(20);
  }
}

describe('what was not signed', () => {
  it('does not slip in: a scan that comes while the form is being sent is not taken', async () => {
    const other = await parent();
    await core.applications.register(other.act, {
      childIin: await bornTo(other),
      districtId: world.districtId,
    });
    const one = await parent();
    await begun(one);
    const child = await core.drafts.addChild(one.act, await bornTo(one));
    const claim = await core.drafts.setBenefit(one.act, child, 'LARGE');
    if (claim === null) throw new Error('no claim');
    await core.scans.add(one.act, claim, from(await pdf(1)));
    const send = signed(one, await core.signing.prepareRegistration(one.act));
    const queue = await world.database.pool.connect();
    await queue.query('BEGIN');
    await queue.query('SELECT FROM queue FOR UPDATE');
    const sent = ending(send());
    await blocked(1);
    const added = ending(core.scans.add(one.act, claim, from(await pdf(2))));
    await blocked(2);
    await queue.query('COMMIT');
    queue.release();
    expect([await sent, await added]).toEqual(['done', 'claim.closed']);
    expect(await db.prisma.scan.count({ where: { claim_id: claim } })).toBe(1);
  });
});
