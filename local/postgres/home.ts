import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type Account, canReach, makePassable, ordinaryAccount, runsAsRoot } from './account.ts';
import { type Binaries, readyBinaries } from './binaries.ts';
import { LocalDatabaseError } from './errors.ts';
import { isAlive } from './postmaster.ts';

/** One database server's folder: `data/` (PostgreSQL's own), `password`, `port` (the last used) and `postgres.log`. */
export interface Home {
  readonly path: string;
  readonly data: string;
  readonly password: string;
  /** Whom the server runs as; undefined: as ourselves. */
  readonly account: Account | undefined;
  readonly binaries: Binaries;
}

export const SUPERUSER = 'kezek';

// Root's place for what must outlive a reboot but cannot lie in the data folder itself; /var/tmp would be swept by age.
const SYSTEM_FOLDER = '/var/lib/kezek';

/**
 * Finds or makes the server's folder `<dataDir>/postgres`. When we are root and the data folder lies where an ordinary
 * account cannot reach it (under /root, say), the server's folder is made under /var/lib/kezek and linked from there.
 * @throws LocalDatabaseError when the folder belongs to another account, another PostgreSQL or cannot be made.
 */
export function openHome(dataDir: string, options: { sync: boolean; log: (line: string) => void }): Home {
  const link = join(resolve(dataDir), 'postgres');
  try {
    if (!existsSync(dataDir)) {
      if (runsAsRoot()) makePassable(dataDir);
      else mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    }
    const path = existingHome(link) ?? makeHome(link, options);
    return describeHome(path, dataDir);
  } catch (cause) {
    if (cause instanceof LocalDatabaseError) throw cause;
    throw new LocalDatabaseError(`the data folder ${resolve(dataDir)} cannot be used: ${messageOf(cause)}`, {
      cause,
    });
  }
}

function existingHome(link: string): string | undefined {
  if (!lstatSync(link, { throwIfNoEntry: false })) return undefined;
  if (!existsSync(link))
    throw new LocalDatabaseError(`${link} leads to a folder that is gone: remove it to begin anew.`);
  return realpathSync(link);
}

function describeHome(path: string, dataDir: string): Home {
  const data = join(path, 'data');
  const account = accountOf(path);
  if (account && !canReach(path, account)) {
    throw new LocalDatabaseError(
      `${path} cannot be reached by its own account: make its parent folders passable (chmod o+x) or set DATA_DIR.`,
    );
  }
  const binaries = readyBinaries(account, runsAsRoot() ? SYSTEM_FOLDER : resolve(dataDir));
  const major = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  if (major !== binaries.major) {
    throw new LocalDatabaseError(
      `${data} was made by PostgreSQL ${major}, this is ${binaries.major}: set DATA_DIR to another folder.`,
    );
  }
  return { path, data, password: readFileSync(join(path, 'password'), 'utf8').trim(), account, binaries };
}

/** PostgreSQL only runs as the owner of its folder. */
function accountOf(path: string): Account | undefined {
  const { uid, gid } = statSync(path);
  if (process.platform === 'win32' || uid === process.getuid?.()) {
    if (!runsAsRoot()) return undefined;
    throw new LocalDatabaseError(
      `${path} belongs to root, as whom PostgreSQL does not run: give it to an ordinary account (chown -R).`,
    );
  }
  if (runsAsRoot()) return { uid, gid };
  throw new LocalDatabaseError(
    `${path} belongs to another account (was it started as root before?): start as that account, or set DATA_DIR to another folder.`,
  );
}

function makeHome(link: string, options: { sync: boolean; log: (line: string) => void }): string {
  const parent = resolve(link, '..');
  const account = runsAsRoot() ? ordinaryAccount() : undefined;
  if (!account || canReach(parent, account)) {
    return publish(createCluster(parent, account, options.sync), link);
  }
  makePassable(SYSTEM_FOLDER);
  const home = join(SYSTEM_FOLDER, `postgres-${randomBytes(4).toString('hex')}`);
  options.log(
    `PostgreSQL does not run as root and no other account can reach ${parent}: its data lies in ${home}.`,
  );
  const made = publish(createCluster(SYSTEM_FOLDER, account, options.sync), home);
  try {
    symlinkSync(made, link);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    if (!existsSync(link)) throw error;
  }
  return realpathSync(link);
}

/** The finished folder appears under its name at once: a start that is killed half-way, or two at a time, leave no half. */
function publish(work: string, path: string): string {
  try {
    renameSync(work, path);
  } catch (error) {
    rmSync(work, { recursive: true, force: true });
    if (!existsSync(path)) throw error;
  }
  return realpathSync(path);
}

const WORK = 'postgres.new-';

function createCluster(parent: string, account: Account | undefined, sync: boolean): string {
  sweepUnfinished(parent);
  const work = mkdtempSync(join(parent, `${WORK}${process.pid}-`));
  try {
    const passwordFile = join(work, 'password');
    writeFileSync(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
    chmodSync(work, 0o700);
    if (account) for (const path of [passwordFile, work]) chownSync(path, account.uid, account.gid);
    const { initdb } = readyBinaries(account, runsAsRoot() ? SYSTEM_FOLDER : parent);
    const made = spawnSync(initdb, initdbArguments(work, passwordFile, sync), {
      ...account,
      cwd: work,
      env: serverEnvironment(),
      encoding: 'utf8',
    });
    if (made.status === 0) return work;
    throw new LocalDatabaseError(
      `PostgreSQL could not make its data folder in ${parent}: ${made.error?.message ?? made.stderr}`,
    );
  } catch (error) {
    rmSync(work, { recursive: true, force: true });
    throw error;
  }
}

function initdbArguments(work: string, passwordFile: string, sync: boolean): string[] {
  return [
    `--pgdata=${join(work, 'data')}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The machine's own locales are of no account; the built-in one knows the capitals of Ә, Ғ, Қ as servers' do.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(sync ? [] : ['--no-sync']),
  ];
}

/** What the server's programs see of our environment: nothing that could be a secret or change its words. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, TEMP } = process.env;
  return { PATH, SystemRoot, TEMP, LC_ALL: 'C', TZ: 'UTC' };
}

function sweepUnfinished(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = basename(name).startsWith(WORK) ? Number.parseInt(name.slice(WORK.length), 10) : Number.NaN;
    if (pid > 0 && pid !== process.pid && !isAlive(pid))
      rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
