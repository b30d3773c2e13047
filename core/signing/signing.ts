import type { Act, Language } from '../act.ts';
import type { CoreDeps } from '../context.ts';
import type { Secrets } from '../db/crypto.ts';
import type { WriteTx } from '../db/db.ts';
import { districtOfDraft } from '../draft/form.ts';
import type { ApplicationId, GroupId, StatementId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import { checkCode, type IssuedCode, issueCode, lockPerson, parseCode } from '../people/codes.ts';
import type { RateLimits } from '../people/limits.ts';
import { sendCode } from '../people/sms.ts';
import type { Referrals } from '../referral/api.ts';
import { Refusal } from '../refusal.ts';
import type { WaitlistResults } from '../waitlist/views.ts';
import type { SignedResult, Signing, StatementState } from './api.ts';
import {
  assertListed,
  assertTaken,
  districtOfOwn,
  limitLinks,
  lockUnsigned,
  methodsFor,
  proofLink,
  signingOf,
  statementLink,
} from './links.ts';
import {
  makeVoid,
  mustBeAlive,
  outcomeOf,
  performSigned,
  refusalOf,
  type Settled,
  Unperformed,
} from './perform.ts';
import type { Performers } from './performers.ts';
import { type Prepared, prepareStatement, signingPhone, type Wanted } from './prepare.ts';
import { registered } from './registered.ts';
import { lockStatement, type Outcome } from './store.ts';

export interface SigningDeps extends Pick<CoreDeps, 'db' | 'clock' | 'log' | 'ports' | 'config'> {
  readonly secrets: Secrets;
  readonly limits: RateLimits;
  readonly performers: Performers;
  readonly referrals: Pick<Referrals, 'byId'>;
  readonly waitlists: WaitlistResults;
  /** Asks the registry anew about the children of the person's form. */
  readonly forms: { refresh(act: Act): Promise<void> };
}

/** Signing by a one-time code (S2; DOMAIN §6.3), or by ЭЦҚ on a page: either answers for exact bytes that are kept. */
export function createSigning(deps: SigningDeps): Signing {
  const { db, clock } = deps;
  const prepare = async (act: Act, wanted: Wanted) => {
    const { id, by, language } = await prepareStatement(deps, act, wanted, 'OTP');
    if ('url' in by) throw new Error('a code was asked for');
    return { id, kind: wanted.kind, code: await sendIfNew(deps, language, by) };
  };
  const link = async (act: Act, wanted: Wanted) => {
    await limitLinks(deps, act.personId);
    const { id, by } = await prepareStatement(deps, act, wanted, 'EDS');
    if (!('url' in by)) throw new Error('a link was asked for');
    return { id, kind: wanted.kind, link: by };
  };
  const choice = (applicationId: ApplicationId, group: GroupId): Wanted => ({
    kind: 'CHOICE',
    applicationId,
    groups: [group],
  });
  return {
    methods: (act, applicationId, kind) =>
      db.write(async (tx) => {
        const districtId = await districtOfOwn(tx, act.personId, applicationId);
        return methodsFor(deps, tx, clock.now(), act, { kind, districtId });
      }),
    registrationMethods: (act) =>
      db.write(async (tx) => {
        const districtId = await districtOfDraft(tx, act.personId);
        return methodsFor(deps, tx, clock.now(), act, { kind: 'REGISTRATION', districtId });
      }),
    prepareRegistration: async (act) => {
      await deps.forms.refresh(act);
      return prepare(act, { kind: 'REGISTRATION' });
    },
    linkRegistration: async (act) => {
      await deps.forms.refresh(act);
      return link(act, { kind: 'REGISTRATION' });
    },
    prepareChoice: (act, applicationId, groupId) => prepare(act, choice(applicationId, groupId)),
    prepareWishes: async (act, applicationId, groups) => prepare(act, wishes(applicationId, groups)),
    linkChoice: (act, applicationId, groupId) => link(act, choice(applicationId, groupId)),
    linkWishes: async (act, applicationId, groups) => link(act, wishes(applicationId, groups)),
    prepareWaitlist: (act, applicationId, kindergartens) =>
      prepare(act, { kind: 'WAITLIST', applicationId, kindergartens }),
    linkWaitlist: (act, applicationId, kindergartens) =>
      link(act, { kind: 'WAITLIST', applicationId, kindergartens }),
    prepareTransfer: (act, entryId) => prepare(act, { kind: 'TRANSFER', entryId }),
    linkTransfer: (act, entryId) => link(act, { kind: 'TRANSFER', entryId }),
    link: async (act, id) => {
      await limitLinks(deps, act.personId);
      return db.write((tx) => statementLink(deps, tx, act, id));
    },
    resend: async (act, id) => {
      const { code, language } = await db.write((tx) => newCode(deps, tx, act, id));
      return sendCode(deps, 'sms.signCode', language, code);
    },
    state: (act, id) => stateOf(deps, act, id),
    sign: async (act, id, code) => {
      const settled = await db
        .write((tx) => settle(deps, tx, act, id, code))
        .catch((error: unknown) => {
          if (!(error instanceof Unperformed)) throw error;
          return db.write(async (tx) => {
            const at = clock.now();
            const refused = await makeVoid(tx, at, act.personId, id, error.refusal);
            if ('refusal' in refused) await markApplied(tx, act, at);
            return refused;
          });
        });
      if ('refusal' in settled) throw settled.refusal;
      return resultOf(deps, act, settled.outcome);
    },
    proofLink: async (act, documentId) => {
      await limitLinks(deps, act.personId);
      return db.write((tx) => proofLink(deps, tx, act, documentId));
    },
  };
}

function wishes(applicationId: ApplicationId, groups: readonly GroupId[]): Wanted {
  if (groups.length === 0) throw new Refusal('wishes.none');
  return { kind: 'WISHES', applicationId, groups: [...new Set(groups)] };
}

function sendIfNew(deps: SigningDeps, language: Language, code: Exclude<Prepared['by'], { url: string }>) {
  return 'digits' in code ? sendCode(deps, 'sms.signCode', language, code) : code;
}

async function newCode(
  deps: SigningDeps,
  tx: WriteTx,
  act: Act,
  id: StatementId,
): Promise<{ code: IssuedCode; language: Language }> {
  const at = deps.clock.now();
  const statement = await lockUnsigned(tx, at, act, id);
  assertListed(await methodsFor(deps, tx, at, act, await signingOf(tx, statement)), 'OTP');
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
  await assertTaken(tx, at, statement, 'OTP');
  // A form is changed under its person's lock, and codes are written under it: always the person first, then codes.
  if (statement.kind === 'REGISTRATION') await lockPerson(tx, act.personId);
  const which = { purpose: 'SIGN', statementId: id } as const;
  const checked = await checkCode(tx, deps.secrets, at, which, parseCode(codeText));
  if (!checked.ok) return checked;
  const signer = { personId: act.personId, channel: act.channel, method: 'OTP' } as const;
  return { outcome: await performSigned(deps.performers, tx, at, signer, statement) };
}

async function stateOf(deps: SigningDeps, act: Act, id: StatementId): Promise<StatementState> {
  const statement = await deps.db.write((tx) => lockStatement(tx, act.personId, id));
  if (statement.signed_at !== null) {
    return { state: 'SIGNED', result: await resultOf(deps, act, outcomeOf(statement)) };
  }
  const refusal = refusalOf(statement);
  if (refusal !== undefined) return { state: 'VOID', code: refusal.code, params: refusal.params };
  const { expires_at: expiresAt } = statement;
  return deps.clock.now() > expiresAt ? { state: 'EXPIRED' } : { state: 'OPEN', expiresAt };
}

async function resultOf(
  deps: Pick<SigningDeps, 'referrals' | 'waitlists' | 'db'>,
  act: Pick<Act, 'personId'>,
  outcome: Outcome,
): Promise<SignedResult> {
  switch (outcome.kind) {
    case 'WISHES':
      return { kind: 'WISHES', roundAt: new Date(outcome.roundAt) };
    case 'REGISTRATION':
      return { kind: 'REGISTRATION', applications: await registered(deps.db.prisma, outcome.applicationIds) };
    case 'WAITLIST':
      return { kind: 'WAITLIST', ...(await deps.waitlists.joined(act.personId, outcome)) };
    case 'TRANSFER': {
      const transfer = await deps.waitlists.transfer(act.personId, outcome.transferId);
      return { kind: 'TRANSFER', applicationId: transfer.applicationId, transfer };
    }
    case 'CHOICE':
      return { kind: 'CHOICE', referral: await deps.referrals.byId(act.personId, outcome.referralId) };
  }
}
