import { afterAll, describe, expect, it } from 'vitest';
import { sanityChecks } from '../../core/audit/sanity.ts';
import { addDays, at, localDate } from '../../core/calendar/civil-date.ts';
import { fixedClock } from '../../core/clock.ts';
import { createSecrets } from '../../core/db/crypto.ts';
import { type Db, openDb } from '../../core/db/db.ts';
import type { ApplicationId, PersonId } from '../../core/ids.ts';
import { createCore } from '../../core/index.ts';
import { parseIin } from '../../core/people/iin.ts';
import { parsePhone } from '../../core/people/phone.ts';
import { policyOn } from '../../core/policy/policy.ts';
import { registrationDocumentData } from '../../core/referral/paper.ts';
import { openSandboxRegistry } from '../registry/sandbox.ts';
import { silent } from '../testing/core-world.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { memoryScanStore } from '../testing/memory-scans.ts';
import { letCrowdConfirm } from './crowd.ts';
import { fillInvented } from './fill.ts';

// Sunday 22 November 2026, 10:00 in Kazakhstan.
const NOW = new Date('2026-11-22T05:00:00Z');
const dataKey = Buffer.alloc(32, 9);
const options = (database: TestDatabase, now = NOW, children = 200) => ({
  databaseUrl: database.url,
  dataKey,
  scanStore: memoryScanStore(),
  publicUrl: 'https://kezek.example',
  supportPhone: '1414',
  now,
  log: () => undefined,
  children,
});

const database = await testDatabase();
const db = openDb(database.url, { max: 4 });
afterAll(() => db.close());
const people = await fillInvented(options(database));
const clock = fixedClock(NOW);
const sandbox = await openSandboxRegistry(database.pool);
const config = { dataKey, publicUrl: 'https://kezek.example', supportPhone: '1414', digitalSignature: true };
const core = createCore({
  db,
  clock,
  log: silent,
  config,
  ports: { registry: sandbox.registry, mobileBase: sandbox.mobileBase, sms: { send: async () => '' } },
  scanStore: memoryScanStore(),
});

const one = async <Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> =>
  (await database.pool.query(text, [...values])).rows as Row[];
const applicationOf = async (of: Db, firstName: string) => {
  const row = await of.prisma.application.findFirstOrThrow({
    where: {
      child: { name: firstName },
      applicant: { contacts: { some: { value: { lte: '+77000000099' } } } },
    },
    select: { id: true, applicant_id: true, state: true },
  });
  return { id: row.id as ApplicationId, personId: row.applicant_id as PersonId, state: row.state };
};

