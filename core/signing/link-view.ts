import type { Bilingual } from '../act.ts';
import type { WriteTx } from '../db/db.ts';
import type { FormPayload } from '../draft/form.ts';
import type { StatementId } from '../ids.ts';
import { maskIin } from '../people/iin.ts';
import { iinOf } from '../people/persons.ts';
import { type OwnFile, ownFiles } from '../privacy/files.ts';
import { CONFIRM_TRIES, confirmUntil, type LinkRow } from './link-store.ts';
import type { SignPagesDeps } from './pages.ts';
import type { LinkOutcome, LinkView, StatementAbout } from './pages-api.ts';
import { refusalOf } from './perform.ts';
import { proofFiles } from './proof.ts';
import { registered } from './registered.ts';
import type { Outcome, StatementRow, StatementSubject } from './store.ts';

/**
 * What a link shows, read in one transaction. `viewer` is where, or null where a login must not tell what its chat waits
 * for: whoever reads the code that the page holds out to a phone is a phone too, so a phone is told only in answer to
 * the very signature.
 */
export async function viewOf(
  deps: SignPagesDeps,
  tx: WriteTx,
  link: LinkRow,
  viewer: 'PAGE' | 'PHONE' | null,
): Promise<LinkView> {
  const at = deps.clock.now();
  const statement = link.statement_id === null ? null : await statementOf(tx, link.statement_id);
  const refusal = statement === null ? undefined : refusalOf(statement);
  // Over, it gives nothing any more: then nothing is read and drawn for it either.
  const files = at > link.expires_at ? [] : await filesOf(deps, tx, link);
  const outcome = await outcomeOf(deps, tx, link, statement, viewer);
  const over = at > link.expires_at || (statement !== null && outcome === null && at > statement.expires_at);
  const done = link.purpose !== 'DOWNLOAD' && link.purpose !== 'EXPORT' && outcome !== null;
  return {
    id: link.id,
    purpose: link.purpose,
    language: link.language,
    state: done ? 'DONE' : refusal !== undefined ? 'VOID' : over ? 'EXPIRED' : 'OPEN',
    expiresAt: link.expires_at,
    about: statement === null ? null : await aboutOf(tx, statement),
    maskedIin: link.person_id === null ? null : maskIin(await iinOf(deps.secrets, tx, link.person_id)),
    outcome,
    refusal: refusal === undefined ? null : { code: refusal.code, params: refusal.params },
    phone: link.phone_hash === null ? 'NONE' : link.phone_fetched_at === null ? 'WAITING' : 'FETCHED',
    files: files.map(({ name, content }) => ({ name, bytes: content.length })),
  };
}

/** What a link gives to its owner: the proof of a signature, or everything stored about a person. */
export async function filesOf(deps: SignPagesDeps, tx: WriteTx, link: LinkRow): Promise<readonly OwnFile[]> {
  const { purpose, statement_id, person_id, language } = link;
  if (purpose === 'DOWNLOAD' && statement_id !== null) return proofFiles(deps, tx, statement_id);
  if (purpose === 'EXPORT' && person_id !== null) return ownFiles(deps, tx, person_id, language);
  return [];
}

type Statement = StatementSubject & Pick<StatementRow, 'id' | 'result' | 'signed_at' | 'expires_at'>;

async function statementOf(tx: WriteTx, id: StatementId): Promise<Statement> {
  const [row] = await tx.$queryRaw<Statement[]>`
    SELECT id, kind, application_id, payload, result, signed_at, expires_at FROM statement WHERE id = ${id}::uuid`;
  if (row === undefined) throw new Error(`no statement ${id}`);
  return row;
}

/** What was done: by this link, by another one, or by a code. */
async function outcomeOf(
  deps: SignPagesDeps,
  tx: WriteTx,
  link: LinkRow,
  statement: Statement | null,
  viewer: 'PAGE' | 'PHONE' | null,
): Promise<LinkOutcome | null> {
  if (link.result?.kind === 'LOGIN') {
    const { name } = await tx.person.findUniqueOrThrow({
      where: { id: link.result.personId },
      select: { name: true },
    });
    const { code, start } = deps.secrets.loginProof(link.id);
    const until = confirmUntil(link);
    const { by } = link.result;
    const inTime = until !== null && deps.clock.now() <= until;
    const awaited = link.confirmed_at === null && inTime && link.confirm_tries < CONFIRM_TRIES;
    const confirm = awaited && by === viewer ? { code, start, until } : null;
    const confirmed = link.confirmed_at !== null;
    // Nor whose phone it was that scanned the code of this page.
    return { kind: 'LOGIN', name: by === viewer || confirmed ? name : null, confirm, confirmed, awaited, by };
  }
  if (statement === null || statement.signed_at === null) return null;
  const result = statement.result as Outcome;
  if (result.kind === 'WISHES') return { kind: 'WISHES', roundAt: new Date(result.roundAt) };
  if (result.kind === 'REGISTRATION') {
    return { kind: 'REGISTRATION', applications: await registered(tx, result.applicationIds) };
  }
  if (result.kind === 'WAITLIST' || result.kind === 'TRANSFER') return transferOutcome(tx, result);
  const referral = await tx.referral.findUniqueOrThrow({
    where: { id: result.referralId },
    select: { number: true, come_until: true, extended_until: true },
  });
  const comeUntil = referral.extended_until ?? referral.come_until;
  return { kind: 'CHOICE', referralNumber: referral.number, comeUntil };
}

