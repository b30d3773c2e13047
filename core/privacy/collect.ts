import { storedDay } from '../calendar/civil-date.ts';
import type { Secrets } from '../db/crypto.ts';
import type { WriteTx } from '../db/db.ts';
import { openAddress } from '../draft/view.ts';
import type { PersonId } from '../ids.ts';

/** Everything that is stored about a person, as plain data: what the export shows as JSON and tells in its PDF. */
export type Collected = Awaited<ReturnType<typeof collect>>;

type Sealed = { readonly iin_cipher: Uint8Array<ArrayBuffer>; readonly iin_hash: Uint8Array<ArrayBuffer> };

const maybeDay = (date: Date | null): string | null => (date === null ? null : storedDay(date));

/** Reads it in the given transaction, so that all of it is of one moment. */
export async function collect(secrets: Secrets, tx: WriteTx, personId: PersonId, at: Date) {
  const person = await tx.person.findUniqueOrThrow({ where: { id: personId } });
  const iin = (columns: Sealed) => secrets.openIin(columns);
  return {
    madeAt: at.toISOString(),
    person: {
      iin: iin(person),
      surname: person.surname,
      name: person.name,
      patronymic: person.patronymic,
      birthDate: storedDay(person.birth_date),
      language: person.language,
      address: openAddress(secrets, personId, person.address_sealed),
      notices: {
        messenger: person.notify_messenger,
        sms: person.notify_sms,
        email: person.notify_email,
      },
      since: person.created_at.toISOString(),
    },
    contacts: (await tx.contact.findMany({ where: { person_id: personId }, orderBy: { id: 'asc' } })).map(
      ({ kind, value, is_main, confirmed_at, created_at }) => ({
        kind,
        value,
        main: is_main,
        confirmedAt: confirmed_at,
        since: created_at,
      }),
    ),
    chats: await chatsOf(tx, personId),
    roles: (await tx.staff_role.findMany({ where: { person_id: personId }, orderBy: { id: 'asc' } })).map(
      ({ role, granted_at, revoked_at }) => ({ role, grantedAt: granted_at, revokedAt: revoked_at }),
    ),
    applications: await applicationsOf(tx, personId, iin),
    joined: (
      await tx.guardian_link.findMany({
        // Only what the person was joined to once: a mere request must not tell whether there is an application.
        where: { person_id: personId, proof: { not: null } },
        include: { application: { select: { number: true } } },
        orderBy: { id: 'asc' },
      })
    ).map(({ application, state, proof, state_since }) => ({
      application: application.number,
      state,
      proof,
      since: state_since,
    })),
    form: await formOf(tx, personId, iin),
    statements: await statementsOf(tx, personId),
    subscriptions: (
      await tx.subscription.findMany({ where: { person_id: personId }, orderBy: { id: 'asc' } })
    ).map(({ birth_year, language, latitude, longitude, radius_m, created_at, ended_at }) => ({
      birthYear: birth_year,
      language,
      latitude,
      longitude,
      metres: radius_m,
      since: created_at,
      endedAt: ended_at,
    })),
    notices: (
      await tx.notice.findMany({
        where: { person_id: personId },
        include: { deliverys: true, application: { select: { number: true } } },
        orderBy: { id: 'asc' },
      })
    ).map(({ code, application, created_at, read_at, deliverys }) => ({
      code,
      application: application?.number ?? null,
      at: created_at,
      readAt: read_at,
      sent: deliverys.map(({ channel, state, ended_at }) => ({ channel, state, at: ended_at })),
    })),
    looks: (await tx.access_log.findMany({ where: { person_id: personId }, orderBy: { id: 'asc' } })).map(
      ({ at: lookedAt, role, what }) => ({ at: lookedAt, role, what }),
    ),
  };
}

async function chatsOf(tx: WriteTx, personId: PersonId) {
  const chats = await tx.messenger_account.findMany({
    where: { person_id: personId },
    orderBy: { id: 'asc' },
  });
  return chats.map(({ channel, address, language, phone, consented_at, logged_in_at, verified_by }) => ({
    channel,
    address,
    language,
    phone,
    consentedAt: consented_at,
    loggedInAt: logged_in_at,
    by: verified_by,
  }));
}

