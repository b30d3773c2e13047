import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { LocalDatabaseError } from './errors.ts';

/** The account PostgreSQL runs under when we are root: it refuses to run as root. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const NAME = 'kezek';

export function runsAsRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * An ordinary account for PostgreSQL when this process is root: `kezek`, made on first need, or `nobody` where accounts
 * cannot be made. An account of its own, because a shared one (`postgres`) could read other clusters of the machine.
 */
export function ordinaryAccount(): Account {
  const found = lookUp(NAME) ?? create() ?? lookUp('nobody');
  if (found) return found;
  throw new LocalDatabaseError(
    'PostgreSQL does not run as root and no ordinary account could be made for it: start as an ordinary user, or set DATABASE_URL.',
  );
}

/** Whether the account can walk down to `path` and enter or run it: asked of the system, so that every kind of access rule counts. */
export function canReach(path: string, account: Account): boolean {
  const { uid, gid } = account;
  const asked = spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', path], { uid, gid, cwd: '/' });
  if (asked.error) {
    throw new LocalDatabaseError(
      `cannot run a program as the account of PostgreSQL (${asked.error.message}).`,
    );
  }
  return asked.status === 0;
}

/** Makes a folder that other accounts can walk through but not look into; the umask has no say in it. */
export function makePassable(folder: string): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o711);
}

function lookUp(name: string): Account | undefined {
  const [uid, gid] = ['-u', '-g'].map((what) => {
    const answer = spawnSync('id', [what, name], { encoding: 'utf8' });
    return answer.status === 0 ? Number.parseInt(answer.stdout, 10) : Number.NaN;
  });
  return uid !== undefined && gid !== undefined && uid > 0 && gid >= 0 ? { uid, gid } : undefined;
}

function create(): Account | undefined {
  const nowhere = '/nonexistent';
  const ways: [string, string[]][] = [
    [
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--home-dir', nowhere, '--shell', '/bin/false', NAME],
    ],
    ['adduser', ['-S', '-D', '-H', '-h', nowhere, '-s', '/bin/false', NAME]],
  ];
  for (const [command, args] of ways) {
    spawnSync(command, args, { stdio: 'ignore' });
    // Asked even after a failure: another start may have made the account in the meantime.
    const made = lookUp(NAME);
    if (made) return made;
  }
  return undefined;
}
