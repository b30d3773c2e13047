import type { QueueDeps } from '../context.ts';
import type { WriteTx } from '../db/db.ts';
import type { ReferralData, RegistrationData } from '../document/data.ts';
import { documentWords } from '../document/words.ts';
import { maskIin } from '../people/iin.ts';
import { fullName, type Names } from '../people/names.ts';
import type { Policy } from '../policy/policy.ts';
import { fill } from '../text/fill.ts';

type PaperDeps = Pick<QueueDeps, 'config' | 'secrets'>;

/** Who gives the paper: the education department, named by its district. */
const issuer = (district: { kk: string; ru: string }) => ({
  kk: fill(documentWords.kk.issuer, { district: district.kk }),
  ru: fill(documentWords.ru.issuer, { district: district.ru }),
});

interface SubjectRow {
  readonly number: string;
  readonly child: Names;
  readonly birth_date: string;
  readonly iin_cipher: Uint8Array<ArrayBuffer>;
  readonly iin_hash: Uint8Array<ArrayBuffer>;
  readonly applicant: Names;
  readonly district: { kk: string; ru: string };
  readonly birth_year: number;
  readonly registered_at: Date;
  readonly interest_due_at: Date;
  readonly preferred_language: 'kk' | 'ru' | null;
}

async function subject(deps: PaperDeps, tx: WriteTx, applicationId: string) {
  const [row] = await tx.$queryRaw<SubjectRow[]>`
    SELECT a.number, json_build_object('surname', c.surname, 'name', c.name, 'patronymic', c.patronymic) AS child,
           c.birth_date::text, c.iin_cipher, c.iin_hash,
           json_build_object('surname', p.surname, 'name', p.name, 'patronymic', p.patronymic) AS applicant,
           json_build_object('kk', d.name_kk, 'ru', d.name_ru) AS district, q.birth_year, a.registered_at,
           a.interest_due_at, a.preferred_language
      FROM application a JOIN child c ON c.id = a.child_id JOIN person p ON p.id = a.applicant_id
      JOIN district d ON d.id = a.district_id JOIN queue q ON q.id = a.queue_id
     WHERE a.id = ${applicationId}::uuid`;
  if (row === undefined) throw new Error(`no application ${applicationId}`);
  const about = {
    issuer: issuer(row.district),
    child: {
      fullName: fullName(row.child),
      birthDate: row.birth_date,
      iinMasked: maskIin(deps.secrets.openIin(row)),
    },
    applicant: { fullName: fullName(row.applicant) },
    district: row.district,
    birthYear: row.birth_year,
  };
  return { row, about };
}

interface ReferralRow {
  readonly number: string;
  readonly application_id: string;
  readonly issued_at: Date;
  readonly come_until: Date;
  readonly cancel_until: Date;
  readonly name: { kk: string; ru: string };
  readonly address: { kk: string; ru: string };
  readonly phone: string | null;
  readonly language: 'kk' | 'ru' | 'mixed';
  readonly group_name: string;
  readonly voucher: string | null;
  readonly from_name: { kk: string; ru: string } | null;
}

/** What a referral's paper says, as of its issue (S3 step 14): frozen with the document. */
export async function referralDocumentData(
  deps: PaperDeps,
  tx: WriteTx,
  referralId: string,
  policy: Policy,
): Promise<ReferralData> {
  const [referral] = await tx.$queryRaw<ReferralRow[]>`
    SELECT r.number, r.application_id, r.issued_at, coalesce(r.extended_until, r.come_until) AS come_until, r.cancel_until,
           json_build_object('kk', k.name_kk, 'ru', k.name_ru) AS name,
           json_build_object('kk', k.address_kk, 'ru', k.address_ru) AS address, k.phone, l.language, g.name AS group_name,
           v.number AS voucher, json_build_object('kk', o.name_kk, 'ru', o.name_ru) AS from_name
      FROM referral r JOIN kindergarten k ON k.id = r.kindergarten_id JOIN place l ON l.id = r.place_id
      JOIN kindergarten_group g ON g.id = l.group_id LEFT JOIN transfer t ON t.referral_id = r.id
      LEFT JOIN voucher v ON v.id = t.voucher_id LEFT JOIN referral f ON f.id = t.from_referral_id
      LEFT JOIN kindergarten o ON o.id = f.kindergarten_id WHERE r.id = ${referralId}::uuid`;
  if (referral === undefined) throw new Error(`no referral ${referralId}`);
  const { row, about } = await subject(deps, tx, referral.application_id);
  return {
    ...about,
    number: referral.number,
    applicationNumber: row.number,
    verifyUrl: `${deps.config.publicUrl}/check/${referralId}`,
    kindergarten: {
      name: referral.name,
      address: referral.address,
      phone: referral.phone,
      group: referral.group_name,
      language: referral.language,
    },
    issuedAt: referral.issued_at.toISOString(),
    comeUntil: referral.come_until.toISOString(),
    cancelUntil: referral.cancel_until.toISOString(),
    ...(referral.voucher === null || referral.from_name === null
      ? {}
      : {
          transfer: {
            voucher: referral.voucher,
            from: referral.from_name,
            admissionWorkingDays: Number.parseInt(policy['transfer.admission'], 10),
            safe: policy['transfer.safe'],
            archive: policy['transfer.onExpire'] === 'ARCHIVE',
          },
        }),
    terms: {
      showUpWorkingDays: Number.parseInt(policy['referral.showUp'], 10),
      stopListWorkingDays: policy['stopList.workingDays'],
      maxMisses: policy['referral.maxMisses'],
      cancelHours: policy['referral.selfCancelHours'],
      extensionCalendarDays: policy['referral.extension.enabled']
        ? policy['referral.extension.maxCalendarDays']
        : null,
    },
  };
}

/** What the registration document says (S1 step 13). */
export async function registrationDocumentData(
  deps: PaperDeps,
  tx: WriteTx,
  applicationId: string,
  position: number,
  policy: Policy,
): Promise<RegistrationData> {
  const { row, about } = await subject(deps, tx, applicationId);
  return {
    ...about,
    number: row.number,
    verifyUrl: `${deps.config.publicUrl}/check/${applicationId}`,
    position,
    preferredLanguage: row.preferred_language,
    registeredAt: row.registered_at.toISOString(),
    interestUntil: row.interest_due_at.toISOString(),
    terms: {
      interestMonths: policy['interest.months'],
      turnWorkingDays: Number.parseInt(policy['turn.window'], 10),
    },
  };
}