describe('the invented region', () => {
  it('keeps what the data promise', async () => {
    expect(await sanityChecks(db)).toEqual([]);
  });

  it('has 17 districts, 3 cities and kindergartens of every birth year in each', async () => {
    expect(await one('SELECT kind, count(*)::integer FROM district GROUP BY 1 ORDER BY 1')).toEqual([
      { kind: 'CITY', count: 3 },
      { kind: 'DISTRICT', count: 17 },
    ]);
    const [{ count } = { count: 0 }] = await one<{ count: number }>(
      'SELECT count(*)::integer FROM kindergarten',
    );
    expect(count).toBeGreaterThanOrEqual(60);
    const years = await one<{ years: number[] }>(
      `SELECT array_agg(DISTINCT birth_year ORDER BY birth_year) AS years
         FROM kindergarten k JOIN kindergarten_group g ON g.kindergarten_id = k.id GROUP BY k.district_id`,
    );
    expect(years).toHaveLength(20);
    for (const row of years) expect(row.years).toEqual([2020, 2021, 2022, 2023, 2024]);
    const outside = await one(
      'SELECT FROM kindergarten WHERE latitude NOT BETWEEN 50 AND 54 OR longitude NOT BETWEEN 66 AND 74',
    );
    expect(outside).toEqual([]);
    const groups = await one(
      'SELECT FROM kindergarten_group GROUP BY kindergarten_id HAVING count(*) NOT BETWEEN 3 AND 6',
    );
    expect(groups).toEqual([]);
  });

  it('gives out valid IINs and mobile numbers', async () => {
    for (const { iin } of await one<{ iin: string }>('SELECT iin FROM sandbox.person')) {
      expect(parseIin(iin)).toMatchObject({ ok: true });
      expect(iin.slice(7, 8)).toBe('9');
    }
    for (const { phone } of await one<{ phone: string }>('SELECT phone FROM sandbox.phone')) {
      expect(parsePhone(phone)).toEqual({ ok: true, phone, mobile: true });
    }
  });

  it('has children in every state a parent may meet, with nothing left to send', async () => {
    const states = await one<{ state: string }>('SELECT DISTINCT state FROM application ORDER BY 1');
    expect(states.map(({ state }) => state)).toEqual([
      'ENROLLED',
      'NOTIFIED',
      'QUEUED',
      'REFERRED',
      'REMOVED',
      'STOP_LISTED',
      'WITHDRAWN',
    ]);
    const reasons = await one<{ reason: string }>(
      'SELECT DISTINCT removal_reason AS reason FROM application WHERE removal_reason IS NOT NULL ORDER BY 1',
    );
    expect(reasons.map(({ reason }) => reason)).toEqual(['AGE_LIMIT', 'MISSES', 'NO_CONFIRMATION']);
    expect(await one(`SELECT FROM delivery WHERE state = 'PENDING'`)).toEqual([]);
    expect(await one('SELECT FROM event WHERE at > $1', [NOW])).toEqual([]);
  });

  it('writes the papers that a registration writes', async () => {
    const { id } = await applicationOf(db, 'Полина');
    const row = await db.prisma.application.findUniqueOrThrow({ where: { id } });
    const document = await db.prisma.document.findFirstOrThrow({ where: { application_id: id } });
    const data = await db.write(async (tx) =>
      registrationDocumentData(
        { config, secrets: createSecrets(dataKey) },
        tx,
        id,
        row.position_at_registration ?? 0,
        await policyOn(tx, row.district_id, localDate(NOW)),
      ),
    );
    expect(document.data).toEqual(data);
  });
});

describe('the people one plays', () => {
  it('are known by phone and IIN, and the page tells what they know', async () => {
    expect(people).toHaveLength(18);
    expect(new Set(people.map(({ first_name }) => first_name)).size).toBe(18);
    expect(new Set(people.map(({ phone }) => phone)).size).toBe(18);
    for (const person of people) {
      const [own] = person.facts ?? [];
      const iin = parseIin(own?.value ?? '');
      expect(iin.ok && (await sandbox.mobileBase.belongs(iin.iin, person.phone ?? ''))).toBe(true);
    }
  });

  it('wait, choose, hold a referral, are asked to confirm', async () => {
    const artem = await applicationOf(db, 'Артём');
    expect(await core.applications.unmet(artem.personId, artem.id)).toEqual([]);
    const aruzhan = await applicationOf(db, 'Аружан');
    const referral = await core.referrals.ofApplication(aruzhan.personId, aruzhan.id);
    expect(referral).toMatchObject({ state: 'ISSUED', canCancel: true, canExtend: true });
    const file = await core.documents.file(aruzhan.personId, referral?.documentId as never, 'kk');
    expect(file.content.subarray(0, 4).toString()).toBe('%PDF');
    const polina = await applicationOf(db, 'Полина');
    const card = await core.applications.card(polina.personId, polina.id);
    expect(card).toMatchObject({ state: 'QUEUED', canConfirmInterest: true });
    expect(localDate(card.interestDueAt)).toBe(addDays(localDate(NOW), 20));
    const egor = await applicationOf(db, 'Егор');
    expect((await core.queues.position(egor.personId, egor.id)).notCountedBecause).toBe('UNDER_AGE');
    const inzhu = await applicationOf(db, 'Інжу');
    expect(inzhu.state).toBe('QUEUED');
  });

  it('may publish or receive where they work', async () => {
    const roles = await one<{ role: string }>(
      `SELECT r.role FROM staff_role r JOIN person p ON p.id = r.person_id
        WHERE p.name IN ('Жанар', 'Ирина', 'Мадина', 'Гүлнұр', 'Елена', 'Арман')
         AND EXISTS (SELECT FROM sandbox.played s WHERE s.person ->> 'first_name' = p.name AND s.person ->> 'last_name' = p.surname) AND r.revoked_at IS NULL ORDER BY 1`,
    );
    expect(roles.map(({ role }) => role)).toEqual([
      'KINDERGARTEN_HEAD',
      'KINDERGARTEN_HEAD',
      'KINDERGARTEN_HEAD',
      'OPERATOR',
      'OPERATOR',
      'REGION_ADMIN',
    ]);
  });
});

