import { randomBytes } from 'node:crypto';
import type { Language } from '../act.ts';
import type { WriteTx } from '../db/db.ts';
import type { PersonId } from '../ids.ts';
import { planNotices } from '../notice/plan.ts';
import { Refusal } from '../refusal.ts';
import type { SignLink } from '../signing/api.ts';
import { finish, type LinkRow, lockLink } from '../signing/link-store.ts';
import { issueLink, LINK_RULES, limitLinks } from '../signing/links.ts';
import type { SignPagesDeps } from '../signing/pages.ts';
import type { VerifiedProof } from '../signing/pages-api.ts';
import { keepSignature } from '../signing/proof.ts';
import { loginText } from '../signing/statement.ts';
import { lockPerson } from './codes.ts';
import { parseIin } from './iin.ts';
import type { PeopleDeps } from './people.ts';
import { findOrCreatePerson, logIn } from './persons.ts';
import { nameOf } from './sms.ts';

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
 * Logs the chat of a link in as the owner of the key. Refusals: signature.otherPerson (no IIN in it),
 * signature.revocationUnavailable (a login has nothing behind it that could be taken back later), link.expired,
 * login.notRegistered, login.unavailable, login.noConsent.
 */
export async function acceptLogin(deps: SignPagesDeps, link: LinkRow, proof: VerifiedProof): Promise<void> {
  const { clock, db, log, ports, secrets } = deps;
  if (link.done_at !== null) return;
  if (clock.now() > link.expires_at) throw new Refusal('link.expired');
  if (proof.revocation.state === 'UNAVAILABLE') throw new Refusal('signature.revocationUnavailable');
  const parsed = parseIin(proof.signer.iin ?? '');
  if (!parsed.ok) throw new Refusal('signature.otherPerson');
  const personId = await findOrCreatePerson(
    { db, secrets, registry: ports.registry },
    parsed.iin,
    clock.now(),
  ).catch((error: unknown) => {
    log.error({ error: nameOf(error) }, 'login: a state base did not answer');
    throw new Refusal('login.unavailable');
  });
  if (personId === undefined) throw new Refusal('login.notRegistered');
  await db.write((tx) => attach(deps, tx, link, personId, proof));
}

async function attach(
  deps: SignPagesDeps,
  tx: WriteTx,
  link: LinkRow,
  personId: PersonId,
  proof: VerifiedProof,
): Promise<void> {
  const at = deps.clock.now();
  const { done_at } = await lockLink(tx, { id: link.id });
  if (done_at !== null) return;
  const [chat] = await tx.$queryRaw<{ id: string; person_id: PersonId | null; consented_at: Date | null }[]>`
    SELECT id, person_id, consented_at FROM messenger_account WHERE id = ${link.account_id}::uuid FOR NO KEY UPDATE`;
  if (chat?.consented_at == null) throw new Refusal('login.noConsent');
  await lockPerson(tx, personId);
  if (chat.person_id !== personId) await welcome(tx, at, personId, link.language);
  await logIn(tx, at, chat.id, personId, 'EDS');
  await keepSignature(deps, tx, at, { linkId: link.id, personId, statementId: null, covers: 'LOGIN', proof });
  await finish(tx, at, link.id, { kind: 'LOGIN', personId });
  await planNotices(tx, at, [{ code: 'N40', personId, params: {} }]);
}

/** The chat's language becomes the person's; who was here before is warned of the new login, where they were before. */
async function welcome(tx: WriteTx, at: Date, personId: PersonId, language: Language): Promise<void> {
  const before =
    (await tx.messenger_account.count({ where: { person_id: personId } })) +
    (await tx.contact.count({ where: { person_id: personId, kind: 'PHONE', confirmed_at: { not: null } } }));
  if (before > 0) await planNotices(tx, at, [{ code: 'N34', personId, params: { event: 'LOGIN' } }]);
  await tx.person.update({ where: { id: personId }, data: { language }, select: { id: true } });
}
