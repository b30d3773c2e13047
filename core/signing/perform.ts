import type { Channel } from '../act.ts';
import { sameBytes } from '../db/crypto.ts';
import type { WriteTx } from '../db/db.ts';
import type { PersonId, StatementId } from '../ids.ts';
import { Refusal } from '../refusal.ts';
import type { Performers } from './performers.ts';
import { statementHash } from './statement.ts';
import { lockStatement, type Outcome, type StatementRow } from './store.ts';

/** A statement that is done with: signed, or made void by a refusal. */
export type Settled = { readonly outcome: Outcome } | { readonly refusal: Refusal };

/** A refusal of the performer, told apart from those of statement, code and key: it makes the statement void. */
export class Unperformed extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

export interface Signer {
  readonly personId: PersonId;
  readonly channel: Channel;
  readonly method: 'OTP' | 'EDS';
}

/**
 * Performs a locked statement that has just been signed, and writes down that it was. What the performer refuses is
 * thrown as Unperformed and undoes the transaction.
 */
export async function performSigned(
  performers: Performers,
  tx: WriteTx,
  at: Date,
  signer: Signer,
  statement: StatementRow,
): Promise<Outcome> {
  const { id } = statement;
  if (!sameBytes(statement.sha256, statementHash(statement.content))) {
    throw new Error(`the statement ${id} is not what was written`);
  }
  const outcome = await perform(performers, tx, at, signer, statement).catch((error: unknown) => {
    throw error instanceof Refusal ? new Unperformed(error) : error;
  });
  await tx.statement.update({
    where: { id },
    data: { signed_at: at, method: signer.method, result: { ...outcome } },
    select: { id: true },
  });
  return outcome;
}

async function perform(
  performers: Performers,
  tx: WriteTx,
  at: Date,
  { personId, channel }: Signer,
  statement: StatementRow,
): Promise<Outcome> {
  const { id, kind } = statement;
  if (kind === 'REGISTRATION') {
    const form = { personId, statementId: id, channel, payload: statement.payload };
    return { kind, applicationIds: await performers.REGISTRATION(tx, at, form) };
  }
  if (kind === 'WAITLIST') {
    const { kindergartens } = statement.payload;
    const joining = {
      personId,
      applicationId: statement.application_id,
      kindergartens,
      statementId: id,
      channel,
    };
    return { kind, ...(await performers.WAITLIST(tx, at, joining)) };
  }
  if (kind === 'TRANSFER') {
    const accepting = { personId, entryId: statement.payload.entry, statementId: id, channel };
    const { transferId } = await performers.TRANSFER(tx, at, accepting);
    return { kind, transferId };
  }
  const { groups } = statement.payload;
  const common = { personId, applicationId: statement.application_id, statementId: id, channel };
  if (kind === 'WISHES') {
    const roundAt = await performers.WISHES(tx, at, { ...common, groups });
    return { kind, roundAt: roundAt.toISOString() };
  }
  const [groupId] = groups;
  if (groupId === undefined) throw new Error(`the statement ${id} chooses nothing`);
  return { kind, referralId: await performers.CHOICE(tx, at, { ...common, groupId }) };
}

/**
 * The choice was refused after the right signature (somebody was faster): the turn is as it was, the statement is void
 * with the reason kept beside it, its code too. Where a parallel call has signed meanwhile, that one counts.
 */
export async function makeVoid(
  tx: WriteTx,
  at: Date,
  personId: PersonId,
  id: StatementId,
  refusal: Refusal,
): Promise<Settled> {
  const statement = await lockStatement(tx, personId, id);
  if (statement.signed_at !== null) return { outcome: outcomeOf(statement) };
  const { code, params } = refusal;
  await tx.statement.update({
    where: { id },
    data: { result: { refused: { code, params: { ...params } } } },
    select: { id: true },
  });
  await voidCodes(tx, at, id);
  return { refusal };
}

/** The codes of a statement that is done with open nothing any more. */
export async function voidCodes(tx: WriteTx, at: Date, id: StatementId): Promise<void> {
  await tx.one_time_code.updateMany({ where: { statement_id: id, used_at: null }, data: { used_at: at } });
}

/** Refusals: the one that made the statement void, or statement.expired. */
export function mustBeAlive(statement: StatementRow, at: Date): void {
  const refusal = refusalOf(statement);
  if (refusal !== undefined) throw refusal;
  if (at > statement.expires_at) throw new Refusal('statement.expired');
}

/** Why a statement is void. */
export function refusalOf({ result }: Pick<StatementRow, 'result'>): Refusal | undefined {
  if (result === null || !('refused' in result)) return undefined;
  return new Refusal(result.refused.code, result.refused.params);
}

export function outcomeOf({ id, result }: Pick<StatementRow, 'id' | 'result'>): Outcome {
  if (result === null || 'refused' in result) throw new Error(`the signed statement ${id} has no result`);
  return result;
}
