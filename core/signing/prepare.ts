import type { Act, Language, ProofMethod } from '../act.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId, GroupId, PersonId, StatementId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import type { CodeSent } from '../people/api.ts';
import { freshCode, type IssuedCode, issueCode, lockPerson } from '../people/codes.ts';
import type { Phone } from '../people/phone.ts';
import { Refusal } from '../refusal.ts';
import type { SignLink, StatementKind } from './api.ts';
import { assertMaySign, issueLink, languageOf } from './links.ts';
import type { SigningDeps } from './signing.ts';
import { type StatementFacts, statementHash, statementText } from './statement.ts';
import { openStatement } from './store.ts';

/** How long a statement may be signed. */
export const STATEMENT_LIVES_MS = 30 * 60_000;

export interface Wanted {
  readonly kind: StatementKind;
  readonly applicationId: ApplicationId;
  /** One for a choice; in order of wish otherwise, none twice. */
  readonly groups: readonly GroupId[];
}

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
  const { db, clock, performers } = deps;
  const { personId } = act;
  const { kind, applicationId, groups } = wanted;
  // On its own, so that the queue is not held while the statement is written.
  await db.write(async (tx) => {
    const at = clock.now();
    if (kind === 'WISHES') return performers.check.WISHES(tx, at, { personId, applicationId, groups });
    const [groupId] = groups;
    if (groupId === undefined) throw new Refusal('group.unknown');
    return performers.check.CHOICE(tx, at, { personId, applicationId, groupId });
  });
  return db.write(async (tx) => {
    const at = clock.now();
    await markApplied(tx, act, at);
    await assertMaySign(deps, tx, at, act, applicationId, kind, method);
    await lockPerson(tx, personId);
    return method === 'EDS' ? byLink(deps, tx, at, personId, wanted) : byCode(deps, tx, at, personId, wanted);
  });
}

async function byCode(
  { secrets }: SigningDeps,
  tx: WriteTx,
  at: Date,
  personId: PersonId,
  wanted: Wanted,
): Promise<Prepared> {
  const { applicationId, kind, groups } = wanted;
  const { phone, language } = await signingPhone(tx, personId);
  const open = await openStatement(tx, at, personId, applicationId, kind, { groups });
  if (open !== undefined) {
    const code = await freshCode(tx, at, personId, phone, { purpose: 'SIGN', statementId: open });
    if (code !== undefined) return { id: open, by: code, language };
  }
  const id = await writeStatement(tx, at, personId, wanted);
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
  wanted: Wanted,
): Promise<Prepared> {
  const { applicationId, kind, groups } = wanted;
  const soon = new Date(at.getTime() + LINK_NEEDS_MS);
  const id =
    (await openStatement(tx, soon, personId, applicationId, kind, { groups })) ??
    (await writeStatement(tx, at, personId, wanted));
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
  { kind, applicationId, groups }: Wanted,
): Promise<StatementId> {
  const [application] = await tx.$queryRaw<{ number: string; id: StatementId }[]>`
    SELECT number, uuidv7() AS id FROM application
     WHERE id = ${applicationId}::uuid AND applicant_id = ${personId}::uuid`;
  if (application === undefined) throw new Refusal('application.unknown');
  const expiresAt = new Date(at.getTime() + STATEMENT_LIVES_MS);
  const content = statementText({
    id: application.id,
    kind,
    applicationNumber: application.number,
    applicant: personId,
    groups: await groupFacts(tx, groups),
    issuedAt: at,
    expiresAt,
  });
  await tx.statement.create({
    data: {
      id: application.id,
      kind,
      person_id: personId,
      application_id: applicationId,
      payload: { groups: [...groups] },
      content,
      sha256: statementHash(content),
      created_at: at,
      expires_at: expiresAt,
    },
    select: { id: true },
  });
  return application.id;
}

async function groupFacts(tx: WriteTx, groups: readonly GroupId[]): Promise<StatementFacts['groups']> {
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
