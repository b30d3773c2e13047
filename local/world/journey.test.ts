import { describe, expect, it } from 'vitest';
import { coreWorld } from '../testing/core-world.ts';
import type { MovableClock } from './clock.ts';
import { travel } from './journey.ts';

const world = await coreWorld({ start: '2026-11-23T05:00:00Z' });

describe('moving a year on', () => {
  it('lets every deadline pass at its own time', async () => {
    const family = await world.person();
    await world.enqueue(family, '2023-03-15');
    const clock: MovableClock = { now: world.clock.now, moveTo: (target) => world.clock.set(target) };
    const { pool } = world.database;
    const before = await pool.query<{ due_at: Date }>("SELECT due_at FROM timer WHERE state = 'PENDING'");
    expect(before.rows.length).toBeGreaterThan(0);

    await travel({ pool, clock, sweep: () => world.core.jobs.sweep() }, new Date('2027-12-01T05:00:00Z'));

    expect(clock.now()).toEqual(new Date('2027-12-01T05:00:00Z'));
    const left = await pool.query("SELECT FROM timer WHERE state = 'PENDING' AND deadline_at < $1", [
      clock.now(),
    ]);
    expect(left.rows).toEqual([]);
    const notices = await pool.query<{ created_at: Date }>(
      'SELECT created_at FROM notice ORDER BY created_at',
    );
    const days = notices.rows.map((row) => row.created_at.toISOString().slice(0, 10));
    // Reminders and what follows the missed confirmation are told on days of their own, not all on the last.
    expect(new Set(days).size).toBeGreaterThan(2);
    expect(world.errors).toEqual([]);
  });
});
