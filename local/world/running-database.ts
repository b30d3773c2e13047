import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { SUPERUSER } from '../postgres/home.ts';
import { findPostmaster } from '../postgres/postmaster.ts';

/**
 * The address of the local database while a program runs on it, for a command that is typed beside; undefined when
 * nothing runs. The password is in it: not for logs.
 */
export function runningDatabase(dataDir: string): string | undefined {
  const link = join(dataDir, 'postgres');
  if (!existsSync(link)) return undefined;
  const home = realpathSync(link);
  const running = findPostmaster(join(home, 'data'));
  if (running?.state !== 'ready') return undefined;
  const password = readFileSync(join(home, 'password'), 'utf8').trim();
  return `postgresql://${SUPERUSER}:${password}@127.0.0.1:${running.port}/kezek`;
}
