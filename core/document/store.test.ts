import { createHash } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { testDatabase } from '../../local/testing/database.ts';
import { fixedClock } from '../clock.ts';
import type { OwedDocument } from '../context.ts';
import { openDb } from '../db/db.ts';
import type { DocumentId, PersonId } from '../ids.ts';
import type { ReferralData, RegistrationData } from './data.ts';
import { createDocuments } from './store.ts';

const database = await testDatabase();
const db = openDb(database.url, { max: 6 });
afterAll(() => db.close());
const clock = fixedClock('2026-11-23T04:00:00Z');
const documents = createDocuments({ db, clock });

const id = async (text: string, ...values: unknown[]): Promise<string> => {
  const { rows } = await database.pool.query<{ id: string }>(`${text} RETURNING id`, values);
  return rows[0]?.id ?? '';
};
const person = async (name: string) =>
  (await id(
    `INSERT INTO person (iin_cipher, iin_hash, surname, name, birth_date, created_at)
     VALUES (convert_to($1, 'UTF8'), convert_to($1, 'UTF8'), 'Сыналова', $1, '1990-01-01', now())`,
    name,
  )) as PersonId;
const garden = () =>
  id(
    `INSERT INTO kindergarten (district_id, name_kk, name_ru, address_kk, address_ru, latitude, longitude)
     VALUES ($1, '«Жұлдыз»', '«Звезда»', 'а', 'а', 51, 71)`,
    district,
  );

const district = await id(
  "INSERT INTO district (code, kind, name_kk, name_ru, policy_preset) VALUES ('TSL', 'DISTRICT', 'к', 'р', 'A')",
);
const queue = await id('INSERT INTO queue (district_id, birth_year) VALUES ($1, 2023)', district);
const [kindergarten, otherKindergarten] = [await garden(), await garden()];
const [parent, head, otherHead, stranger] = [
  await person('parent'),
  await person('head'),
  await person('other head'),
  await person('stranger'),
];
for (const [who, where] of [
  [head, kindergarten],
  [otherHead, otherKindergarten],
]) {
  await id(
    "INSERT INTO staff_role (person_id, role, kindergarten_id, granted_at) VALUES ($1, 'KINDERGARTEN_HEAD', $2, now())",
    who,
    where,
  );
}
const child = await id(
  `INSERT INTO child (iin_cipher, iin_hash, surname, name, birth_date, created_at)
   VALUES ('c', 'c', 'Сыналов', 'Дәулет', '2023-05-14', now())`,
);
const applicationId = await id(
  `INSERT INTO application (number, child_id, applicant_id, district_id, queue_id, state, state_since, registered_at,
                            eligible_from, under_age, age_limit_on, interest_due_at)
   VALUES ('AKM-TSL-2026-000001', $1, $2, $3, $4, 'REFERRED', now(), now(), '2025-05-14', false, '2030-05-14', now())`,
  child,
  parent,
  district,
  queue,
);
const group = await id(
  "INSERT INTO kindergarten_group (kindergarten_id, name, birth_year, language, capacity) VALUES ($1, 'г', 2023, 'kk', 20)",
  kindergarten,
);
const place = await id(
  `INSERT INTO place (group_id, kindergarten_id, queue_id, language, state, state_since, declared_at, published_at)
   VALUES ($1, $2, $3, 'kk', 'HELD', now(), now(), now())`,
  group,
  kindergarten,
  queue,
);
const referralId = await id(
  `INSERT INTO referral (number, application_id, child_id, place_id, kindergarten_id, state, state_since, issued_at,
                         come_until, cancel_until, calendar_version)
   VALUES ('ZH-1', $1, $2, $3, $4, 'ISSUED', now(), now(), now() + '1 day', now() + '1 day', 'v')`,
  applicationId,
  child,
  place,
  kindergarten,
);

const both = (text: string) => ({ kk: text, ru: text });
const common = {
  number: 'AKM-TSL-2026-000001',
  issuer: both('Білім бөлімі'),
  verifyUrl: 'https://kezek.example/check/0193f0b4-0000-7000-8000-230514590109',
  child: { fullName: 'Сыналов Дәулет', birthDate: '2023-05-14', iinMasked: '2305•••••109' },
  applicant: { fullName: 'Сыналова Айгүл' },
  district: both('Целиноград ауданы'),
  birthYear: 2023,
};
const registration: RegistrationData = {
  ...common,
  position: 1,
  preferredLanguage: 'kk',
  registeredAt: '2026-11-23T04:00:00.000Z',
  interestUntil: '2027-11-23T18:59:59.999Z',
  terms: { interestMonths: 12, turnWorkingDays: 3 },
};
const referral: ReferralData = {
  ...common,
  applicationNumber: 'AKM-TSL-2026-000001',
  kindergarten: {
    name: both('«Жұлдыз»'),
    address: both('Бейбітшілік, 1'),
    phone: null,
    group: null,
    language: 'kk',
  },
  issuedAt: '2026-11-23T04:00:00.000Z',
  comeUntil: '2026-11-30T18:59:59.999Z',
  cancelUntil: '2026-11-24T04:00:00.000Z',
  terms: {
    showUpWorkingDays: 5,
    stopListWorkingDays: 10,
    maxMisses: 3,
    cancelHours: 24,
    extensionCalendarDays: 30,
  },
};

