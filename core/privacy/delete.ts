import type { Act } from '../act.ts';
import { lockQueues } from '../application/move.ts';
import { ACTIVE } from '../application/transitions.ts';
import { personActor } from '../audit/event.ts';
import type { QueueDeps } from '../context.ts';
import type { WriteTx } from '../db/db.ts';
import { ALIVE, lockLink, moveLink } from '../guardian/transitions.ts';
import type { GuardianLinkId, PersonId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import { lockPerson } from '../people/codes.ts';
import { Refusal } from '../refusal.ts';

const FRESH_MS = 24 * 3_600_000;

/** See `Privacy.deleteAccount`. */
export async function deleteAccount(
  { clock }: Pick<QueueDeps, 'clock'>,
  tx: WriteTx,
  act: Act,
): Promise<{ readonly kept: boolean }> {
  const at = clock.now();
  const { personId } = act;
  await markApplied(tx, act, at);
  if (act.channel === 'BOT' && at.getTime() - act.login.at.getTime() > FRESH_MS) {
    throw new Refusal('login.again', { methods: 'OTP,EDS' });
  }
  await lockWhatIsTheirs(tx, personId);
  // Deleted from another chat meanwhile.
  if ((await tx.person.count({ where: { id: personId } })) === 0) return { kept: false };
  await leaveOthers(tx, at, act);
  const active = await tx.application.count({
    where: {
      applicant_id: personId,
      OR: [{ state: { in: [...ACTIVE] } }, { id: { in: await waiting(tx, personId) } }],
    },
  });
  if (active > 0) throw new Refusal('account.active', { n: active });
  if ((await tx.staff_role.count({ where: { person_id: personId, revoked_at: null } })) > 0) {
    throw new Refusal('account.staff');
  }
  await forget(tx, at, personId);
  const kept = await isKept(tx, personId);
  if (kept) {
    await tx.person.update({
      where: { id: personId },
      data: { address_sealed: null, deleted_at: at },
      select: { id: true },
    });
  } else {
    await forgetWhole(tx, personId);
  }
  return { kept };
}

/**
 * What signatures and logins lock before the person: links that a browser has opened, chats, statements; then the person.
 * Queues come after: whoever signs has locked the person when the queue's turn is.
 */
async function lockWhatIsTheirs(tx: WriteTx, personId: PersonId): Promise<void> {
  await tx.$queryRaw`
    SELECT id FROM sign_link WHERE person_id = ${personId}::uuid AND opened_at IS NOT NULL ORDER BY id FOR UPDATE`;
  await tx.$queryRaw`
    SELECT id FROM messenger_account WHERE person_id = ${personId}::uuid ORDER BY id FOR NO KEY UPDATE`;
  await tx.$queryRaw`
    SELECT id FROM statement WHERE person_id = ${personId}::uuid AND signed_at IS NULL ORDER BY id FOR NO KEY UPDATE`;
  await lockPerson(tx, personId);
}

/** Applications whose child waits for another kindergarten, or is on the way there. */
async function waiting(tx: WriteTx, personId: PersonId): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT a.id FROM application AS a WHERE a.applicant_id = ${personId}::uuid AND (
      EXISTS (SELECT FROM waitlist_entry AS w WHERE w.application_id = a.id AND w.state IN ('WAITING', 'PLACE_AVAILABLE'))
      OR EXISTS (SELECT FROM transfer AS t WHERE t.application_id = a.id AND t.state = 'OPEN'))`;
  return rows.map(({ id }) => id);
}

/** Applications of others, joined or asked to be joined. Whoever comes back asks anew. */
async function leaveOthers(tx: WriteTx, at: Date, act: Act): Promise<void> {
  const links = await tx.guardian_link.findMany({
    where: { person_id: act.personId, state: { in: [...ALIVE] } },
    select: { id: true, application: { select: { queue_id: true } } },
    orderBy: { application_id: 'asc' },
  });
  await lockQueues(
    tx,
    links.map(({ application }) => application.queue_id),
  );
  for (const { id } of links) {
    const { link } = await lockLink(tx, id as GuardianLinkId);
    if (ALIVE.includes(link.state))
      await moveLink(tx, at, personActor(act), link, link.state === 'LINKED' ? 'G11' : 'G12');
  }
}

/** What no law asks to keep: ways to reach the person, where the home is, what was not sent, what was only said once. */
async function forget(tx: WriteTx, at: Date, personId: PersonId): Promise<void> {
  const mine = { person_id: personId };
  await tx.$executeRaw`
    UPDATE scan_blob SET touched_at = ${new Date(0)} WHERE hash IN (
      SELECT s.hash FROM scan s JOIN benefit_claim c ON c.id = s.claim_id
       WHERE c.person_id = ${personId}::uuid AND c.state = 'DRAFT')`;
  await tx.draft.deleteMany({ where: mine });
  await tx.benefit_claim.deleteMany({ where: { ...mine, state: 'DRAFT' } });
  await tx.subscription.deleteMany({ where: mine });
  await tx.contact.deleteMany({ where: mine });
  await tx.one_time_code.deleteMany({ where: mine });
  // Also those that stand open in a browser: what they show is the person's own.
  await tx.sign_link.deleteMany({ where: { ...mine, signature: null } });
  // That a legally significant notice was given is evidence, also for the parent; the others were only told.
  await tx.delivery.deleteMany({ where: { notice: { ...mine, legal: false } } });
  await tx.notice.deleteMany({ where: { ...mine, legal: false } });
  await tx.delivery.updateMany({
    where: { state: 'PENDING', notice: mine },
    data: { state: 'CANCELLED', ended_at: at },
  });
  await tx.application.updateMany({
    where: { applicant_id: personId },
    data: { home_latitude: null, home_longitude: null },
  });
  await forgetChats(tx, personId);
}

/** The chat itself is met anew with its next message; rows that others point to lose everything that says whose they were. */
async function forgetChats(tx: WriteTx, personId: PersonId): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM session WHERE key IN (SELECT address FROM messenger_account WHERE person_id = ${personId}::uuid)`;
  await tx.$executeRaw`
    UPDATE messenger_account SET person_id = NULL, logged_in_at = NULL, verified_at = NULL, phone = NULL, consented_at = NULL,
           language = NULL, address = 'deleted:' || id
     WHERE person_id = ${personId}::uuid`;
}

