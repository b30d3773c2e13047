import { randomBytes } from 'node:crypto';
import type { Language } from '../act.ts';
import { sameBytes } from '../db/crypto.ts';
import type { WriteTx } from '../db/db.ts';
import type { PersonId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import { planNotices } from '../notice/plan.ts';
import { Refusal } from '../refusal.ts';
import type { SignLink } from '../signing/api.ts';
import {
  CONFIRM_TRIES,
  confirmUntil,
  finish,
  type LinkRow,
  lockLink,
  tellLink,
} from '../signing/link-store.ts';
import { issueLink, LINK_RULES, limitLinks } from '../signing/links.ts';
import type { SignPagesDeps } from '../signing/pages.ts';
import type { VerifiedProof } from '../signing/pages-api.ts';
import { keepSignature } from '../signing/proof.ts';
import { loginText } from '../signing/statement.ts';
import { lockPerson, parseCode } from './codes.ts';
import { type Iin, parseIin } from './iin.ts';
import type { PeopleDeps } from './people.ts';
import { askedOfState, findOrCreatePerson, logIn } from './persons.ts';

/** A link by which this chat is logged in with ЭЦҚ (S0–S3; K8). Refusals: login.noConsent, sign.unavailable, link.tooOften {until}. */
export async function loginLink(deps: PeopleDeps, address: string, language: Language): Promise<SignLink> {
  const { db, clock, config } = deps;
  if (!config.digitalSignature) throw new Refusal('sign.unavailable');
  await limitLinks(deps, address);
  return db.write(async (tx) => {
    const at = clock.now();
    const [chat] = await tx.$queryRaw<{ id: string; consented_at: Date | null }[]>`
      SELECT id, consented_at FROM messenger_account
       WHERE channel = 'TELEGRAM' AND address = ${address} FOR NO KEY UPDATE`;
    // Law 94-V: nothing is looked up about a person who has not agreed to it (DOMAIN §6.3).
    if (chat?.consented_at == null) throw new Refusal('login.noConsent');
    const expiresAt = new Date(at.getTime() + LINK_RULES.livesMs);
    const content = loginText({
      nonce: randomBytes(24).toString('base64url'),
      service: config.publicUrl,
      issuedAt: at,
      expiresAt,
    });
    return issueLink(deps, tx, at, { purpose: 'LOGIN', accountId: chat.id, content, language, expiresAt });
  });
}

/**
 * Keeps who has signed a login; true when this very signature was the first. The chat is let in when it brings what the
 * signer is then told (`confirmLogin`): the link may have been passed on, and whoever signs it would let its sender in as
 * themselves. Refusals: signature.otherPerson (no IIN in it), signature.revocationUnavailable (a login has nothing behind
 * it that could be taken back later), link.expired, login.unknownKey, login.unavailable.
 */
export async function acceptLogin(
  deps: SignPagesDeps,
  link: LinkRow,
  by: 'PAGE' | 'PHONE',
  proof: VerifiedProof,
): Promise<boolean> {
  const { clock, db, log, ports, secrets } = deps;
  if (link.done_at !== null) return false;
  if (clock.now() > link.expires_at) throw new Refusal('link.expired');
  if (proof.revocation.state === 'UNAVAILABLE') throw new Refusal('signature.revocationUnavailable');
  const parsed = parseIin(proof.signer.iin ?? '');
  if (!parsed.ok) throw new Refusal('signature.otherPerson');
  const registry = { person: (iin: Iin) => askedOfState(log, ports.registry.person(iin)) };
  const personId = await findOrCreatePerson({ db, secrets, registry }, parsed.iin, clock.now());
  if (personId === undefined) throw new Refusal('login.unknownKey');
  return db.write(async (tx) => {
    const at = clock.now();
    const { done_at } = await lockLink(tx, { id: link.id });
    if (done_at !== null) return false;
    const signature = { linkId: link.id, personId, statementId: null, covers: 'LOGIN', proof } as const;
    await keepSignature(deps, tx, at, signature);
    await finish(tx, at, link.id, { kind: 'LOGIN', personId, by });
    return true;
  });
}

/**
 * Lets the chat in that brings what the page showed after the signature: six digits, or the long word of the link back.
 * Answers a refusal instead of throwing it where a try must be counted. Refusals: code.none, code.late, code.exhausted,
 * code.wrong {left}, code.format.
 */
export async function confirmLogin(
  deps: PeopleDeps,
  address: string,
  text: string,
  messageId: bigint | undefined,
): Promise<void> {
  const { db, clock, secrets } = deps;
  const typed = LONG.test(text) ? text : parseCode(text);
  const refusal = await db.write(async (tx): Promise<Refusal | undefined> => {
    const at = clock.now();
    await markApplied(tx, messageId === undefined ? {} : { messageId }, at);
    const link = await signedLink(tx, address);
    if (link === undefined || link.confirmed_at !== null) return new Refusal('code.none');
    if (link.confirm_tries >= CONFIRM_TRIES) return new Refusal('code.exhausted');
    const until = confirmUntil(link);
    if (until === null || at > until) return new Refusal('code.late');
    const { code, start } = secrets.loginProof(link.id);
    if (![code, start].some((right) => sameBytes(Buffer.from(right), Buffer.from(typed)))) {
      const tries = link.confirm_tries + 1;
      await tx.sign_link.update({
        where: { id: link.id },
        data: { confirm_tries: tries },
        select: { id: true },
      });
      if (tries < CONFIRM_TRIES) return new Refusal('code.wrong', { left: CONFIRM_TRIES - tries });
      await tellLink(tx, link.id);
      return new Refusal('code.exhausted');
    }
    await attach(tx, at, link);
    return undefined;
  });
  if (refusal !== undefined) throw refusal;
}

const LONG = /^[\w-]{43}$/;

/** The newest login of this chat that somebody has signed, locked. */
async function signedLink(tx: WriteTx, address: string): Promise<LinkRow | undefined> {
  const [found] = await tx.$queryRaw<{ id: LinkRow['id'] }[]>`
    SELECT l.id FROM sign_link AS l JOIN messenger_account AS m ON m.id = l.account_id
     WHERE m.channel = 'TELEGRAM' AND m.address = ${address} AND l.done_at IS NOT NULL
     ORDER BY l.done_at DESC, l.id DESC LIMIT 1`;
  return found && lockLink(tx, { id: found.id });
}

async function attach(tx: WriteTx, at: Date, link: LinkRow): Promise<void> {
  const [chat] = await tx.$queryRaw<{ id: string; person_id: PersonId | null }[]>`
    SELECT id, person_id FROM messenger_account WHERE id = ${link.account_id}::uuid FOR NO KEY UPDATE`;
  if (chat === undefined || link.result?.kind !== 'LOGIN')
    throw new Error(`the link ${link.id} logs nobody in`);
  const { personId } = link.result;
  await lockPerson(tx, personId);
  if (chat.person_id !== personId) await welcome(tx, at, personId, link.language);
  await logIn(tx, at, chat.id, personId, 'EDS');
  await tx.sign_link.update({ where: { id: link.id }, data: { confirmed_at: at }, select: { id: true } });
  await tellLink(tx, link.id);
}

/** The chat's language becomes the person's; who was here before is warned of the new login, where they were before. */
async function welcome(tx: WriteTx, at: Date, personId: PersonId, language: Language): Promise<void> {
  const before =
    (await tx.messenger_account.count({ where: { person_id: personId } })) +
    (await tx.contact.count({ where: { person_id: personId, kind: 'PHONE', confirmed_at: { not: null } } }));
  if (before > 0) await planNotices(tx, at, [{ code: 'N34', personId, params: { event: 'LOGIN' } }]);
  await tx.person.update({ where: { id: personId }, data: { language }, select: { id: true } });
}