describe('a second filling', () => {
  it('changes nothing and gives the same people', async () => {
    const before = await one('SELECT count(*) FROM application');
    expect(await fillInvented(options(database))).toEqual(people);
    expect(await one('SELECT count(*) FROM application')).toEqual(before);
  });

  it('begins anew where the first one was cut off', async () => {
    const other = await testDatabase();
    await fillInvented(options(other, NOW, 20));
    const count = async () => (await other.pool.query('SELECT count(*) FROM application')).rows[0];
    const before = await count();
    await other.pool.query('UPDATE sandbox.filling SET finished_at = NULL');
    await fillInvented(options(other, NOW, 20));
    expect(await count()).toEqual(before);
  });

  it('leaves a database of somebody else alone', async () => {
    const other = await testDatabase();
    await other.pool.query(
      `INSERT INTO district (code, kind, name_kk, name_ru, policy_preset) VALUES ('TSL', 'DISTRICT', 'а', 'а', 'A_DEFAULT')`,
    );
    expect(await fillInvented(options(other))).toEqual([]);
    expect((await other.pool.query('SELECT FROM person')).rowCount).toBe(0);
  });
});

// The first days of a year late in the evening, holidays, a leap day before seven.
describe.each(['2027-01-04T18:30:00Z', '2027-03-24T23:10:00Z', '2028-02-29T01:45:00Z'])(
  'begun at %s',
  (moment) => {
    it('tells the same story', async () => {
      const other = await testDatabase();
      const now = new Date(moment);
      await fillInvented(options(other, now, 60));
      const there = openDb(other.url, { max: 4 });
      try {
        expect(await sanityChecks(there)).toEqual([]);
        expect((await applicationOf(there, 'Артём')).state).toBe('NOTIFIED');
        expect((await applicationOf(there, 'Аружан')).state).toBe('REFERRED');
        expect((await applicationOf(there, 'Әлихан')).state).toBe('QUEUED');
        const states = await other.pool.query('SELECT DISTINCT state FROM application');
        expect(states.rowCount).toBe(7);
      } finally {
        await there.close();
      }
    });
  },
);

// Last: it moves the clock.
describe('the days after', () => {
  it('bring Әлихан a turn at the next seven', async () => {
    clock.set(new Date(at(addDays(localDate(NOW), 1), '07:00').getTime() + 30_000));
    while (await core.jobs.sweep());
    expect((await applicationOf(db, 'Әлихан')).state).toBe('NOTIFIED');
  });

  it('take new registrations with numbers of their own', async () => {
    const { personId } = await applicationOf(db, 'Әлихан');
    const [child] = await one<{
      iin: string;
    }>(`SELECT iin FROM sandbox.person WHERE name = 'Сезім' AND birth_date > '2026-01-01'
      AND surname = 'Сыналова' AND EXISTS (SELECT FROM sandbox.parent p JOIN sandbox.phone f ON f.iin = p.parent
                                            WHERE p.child = person.iin AND f.phone = '+77000000001')`);
    const district = await db.prisma.district.findUniqueOrThrow({ where: { code: 'TSL' } });
    const registered = await core.applications.register(
      { personId, channel: 'WEB' },
      { childIin: child?.iin ?? '', districtId: district.id as never },
    );
    expect(registered.number).toMatch(/^AKM-TSL-2026-\d{6}$/);
  });

  it('let the families whom nobody plays confirm their interest before a year passes', async () => {
    const now = clock.now();
    const target = new Date(now.getTime() + 365 * 86_400_000);
    await letCrowdConfirm(database.pool, now, target);
    const due = await one<{ name: string }>(
      `SELECT DISTINCT c.name FROM application a JOIN child c ON c.id = a.child_id
         JOIN contact k ON k.person_id = a.applicant_id AND k.kind = 'PHONE'
        WHERE a.state = 'QUEUED' AND a.interest_due_at < $1 AND k.value > '+77000000099'`,
      [target],
    );
    expect(due).toEqual([]);
    expect(await sanityChecks(db)).toEqual([]);
    const polina = await applicationOf(db, 'Полина');
    expect((await core.applications.card(polina.personId, polina.id)).interestDueAt < target).toBe(true);
  });
});
