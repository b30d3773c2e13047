import { randomInt } from 'node:crypto';
import { type Secrets, sameBytes } from '../db/crypto.ts';
import type { NamedQuery, WriteTx } from '../db/db.ts';
import type { PersonId, StatementId } from '../ids.ts';
import { Refusal } from '../refusal.ts';
import type { CodeSent } from './api.ts';
import { maskPhone, type Phone } from './phone.ts';

/** How one-time codes behave. Times in milliseconds. */
export const CODE_RULES = {
  digits: 6,
  livesMs: 5 * 60_000,
  attempts: 5,
  resendAfterMs: 60_000,
  perHour: 5,
} as const;

const HOUR_MS = 3_600_000;

/** What a code is for. A login code is good in the chat that asked for it, a signing code for its statement. */
export type CodePurpose =
  | { readonly purpose: 'LOGIN'; readonly phone: Phone; readonly address: string }
  | { readonly purpose: 'SIGN'; readonly statementId: StatementId };

/** A code that was written down and must now be sent, after the transaction. */
export interface IssuedCode {
  readonly id: string;
  readonly digits: string;
  readonly phone: Phone;
  readonly sent: CodeSent;
}

export type CheckedCode =
  | { readonly ok: true; readonly personId: PersonId }
  | { readonly ok: false; readonly refusal: Refusal };

interface CodeRow {
  readonly id: string;
  readonly person_id: PersonId;
  readonly code_hash: Uint8Array;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly attempts: number;
  readonly used_at: Date | null;
}

/**
 * Writes a new code for the person and makes every older one of the same purpose void. The rows themselves are the
 * limit: a code again after 60 s, at most 5 in an hour to one person or one phone. Refusal: code.tooOften {resendAt}.
 */
export async function issueCode(
  tx: WriteTx,
  secrets: Secrets,
  at: Date,
  request: { readonly personId: PersonId; readonly phone: Phone; readonly for: CodePurpose },
): Promise<IssuedCode> {
  const { personId, phone } = request;
  const { purpose } = request.for;
  const statementId = request.for.purpose === 'SIGN' ? request.for.statementId : null;
  const target = request.for.purpose === 'LOGIN' ? loginTarget(request.for) : phone;
  await lockPerson(tx, personId);
  const sent = await sentWithinHour(tx, at, personId, phone, purpose);
  const same = sent.filter((code) => code.target === target && code.statement_id === statementId);
  const allowedAt = nextAllowed(
    same[0]?.created_at,
    sent.map((code) => code.created_at),
  );
  if (allowedAt !== undefined && allowedAt > at) {
    throw new Refusal('code.tooOften', { resendAt: allowedAt.toISOString() });
  }
  await tx.$executeRaw`
    UPDATE one_time_code SET used_at = ${at}
     WHERE used_at IS NULL AND purpose = ${purpose} AND (person_id = ${personId}::uuid OR left(target, 12) = ${phone})`;
  const digits = String(randomInt(10 ** CODE_RULES.digits)).padStart(CODE_RULES.digits, '0');
  const [made] = await tx.$queryRaw<{ id: string }[]>`SELECT uuidv7() AS id`;
  if (made === undefined) throw new Error('the database gave no id');
  const expiresAt = new Date(at.getTime() + CODE_RULES.livesMs);
  await tx.one_time_code.create({
    data: {
      id: made.id,
      purpose,
      person_id: personId,
      statement_id: statementId,
      target,
      code_hash: secrets.codeHash(made.id, digits),
      created_at: at,
      expires_at: expiresAt,
    },
    select: { id: true },
  });
  const resendAt = nextAllowed(at, [at, ...sent.map((code) => code.created_at)]) ?? at;
  return { id: made.id, digits, phone, sent: { maskedPhone: maskPhone(phone), expiresAt, resendAt } };
}

/**
 * Compares a typed code with the newest one that was sent. The right one is used up; a wrong one is counted, which the
 * caller must commit even though it refuses: so the refusal is an answer here and not thrown. Refusals: code.none,
 * code.exhausted, code.late, code.wrong {left}.
 */
export async function checkCode(
  tx: WriteTx,
  secrets: Secrets,
  at: Date,
  which: CodePurpose,
  digits: string,
): Promise<CheckedCode> {
  const seen = await newestCode(tx, which);
  if (seen === undefined) return refused('code.none');
  await lockPerson(tx, seen.person_id);
  const code = await newestCode(tx, which);
  if (code === undefined || code.used_at !== null) return refused('code.none');
  if (code.attempts >= CODE_RULES.attempts) return refused('code.exhausted');
  if (at > code.expires_at) return refused('code.late');
  if (sameBytes(code.code_hash, secrets.codeHash(code.id, digits))) {
    await tx.one_time_code.update({ where: { id: code.id }, data: { used_at: at }, select: { id: true } });
    return { ok: true, personId: code.person_id };
  }
  const attempts = code.attempts + 1;
  await tx.one_time_code.update({ where: { id: code.id }, data: { attempts }, select: { id: true } });
  const left = CODE_RULES.attempts - attempts;
  return left > 0 ? { ok: false, refusal: new Refusal('code.wrong', { left }) } : refused('code.exhausted');
}

