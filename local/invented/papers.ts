import type pg from 'pg';
import { monthsAfter } from '../../core/calendar/working-calendar.ts';
import type { RegistrationData } from '../../core/document/data.ts';
import { documentWords } from '../../core/document/words.ts';
import { maskIin } from '../../core/people/iin.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { fill } from '../../core/text/fill.ts';
import { districtOf } from './districts.ts';
import type { Numbered } from './numbering.ts';
import type { Named } from './people.ts';
import { insert } from './sql.ts';

interface Issuing {
  readonly publicUrl: string;
  readonly policies: ReadonlyMap<string, Policy>;
}

/** The registration documents; their files are rendered at the first download, as always. */
export async function writeDocuments(
  client: pg.ClientBase,
  mine: readonly Numbered[],
  issuing: Issuing,
): Promise<void> {
  await insert(
    client,
    {
      into: 'document (number, kind, application_id, data, created_at)',
      select: `number, 'REGISTRATION', application, data, at`,
      shape: 'number text, application uuid, data jsonb, at timestamptz',
    },
    mine.map((one) => ({
      number: one.documentNumber,
      application: one.application.id,
      data: paperOf(one, issuing),
      at: one.application.registeredAt,
    })),
  );
}

const fullName = (person: Named) =>
  [person.surname, person.name, person.patronymic].filter(Boolean).join(' ');

/** What core/referral/paper.ts writes for a registration; held against it by a test. */
function paperOf(
  { application, number, rank }: Numbered,
  { publicUrl, policies }: Issuing,
): RegistrationData {
  const district = districtOf(application.district);
  const policy = policies.get(application.district);
  if (policy === undefined) throw new Error(`no policy of ${application.district}`);
  const { child, applicant, registeredAt } = application;
  const months = policy['interest.months'];
  return {
    issuer: {
      kk: fill(documentWords.kk.issuer, { district: district.kk }),
      ru: fill(documentWords.ru.issuer, { district: district.ru }),
    },
    child: { fullName: fullName(child), birthDate: child.birthDate, iinMasked: maskIin(child.iin) },
    applicant: { fullName: fullName(applicant) },
    district: { kk: district.kk, ru: district.ru },
    birthYear: Number(child.birthDate.slice(0, 4)),
    number,
    verifyUrl: `${publicUrl}/check/${application.id}`,
    position: rank,
    preferredLanguage: application.preferredLanguage,
    registeredAt: registeredAt.toISOString(),
    interestUntil: monthsAfter(registeredAt, months).toISOString(),
    terms: { interestMonths: months, turnWorkingDays: Number.parseInt(policy['turn.window'], 10) },
  };
}
