import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { testDatabase } from './database.ts';

const db = await testDatabase();
const empty = await testDatabase({ empty: true });

describe('the database of a test file', () => {
  it('has every migration applied', async () => {
    const { rows } = await db.pool.query(
      'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NULL',
    );
    expect(rows).toEqual([]);
  });

  it('knows the capitals of Kazakh letters', async () => {
    const { rows } = await db.pool.query("SELECT lower('ӘҒҚҢӨҰҮҺІ') AS small, upper('әбіл') AS great");
    expect(rows).toEqual([{ small: 'әғқңөұүһі', great: 'ӘБІЛ' }]);
  });

  it('has no table when asked to be empty', async () => {
    const { rows } = await empty.pool.query("SELECT FROM pg_tables WHERE schemaname = 'public'");
    expect(rows).toEqual([]);
  });

  it('is gone after drop, which may be called again', async () => {
    const own = await testDatabase();
    await own.pool.query('SELECT 1');
    await own.drop();
    await own.drop();
    await expect(new pg.Client({ connectionString: own.url }).connect()).rejects.toThrow('does not exist');
  });

  it('tells of a connection that was left open', async () => {
    const own = await testDatabase();
    const forgotten = new pg.Client({ connectionString: own.url, application_name: 'forgotten' });
    forgotten.on('error', () => undefined);
    await forgotten.connect();
    await expect(own.drop()).rejects.toThrow('forgotten');
  });

  it('tells of a client that was not given back', async () => {
    const own = await testDatabase();
    (await own.pool.connect()).on('error', () => undefined);
    await expect(own.drop()).rejects.toThrow('1 client(s)');
  });
});
