import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createTrust, loadTrust, type TrustStore } from './certificate/trust.ts';
import { inspect, MAX_FILE, type Question, type Report } from './inspect.ts';
import type { Reason } from './reasons.ts';

/**
 * `npm run -s verify-signature -- [--trust DIR] [--at ISO] [--document FILE] FILE…` (DESIGN.md §4): a JSON line for each file.
 * Exit code 0 when all are valid, 1 when some are not, 2 when the call makes no sense.
 *
 * --trust     folder of the authorities to be trusted; TRUST_DIR unless told; with neither, every chain is 'untrusted'
 * --at        for when the chains are judged (ISO, UTC unless it says otherwise); unless told, a trusted time stamp's
 *             moment, otherwise now
 * --document  what must have been signed: needed for a detached CMS, held against the content of everything else
 */
const USAGE = 'usage: verify-signature [--trust DIR] [--at ISO] [--document FILE] FILE...';

class UsageError extends Error {}

/** What the program is told by whoever starts it. */
export interface Call {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly now: Date;
}

export interface Outcome {
  readonly code: 0 | 1 | 2;
  readonly stdout: string;
  readonly stderr: string;
}

/** Reads the files that it is told; writes nothing and goes to no network. */
export function verifySignature(call: Call): Outcome {
  try {
    return answer(call);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { code: 2, stdout: '', stderr: `${error.message.replace(/\s+/g, ' ')}\n` };
  }
}

/** Under npm the program starts at the root of the package, and where it was called is told apart. */
function placeOf({ env, cwd }: Call): string {
  return env.npm_lifecycle_event === 'verify-signature' ? (env.INIT_CWD ?? cwd) : cwd;
}

function answer(call: Call): Outcome {
  const { values, positionals } = argumentsOf(call.args);
  const place = placeOf(call);
  if (positionals.length === 0) throw new UsageError(USAGE);
  const question: Question = {
    trust: trustOf(values.trust ?? call.env.TRUST_DIR, place),
    at: values.at === undefined ? undefined : instantOf(values.at),
    now: call.now,
    document: values.document === undefined ? undefined : documentOf(resolve(place, values.document)),
  };
  const reports = positionals.map((file) => ({ file, ...reportOn(resolve(place, file), question) }));
  return {
    code: reports.every(({ valid }) => valid) ? 0 : 1,
    stdout: reports.map((report) => `${JSON.stringify(report)}\n`).join(''),
    stderr: '',
  };
}

function argumentsOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { trust: { type: 'string' }, at: { type: 'string' }, document: { type: 'string' } },
    });
  } catch (error) {
    throw new UsageError(`${messageOf(error)}; ${USAGE}`);
  }
}

function trustOf(folder: string | undefined, place: string): TrustStore {
  if (folder === undefined || folder === '') return createTrust([]);
  try {
    return loadTrust(resolve(place, folder));
  } catch (error) {
    throw new UsageError(`the folder of trusted authorities cannot be read: ${messageOf(error)}`);
  }
}

const INSTANT = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/;

function instantOf(text: string): Date {
  const match = INSTANT.exec(text);
  const isZoneless = match !== null && text.includes('T') && match[1] === undefined;
  const at = new Date(isZoneless ? `${text}Z` : text);
  if (match === null || Number.isNaN(at.getTime())) {
    throw new UsageError(`--at takes a moment like 2026-11-22T10:00:00Z, not "${text}"`);
  }
  return at;
}

function documentOf(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`the document cannot be read: ${messageOf(error)}`);
  }
}

type CliReport = Omit<Report, 'reason'> & { readonly reason: Reason | 'unreadable' | null };

function reportOn(path: string, question: Question): CliReport {
  let bytes: Uint8Array;
  try {
    if (statSync(path).size > MAX_FILE) return { valid: false, reason: 'too-large', signers: [] };
    bytes = readFileSync(path);
  } catch {
    return { valid: false, reason: 'unreadable', signers: [] };
  }
  return inspect(bytes, question);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