async function transferOutcome(
  tx: WriteTx,
  result: Extract<Outcome, { kind: 'WAITLIST' | 'TRANSFER' }>,
): Promise<LinkOutcome> {
  const { transferId } = result;
  const [row] = await tx.$queryRaw<{ number: string; admit_until: Date }[]>`
    SELECT r.number, t.admit_until FROM transfer AS t JOIN referral AS r ON r.id = t.referral_id
     WHERE t.id = ${transferId}::uuid`;
  if (result.kind === 'WAITLIST') {
    const joined = transferId === null ? result.entryIds.length : 0;
    return {
      kind: 'WAITLIST',
      joined,
      referralNumber: row?.number ?? null,
      admitUntil: row?.admit_until ?? null,
    };
  }
  if (row === undefined) throw new Error(`no transfer ${transferId}`);
  return { kind: 'TRANSFER', referralNumber: row.number, admitUntil: row.admit_until };
}

interface AboutRow {
  readonly number: string;
  readonly child_name: string;
  readonly name_kk: string;
  readonly name_ru: string;
}

interface HouseRow {
  readonly id: string;
  readonly kindergarten: Bilingual;
  readonly address: Bilingual;
}

interface GroupRow {
  readonly id: string;
  readonly name: string;
  readonly language: 'kk' | 'ru' | 'mixed';
  readonly garden: Bilingual;
  readonly address: Bilingual;
}

export async function aboutOf(tx: WriteTx, statement: StatementSubject): Promise<StatementAbout> {
  if (statement.kind === 'REGISTRATION') return aboutForm(statement.payload);
  const { kind, application_id: id, payload } = statement;
  const groups = 'groups' in payload ? payload.groups : [];
  const kindergartens = 'kindergartens' in payload ? payload.kindergartens : [];
  const [row] = await tx.$queryRaw<AboutRow[]>`
    SELECT a.number, c.name AS child_name, d.name_kk, d.name_ru
      FROM application a JOIN child c ON c.id = a.child_id JOIN district d ON d.id = a.district_id
     WHERE a.id = ${id}::uuid`;
  const found = await tx.$queryRaw<GroupRow[]>`
    SELECT g.id, g.name, g.language, jsonb_build_object('kk', k.name_kk, 'ru', k.name_ru) AS garden,
           jsonb_build_object('kk', k.address_kk, 'ru', k.address_ru) AS address
      FROM kindergarten_group g JOIN kindergarten k ON k.id = g.kindergarten_id
     WHERE g.id = ANY (${[...groups]}::uuid[])`;
  const houses = await tx.$queryRaw<HouseRow[]>`
    SELECT id, jsonb_build_object('kk', name_kk, 'ru', name_ru) AS kindergarten,
           jsonb_build_object('kk', address_kk, 'ru', address_ru) AS address
      FROM kindergarten WHERE id = ANY (${[...kindergartens]}::uuid[])`;
  if (row === undefined) throw new Error(`a statement is about ${id}, which is not there`);
  return {
    kind,
    applicationNumber: row.number,
    childName: row.child_name,
    district: { kk: row.name_kk, ru: row.name_ru },
    children: [],
    kindergartens: kindergartens.flatMap((kindergartenId) => {
      const { kindergarten, address } = houses.find((one) => one.id === kindergartenId) ?? {};
      return kindergarten === undefined || address === undefined ? [] : [{ kindergarten, address }];
    }),
    groups: groups.flatMap((groupId) => {
      const group = found.find((one) => one.id === groupId);
      if (group === undefined) return [];
      const { name, language, garden, address } = group;
      return [{ kindergarten: garden, address, name, language }];
    }),
  };
}

function aboutForm({ district: { kk, ru }, children }: FormPayload): StatementAbout {
  return {
    kind: 'REGISTRATION',
    applicationNumber: null,
    childName: null,
    district: { kk, ru },
    children: children.map(({ name, birthDate, preferredLanguage, benefit }) => ({
      name,
      birthDate,
      preferredLanguage,
      benefit:
        benefit === null ? null : { name: { kk: benefit.kk, ru: benefit.ru }, scans: benefit.scans.length },
    })),
    groups: [],
    kindergartens: [],
  };
}
