import type { Act, Language, ProofMethod } from '../act.ts';
import type { WriteTx } from '../db/db.ts';
import { readableBy } from '../guardian/rights.ts';
import type {
  ApplicationId,
  GroupId,
  KindergartenId,
  PersonId,
  StatementId,
  WaitlistEntryId,
} from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import type { CodeSent } from '../people/api.ts';
import { freshCode, type IssuedCode, issueCode, lockPerson } from '../people/codes.ts';
import type { Phone } from '../people/phone.ts';
import { Refusal } from '../refusal.ts';
import type { SignLink } from './api.ts';
import { assertMaySign, issueLink, languageOf, signingOf } from './links.ts';
import type { SigningDeps } from './signing.ts';
import {
  type GroupFacts,
  type KindergartenFacts,
  type StatementAboutFacts,
  statementHash,
  statementText,
} from './statement.ts';
import { openStatement, type StatementSubject } from './store.ts';

/** How long a statement may be signed. */
export const STATEMENT_LIVES_MS = 30 * 60_000;

export type Wanted =
  | {
      readonly kind: 'CHOICE' | 'WISHES';
      readonly applicationId: ApplicationId;
      /** One for a choice; in order of wish otherwise, none twice. */
      readonly groups: readonly GroupId[];
    }
  | {
      readonly kind: 'WAITLIST';
      readonly applicationId: ApplicationId;
      /** In order of wish. */
      readonly kindergartens: readonly KindergartenId[];
    }
  | { readonly kind: 'TRANSFER'; readonly entryId: WaitlistEntryId }
  /** The person's own form. */
  | { readonly kind: 'REGISTRATION' };

export interface Prepared {
  readonly id: StatementId;
  /** How it will be signed. A code with `digits` was written just now and is to be sent; without, it is on its way. */
  readonly by: IssuedCode | CodeSent | SignLink;
  readonly language: Language;
}

/**
 * Checks the wish, writes the statement and its code or link. Asked again for the same within 60 s (or, for a link, while
 * enough time is left to sign), answers the same statement.
 */
export async function prepareStatement(
  deps: SigningDeps,
  act: Act,
  wanted: Wanted,
  method: ProofMethod,
): Promise<Prepared> {
  const { db, clock } = deps;
  const { personId } = act;
  // On its own, so that the queue is not held while the statement is written.
  const subject = await db.write((tx) => checked(deps, tx, clock.now(), personId, wanted));
  return db.write(async (tx) => {
    const at = clock.now();
    await markApplied(tx, act, at);
    await assertMaySign(deps, tx, at, act, await signingOf(tx, subject), method);
    await lockPerson(tx, personId);
    return method === 'EDS'
      ? byLink(deps, tx, at, personId, subject)
      : byCode(deps, tx, at, personId, subject);
  });
}

/** The same refusals as the act itself would give now, before anything is written or sent. */
async function checked(
  { performers: { check } }: SigningDeps,
  tx: WriteTx,
  at: Date,
  personId: PersonId,
  wanted: Wanted,
): Promise<StatementSubject> {
  const { kind } = wanted;
  if (kind === 'REGISTRATION') {
    return { kind, application_id: null, payload: await check.REGISTRATION(tx, at, personId) };
  }
  if (kind === 'WAITLIST') {
    const { applicationId, kindergartens } = wanted;
    await check.WAITLIST(tx, at, { personId, applicationId, kindergartens });
    return { kind, application_id: applicationId, payload: { kindergartens } };
  }
  if (kind === 'TRANSFER') {
    const { entryId } = wanted;
    const { applicationId, kindergartenId } = await check.TRANSFER(tx, at, { personId, entryId });
    return {
      kind,
      application_id: applicationId,
      payload: { entry: entryId, kindergartens: [kindergartenId] },
    };
  }
  const { applicationId, groups } = wanted;
  const subject = { kind, application_id: applicationId, payload: { groups } };
  if (kind === 'WISHES') {
    await check.WISHES(tx, at, { personId, applicationId, groups });
    return subject;
  }
  const [groupId] = groups;
  if (groupId === undefined) throw new Refusal('group.unknown');
  await check.CHOICE(tx, at, { personId, applicationId, groupId });
  return subject;
}

async function byCode(
  { secrets }: SigningDeps,
  tx: WriteTx,
  at: Date,
  personId: PersonId,
  subject: StatementSubject,
): Promise<Prepared> {
  const { phone, language } = await signingPhone(tx, personId);
  const open = await openStatement(tx, at, personId, subject);
  if (open !== undefined) {
    const code = await freshCode(tx, at, personId, phone, { purpose: 'SIGN', statementId: open });
    if (code !== undefined) return { id: open, by: code, language };
  }
  const id = await writeStatement(tx, at, personId, subject);
  const request = { personId, phone, for: { purpose: 'SIGN', statementId: id } } as const;
  return { id, by: await issueCode(tx, secrets, at, request), language };
}

