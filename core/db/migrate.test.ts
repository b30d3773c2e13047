import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../../local/testing/database.ts';
import { MigrationError, migrate } from './migrate.ts';

let db: TestDatabase;
let dir = '';

beforeEach(async () => {
  db = await testDatabase({ empty: true });
  dir = mkdtempSync(join(tmpdir(), 'kezek-migrations-'));
});

afterEach(async () => {
  rmSync(dir, { recursive: true });
  await db.drop();
});

function migration(name: string, sql: string): void {
  mkdirSync(join(dir, name), { recursive: true });
  writeFileSync(join(dir, name, 'migration.sql'), sql);
}

const rows = async (sql: string): Promise<object[]> => (await db.pool.query<object>(sql)).rows;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const FIRST = 'CREATE TABLE child (id integer PRIMARY KEY);\nINSERT INTO child VALUES (1);\n';
const SECOND = "ALTER TABLE child ADD COLUMN name text NOT NULL DEFAULT 'Әлия';\n";

describe('migrations', () => {
  it('are applied in the order of their names, once', async () => {
    migration('20260102000000_second', SECOND);
    migration('20260101000000_first', FIRST);
    expect(await migrate(db.pool, dir)).toEqual(['20260101000000_first', '20260102000000_second']);
    expect(await rows('SELECT * FROM child')).toEqual([{ id: 1, name: 'Әлия' }]);
    expect(await migrate(db.pool, dir)).toEqual([]);
  });

  it('may lie in a folder that is empty or missing', async () => {
    expect(await migrate(db.pool, dir)).toEqual([]);
    expect(await migrate(db.url, join(dir, 'none'))).toEqual([]);
  });

  it('are written down as Prisma does', async () => {
    migration('20260101000000_first', FIRST);
    writeFileSync(join(dir, 'migration_lock.toml'), 'provider = "postgresql"\n');
    await migrate(db.url, dir);
    const written = await rows(
      `SELECT migration_name, checksum, applied_steps_count, logs, rolled_back_at, length(id) AS id_length,
              finished_at >= started_at AS finished FROM _prisma_migrations`,
    );
    expect(written).toEqual([
      {
        migration_name: '20260101000000_first',
        checksum: sha256(FIRST),
        applied_steps_count: 1,
        logs: null,
        rolled_back_at: null,
        id_length: 36,
        finished: true,
      },
    ]);
  });

  it('are applied once when several processes start at the same time', async () => {
    migration('20260101000000_first', FIRST);
    migration('20260102000000_second', SECOND);
    const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(db.url, dir)));
    expect(applied.flat()).toEqual(['20260101000000_first', '20260102000000_second']);
  });

  it('that Prisma applied are taken as applied', async () => {
    migration('20260101000000_first', FIRST);
    await migrate(db.pool, dir);
    migration('20260102000000_second', SECOND);
    await db.pool.query(SECOND);
    await db.pool.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES (gen_random_uuid(), $1, '20260102000000_second', now(), now(), 1)`,
      [sha256(SECOND)],
    );
    expect(await migrate(db.pool, dir)).toEqual([]);
  });

  it('unknown to this version of the program are told and left', async () => {
    migration('20260101000000_first', FIRST);
    migration('20260102000000_second', SECOND);
    await migrate(db.pool, dir);
    rmSync(join(dir, '20260102000000_second'), { recursive: true });
    const told: string[] = [];
    expect(await migrate(db.pool, dir, (line) => told.push(line))).toEqual([]);
    expect(told.join()).toContain('20260102000000_second');
  });
});

describe('a migration that fails', () => {
  it('leaves nothing behind, names itself and the line, and is tried again', async () => {
    migration('20260101000000_first', FIRST);
    migration('20260102000000_broken', 'CREATE TABLE half (id integer);\nINSERT INTO nowhere VALUES (1);\n');
    const failed = migrate(db.pool, dir);
    await expect(failed).rejects.toThrow(MigrationError);
    await expect(failed).rejects.toThrow(
      /20260102000000_broken failed .*"nowhere" does not exist \(line 2\)/,
    );
    expect(await rows("SELECT FROM pg_tables WHERE tablename = 'half'")).toEqual([]);
    expect(await rows('SELECT migration_name FROM _prisma_migrations')).toHaveLength(1);
    migration('20260102000000_broken', SECOND);
    expect(await migrate(db.pool, dir)).toEqual(['20260102000000_broken']);
  });

  it('half-way in the hands of Prisma stops the start until it is resolved', async () => {
    migration('20260101000000_first', FIRST);
    await migrate(db.pool, dir);
    migration('20260102000000_second', SECOND);
    await db.pool.query(
      "INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES (gen_random_uuid(), $1, '20260102000000_second')",
      [sha256(SECOND)],
    );
    await expect(migrate(db.pool, dir)).rejects.toThrow(/20260102000000_second failed half-way before/);
    await db.pool.query('UPDATE _prisma_migrations SET rolled_back_at = now() WHERE finished_at IS NULL');
    expect(await migrate(db.pool, dir)).toEqual(['20260102000000_second']);
  });

  it('lets the next process have its turn', async () => {
    migration('20260101000000_broken', 'SELECT * FROM nowhere;');
    await expect(migrate(db.pool, dir)).rejects.toThrow(MigrationError);
    rmSync(join(dir, '20260101000000_broken'), { recursive: true });
    expect(await migrate(db.url, dir)).toEqual([]);
  });
});

describe('the file of an applied migration', () => {
  it('must not change', async () => {
    migration('20260101000000_first', FIRST);
    await migrate(db.pool, dir);
    migration('20260101000000_first', `${FIRST}-- a thought\n`);
    await expect(migrate(db.pool, dir)).rejects.toThrow(
      /20260101000000_first was changed after it was applied/,
    );
  });

  it('may have other line ends on another machine', async () => {
    migration('20260101000000_first', FIRST);
    await migrate(db.pool, dir);
    migration('20260101000000_first', FIRST.replaceAll('\n', '\r\n'));
    expect(await migrate(db.pool, dir)).toEqual([]);
  });

  it('must be there in its folder', async () => {
    mkdirSync(join(dir, '20260101000000_first'));
    await expect(migrate(db.pool, dir)).rejects.toThrow('has no migration.sql');
  });
});