/** Whether anything refers to the person that has to stay: applications, referrals, statements, signatures and their history. */
async function isKept(tx: WriteTx, personId: PersonId): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ kept: boolean }[]>`
    SELECT EXISTS (SELECT FROM application WHERE applicant_id = ${personId}::uuid)
        OR EXISTS (SELECT FROM guardian_link WHERE ${personId}::uuid IN (person_id, decided_by))
        OR EXISTS (SELECT FROM statement WHERE person_id = ${personId}::uuid AND signed_at IS NOT NULL)
        OR EXISTS (SELECT FROM signature WHERE person_id = ${personId}::uuid)
        OR EXISTS (SELECT FROM interest_confirmation WHERE person_id = ${personId}::uuid)
        OR EXISTS (SELECT FROM staff_role WHERE person_id = ${personId}::uuid)
        OR EXISTS (SELECT FROM broadcast WHERE author_id = ${personId}::uuid)
        OR EXISTS (SELECT FROM benefit_claim WHERE ${personId}::uuid IN (person_id, taken_by, decided_by))
        OR EXISTS (SELECT FROM access_log WHERE ${personId}::uuid IN (person_id, viewer_id))
        OR EXISTS (SELECT FROM event WHERE actor_id = ${personId}::uuid) AS kept`;
  return row?.kept ?? true;
}

async function forgetWhole(tx: WriteTx, personId: PersonId): Promise<void> {
  const mine = { person_id: personId };
  await tx.sign_link.deleteMany({ where: mine });
  await tx.statement_file.deleteMany({ where: { statement: mine } });
  await tx.statement.deleteMany({ where: mine });
  await tx.delivery.deleteMany({ where: { notice: mine } });
  await tx.notice.deleteMany({ where: mine });
  await tx.person.delete({ where: { id: personId }, select: { id: true } });
}
