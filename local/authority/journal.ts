import { appendFileSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What an authority remembers. The order is the order in which it happened. */
export type Entry = Made | Withdrawal;

export interface Made {
  readonly is: 'made';
  readonly role: 'root' | 'issuing' | 'ocsp' | 'tsa' | 'leaf';
  readonly chain: 'GOST' | 'RSA';
  /** Base64: PKCS#8 or 64 bytes. Secret. */
  readonly secret: string;
  /** Base64 of DER. */
  readonly certificate: string;
  /** Which of a person's keys this is; empty for the authority's own. Personal. */
  readonly owner: string;
}

export interface Withdrawal {
  readonly is: 'withdrawn';
  /** Hex. */
  readonly serial: string;
  readonly at: string;
}

const Line: z.ZodType<Entry> = z.discriminatedUnion('is', [
  z.object({
    is: z.literal('made'),
    role: z.enum(['root', 'issuing', 'ocsp', 'tsa', 'leaf']),
    chain: z.enum(['GOST', 'RSA']),
    secret: z.base64(),
    certificate: z.base64(),
    owner: z.string(),
  }),
  z.object({ is: z.literal('withdrawn'), serial: z.string(), at: z.iso.datetime() }),
]);

export interface Journal {
  entries(): readonly Entry[];
  add(entry: Entry): void;
}

export function memoryJournal(founding: readonly Entry[]): Journal {
  const entries = [...founding];
  return { entries: () => entries, add: (entry) => entries.push(entry) };
}

/** No authority is kept there yet. */
export class NoJournal extends Error {}

/**
 * `dir/authority.jsonl`, one JSON object a line, readable by its owner alone: it holds private keys.
 * @throws NoJournal when there is none.
 */
export function openJournal(dir: string): Journal {
  const file = join(dir, FILE);
  const text = readText(file);
  const memory = memoryJournal(text.split('\n').flatMap(readLine));
  // A program that was killed while writing leaves a line without an end.
  let torn = !text.endsWith('\n');
  return {
    entries: memory.entries,
    add: (entry) => {
      appendFileSync(file, torn ? `\n${line(entry)}` : line(entry));
      torn = false;
      memory.add(entry);
    },
  };
}

/** Writes the first entries; of two programs that start at once the first one wins. */
export function foundJournal(dir: string, founding: readonly Entry[]): Journal {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const draft = join(dir, `${FILE}.${process.pid}`);
  writeFileSync(draft, founding.map(line).join(''), { mode: 0o600 });
  try {
    linkSync(draft, join(dir, FILE));
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return openJournal(dir);
}

const FILE = 'authority.jsonl';

const line = (entry: Entry) => `${JSON.stringify(entry)}\n`;

function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) throw new NoJournal();
    throw error;
  }
}

function readLine(text: string): Entry[] {
  try {
    return [Line.parse(JSON.parse(text))];
  } catch {
    return [];
  }
}
