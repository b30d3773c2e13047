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

/** Under npm the program starts at the root of the package, and where it was called is told apart. */
const calledFrom =
  process.env.npm_lifecycle_event === 'verify-signature'
    ? (process.env.INIT_CWD ?? process.cwd())
    : process.cwd();

function main(args: readonly string[]): number {
  const { values, positionals } = argumentsOf(args);
  if (positionals.length === 0) throw new UsageError(USAGE);
  const question: Question = {
    trust: trustOf(values.trust ?? process.env.TRUST_DIR),
    at: values.at === undefined ? undefined : instantOf(values.at),
    now: new Date(),
    document: values.document === undefined ? undefined : documentOf(values.document),
  };
  let allValid = true;
  for (const file of positionals) {
    const report = reportOn(file, question);
    allValid &&= report.valid;
    process.stdout.write(`${JSON.stringify({ file, ...report })}\n`);
  }
  return allValid ? 0 : 1;
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

function trustOf(folder: string | undefined): TrustStore {
  if (folder === undefined || folder === '') return createTrust([]);
  try {
    return loadTrust(resolve(calledFrom, folder));
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
    return readFileSync(resolve(calledFrom, file));
  } catch (error) {
    throw new UsageError(`the document cannot be read: ${messageOf(error)}`);
  }
}

type CliReport = Omit<Report, 'reason'> & { readonly reason: Reason | 'unreadable' | null };

function reportOn(file: string, question: Question): CliReport {
  const path = resolve(calledFrom, file);
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

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message.replace(/\s+/g, ' ')}\n`);
  process.exitCode = 2;
}
