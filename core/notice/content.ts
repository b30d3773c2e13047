import type { Bilingual } from '../act.ts';
import type { ApplicationId, KindergartenId, NoticeId, ReferralId } from '../ids.ts';

/** What a notice's text and button are written from, in a message as in the inbox of the cabinet. */
export interface NoticeContent {
  readonly noticeId: NoticeId;
  readonly code: string;
  readonly legal: boolean;
  readonly params: Readonly<Record<string, string | number | null>>;
  readonly createdAt: Date;
  readonly applicationId: ApplicationId | null;
  readonly referralId: ReferralId | null;
  /** The first name only: messages carry no surnames (DOMAIN §6.3). */
  readonly childName: string | null;
  /** The last four digits of the application's number, to tell two children of one name apart. */
  readonly numberTail: string | null;
  readonly referralNumber: string | null;
  readonly kindergarten: Bilingual | null;
  readonly kindergartenId: KindergartenId | null;
  /** What the kindergarten, or the department, wrote beside its refusal. */
  readonly refusalNote: string | null;
}

/** Columns of `contentOf` for a query that has notice as n; `contentJoins` brings the rest. */
export const contentColumns = `n.id AS notice_id, n.code, n.legal, n.params, n.created_at AS notice_at, n.application_id, n.referral_id,
  child.name AS child_name, right(application.number, 4) AS number_tail, referral.number AS referral_number,
  kindergarten.id AS about_kindergarten, kindergarten.name_kk, kindergarten.name_ru,
  CASE WHEN n.code = 'N3' THEN application.rejection_note
       WHEN n.code = 'N29e' AND n.params->>'event' = 'LEAVING_REFUSED' THEN transfer.leaving_note
       ELSE referral.refusal_note END AS refusal_note`;

export const contentJoins = `LEFT JOIN application ON application.id = n.application_id
  LEFT JOIN child ON child.id = application.child_id
  LEFT JOIN referral ON referral.id = n.referral_id
  LEFT JOIN transfer ON transfer.referral_id = n.referral_id
  LEFT JOIN kindergarten ON kindergarten.id = coalesce(referral.kindergarten_id, n.kindergarten_id)`;

export interface ContentRow {
  readonly notice_id: NoticeId;
  readonly code: string;
  readonly legal: boolean;
  readonly params: NoticeContent['params'];
  readonly notice_at: Date;
  readonly application_id: ApplicationId | null;
  readonly referral_id: ReferralId | null;
  readonly child_name: string | null;
  readonly number_tail: string | null;
  readonly referral_number: string | null;
  readonly about_kindergarten: KindergartenId | null;
  readonly name_kk: string | null;
  readonly name_ru: string | null;
  readonly refusal_note: string | null;
}

export function contentOf(row: ContentRow): NoticeContent {
  const { name_kk: kk, name_ru: ru } = row;
  return {
    noticeId: row.notice_id,
    code: row.code,
    legal: row.legal,
    params: row.params,
    createdAt: row.notice_at,
    applicationId: row.application_id,
    referralId: row.referral_id,
    childName: row.child_name,
    numberTail: row.number_tail,
    referralNumber: row.referral_number,
    kindergarten: kk === null || ru === null ? null : { kk, ru },
    kindergartenId: row.about_kindergarten,
    refusalNote: row.refusal_note,
  };
}
