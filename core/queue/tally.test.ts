import { expect, it } from 'vitest';
import { coreWorld } from '../../local/testing/core-world.ts';
import { sanityChecks } from '../audit/sanity.ts';

const world = await coreWorld();

const faults = async () => (await sanityChecks(world.db)).map(({ check }) => check);

it('counts a queue anew for an operator who mended it by hand', async () => {
  const family = await world.person();
  const id = await world.enqueue(family, '2024-02-01', { at: '2026-03-02T04:00:01Z' });
  await world.enqueue(family, '2024-03-01', { at: '2026-03-02T04:00:02Z', benefit: 'PRIORITY' });
  const { pool } = world.db;
  const { queue_id: queue } = await world.db.prisma.application.findUniqueOrThrow({ where: { id } });
  await pool.query('UPDATE queue_tally SET all_common = all_common + 1, wait_priority = 0');
  expect(await faults()).toEqual(['the tally of a queue is not what a count gives']);
  await pool.query('SELECT rebuild_tally($1)', [queue]);
  expect(await faults()).toEqual([]);
});

it('leaves nothing of a queue in which nobody stands', async () => {
  const { pool } = world.db;
  const { rows } = await pool.query<{ id: string }>(
    'INSERT INTO queue (district_id, birth_year) SELECT id, 2021 FROM district RETURNING id',
  );
  await pool.query('INSERT INTO queue_tally (queue_id, level, bucket, all_common) VALUES ($1, 0, 0, 3)', [
    rows[0]?.id,
  ]);
  await pool.query('SELECT rebuild_tally($1)', [rows[0]?.id]);
  expect(await faults()).toEqual([]);
});
