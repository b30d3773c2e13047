import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';

/** The database cannot be brought to this program's schema. The message is one line that names the migration. */
export class MigrationError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MigrationError';
  }
}

interface Migration {
  readonly name: string;
  readonly script: string;
}

interface Applied {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

// The same lock as `prisma migrate deploy` takes, so that the two wait for each other.
const PRISMA_LOCK = 72707369;

// Prisma's own table, column for column: `prisma migrate status` and `deploy` read what is written here.
const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id                  VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum            VARCHAR(64) NOT NULL,
  finished_at         TIMESTAMPTZ,
  migration_name      VARCHAR(255) NOT NULL,
  logs                TEXT,
  rolled_back_at      TIMESTAMPTZ,
  started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

/**
 * Applies what is missing of `<dir>/<time>_<name>/migration.sql`, in the order of the names, each in a transaction of its
 * own together with its row in `_prisma_migrations`: a migration that fails leaves nothing behind. Several processes may
 * call it at once; one works, the others wait. A missing folder counts as empty.
 * @returns the names applied by this call.
 * @throws MigrationError when an applied migration's file has changed, one failed half-way in Prisma's hands, or one fails now.
 */
export async function migrate(
  database: pg.Pool | string,
  dir = 'prisma/migrations',
  log: (line: string) => void = () => undefined,
): Promise<string[]> {
  const migrations = readMigrations(dir);
  if (typeof database !== 'string') {
    const client = await database.connect();
    try {
      return await underLock(client, () => applyMissing(client, migrations, log));
    } finally {
      client.release();
    }
  }
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  try {
    return await underLock(client, () => applyMissing(client, migrations, log));
  } finally {
    await client.end();
  }
}

async function underLock<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK]);
  try {
    return await work();
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [PRISMA_LOCK]);
  }
}

async function applyMissing(
  client: pg.ClientBase,
  migrations: Migration[],
  log: (line: string) => void,
): Promise<string[]> {
  await client.query(TABLE);
  const { rows } = await client.query<Applied>(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished
       FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  const applied = new Map(rows.map((row) => [row.migration_name, row]));
  verify(migrations, rows, log);
  const done: string[] = [];
  for (const migration of migrations) {
    if (applied.has(migration.name)) continue;
    await apply(client, migration);
    log(`database: migration ${migration.name} applied`);
    done.push(migration.name);
  }
  return done;
}

function verify(migrations: Migration[], applied: Applied[], log: (line: string) => void): void {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { migration_name: name, checksum, finished } of applied) {
    if (!finished) {
      throw new MigrationError(
        `migration ${name} failed half-way before: put the database right, then "prisma migrate resolve" it.`,
      );
    }
    const migration = known.get(name);
    if (!migration) {
      // A newer program was here, as while replicas are renewed one by one; Prisma goes on too.
      log(`database: migration ${name} is applied but unknown to this version of the program`);
    } else if (!matches(migration.script, checksum)) {
      throw new MigrationError(
        `migration ${name} was changed after it was applied: restore its file and put the change into a new migration.`,
      );
    }
  }
}

async function apply(client: pg.ClientBase, { name, script }: Migration): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(script);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksumOf(script), name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw new MigrationError(`migration ${name} failed and was undone: ${explain(cause, script)}`, { cause });
  }
}

function readMigrations(dir: string): Migration[] {
  const folder = resolve(dir);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, file: join(folder, name, 'migration.sql') }))
    .filter(({ name, file }) => {
      if (existsSync(file)) return true;
      throw new MigrationError(`migration ${name} has no migration.sql.`);
    })
    .map(({ name, file }) => ({ name, script: readFileSync(file, 'utf8') }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function checksumOf(script: string): string {
  return createHash('sha256').update(script).digest('hex');
}

/** As Prisma compares: git may have changed the line ends between the machine that applied and this one. */
function matches(script: string, checksum: string): boolean {
  const unix = script.replaceAll('\r\n', '\n');
  return [script, unix, script.replaceAll('\n', '\r\n')].some((variant) => checksumOf(variant) === checksum);
}

function explain(cause: unknown, script: string): string {
  if (!(cause instanceof Error)) return String(cause);
  const position = 'position' in cause ? Number(cause.position) : Number.NaN;
  const line = position > 0 ? ` (line ${script.slice(0, position).split('\n').length})` : '';
  return `${cause.message}${line}`;
}
