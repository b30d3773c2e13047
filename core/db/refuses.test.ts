import { beforeAll, describe, expect, it } from 'vitest';
import { coreWorld } from '../../local/testing/core-world.ts';

// The database refuses what must never be, whatever the code believes (DESIGN §5). Raw statements, no core.
const world = await coreWorld({ start: '2026-11-23T05:00:00Z' });
const pool = world.database.pool;
const admin = await world.staff({ admin: true });
const family = await world.person();

interface Row {
  readonly id: string;
  readonly [column: string]: unknown;
}

let waiting: Row;
let referred: Row;
let referral: Row;
let freePlace: string;

const one = async (sql: string, values: unknown[] = []): Promise<Row> =>
  (await pool.query<Row>(sql, values)).rows[0] as Row;

beforeAll(async () => {
  const garden = await world.kindergarten();
  const group = await world.group(garden, 2023);
  const a = await world.enqueue(family, '2023-05-14');
  const b = await world.enqueue(family, '2023-06-01');
  await world.core.staff.publish(admin, group, 1);
  await world.moveTo('2026-11-24T02:00:01Z');
  await world.choose(family, a, group);
  await world.core.staff.publish(admin, group, 1);
  referred = await one('SELECT * FROM application WHERE id = $1', [a]);
  waiting = await one('SELECT * FROM application WHERE id = $1', [b]);
  referral = await one('SELECT * FROM referral');
  freePlace = (await one(`SELECT id FROM place WHERE state = 'PUBLISHED'`)).id;
});

/** SQLSTATE and constraint of the refusal; undefined when the database took it (and then it is rolled back). */
async function refusal(sql: string, values: unknown[] = []): Promise<string | undefined> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(sql, values);
    return undefined;
  } catch (error) {
    const { code, constraint } = error as { code?: string; constraint?: string };
    return constraint ?? code;
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

/** Copies a row with some columns changed: SQL expressions by column. */
async function copy(
  table: string,
  id: string,
  changes: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER' AND column_name <> 'id'`,
    [table],
  );
  const columns = rows.map(({ name }) => name);
  const values = columns.map((name) => changes[name] ?? name);
  return refusal(`INSERT INTO ${table} (${columns}) SELECT ${values} FROM ${table} WHERE id = $1`, [id]);
}

const quoted = (value: unknown): string => `'${String(value)}'`;

describe('the database refuses', () => {
  it('a second live referral of a place, of a child, of an application', async () => {
    const number = { number: `'ZH-2'` };
    expect(
      await copy('referral', referral.id, {
        ...number,
        application_id: quoted(waiting.id),
        child_id: quoted(waiting.child_id),
      }),
    ).toBe('referral_one_live_per_place');
    const elsewhere = { ...number, place_id: quoted(freePlace) };
    expect(await copy('referral', referral.id, { ...elsewhere, application_id: quoted(waiting.id) })).toBe(
      'referral_one_live_per_child',
    );
    expect(await copy('referral', referral.id, { ...elsewhere, child_id: quoted(waiting.child_id) })).toBe(
      'referral_one_live_per_application',
    );
    expect(
      await copy('referral', referral.id, {
        ...elsewhere,
        application_id: quoted(waiting.id),
        child_id: quoted(waiting.child_id),
      }),
    ).toBeUndefined();
  });

  it('a second active application of a child in a district, but not in its history', async () => {
    expect(await copy('application', waiting.id, { number: `'N-2'` })).toBe('application_one_active');
    expect(await copy('application', waiting.id, { number: `'N-2'`, state: `'WITHDRAWN'` })).toBeUndefined();
  });

  it('a second open window, a second pending deadline of a kind', async () => {
    const window = (await one('SELECT id FROM turn_window')).id;
    await pool.query(`UPDATE turn_window SET state = 'OPEN', closed_at = NULL WHERE id = $1`, [window]);
    expect(await copy('turn_window', window, {})).toBe('turn_window_one_open');
    await pool.query(`UPDATE turn_window SET state = 'USED', closed_at = now() WHERE id = $1`, [window]);
    const timer = (await one(`SELECT id FROM timer WHERE state = 'PENDING' AND kind = 'INTEREST'`)).id;
    expect(await copy('timer', timer, {})).toBe('timer_one_pending');
  });

  it('states without what they need', async () => {
    const set = (table: string, id: unknown, what: string) =>
      refusal(`UPDATE ${table} SET ${what} WHERE id = $1`, [id]);
    expect(await set('application', waiting.id, `state = 'STOP_LISTED'`)).toBe('application_check');
    expect(await set('application', waiting.id, `state = 'REMOVED'`)).toBe('application_check1');
    expect(await set('application', waiting.id, `removal_reason = 'MISSES'`)).toBe('application_check1');
    expect(await set('application', waiting.id, `state = 'LOST'`)).toBe('application_state_check');
    expect(await set('application', referred.id, `turn_restored_at = now()`)).toBe('application_check2');
    expect(await set('application', referred.id, `under_age = true`)).toBe('application_check3');
    expect(await set('referral', referral.id, `state = 'EXTENDED'`)).toMatch(/^referral_check/);
    expect(await set('referral', referral.id, `state = 'ARRIVED'`)).toMatch(/^referral_check/);
    expect(await set('referral', referral.id, `state = 'REFUSED', closed_at = now()`)).toMatch(
      /^referral_check/,
    );
    expect(await set('referral', referral.id, `state = 'EXPIRED'`)).toMatch(/^referral_check/);
    expect(await set('referral', referral.id, `closed_at = now()`)).toMatch(/^referral_check/);
    expect(await set('place', freePlace, `pick_opens_at = NULL`)).toMatch(/^place_check/);
    expect(await set('place', freePlace, `state = 'PRIORITY'`)).toMatch(/^place_check/);
    expect(await set('place', freePlace, `state = 'OPEN'`)).toMatch(/^place_check/);
    expect(await set('place', freePlace, `state = 'WITHDRAWN'`)).toMatch(/^place_check/);
    expect(await refusal(`UPDATE turn_window SET state = 'OPEN'`)).toMatch(/^turn_window_check/);
    expect(await refusal(`UPDATE timer SET state = 'FIRED'`)).toMatch(/^timer_check/);
    expect(await refusal(`UPDATE kindergarten_group SET enrolled = capacity + 1`)).toBe(
      'kindergarten_group_check',
    );
  });

  it('any change of what happened', async () => {
    expect(await refusal('UPDATE event SET reason = NULL')).toBe('23000');
    expect(await refusal('DELETE FROM event')).toBe('23000');
    expect(await refusal(`DELETE FROM application WHERE id = $1`, [waiting.id])).toBeDefined();
  });
});
