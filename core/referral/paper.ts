import type { QueueDeps } from '../context.ts';
import { createSecrets } from '../db/crypto.ts';
import type { WriteTx } from '../db/db.ts';
import type { ReferralData, RegistrationData } from '../document/data.ts';
import { documentWords } from '../document/words.ts';
import { fill } from '../text/fill.ts';
import { maskIin } from '../people/iin.ts';
import type { Policy } from '../policy/policy.ts';

type Names = { surname: string; name: string; patronymic: string | null };
const fullName = (person: Names) => [person.surname, person.name, person.patronymic].filter(Boolean).join(' ');

/** Who gives the paper: the education department, named by its district. */
const issuer = (district: { name_kk: string; name_ru: string }) => ({
  kk: fill(documentWords.kk.issuer, { district: district.name_kk }),
  ru: fill(documentWords.ru.issuer, { district: district.name_ru }),
});

async function subject(deps: QueueDeps, tx: WriteTx, applicationId: string) {
  const row = await tx.application.findUniqueOrThrow({
    where: { id: applicationId },
    select: { number: true, child: true, applicant: true, district: true, queue: { select: { birth_year: true } } },
  });
  return {
    number: row.number,
    issuer: issuer(row.district),
    child: {
      fullName: fullName(row.child),
      birthDate: row.child.birth_date.toISOString().slice(0, 10),
      iinMasked: maskIin(createSecrets(deps.config.dataKey).openIin(row.child)),
    },
    applicant: { fullName: fullName(row.applicant) },
    district: { kk: row.district.name_kk, ru: row.district.name_ru },
    birthYear: row.queue.birth_year,
  };
}

/** What a referral's paper says, as of its issue (S3 step 14): frozen with the document. */
export async function referralDocumentData(
  deps: QueueDeps,
  tx: WriteTx,
  referralId: string,
  policy: Policy,
): Promise<ReferralData> {
  const referral = await tx.referral.findUniqueOrThrow({
    where: { id: referralId },
    include: { kindergarten: true, place: { select: { language: true, group: { select: { name: true } } } } },
  });
  const { number: applicationNumber, ...about } = await subject(deps, tx, referral.application_id);
  const { kindergarten, place } = referral;
  return {
    ...about,
    number: referral.number,
    applicationNumber,
    verifyUrl: `${deps.config.publicUrl}/check/${referralId}`,
    kindergarten: {
      name: { kk: kindergarten.name_kk, ru: kindergarten.name_ru },
      address: { kk: kindergarten.address_kk, ru: kindergarten.address_ru },
      phone: kindergarten.phone,
      group: place.group.name,
      language: place.language as 'kk' | 'ru' | 'mixed',
    },
    issuedAt: referral.issued_at.toISOString(),
    comeUntil: (referral.extended_until ?? referral.come_until).toISOString(),
    cancelUntil: referral.cancel_until.toISOString(),
    terms: {
      showUpWorkingDays: Number.parseInt(policy['referral.showUp'], 10),
      stopListWorkingDays: policy['stopList.workingDays'],
      maxMisses: policy['referral.maxMisses'],
      cancelHours: policy['referral.selfCancelHours'],
      extensionCalendarDays: policy['referral.extension.enabled'] ? policy['referral.extension.maxCalendarDays'] : null,
    },
  };
}

/** What the registration document says (S1 step 13). */
export async function registrationDocumentData(
  deps: QueueDeps,
  tx: WriteTx,
  applicationId: string,
  position: number,
  policy: Policy,
): Promise<RegistrationData> {
  const row = await tx.application.findUniqueOrThrow({
    where: { id: applicationId },
    select: { registered_at: true, interest_due_at: true, preferred_language: true },
  });
  return {
    ...(await subject(deps, tx, applicationId)),
    verifyUrl: `${deps.config.publicUrl}/check/${applicationId}`,
    position,
    preferredLanguage: row.preferred_language as 'kk' | 'ru' | null,
    registeredAt: row.registered_at.toISOString(),
    interestUntil: row.interest_due_at.toISOString(),
    terms: { interestMonths: policy['interest.months'], turnWorkingDays: Number.parseInt(policy['turn.window'], 10) },
  };
}
