import type { Act, Language } from '../act.ts';
import type { CoreDeps } from '../context.ts';
import { type Secrets, sameBytes } from '../db/crypto.ts';
import type { WriteTx } from '../db/db.ts';
import type { StatementId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import { checkCode, type IssuedCode, issueCode, parseCode } from '../people/codes.ts';
import { sendCode } from '../people/sms.ts';
import type { Referrals } from '../referral/api.ts';
import { Refusal } from '../refusal.ts';
import type { SignedResult, Signing } from './api.ts';
import type { Performers } from './performers.ts';
import { prepareStatement, signingPhone, type Wanted } from './prepare.ts';
import { statementHash } from './statement.ts';
import { lockStatement, type Outcome, type StatementRow } from './store.ts';

export interface SigningDeps extends Pick<CoreDeps, 'db' | 'clock' | 'log' | 'ports'> {
  readonly secrets: Secrets;
  readonly performers: Performers;
  readonly referrals: Pick<Referrals, 'byId'>;
}

/** A statement that is done with: signed, or made void by a refusal. */
type Settled = { readonly outcome: Outcome } | { readonly refusal: Refusal };

/** A refusal of the performer, told apart from those of statement and code. */
class Unperformed extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

/** Signing by a one-time code (S2; DOMAIN §6.3): the code answers for exact bytes that are kept. */
export function createSigning(deps: SigningDeps): Signing {
  const prepare = async (act: Act, wanted: Wanted) => {
    const { id, code, language } = await prepareStatement(deps, act, wanted);
    return { id, kind: wanted.kind, code: await sendIfNew(deps, language, code) };
  };
  return {
    prepareChoice: (act, applicationId, groupId) =>
      prepare(act, { kind: 'CHOICE', applicationId, groups: [groupId] }),
    prepareWishes: async (act, applicationId, groups) => {
      if (groups.length === 0) throw new Refusal('wishes.none');
      return prepare(act, { kind: 'WISHES', applicationId, groups: [...new Set(groups)] });
    },
    resend: async (act, id) => {
      const { code, language } = await deps.db.write((tx) => newCode(deps, tx, act, id));
      return sendCode(deps, 'sms.signCode', language, code);
    },
    sign: async (act, id, code) => {
      const settled = await deps.db
        .write((tx) => settle(deps, tx, act, id, code))
        .catch((error: unknown) => {
          if (error instanceof Unperformed) return makeVoid(deps, act, id, error.refusal);
          throw error;
        });
      if ('refusal' in settled) throw settled.refusal;
      return resultOf(deps, act, settled.outcome);
    },
  };
}

function sendIfNew(
  deps: SigningDeps,
  language: Language,
  code: Awaited<ReturnType<typeof prepareStatement>>['code'],
) {
  return 'digits' in code ? sendCode(deps, 'sms.signCode', language, code) : code;
}

async function newCode(
  deps: SigningDeps,
  tx: WriteTx,
  act: Act,
  id: StatementId,
): Promise<{ code: IssuedCode; language: Language }> {
  const at = deps.clock.now();
  const statement = await lockStatement(tx, act.personId, id);
  await markApplied(tx, act, at);
  if (statement.signed_at !== null) throw new Refusal('statement.signed');
  mustBeAlive(statement, at);
  const { phone, language } = await signingPhone(tx, act.personId);
  const request = { personId: act.personId, phone, for: { purpose: 'SIGN', statementId: id } } as const;
  return { code: await issueCode(tx, deps.secrets, at, request), language };
}

/**
 * One transaction from the lock on the statement to its effect. A second call waits at the lock and finds the result.
 * A wrong code commits its try; what the performer refuses leaves as Unperformed and undoes all.
 */
async function settle(
  deps: SigningDeps,
  tx: WriteTx,
  act: Act,
  id: StatementId,
  codeText: string,
): Promise<Settled> {
  const at = deps.clock.now();
  const statement = await lockStatement(tx, act.personId, id);
  if (statement.signed_at !== null) return { outcome: outcomeOf(statement) };
  await markApplied(tx, act, at);
  mustBeAlive(statement, at);
  const checked = await checkCode(
    tx,
    deps.secrets,
    at,
    { purpose: 'SIGN', statementId: id },
    parseCode(codeText),
  );
  if (!checked.ok) return checked;
  if (!sameBytes(statement.sha256, statementHash(statement.content))) {
    throw new Error(`the statement ${id} is not what was written`);
  }
  const outcome = await perform(deps.performers, tx, at, act, statement).catch((error: unknown) => {
    throw error instanceof Refusal ? new Unperformed(error) : error;
  });
  await tx.statement.update({
    where: { id },
    data: { signed_at: at, method: 'OTP', result: { ...outcome } },
    select: { id: true },
  });
  return { outcome };
}

async function perform(
  performers: Performers,
  tx: WriteTx,
  at: Date,
  act: Act,
  { id, kind, application_id, payload }: StatementRow,
): Promise<Outcome> {
  const common = {
    personId: act.personId,
    applicationId: application_id,
    statementId: id,
    channel: act.channel,
  };
  const [groupId] = payload.groups;
  if (kind === 'WISHES') {
    const roundAt = await performers.WISHES(tx, at, { ...common, groups: payload.groups });
    return { kind, roundAt: roundAt.toISOString() };
  }
  if (groupId === undefined) throw new Error(`the statement ${id} chooses nothing`);
  return { kind, referralId: await performers.CHOICE(tx, at, { ...common, groupId }) };
}

/**
 * The choice was refused after the right code (somebody was faster): the turn is as it was, the statement is void with
 * the reason kept beside it, its code too. Where a parallel call has signed meanwhile, that one counts.
 */
function makeVoid(deps: SigningDeps, act: Act, id: StatementId, refusal: Refusal): Promise<Settled> {
  return deps.db.write(async (tx) => {
    const at = deps.clock.now();
    const statement = await lockStatement(tx, act.personId, id);
    if (statement.signed_at !== null) return { outcome: outcomeOf(statement) };
    await markApplied(tx, act, at);
    const { code, params } = refusal;
    await tx.statement.update({
      where: { id },
      data: { result: { refused: { code, params: { ...params } } } },
      select: { id: true },
    });
    await tx.one_time_code.updateMany({
      where: { statement_id: id, used_at: null },
      data: { used_at: at },
    });
    return { refusal };
  });
}

/** Refusals: the one that made the statement void, or statement.expired. */
function mustBeAlive(statement: StatementRow, at: Date): void {
  if (statement.result !== null && 'refused' in statement.result) {
    const { code, params } = statement.result.refused;
    throw new Refusal(code, params);
  }
  if (at > statement.expires_at) throw new Refusal('statement.expired');
}

function outcomeOf({ id, result }: StatementRow): Outcome {
  if (result === null || 'refused' in result) throw new Error(`the signed statement ${id} has no result`);
  return result;
}

async function resultOf(deps: SigningDeps, act: Act, outcome: Outcome): Promise<SignedResult> {
  return outcome.kind === 'WISHES'
    ? { kind: 'WISHES', roundAt: new Date(outcome.roundAt) }
    : { kind: 'CHOICE', referral: await deps.referrals.byId(act.personId, outcome.referralId) };
}
