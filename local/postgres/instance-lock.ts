import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { AlreadyRunning } from './errors.ts';
import { isAlive } from './postmaster.ts';

/** The right to be the one program on a local database. It ends with the process, however that ends. */
export interface InstanceLock {
  /** Tells a second start where this program answers: an address of at most 40 characters. */
  announce(address: string): Promise<void>;
  release(): Promise<void>;
}

// An advisory lock's key is two numbers of our own choice; the name of the holding connection carries who and where.
const KEY = [0x6b657a, 1] as const;
const NAME = 'kezek';

// A killed holder's connection lives on until its server process notices: milliseconds, more on a loaded machine.
const PATIENCE_WITH_THE_DEAD_MS = 10_000;
const PATIENCE_WITH_THE_LIVING_MS = 300;

/**
 * Takes the lock on a connection of its own to `url`, held until `release`.
 * @throws AlreadyRunning when another program holds it; any error of pg when the server cannot be talked to.
 */
export async function takeInstanceLock(url: string, log: (line: string) => void): Promise<InstanceLock> {
  let address = '';
  let released = false;
  const connect = () => lockedConnection(url, address, (error) => void recover(error));
  let client = await connect();

  // A crash of one server process ends all sessions, the lock's too, while the server itself goes on.
  async function recover(error: Error): Promise<void> {
    if (!released) log(`the hold on the data folder was interrupted (${error.message}); taking it again`);
    while (!released) {
      await wait(200, undefined, { ref: false });
      try {
        client = await connect();
        if (released) await client.end();
        return;
      } catch {
        // Tried again at the next turn, until the server is back or we are leaving ourselves.
      }
    }
  }

  return {
    announce: async (where) => {
      address = where;
      await nameConnection(client, address);
    },
    release: async () => {
      released = true;
      await client.end().catch(() => undefined);
    },
  };
}

async function lockedConnection(
  url: string,
  address: string,
  onLoss: (error: Error) => void,
): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: 10_000 });
  // Until the lock is ours a lost connection is told by the query that was under way.
  let held = false;
  client.on('error', (error) => {
    // One loss is told several times: by the server's last words and by the end of the connection.
    if (!held) return;
    held = false;
    void client.end().catch(() => undefined);
    onLoss(error);
  });
  try {
    await client.connect();
    await nameConnection(client, address);
    await waitForLock(client);
    held = true;
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

async function waitForLock(client: pg.Client): Promise<void> {
  const began = performance.now();
  for (;;) {
    const tried = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS taken', [
      ...KEY,
    ]);
    if (tried.rows[0]?.taken) return;
    const holder = await whoHolds(client);
    const living = holder.pid !== undefined && isAlive(holder.pid);
    const patience = living ? PATIENCE_WITH_THE_LIVING_MS : PATIENCE_WITH_THE_DEAD_MS;
    if (performance.now() - began > patience) throw new AlreadyRunning(holder);
    await wait(50);
  }
}

async function whoHolds(
  client: pg.Client,
): Promise<{ pid: number | undefined; address: string | undefined }> {
  const found = await client.query<{ name: string }>(
    `SELECT a.application_name AS name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE l.locktype = 'advisory' AND l.classid = $1 AND l.objid = $2 AND l.granted`,
    [...KEY],
  );
  const [name, pid, address] = found.rows[0]?.name.split(' ') ?? [];
  return name === NAME && pid
    ? { pid: Number.parseInt(pid, 10), address }
    : { pid: undefined, address: undefined };
}

async function nameConnection(client: pg.Client, address: string): Promise<void> {
  await client.query("SELECT set_config('application_name', $1, false)", [
    `${NAME} ${process.pid} ${address}`.trim(),
  ]);
}
