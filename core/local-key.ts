import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, codeOf, DATA_KEY_BYTES } from './config.ts';

/**
 * The key of the local world, kept as `<dataDir>/data-key` (readable by its owner alone) and made on first need. Losing it
 * loses every IIN of that database. Starts at the same moment get the same key.
 * @throws ConfigError when the file is there but holds no key, or cannot be made.
 */
export function localDataKey(dataDir: string): Buffer {
  const file = join(dataDir, 'data-key');
  const existing = readKey(file);
  if (existing) return existing;
  const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(draft, `${randomBytes(DATA_KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flush: true });
    // A link, not a rename: it never replaces a key that another start has just put there.
    linkSync(draft, file);
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST')
      throw new ConfigError(`the key ${file} cannot be made (${codeOf(cause)}).`, { cause });
  } finally {
    rmSync(draft, { force: true });
  }
  const made = readKey(file);
  if (!made) throw new ConfigError(`the key ${file} cannot be made.`);
  return made;
}

function readKey(file: string): Buffer | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw new ConfigError(`the key ${file} cannot be read (${codeOf(cause)}).`, { cause });
  }
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length === DATA_KEY_BYTES) return key;
  throw new ConfigError(`the file ${file} holds no key of ${DATA_KEY_BYTES} bytes: restore it from a copy.`);
}