/**
 * The person's row is the lock under which their codes and contacts change, always taken before the rows themselves:
 * two taps at once get one code, and no two transactions wait for each other.
 */
export async function lockPerson(tx: WriteTx, personId: PersonId): Promise<void> {
  await tx.$queryRaw`SELECT id FROM person WHERE id = ${personId}::uuid FOR NO KEY UPDATE`;
}

/** The code as it was typed, spaces and dashes apart. Refusal: code.format. */
export function parseCode(text: string): string {
  const digits = text.normalize('NFKC').replace(/[\s\p{Pd}]/gu, '');
  if (!/^[0-9]{6}$/.test(digits)) throw new Refusal('code.format');
  return digits;
}

/** Whom the login of this chat is for, while its code may be asked for again; undefined when there is none going on. */
export async function pendingLogin(
  tx: WriteTx,
  at: Date,
  chat: { readonly phone: Phone; readonly address: string },
): Promise<PersonId | undefined> {
  const code = await newestCode(tx, { purpose: 'LOGIN', phone: chat.phone, address: chat.address });
  if (code === undefined || at.getTime() - code.created_at.getTime() > HOUR_MS) return undefined;
  const usedUp = code.used_at !== null && code.attempts >= 0;
  return usedUp ? undefined : code.person_id;
}

/**
 * The code that this person was sent less than 60 s ago for the same end and can still use: who asks twice (a second
 * tap, a message repeated after a crash) is led to it and sent no other.
 */
export async function freshCode(
  tx: WriteTx,
  at: Date,
  personId: PersonId,
  phone: Phone,
  which: CodePurpose,
): Promise<CodeSent | undefined> {
  const code = await newestCode(tx, which);
  if (code === undefined || code.person_id !== personId || code.used_at !== null) return undefined;
  const resendAt = new Date(code.created_at.getTime() + CODE_RULES.resendAfterMs);
  if (resendAt <= at || code.attempts >= CODE_RULES.attempts) return undefined;
  return { maskedPhone: maskPhone(phone), expiresAt: code.expires_at, resendAt };
}

/** The gateway did not take the code: it is void, and counts neither as sent nor as used. Told by attempts below zero. */
export const UNSENT: NamedQuery = {
  name: 'code-unsent',
  text: 'UPDATE one_time_code SET used_at = created_at, attempts = -1 WHERE id = $1',
};

interface SentCode {
  readonly created_at: Date;
  readonly target: string;
  readonly statement_id: string | null;
}

/** Newest first. */
async function sentWithinHour(
  tx: WriteTx,
  at: Date,
  personId: PersonId,
  phone: Phone,
  purpose: string,
): Promise<SentCode[]> {
  const since = new Date(at.getTime() - HOUR_MS);
  return tx.$queryRaw<SentCode[]>`
    SELECT created_at, target, statement_id FROM one_time_code
     WHERE purpose = ${purpose} AND created_at > ${since} AND attempts >= 0
       AND (person_id = ${personId}::uuid OR left(target, 12) = ${phone})
     ORDER BY created_at DESC, id DESC`;
}

/** The later of "60 s after the last" and "one hour after the fifth last"; undefined when neither holds anything up. */
function nextAllowed(last: Date | undefined, newestFirst: readonly Date[]): Date | undefined {
  const fifth = newestFirst[CODE_RULES.perHour - 1];
  const moments = [
    ...(last === undefined ? [] : [last.getTime() + CODE_RULES.resendAfterMs]),
    ...(fifth === undefined ? [] : [fifth.getTime() + HOUR_MS]),
  ];
  return moments.length === 0 ? undefined : new Date(Math.max(...moments));
}

async function newestCode(tx: WriteTx, which: CodePurpose): Promise<CodeRow | undefined> {
  const [code] =
    which.purpose === 'SIGN'
      ? await tx.$queryRaw<CodeRow[]>`
          SELECT id, person_id, code_hash, created_at, expires_at, attempts, used_at FROM one_time_code
           WHERE statement_id = ${which.statementId}::uuid ORDER BY created_at DESC, id DESC LIMIT 1`
      : await tx.$queryRaw<CodeRow[]>`
          SELECT id, person_id, code_hash, created_at, expires_at, attempts, used_at FROM one_time_code
           WHERE left(target, 12) = ${which.phone} AND target = ${loginTarget(which)} AND purpose = 'LOGIN'
           ORDER BY created_at DESC, id DESC LIMIT 1`;
  return code;
}

/** The phone and the chat: a code that was sent for one chat opens no other. */
function loginTarget(login: { readonly phone: Phone; readonly address: string }): string {
  return `${login.phone} ${login.address}`;
}

function refused(code: string): CheckedCode {
  return { ok: false, refusal: new Refusal(code) };
}
