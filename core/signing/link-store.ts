import type { Language } from '../act.ts';
import { type Secrets, sameBytes, sha256 } from '../db/crypto.ts';
import type { WriteTx } from '../db/db.ts';
import type { LinkId, PersonId, StatementId } from '../ids.ts';
import { Refusal } from '../refusal.ts';
import type { LinkBearer, LinkPurpose } from './pages-api.ts';
import type { Outcome } from './store.ts';

/** What a link has done, as its row keeps it. */
export type LinkResult =
  | Outcome
  | { readonly kind: 'LOGIN'; readonly personId: PersonId; readonly by: 'PAGE' | 'PHONE' };

export interface LinkRow {
  readonly id: LinkId;
  readonly purpose: LinkPurpose;
  readonly person_id: PersonId | null;
  readonly account_id: string | null;
  readonly statement_id: StatementId | null;
  readonly language: Language;
  readonly content: string | null;
  readonly open_until: Date;
  readonly expires_at: Date;
  readonly opened_at: Date | null;
  readonly session_hash: Uint8Array | null;
  readonly phone_hash: Uint8Array | null;
  readonly phone_format: 'PDF' | 'XML' | null;
  readonly phone_fetched_at: Date | null;
  readonly done_at: Date | null;
  readonly result: LinkResult | null;
  readonly confirm_tries: number;
  readonly confirmed_at: Date | null;
}

/** By id, or by the hash of a secret. Locked: the first lock of its transaction. */
export async function lockLink(
  tx: WriteTx,
  by: { readonly id: LinkId } | { readonly token: string } | { readonly phone: string },
): Promise<LinkRow> {
  const id = 'id' in by ? by.id : null;
  const token = 'token' in by ? sha256(by.token) : null;
  const phone = 'phone' in by ? sha256(by.phone) : null;
  const [row] = await tx.$queryRaw<LinkRow[]>`
    SELECT id, purpose, person_id, account_id, statement_id, language, content, open_until, expires_at,
           opened_at, session_hash, phone_hash, phone_format, phone_fetched_at, done_at, result,
           confirm_tries, confirmed_at
      FROM sign_link
     WHERE id = ${id}::uuid OR token_hash = ${token}::bytea OR phone_hash = ${phone}::bytea FOR NO KEY UPDATE`;
  if (row === undefined) throw new Refusal('link.unknown');
  return row;
}

/** An id alone opens nothing. Refusal: link.unknown, the same as for a link that does not exist. */
export function assertBearer(secrets: Secrets, link: LinkRow, bearer: LinkBearer): void {
  const { session_hash, phone_hash } = link;
  const known =
    'session' in bearer
      ? session_hash !== null && sameBytes(session_hash, sha256(bearer.session))
      : phone_hash !== null &&
        sameBytes(Buffer.from(secrets.phoneAuth(link.id, phone_hash)), Buffer.from(bearer.phone));
  if (!known) throw new Refusal('link.unknown');
}

/** NOTIFY of the id of a link that has changed. */
export const LINK_CHANNEL = 'kezek_link';

/** Wakes whoever shows this link, when the transaction commits. */
export async function tellLink(tx: WriteTx, id: LinkId): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify(${LINK_CHANNEL}, ${id})`;
}

/** Writes down what the link has done, and tells whoever shows it. */
export async function finish(tx: WriteTx, at: Date, id: LinkId, result: LinkResult): Promise<void> {
  await tx.sign_link.update({
    where: { id },
    data: { done_at: at, result: { ...result } },
    select: { id: true },
  });
  await tellLink(tx, id);
}

const CONFIRMS_FOR_MS = 15 * 60_000;

/** How often a chat may be wrong about a signed login. */
export const CONFIRM_TRIES = 5;

/** Until when the chat may show that a signed login is its own. */
export function confirmUntil({ done_at }: Pick<LinkRow, 'done_at'>): Date | null {
  return done_at === null ? null : new Date(done_at.getTime() + CONFIRMS_FOR_MS);
}

/** Where a bearer of the link stands. */
export const placeOf = (bearer: LinkBearer): 'PAGE' | 'PHONE' => ('phone' in bearer ? 'PHONE' : 'PAGE');
