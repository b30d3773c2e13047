import { randomBytes } from 'node:crypto';
import type { Act, Language, ProofMethod } from '../act.ts';
import { localDate } from '../calendar/civil-date.ts';
import type { Clock } from '../clock.ts';
import type { CoreDeps } from '../context.ts';
import { sha256 } from '../db/crypto.ts';
import type { Db, WriteTx } from '../db/db.ts';
import { readableBy } from '../guardian/rights.ts';
import type { ApplicationId, DistrictId, DocumentId, PersonId, StatementId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import type { RateLimits } from '../people/limits.ts';
import { assertLogin, type GuardedAction } from '../policy/login.ts';
import { type Policy, policyOn } from '../policy/policy.ts';
import { Refusal } from '../refusal.ts';
import type { SignLink, StatementKind } from './api.ts';
import type { LinkPurpose } from './pages-api.ts';
import { mustBeAlive } from './perform.ts';
import { lockStatement, type StatementRow, type StatementSubject } from './store.ts';

/** How long a link may be opened, what was opened may be used, and how many one person or chat may have in an hour. */
export const LINK_RULES = { opensForMs: 10 * 60_000, livesMs: 20 * 60_000, perHour: 20 } as const;

type LinkDeps = Pick<CoreDeps, 'clock' | 'config'>;
type Bytes = Uint8Array<ArrayBuffer>;

export interface NewLink {
  readonly purpose: LinkPurpose;
  readonly personId?: PersonId;
  readonly accountId?: string;
  readonly statementId?: StatementId;
  readonly content?: string;
  readonly language: Language;
  readonly expiresAt: Date;
}

/** A secret for outside, and what is kept of it. */
export function newSecret(): { readonly text: string; readonly hash: Bytes } {
  const text = randomBytes(32).toString('base64url');
  return { text, hash: sha256(text) };
}

/** Refusal: link.tooOften {until}. Outside the transaction: a try counts even when it comes to nothing. */
export async function limitLinks(deps: { readonly limits: RateLimits }, who: string): Promise<void> {
  const until = await deps.limits.consume(`link:${who}`, LINK_RULES.perHour, 3600);
  if (until !== null) throw new Refusal('link.tooOften', { until: until.toISOString() });
}

/** Writes a link; the older ones to the same end that nobody has opened yet open nothing any more. */
export async function issueLink(deps: LinkDeps, tx: WriteTx, at: Date, link: NewLink): Promise<SignLink> {
  const { purpose, personId = null, accountId = null, statementId = null, content = null } = link;
  await tx.$executeRaw`
    UPDATE sign_link
       SET open_until = greatest(${at}::timestamptz - interval '1 millisecond', created_at + interval '1 microsecond')
     WHERE purpose = ${purpose} AND opened_at IS NULL AND open_until >= ${at}
       AND person_id IS NOT DISTINCT FROM ${personId}::uuid AND account_id IS NOT DISTINCT FROM ${accountId}::uuid
       AND statement_id IS NOT DISTINCT FROM ${statementId}::uuid`;
  const token = newSecret();
  const opensUntil = new Date(at.getTime() + LINK_RULES.opensForMs);
  const openUntil = opensUntil < link.expiresAt ? opensUntil : link.expiresAt;
  await tx.sign_link.create({
    data: {
      purpose,
      person_id: personId,
      account_id: accountId,
      statement_id: statementId,
      language: link.language,
      content,
      token_hash: token.hash,
      created_at: at,
      open_until: openUntil,
      expires_at: link.expiresAt,
    },
    select: { id: true },
  });
  // After the «#» nothing is sent to any server: neither logs nor proxies on the way learn the token.
  return { url: `${deps.config.publicUrl}/sign#${token.text}`, openUntil };
}

/** The district whose rules hold for a statement: of its application, or of the form. */
export interface SigningCase {
  readonly kind: StatementKind;
  readonly districtId: DistrictId;
}

/** The methods of the district that this server has and this person can use: a code needs a confirmed phone. */
export async function methodsFor(
  deps: LinkDeps,
  tx: WriteTx,
  at: Date,
  act: Act,
  { kind, districtId }: SigningCase,
): Promise<readonly ProofMethod[]> {
  const policy = await policyOn(tx, districtId, localDate(at));
  const phones = await tx.contact.count({
    where: { person_id: act.personId, kind: 'PHONE', confirmed_at: { not: null } },
  });
  const has = { OTP: phones > 0, EDS: deps.config.digitalSignature };
  return policy['sign.methods'][kind].filter((method) => has[method]);
}

/** What a statement asks of the login. */
const GUARDED = {
  CHOICE: 'CHOICE',
  WISHES: 'CHOICE',
  REGISTRATION: 'REGISTRATION',
  WAITLIST: 'WAITLIST',
  TRANSFER: 'WAITLIST',
} as const satisfies Record<StatementKind, GuardedAction>;

/** Refusals: login.again {methods}, sign.method {methods}, sign.unavailable. */
export async function assertMaySign(
  deps: LinkDeps,
  tx: WriteTx,
  at: Date,
  act: Act,
  { kind, districtId }: SigningCase,
  method: ProofMethod,
): Promise<void> {
  const policy = await policyOn(tx, districtId, localDate(at));
  assertLogin(policy, at, act, GUARDED[kind]);
  assertListed(policy['sign.methods'][kind], method);
  if (method === 'EDS' && !deps.config.digitalSignature) throw new Refusal('sign.unavailable');
}

/** What the district takes now: its rules may have changed since the statement was written. Refusal: sign.method {methods}. */
export async function assertTaken(
  tx: WriteTx,
  at: Date,
  statement: StatementSubject,
  method: ProofMethod,
): Promise<Policy> {
  const { kind, districtId } = await signingOf(tx, statement);
  const policy = await policyOn(tx, districtId, localDate(at));
  assertListed(policy['sign.methods'][kind], method);
  return policy;
}

/** Refusal: sign.method {methods}, with those that would do. */
export function assertListed(methods: readonly ProofMethod[], method: ProofMethod): void {
  if (!methods.includes(method)) throw new Refusal('sign.method', { methods: methods.join(',') });
}

export async function signingOf(tx: WriteTx, statement: StatementSubject): Promise<SigningCase> {
  const { kind } = statement;
  if (kind === 'REGISTRATION') return { kind, districtId: statement.payload.districtId };
  const { district_id } = await tx.application.findUniqueOrThrow({
    where: { id: statement.application_id },
    select: { district_id: true },
  });
  return { kind, districtId: district_id as DistrictId };
}

/** Refusal: application.unknown. */
export async function districtOfOwn(
  tx: WriteTx,
  personId: PersonId,
  applicationId: ApplicationId,
): Promise<DistrictId> {
  const application = await tx.application.findFirst({
    where: { id: applicationId, ...readableBy(personId) },
    select: { district_id: true },
  });
  if (application === null) throw new Refusal('application.unknown');
  return application.district_id as DistrictId;
}

/** The person's own statement that can still be signed, locked. Refusals: statement.*, and the one that made it void. */
export async function lockUnsigned(tx: WriteTx, at: Date, act: Act, id: StatementId): Promise<StatementRow> {
  const statement = await lockStatement(tx, act.personId, id);
  await markApplied(tx, act, at);
  if (statement.signed_at !== null) throw new Refusal('statement.signed');
  mustBeAlive(statement, at);
  return statement;
}

/** A link for a statement that is there. Refusals: statement.*, sign.method, sign.unavailable, login.again. */
export async function statementLink(
  deps: LinkDeps,
  tx: WriteTx,
  act: Act,
  id: StatementId,
): Promise<SignLink> {
  const at = deps.clock.now();
  const statement = await lockUnsigned(tx, at, act, id);
  await assertMaySign(deps, tx, at, act, await signingOf(tx, statement), 'EDS');
  return issueLink(deps, tx, at, {
    purpose: 'SIGN',
    personId: act.personId,
    statementId: id,
    language: await languageOf(tx, act.personId),
    expiresAt: statement.expires_at,
  });
}

const statement = { select: { id: true, person_id: true, signature: { select: { id: true } } } } as const;

/** A way to the signed file behind a referral or a registration. Refusals: document.unknown, signature.none. */
export async function proofLink(
  deps: LinkDeps,
  tx: WriteTx,
  act: Act,
  documentId: DocumentId,
): Promise<SignLink> {
  const at = deps.clock.now();
  await markApplied(tx, act, at);
  const document = await tx.document.findFirst({
    where: { id: documentId, application: readableBy(act.personId) },
    select: { kind: true, referral: { select: { statement } }, application: { select: { statement } } },
  });
  if (document === null) throw new Refusal('document.unknown');
  const signed = document.kind === 'REFERRAL' ? document.referral?.statement : document.application.statement;
  // A certificate has the signer's e-mail and IIN in it: nothing for the other parent's eyes.
  if (signed?.signature == null || signed.person_id !== act.personId) throw new Refusal('signature.none');
  return issueLink(deps, tx, at, {
    purpose: 'DOWNLOAD',
    personId: act.personId,
    statementId: signed.id as StatementId,
    language: await languageOf(tx, act.personId),
    expiresAt: new Date(at.getTime() + LINK_RULES.livesMs),
  });
}

export async function languageOf(tx: WriteTx, personId: PersonId): Promise<Language> {
  const { language } = await tx.person.findUniqueOrThrow({
    where: { id: personId },
    select: { language: true },
  });
  return language === 'ru' ? 'ru' : 'kk';
}

const KEPT_MS = 30 * 24 * 3_600_000;

/** Links that came to nothing are forgotten after 30 days; those behind a signature stay with it. */
export async function purgeLinks({ prisma }: Pick<Db, 'prisma'>, clock: Clock): Promise<number> {
  const before = new Date(clock.now().getTime() - KEPT_MS);
  const { count } = await prisma.sign_link.deleteMany({
    where: { expires_at: { lt: before }, signature: null },
  });
  return count;
}
