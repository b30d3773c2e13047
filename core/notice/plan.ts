import type { WriteTx } from '../db/db.ts';
import type { ApplicationId, KindergartenId, PersonId, ReferralId } from '../ids.ts';
import { noticeKind } from './catalogue.ts';
import { awakeFrom, isUrgent } from './quiet-hours.ts';
import { wakeDelivery } from './wake.ts';

/** A notice that a transaction owes somebody. The text is `notice.<code>` filled with params when it is sent. */
export interface OwedNotice {
  /** A code of core/notice/catalogue.ts, which names the params each one needs. */
  readonly code: string;
  /** Exactly one of `personId` (the applicant; of a kind for `both` parents the joined one is told too) and `kindergartenId` (its heads). */
  readonly personId?: PersonId;
  readonly kindergartenId?: KindergartenId;
  readonly applicationId?: ApplicationId;
  readonly referralId?: ReferralId;
  /** A kindergarten it is about without a referral. */
  readonly aboutKindergartenId?: KindergartenId;
  /** Dates as ISO strings, dictionary words as ids. Never an IIN, surname, phone, address or benefit. */
  readonly params: Readonly<Record<string, string | number | null>>;
  /** A second notice with the same key is not planned. */
  readonly dedupeKey?: string;
}

/**
 * Writes the notices and their deliveries in the transaction that owes them, and wakes the worker when it commits. One
 * statement however many there are: a publication owes thousands. DOMAIN §9: a legal notice goes to every confirmed
 * channel whatever the settings; others where the settings allow. Throws on an unknown code or a missing param: a
 * notice that could not be written must not be owed.
 */
export async function planNotices(tx: WriteTx, at: Date, owed: readonly OwedNotice[]): Promise<void> {
  if (owed.length === 0) return;
  const awake = awakeFrom(at);
  const rows = JSON.stringify(owed.map((notice) => row(notice, at, awake)));
  const now = at.toISOString();
  await tx.$executeRaw`
    WITH owed AS (
      SELECT * FROM jsonb_to_recordset(${rows}::jsonb) AS o (code text, legal boolean, person_id uuid,
        both_parents boolean,
        kindergarten_id uuid, about_kindergarten uuid, application_id uuid, referral_id uuid, params jsonb, dedupe_key text, channels text[],
        immediate boolean,
        run_at timestamptz)
    ), addressed AS MATERIALIZED (
      SELECT uuidv7() AS id, o.*, o.person_id AS recipient, o.dedupe_key AS key
        FROM owed AS o WHERE o.person_id IS NOT NULL
      UNION ALL
      SELECT uuidv7(), o.*, second.person_id, o.dedupe_key || ':' || second.person_id
        FROM owed AS o
        JOIN guardian_link AS second ON second.application_id = o.application_id AND second.state = 'LINKED'
       WHERE o.both_parents AND second.person_id <> o.person_id
      UNION ALL
      SELECT uuidv7(), o.*, head.person_id, o.dedupe_key || ':' || head.person_id
        FROM owed AS o
        JOIN staff_role AS head ON head.kindergarten_id = o.kindergarten_id AND head.revoked_at IS NULL
    ), planned AS (
      INSERT INTO notice (id, code, legal, person_id, application_id, referral_id, kindergarten_id, params, created_at, dedupe_key)
      SELECT id, code, legal, recipient, application_id, referral_id, about_kindergarten, params, ${now}::timestamptz, key FROM addressed
      ON CONFLICT (dedupe_key) DO NOTHING
      RETURNING id
    ), reached AS MATERIALIZED (
      -- Asked once a notice, not once a channel: more, and the planner reads all contacts of the country instead.
      SELECT a.id, a.channels, a.run_at,
             (a.legal OR a.immediate OR p.notify_messenger) AND EXISTS (
               SELECT FROM messenger_account AS m WHERE m.person_id = p.id AND m.unreachable_since IS NULL) AS by_telegram,
             (a.legal OR p.notify_sms) AND EXISTS (
               SELECT FROM contact AS k WHERE k.person_id = p.id AND k.kind = 'PHONE' AND k.is_main
                 AND k.confirmed_at IS NOT NULL) AS by_sms,
             (a.legal OR p.notify_email) AND EXISTS (
               SELECT FROM contact AS k WHERE k.person_id = p.id AND k.kind = 'EMAIL' AND k.is_main
                 AND k.confirmed_at IS NOT NULL) AS by_email
        FROM planned JOIN addressed AS a USING (id) JOIN person AS p ON p.id = a.recipient
    )
    INSERT INTO delivery (notice_id, channel, run_at, created_at)
    SELECT r.id, c.channel, r.run_at, ${now}::timestamptz
      FROM reached AS r CROSS JOIN LATERAL unnest(r.channels) AS c (channel)
     WHERE CASE c.channel WHEN 'TELEGRAM' THEN r.by_telegram WHEN 'SMS' THEN r.by_sms ELSE r.by_email END`;
  await wakeDelivery(tx);
}

function row(notice: OwedNotice, at: Date, awake: Date): object {
  const kind = noticeKind(notice.code);
  if ((notice.personId === undefined) === (notice.kindergartenId === undefined)) {
    throw new Error(`the notice ${notice.code} needs either a person or a kindergarten`);
  }
  const missing = kind.params.filter(
    (name) => notice.params[name] === undefined || notice.params[name] === null,
  );
  if (missing.length > 0) throw new Error(`the notice ${notice.code} lacks ${missing.join(', ')}`);
  return {
    code: notice.code,
    legal: kind.legal,
    person_id: notice.personId ?? null,
    both_parents: kind.both ?? false,
    kindergarten_id: notice.kindergartenId ?? null,
    about_kindergarten: notice.aboutKindergartenId ?? null,
    application_id: notice.applicationId ?? null,
    referral_id: notice.referralId ?? null,
    params: notice.params,
    dedupe_key: notice.dedupeKey ?? null,
    channels: kind.channels,
    immediate: kind.immediate ?? false,
    run_at: kind.immediate || isUrgentNotice(kind.legal, notice.params.deadline, at) ? at : awake,
  };
}

function isUrgentNotice(legal: boolean, deadline: string | number | null | undefined, at: Date): boolean {
  return legal && typeof deadline === 'string' && isUrgent(at, new Date(deadline));
}
