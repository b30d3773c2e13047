import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from './home.ts';
import type { Postmaster } from './postmaster.ts';
import { isServerOf } from './postmaster.ts';

// sun_path of macOS, the shorter one, with its closing zero.
const LONGEST = 103;
const LOCK = /^\.s\.PGSQL\.\d+\.lock$/;

/**
 * The folder for the server's Unix socket, which costs this program and the server a third less than TCP; empty where
 * there can be none: Node has no such sockets on Windows, and their paths are short and without signs of PostgreSQL's own.
 */
export function socketFolderOf({ path }: Home): string {
  const fits = socketFile(path, 65_535).length <= LONGEST && /^[\w/.@+-]+$/.test(path);
  return process.platform !== 'win32' && fits ? path : '';
}

/** What the address of the server needs to be reached by its socket; nothing where it has none. */
export function bySocket({ port, socketFolder }: Postmaster): string {
  const isThere = socketFolder !== '' && existsSync(socketFile(socketFolder, port));
  return isThere ? `?host=${encodeURIComponent(socketFolder)}` : '';
}

/**
 * Removes the locks of sockets whose server was killed and whose number belongs to another program since: PostgreSQL would
 * take that one for a server and refuse to start.
 */
export function sweepSocketLocks({ path, data }: Home): void {
  for (const name of readdirSync(path)) {
    if (!LOCK.test(name)) continue;
    const pid = Number.parseInt(readFileSync(join(path, name), 'utf8'), 10);
    if (!(pid > 0) || !isServerOf(pid, data)) rmSync(join(path, name), { force: true });
  }
}

function socketFile(folder: string, port: number): string {
  return join(folder, `.s.PGSQL.${port}`);
}
