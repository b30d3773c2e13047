import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, inject } from 'vitest';
import { TEMPLATE } from './global-setup.ts';

export interface TestDatabase {
  readonly url: string;
  readonly pool: pg.Pool;
  /** Closes the pool and drops the database. Fails when a connection to it is still open: something was not closed. */
  drop(): Promise<void>;
}

const LEAK_GRACE_MS = 1_500;

/**
 * A database of its own for one test file, with all migrations applied: `const db = await testDatabase();` at the top
 * level of the file. It is dropped after the file's last test, and the file fails if it left a connection open.
 * `empty` gives one without any table.
 */
export async function testDatabase(options: { empty?: boolean } = {}): Promise<TestDatabase> {
  const server = inject('databaseServer');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE ${options.empty ? 'template0' : TEMPLATE}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: url.href, max: 10 });
  pool.on('error', () => undefined);
  let dropped: Promise<void> | undefined;
  const drop = () => {
    dropped ??= closeAndDrop(server, name, pool);
    return dropped;
  };
  afterAll(drop);
  return { url: url.href, pool, drop };
}

async function closeAndDrop(server: string, name: string, pool: pg.Pool): Promise<void> {
  const unreleased = pool.totalCount - pool.idleCount;
  const closed = pool.end();
  // A client that was never given back would keep the pool's end waiting for ever.
  if (unreleased === 0) await closed;
  const open = await openConnections(server, name);
  await onServer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  if (unreleased > 0) throw new Error(`${unreleased} client(s) of the test's pool were not released`);
  if (open.length > 0) throw new Error(`connections left open on the test's database: ${open.join('; ')}`);
}

/** What is still connected after a moment's grace: the server notices a closed connection a little later than we do. */
async function openConnections(server: string, name: string): Promise<string[]> {
  const until = performance.now() + LEAK_GRACE_MS;
  for (;;) {
    const rows = await onServer(
      server,
      `SELECT concat_ws(', ', nullif(application_name, ''), state, left(query, 80)) AS what
         FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'`,
      [name],
    );
    if (rows.length === 0 || performance.now() > until) return rows.map((row) => row.what);
    await wait(20);
  }
}

async function onServer(server: string, sql: string, values: string[] = []): Promise<{ what: string }[]> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    return (await client.query<{ what: string }>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