/** Whoever opens a browser, starts NCALayer and types a password needs time: a statement about to expire is written anew. */
const LINK_NEEDS_MS = 15 * 60_000;

async function byLink(
  deps: SigningDeps,
  tx: WriteTx,
  at: Date,
  personId: PersonId,
  subject: StatementSubject,
): Promise<Prepared> {
  const soon = new Date(at.getTime() + LINK_NEEDS_MS);
  const id =
    (await openStatement(tx, soon, personId, subject)) ?? (await writeStatement(tx, at, personId, subject));
  const { expires_at: expiresAt } = await tx.statement.findUniqueOrThrow({
    where: { id },
    select: { expires_at: true },
  });
  const language = await languageOf(tx, personId);
  const link = { purpose: 'SIGN', personId, statementId: id, language, expiresAt } as const;
  return { id, by: await issueLink(deps, tx, at, link), language };
}

/**
 * The phone that signs: the one which last proved itself by a login, and the person's language. Refusal: login.noContact.
 */
export async function signingPhone(
  tx: WriteTx,
  personId: PersonId,
): Promise<{ phone: Phone; language: Language }> {
  const [row] = await tx.$queryRaw<{ phone: Phone; language: Language }[]>`
    SELECT c.value AS phone, p.language FROM contact AS c JOIN person AS p ON p.id = c.person_id
     WHERE c.person_id = ${personId}::uuid AND c.kind = 'PHONE' AND c.confirmed_at IS NOT NULL
     ORDER BY c.confirmed_at DESC, c.is_main DESC, c.id LIMIT 1`;
  if (row === undefined) throw new Refusal('login.noContact');
  return row;
}

async function writeStatement(
  tx: WriteTx,
  at: Date,
  personId: PersonId,
  subject: StatementSubject,
): Promise<StatementId> {
  const [made] = await tx.$queryRaw<{ id: StatementId }[]>`SELECT uuidv7() AS id`;
  if (made === undefined) throw new Error('no id was made');
  const { id } = made;
  const expiresAt = new Date(at.getTime() + STATEMENT_LIVES_MS);
  const about = await factsOf(tx, personId, subject);
  const content = statementText({ id, applicant: personId, ...about, issuedAt: at, expiresAt });
  await tx.statement.create({
    data: {
      id,
      kind: subject.kind,
      person_id: personId,
      application_id: subject.application_id,
      payload: JSON.parse(JSON.stringify(subject.payload)),
      content,
      sha256: statementHash(content),
      created_at: at,
      expires_at: expiresAt,
    },
    select: { id: true },
  });
  return id;
}

async function factsOf(
  tx: WriteTx,
  personId: PersonId,
  subject: StatementSubject,
): Promise<StatementAboutFacts> {
  if (subject.kind === 'REGISTRATION') return { kind: subject.kind, form: subject.payload };
  const application = await tx.application.findFirst({
    where: { id: subject.application_id, ...readableBy(personId) },
    select: { number: true },
  });
  if (application === null) throw new Refusal('application.unknown');
  const { number: applicationNumber } = application;
  if (subject.kind === 'WAITLIST' || subject.kind === 'TRANSFER') {
    const kindergartens = await kindergartenFacts(tx, subject.payload.kindergartens);
    return { kind: subject.kind, applicationNumber, kindergartens };
  }
  return { kind: subject.kind, applicationNumber, groups: await groupFacts(tx, subject.payload.groups) };
}

async function groupFacts(tx: WriteTx, groups: readonly GroupId[]): Promise<readonly GroupFacts[]> {
  const rows = await tx.kindergarten_group.findMany({
    where: { id: { in: [...groups] } },
    select: { id: true, name: true, kindergarten: { select: { id: true, name_kk: true, name_ru: true } } },
  });
  return groups.map((id) => {
    const row = rows.find((group) => group.id === id);
    if (row === undefined) throw new Refusal('group.unknown');
    const { id: kindergartenId, name_kk, name_ru } = row.kindergarten;
    return { id, name: row.name, kindergartenId, kindergarten: { kk: name_kk, ru: name_ru } };
  });
}

async function kindergartenFacts(
  tx: WriteTx,
  ids: readonly KindergartenId[],
): Promise<readonly KindergartenFacts[]> {
  const rows = await tx.kindergarten.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, name_kk: true, name_ru: true },
  });
  return ids.map((id) => {
    const row = rows.find((one) => one.id === id);
    if (row === undefined) throw new Refusal('waitlist.wrongKindergarten');
    return { id, name: { kk: row.name_kk, ru: row.name_ru } };
  });
}