async function applicationsOf(tx: WriteTx, personId: PersonId, iin: (columns: Sealed) => string) {
  const rows = await tx.application.findMany({
    where: { applicant_id: personId },
    include: {
      child: true,
      district: true,
      events: { orderBy: [{ at: 'asc' }, { id: 'asc' }] },
      referrals: { include: { kindergarten: true }, orderBy: { id: 'asc' } },
      benefit_claims: { include: { scans: true }, orderBy: { id: 'asc' } },
      documents: { orderBy: { id: 'asc' } },
      interest_confirmations: { orderBy: { id: 'asc' } },
    },
    orderBy: { id: 'asc' },
  });
  const lists = await listsOf(tx, personId);
  return rows.map((row) => ({
    number: row.number,
    district: { kk: row.district.name_kk, ru: row.district.name_ru },
    state: row.state,
    registeredAt: row.registered_at,
    numberAtRegistration: row.position_at_registration,
    class: row.benefit_class,
    preferredLanguage: row.preferred_language,
    home: row.home_latitude === null ? null : { latitude: row.home_latitude, longitude: row.home_longitude },
    interestUntil: row.interest_due_at,
    child: {
      iin: iin(row.child),
      surname: row.child.surname,
      name: row.child.name,
      patronymic: row.child.patronymic,
      birthDate: storedDay(row.child.birth_date),
    },
    benefits: row.benefit_claims.map((claim) => ({
      category: claim.category,
      state: claim.state,
      since: claim.state_since,
      validUntil: maybeDay(claim.valid_until),
      scans: claim.scans.map(({ mime, bytes, pages, created_at }) => ({
        mime,
        bytes,
        pages,
        at: created_at,
      })),
    })),
    referrals: row.referrals.map((referral) => ({
      number: referral.number,
      kindergarten: { kk: referral.kindergarten.name_kk, ru: referral.kindergarten.name_ru },
      state: referral.state,
      issuedAt: referral.issued_at,
      comeUntil: referral.extended_until ?? referral.come_until,
      leftAt: referral.left_at,
    })),
    waitingLists: lists.filter(({ id }) => id === row.id).map(({ id: _, ...list }) => list),
    papers: row.documents.map(({ number, kind, created_at }) => ({ number, kind, at: created_at })),
    interest: row.interest_confirmations.map(({ confirmed_at }) => confirmed_at),
    history: row.events.map(({ at, transition, actor_kind, reason }) => ({
      at,
      transition,
      by: actor_kind,
      reason,
    })),
  }));
}

interface ListRow {
  readonly id: string;
  readonly kindergarten: { readonly kk: string; readonly ru: string };
  readonly state: string;
  readonly joinedAt: string;
  readonly answerUntil: string | null;
  readonly transfer: object | null;
}

/** Waiting lists, each with the transfer that came of it. */
async function listsOf(tx: WriteTx, personId: PersonId): Promise<readonly ListRow[]> {
  return tx.$queryRaw<ListRow[]>`
    SELECT w.application_id AS id, jsonb_build_object('kk', k.name_kk, 'ru', k.name_ru) AS kindergarten, w.state,
           w.joined_at AS "joinedAt", w.answer_until AS "answerUntil",
           CASE WHEN t.id IS NOT NULL THEN jsonb_build_object('state', t.state, 'voucher', v.number, 'issuedAt', t.issued_at,
             'admitUntil', t.admit_until, 'leftAt', t.left_at, 'filedAt', t.filed_at, 'endedAt', t.ended_at) END AS transfer
      FROM waitlist_entry AS w JOIN application AS a ON a.id = w.application_id
      JOIN kindergarten AS k ON k.id = w.kindergarten_id
      LEFT JOIN transfer AS t ON t.entry_id = w.id LEFT JOIN voucher AS v ON v.id = t.voucher_id
     WHERE a.applicant_id = ${personId}::uuid ORDER BY w.id`;
}

async function formOf(tx: WriteTx, personId: PersonId, iin: (columns: Sealed) => string) {
  const draft = await tx.draft.findUnique({
    where: { person_id: personId },
    include: { children: { include: { claim: { include: { scans: true } } } } },
  });
  if (draft === null) return null;
  return {
    since: draft.created_at,
    until: draft.expires_at,
    children: draft.children.map((child) => ({
      iin: iin(child),
      surname: child.surname,
      name: child.name,
      patronymic: child.patronymic,
      birthDate: storedDay(child.birth_date),
      benefit: child.claim?.category ?? null,
      scans: child.claim?.scans.length ?? 0,
    })),
  };
}

async function statementsOf(tx: WriteTx, personId: PersonId) {
  const rows = await tx.statement.findMany({
    where: { person_id: personId },
    include: { signature: { select: { algorithm: true, issuer: true, received_at: true } } },
    orderBy: { id: 'asc' },
  });
  return rows.map(({ id, kind, content, created_at, signed_at, method, signature }) => ({
    id,
    kind,
    content,
    at: created_at,
    signedAt: signed_at,
    by: method,
    signature,
  }));
}
