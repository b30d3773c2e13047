import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ScanStore } from './api.ts';

const KEY = /^[0-9a-f]{64}$/;
// What a process that was killed left half written; nobody writes one file for so long.
const LEFTOVER_MS = 24 * 60 * 60 * 1000;

/**
 * Scans as files of `folder`, readable by this account alone: `ab/cdef…`, each written under another name first, so that
 * a file is whole or not there. The folder is made at the first need. Several processes may share it.
 */
export function fileScanStore(folder: string): ScanStore {
  const incoming = join(folder, 'incoming');
  let swept = false;
  const fileOf = (key: string): string => {
    if (!KEY.test(key)) throw new Error('not a key of a scan');
    return join(folder, key.slice(0, 2), key.slice(2));
  };
  return {
    put: async (key, content, bytes) => {
      const file = fileOf(key);
      if (await isThere(file)) return;
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await mkdir(incoming, { recursive: true, mode: 0o700 });
      const draft = join(incoming, `${key}.${randomBytes(6).toString('hex')}`);
      try {
        await write(draft, content, bytes);
        if (!swept) await sweep(incoming, draft);
        swept = true;
        await rename(draft, file);
        await settle(dirname(file));
      } finally {
        await rm(draft, { force: true });
      }
    },
    get: async (key) => {
      let file: FileHandle;
      try {
        file = await open(fileOf(key), 'r');
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
      return file.createReadStream();
    },
    remove: (key) => rm(fileOf(key), { force: true }),
  };
}

async function write(draft: string, content: AsyncIterable<Uint8Array>, bytes: number): Promise<void> {
  const file = await open(draft, 'wx', 0o600);
  try {
    let written = 0;
    for await (const piece of content) {
      await file.writeFile(piece);
      written += piece.length;
    }
    if (written !== bytes) throw new Error(`${written} bytes of a scan came instead of ${bytes}`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The new name outlives a power cut only when the folder itself is on the disk. */
async function settle(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes what is far older than `draft`, which was written just now. */
async function sweep(incoming: string, draft: string): Promise<void> {
  const { mtimeMs: now } = await stat(draft);
  for (const name of await readdir(incoming)) {
    const file = join(incoming, name);
    const found = await stat(file).catch(() => undefined);
    if (found !== undefined && now - found.mtimeMs > LEFTOVER_MS) await rm(file, { force: true });
  }
}

async function isThere(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
