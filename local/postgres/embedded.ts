import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { LocalDatabaseError } from './errors.ts';
import { type Home, openHome, SUPERUSER, serverEnvironment } from './home.ts';
import { type InstanceLock, takeInstanceLock } from './instance-lock.ts';
import { findPostmaster, gone, type Postmaster, signal, stopPostmaster } from './postmaster.ts';
import { bySocket, socketFolderOf, sweepSocketLocks } from './socket.ts';

export interface EmbeddedPostgresOptions {
  /** The program's data folder; the server's own folder `postgres` is made in it. */
  readonly dataDir: string;
  /** The port to listen on; by default the one used before on this folder, or a free one. */
  readonly port?: number;
  /** Takes one line for the person who started the program. */
  readonly log: (line: string) => void;
  /** False only for throw-away databases: a machine that fails (not a program that is killed) may lose and spoil all. */
  readonly fsync?: boolean;
  readonly maxConnections?: number;
}

export interface EmbeddedPostgres {
  /** Connection string of the database `kezek`, password included: not for logs. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** True when the server was left running by a program that was killed. */
  readonly takenOver: boolean;
  /** Tells a second start where this program answers (see InstanceLock). */
  announce(address: string): Promise<void>;
  /** Ends all sessions, writes everything down and stops the server. */
  stop(): Promise<void>;
}

const DATABASE = 'kezek';
const TRIES = 10;
// Recovery after a power cut reads the whole write-ahead log (at most 256 MB here) before the server is ready.
const READY_WITHIN_MS = 120_000;
const LOG_LIMIT_BYTES = 5_000_000;

/**
 * Brings up PostgreSQL on the data folder, or takes over the server that a killed program left behind. Whoever holds the
 * instance lock owns the server: only then is it stopped, by `stop()` or, if the process leaves without, at its exit.
 * @throws AlreadyRunning when another living program holds the folder (its server is left alone);
 * LocalDatabaseError with one line for the person otherwise.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const home = openHome(options.dataDir, { sync: options.fsync ?? true, log: options.log });
  for (let attempt = 1; ; attempt += 1) {
    const takenOver = await settled(home);
    const running = takenOver ?? (await launch(home, options));
    if (!running) continue;
    try {
      const lock = await takeInstanceLock(urlOf(home, running, 'postgres'), options.log);
      return await owned(home, running, lock, takenOver !== undefined);
    } catch (error) {
      // A server that is just going down, or went between the look and the connection, is worth another look.
      if (attempt === TRIES || !isPassing(error)) throw error;
      await wait(200);
    }
  }
}

async function owned(
  home: Home,
  server: Postmaster,
  lock: InstanceLock,
  takenOver: boolean,
): Promise<EmbeddedPostgres> {
  const onExit = () => signal(home.data, 'fast');
  process.once('exit', onExit);
  try {
    await createDatabase(urlOf(home, server, 'postgres'));
  } catch (error) {
    process.off('exit', onExit);
    await lock.release();
    throw error;
  }
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    const released = lock.release();
    await stopPostmaster(home.data, 'fast');
    await released;
    process.off('exit', onExit);
  };
  return {
    url: urlOf(home, server, DATABASE),
    port: server.port,
    pid: server.pid,
    takenOver,
    announce: (address) => lock.announce(address),
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** The server already there, once it is neither starting nor stopping; undefined when there is none. */
async function settled(home: Home): Promise<Postmaster | undefined> {
  const until = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const running = findPostmaster(home.data);
    if (!running || running.state === 'ready') return running;
    if (performance.now() > until)
      throw new LocalDatabaseError(`PostgreSQL is not ready; its own words: ${lastWords(home)}`);
    await wait(20);
  }
}

