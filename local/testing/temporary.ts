import { chmodSync, existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopLeftover } from '../postgres/embedded.ts';
import { isAlive } from '../postgres/postmaster.ts';

const PREFIX = 'kezek-test-';

/**
 * A fresh folder for a test, named after this process: whatever a killed run leaves in it, a database server too, is
 * stopped and removed by the next run (sweepTemporaryFolders). The caller removes it with removeTemporaryFolder.
 */
export function makeTemporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  // As root the database runs as another account, which must be able to pass through.
  chmodSync(folder, 0o711);
  return folder;
}

/** Removes the folder, and the database's own folder where it had to lie elsewhere. A server on it must be stopped. */
export function removeTemporaryFolder(folder: string): void {
  const home = join(folder, 'postgres');
  if (existsSync(home)) rmSync(realpathSync(home), { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Stops and removes what runs that were killed have left behind. */
export async function sweepTemporaryFolders(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const pid = Number.parseInt(name.slice(PREFIX.length), 10);
    if (!(pid > 0) || isAlive(pid)) continue;
    const folder = join(tmpdir(), name);
    try {
      await stopLeftover(folder);
      removeTemporaryFolder(folder);
    } catch {
      // Another account's, or already being swept by another run: neither is ours to fail on.
    }
  }
}