const issue = (document: Partial<OwedDocument> & Pick<OwedDocument, 'kind' | 'data'>): Promise<DocumentId> =>
  db.write((tx) => documents.issue(tx, clock.now(), { applicationId, ...document }));
const issueReferral = () => issue({ kind: 'REFERRAL', referralId, data: referral });
const unknown = expect.objectContaining({ name: 'Refusal', code: 'document.unknown' });

beforeEach(async () => {
  await database.pool.query('DELETE FROM document_file; DELETE FROM document; DELETE FROM counter');
});

describe('a document', () => {
  test('is rendered at its first download and has the same bytes ever after', async () => {
    const document = await issue({ kind: 'REGISTRATION', data: registration });
    expect(await db.prisma.document_file.count()).toBe(0);
    const downloads = await Promise.all([1, 2, 3].map(() => documents.file(parent, document, 'kk')));
    const [first] = downloads;
    expect(first?.fileName).toBe('D-2026-000001-kk.pdf');
    expect(first?.content.subarray(0, 5).toString()).toBe('%PDF-');
    for (const { content } of downloads) expect(first?.content.equals(content)).toBe(true);
    const [row] = (await database.pool.query('SELECT sha256, content FROM document_file')).rows;
    expect(createHash('sha256').update(row.content).digest().equals(row.sha256)).toBe(true);
    const russian = await documents.file(parent, document, 'ru');
    expect(russian.fileName).toBe('D-2026-000001-ru.pdf');
    expect(russian.content.equals(row.content)).toBe(false);
  });

  test('numbers follow one another, one series a year of Kazakhstan', async () => {
    await issue({ kind: 'REGISTRATION', data: registration });
    await Promise.all([issueReferral(), issueReferral()]);
    const numbers = async () =>
      (await database.pool.query<{ number: string }>('SELECT number FROM document ORDER BY number')).rows.map(
        (row) => row.number,
      );
    expect(await numbers()).toEqual(['D-2026-000001', 'D-2026-000002', 'D-2026-000003']);
    clock.set('2026-12-31T19:00:00Z');
    await issueReferral();
    clock.set('2026-11-23T04:00:00Z');
    expect((await numbers()).at(-1)).toBe('D-2027-000001');
  });

  test('a referral is for the applicant and the heads of its kindergarten, a registration for the applicant', async () => {
    const paper = await issueReferral();
    const other = await issue({ kind: 'REGISTRATION', data: registration });
    expect((await documents.file(head, paper, 'kk')).content.length).toBeGreaterThan(1000);
    await expect(documents.file(otherHead, paper, 'kk')).rejects.toEqual(unknown);
    await expect(documents.file(stranger, paper, 'kk')).rejects.toEqual(unknown);
    await expect(documents.file(head, other, 'kk')).rejects.toEqual(unknown);
    await expect(documents.file(parent, applicationId as string as DocumentId, 'kk')).rejects.toEqual(
      unknown,
    );
    await database.pool.query('UPDATE staff_role SET revoked_at = now() WHERE person_id = $1', [head]);
    await expect(documents.file(head, paper, 'kk')).rejects.toEqual(unknown);
    await database.pool.query('UPDATE staff_role SET revoked_at = NULL WHERE person_id = $1', [head]);
  });

  test('is not issued with an IIN in it, nor with data that cannot be printed', async () => {
    const child = { ...common.child, iinMasked: '230514590109' };
    await expect(issue({ kind: 'REGISTRATION', data: { ...registration, child } })).rejects.toThrow(
      'hold an IIN',
    );
    await expect(issue({ kind: 'REGISTRATION', data: { ...registration, position: 0 } })).rejects.toThrow();
    expect(await db.prisma.document.count()).toBe(0);
  });

  test('a file that was changed in the database is not handed out', async () => {
    const document = await issueReferral();
    await documents.file(parent, document, 'kk');
    await database.pool.query("UPDATE document_file SET content = content || '\\x00'");
    await expect(documents.file(parent, document, 'kk')).rejects.toThrow('was changed');
  });
});

test('the page behind the QR code tells what it is and whether it is in force', async () => {
  await issue({ kind: 'REGISTRATION', data: registration });
  await issueReferral();
  expect(await documents.check(referralId)).toEqual({
    number: 'D-2026-000002',
    kind: 'REFERRAL',
    createdAt: clock.now(),
    inForce: true,
    signed: null,
    files: [],
  });
  expect(await documents.check(applicationId)).toMatchObject({
    number: 'D-2026-000001',
    kind: 'REGISTRATION',
  });
  expect(await documents.check(district)).toBeUndefined();
  await database.pool.query("UPDATE referral SET state = 'EXPIRED', closed_at = now()");
  expect(await documents.check(referralId)).toMatchObject({ inForce: false });
});
