import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { LocalDatabaseError } from './errors.ts';

/** A PostgreSQL server that is alive on one data folder. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Where its Unix socket lies; empty when it has none. */
  readonly socketFolder: string;
  readonly state: 'starting' | 'ready' | 'stopping';
}

// Lines of postmaster.pid, as PostgreSQL's miscadmin.h numbers them (from 1): pid 1, port 4, socket's folder 5, state 8.
const PORT_LINE = 3;
const SOCKET_LINE = 4;
const STATE_LINE = 7;

/**
 * The server that runs on `data`, undefined when none does. A pid file whose number now belongs to some other program is
 * removed, because PostgreSQL would take that program for itself and refuse to start; that of a dead process is left to
 * PostgreSQL, which also looks whether the dead one's memory is still in use.
 */
export function findPostmaster(data: string): Postmaster | undefined {
  const file = join(data, 'postmaster.pid');
  const lines = readLines(file);
  const pid = Number.parseInt(lines?.[0] ?? '', 10);
  if (!lines || !(pid > 0) || !isAlive(pid)) return undefined;
  if (!isServerOf(pid, data)) {
    rmSync(file, { force: true });
    return undefined;
  }
  const port = Number.parseInt(lines[PORT_LINE] ?? '', 10);
  const socketFolder = lines[SOCKET_LINE]?.trim() ?? '';
  return { pid, port, socketFolder, state: stateOf(lines[STATE_LINE]?.trim(), port) };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Stops the server of `data` and waits until it is gone. `fast` ends open sessions and writes everything down;
 * `immediate` does not (the next start recovers). A server that does not obey within 30 seconds is told `immediate`.
 */
export async function stopPostmaster(data: string, how: 'fast' | 'immediate'): Promise<void> {
  signal(data, how);
  if (await gone(data, 30_000)) return;
  signal(data, 'immediate');
  if (await gone(data, 10_000)) return;
  throw new LocalDatabaseError(`PostgreSQL of ${data} did not stop.`);
}

/** Tells the server of `data` to stop, without waiting: for the last moment of a process that is leaving. */
export function signal(data: string, how: 'fast' | 'immediate'): void {
  const running = findPostmaster(data);
  if (!running) return;
  try {
    process.kill(running.pid, how === 'fast' ? 'SIGINT' : 'SIGQUIT');
  } catch {
    // It went by itself between the look and the signal; whoever waits sees that.
  }
}

/** Waits until no server runs on `data`; false when `milliseconds` passed first. */
export async function gone(data: string, milliseconds: number): Promise<boolean> {
  const until = performance.now() + milliseconds;
  while (findPostmaster(data)) {
    if (performance.now() > until) return false;
    await wait(20);
  }
  return true;
}

function stateOf(written: string | undefined, port: number): Postmaster['state'] {
  if (written === 'stopping') return 'stopping';
  return written === 'ready' && port > 0 ? 'ready' : 'starting';
}

function readLines(file: string): string[] | undefined {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return undefined;
  }
}

/** A pid may have been given to another program since: only a postgres that works inside `data` is ours to use or stop. */
export function isServerOf(pid: number, data: string): boolean {
  if (process.platform === 'linux') return hasWorkingFolder(pid, data);
  // Stopping by pid on Windows goes to a pipe that only a PostgreSQL server listens on, so a wrong guess harms nobody.
  if (process.platform === 'win32') return true;
  const { stdout } = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.includes('postgres') && stdout.includes(data);
}

function hasWorkingFolder(pid: number, data: string): boolean {
  try {
    const [command = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return basename(command) === 'postgres' && readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data);
  } catch {
    return false;
  }
}