/** Starts a server and waits until it is ready; undefined when it lost a race worth another look (for the folder or the port). */
async function launch(
  home: Home,
  options: EmbeddedPostgresOptions,
  socketFolder = socketFolderOf(home),
): Promise<Postmaster | undefined> {
  const port = options.port ?? (await usualPort(home));
  const logFrom = logSize(home);
  sweepSocketLocks(home);
  const child = spawnServer(home, settings(port, socketFolder, options));
  const ended = new Promise<'ended'>((resolve) => {
    child.once('error', () => resolve('ended'));
    child.once('exit', () => resolve('ended'));
  });
  const until = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const running = findPostmaster(home.data);
    if (running?.state === 'ready') {
      if (running.pid === child.pid) rememberPort(home, port);
      return running;
    }
    if ((await Promise.race([ended, wait(20)])) === 'ended') break;
    if (performance.now() > until) break;
  }
  const words = lastWords(home, logFrom);
  // Some file systems, of shares and of containers, hold none.
  if (socketFolder !== '' && /could not create any Unix-domain socket/.test(words))
    return launch(home, options, '');
  const portTaken = /could not bind|Address already in use|could not create any TCP/.test(words);
  if (findPostmaster(home.data) || /lock file "postmaster.pid" already exists/.test(words)) return undefined;
  if (portTaken && options.port === undefined) return undefined;
  throw new LocalDatabaseError(
    portTaken
      ? `port ${port} is taken: PostgreSQL cannot listen on it.`
      : `PostgreSQL did not start: ${words}`,
  );
}

function spawnServer(home: Home, settings: readonly string[]): ChildProcess {
  const out = openSync(join(home.path, 'postgres.log'), 'a', 0o600);
  try {
    const child = spawn(home.binaries.postgres, ['-D', home.data, ...settings], {
      ...home.account,
      cwd: home.path,
      env: serverEnvironment(),
      // A group of its own: Ctrl-C in a terminal reaches us alone, and the database goes last.
      detached: true,
      stdio: ['ignore', out, out],
    });
    child.unref();
    return child;
  } finally {
    closeSync(out);
  }
}

function settings(
  port: number,
  socketFolder: string,
  { fsync = true, maxConnections = 60 }: EmbeddedPostgresOptions,
): string[] {
  const wanted: Record<string, string | number> = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: socketFolder,
    unix_socket_permissions: '0700',
    max_connections: maxConnections,
    shared_buffers: '64MB',
    max_wal_size: '256MB',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Statements carry people's data: they are not for the log.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    // A killed program's long query notices within seconds that nobody waits for it.
    client_connection_check_interval: '2s',
    ...(fsync ? {} : { fsync: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(wanted).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** By TCP for whoever does not know `host`, as what stands before it. */
function urlOf(home: Home, server: Postmaster, database: string): string {
  return `postgresql://${SUPERUSER}:${home.password}@127.0.0.1:${server.port}/${database}${bySocket(server)}`;
}

/** Errors of a server that is going down or has just gone: SQLSTATE class 57P, or no connection at all. */
function isPassing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^57P0|^ECONN/.test(code) || (error instanceof Error && /Connection terminated/.test(error.message));
}

/** The port of last time when it is free, so that an open psql or a note of the address stays good. */
async function usualPort(home: Home): Promise<number> {
  const file = join(home.path, 'port');
  const remembered = existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : 0;
  const free = remembered > 0 ? await freePort(remembered) : undefined;
  const chosen = free ?? (await freePort(0));
  if (chosen === undefined) throw new LocalDatabaseError('no free port on 127.0.0.1 for PostgreSQL.');
  return chosen;
}

function freePort(wanted: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen(wanted, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}

function rememberPort(home: Home, port: number): void {
  writeFileSync(join(home.path, 'port'), `${port}\n`);
}

/** The size of the log, from where this start's words will stand; a log that grew too long is begun anew. */
function logSize(home: Home): number {
  const file = join(home.path, 'postgres.log');
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size < LOG_LIMIT_BYTES) return size;
  truncateSync(file);
  return 0;
}

function lastWords(home: Home, from = 0): string {
  const file = join(home.path, 'postgres.log');
  if (!existsSync(file)) return '(no log)';
  const words = readFileSync(file).subarray(from).toString('utf8');
  return words.trim().split('\n').slice(-6).join(' | ');
}

/** Stops a server whose program is gone, if one runs under `dataDir`: for cleaning up throw-away folders. */
export async function stopLeftover(dataDir: string): Promise<void> {
  const data = join(dataDir, 'postgres', 'data');
  if (!existsSync(data) || !findPostmaster(data)) return;
  signal(data, 'immediate');
  await gone(data, 10_000);
}
