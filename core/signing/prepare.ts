import type { Act, Language } from '../act.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId, GroupId, PersonId, StatementId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import type { CodeSent } from '../people/api.ts';
import { freshCode, type IssuedCode, issueCode, lockPerson } from '../people/codes.ts';
import type { Phone } from '../people/phone.ts';
import { Refusal } from '../refusal.ts';
import type { SigningDeps } from './signing.ts';
import { type StatementFacts, type StatementKind, statementHash, statementText } from './statement.ts';
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
  /** With `digits`: written just now, to be sent. Without: on its way since less than 60 s. */
  readonly code: IssuedCode | CodeSent;
  readonly language: Language;
}

/** Checks the wish, writes the statement and its code. Asked again for the same within 60 s, answers the same statement. */
export async function prepareStatement(deps: SigningDeps, act: Act, wanted: Wanted): Promise<Prepared> {
  const { db, clock, performers, secrets } = deps;
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
    await lockPerson(tx, personId);
    const { phone, language } = await signingPhone(tx, personId);
    const open = await openStatement(tx, at, personId, applicationId, kind, { groups });
    if (open !== undefined) {
      const code = await freshCode(tx, at, personId, phone, { purpose: 'SIGN', statementId: open });
      if (code !== undefined) return { id: open, code, language };
    }
    const id = await writeStatement(tx, at, personId, wanted);
    const request = { personId, phone, for: { purpose: 'SIGN', statementId: id } } as const;
    return { id, code: await issueCode(tx, secrets, at, request), language };
  });
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
