import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { testDatabase } from '../../local/testing/database.ts';
import type { Act } from '../act.ts';
import { AlreadyApplied } from '../act.ts';
import { civil } from '../calendar/civil-date.ts';
import { fixedClock } from '../clock.ts';
import { createSecrets } from '../db/crypto.ts';
import { openDb } from '../db/db.ts';
import type { PersonId } from '../ids.ts';
import { createAccounts } from './accounts.ts';
import { createContacts, MAX_CONTACTS } from './contacts.ts';
import { type Iin, makeIin } from './iin.ts';
import { createOwnRecords } from './own-records.ts';

const database = await testDatabase();
const db = openDb(database.url, { max: 6 });
afterAll(() => db.close());
const clock = fixedClock('2026-11-23T04:00:00Z');
const contacts = createContacts({ db, clock });
const accounts = createAccounts({ db, clock });
const secrets = createSecrets(Buffer.alloc(32, 1));

const iin = iinOf('1990-01-01', 9001);
const other = iinOf('1991-02-02', 9002);

function iinOf(birth: string, serial: number): Iin {
  const made = makeIin(civil(birth), 'female', serial);
  if (made === undefined) throw new Error('no such IIN');
  return made;
}

let act: Act;

async function person(of: Iin): Promise<PersonId> {
  const { id } = await db.prisma.person.create({
    data: {
      ...secrets.sealIin(of),
      surname: 'Сыналова',
      name: 'Айгүл',
      birth_date: new Date('1990-01-01'),
      created_at: clock.now(),
    },
  });
  return id as PersonId;
}

/** A phone from which the person has logged in. */
const confirmedPhone = (value: string, isMain: boolean) =>
  db.prisma.contact.create({
    data: {
      person_id: act.personId,
      kind: 'PHONE',
      value,
      is_main: isMain,
      confirmed_at: clock.now(),
      created_at: clock.now(),
    },
  });

const notices = async () =>
  (await database.pool.query<{ code: string }>('SELECT code FROM notice')).rows.map((row) => row.code);

const refusedAs = (code: string) => expect.objectContaining({ name: 'Refusal', code });

beforeEach(async () => {
  await database.pool.query('TRUNCATE person, contact, messenger_account, notice, inbox, staff_role CASCADE');
  act = { personId: await person(iin), channel: 'WEB' };
});

describe('contacts', () => {
  test('the first e-mail is the main one and asked for at login; the next is not main, and the change is told', async () => {
    await contacts.addContact(act, 'EMAIL', ' Aigul@Mail.KZ ');
    await contacts.addContact(act, 'EMAIL', 'second@mail.kz');
    expect(await contacts.contacts(act.personId)).toEqual([
      { id: expect.any(String), kind: 'EMAIL', value: 'Aigul@mail.kz', isMain: true },
      { id: expect.any(String), kind: 'EMAIL', value: 'second@mail.kz', isMain: false },
    ]);
    expect(await notices()).toEqual(['N34']);
  });

  test.each([
    ['EMAIL', 'а@mail.kz', 'email.letters'],
    ['EMAIL', 'nobody', 'email.invalid'],
    ['PHONE', '8701', 'phone.invalid'],
    ['PHONE', '+7 912 345 67 89', 'phone.russian'],
    ['PHONE', '+996 555 123 456', 'phone.foreign'],
  ] as const)('%s %s is refused as %s', async (kind, value, code) => {
    await expect(contacts.addContact(act, kind, value)).rejects.toEqual(refusedAs(code));
    expect(await notices()).toEqual([]);
  });

  test('none twice, and no more than the limit', async () => {
    await contacts.addContact(act, 'EMAIL', 'a1@mail.kz');
    await expect(contacts.addContact(act, 'EMAIL', 'a1@MAIL.kz')).rejects.toEqual(
      refusedAs('contact.exists'),
    );
    for (let i = 2; i <= MAX_CONTACTS; i += 1) await contacts.addContact(act, 'EMAIL', `a${i}@mail.kz`);
    await expect(contacts.addContact(act, 'EMAIL', 'more@mail.kz')).rejects.toEqual(
      refusedAs('contact.tooMany'),
    );
  });

  test('a phone added by hand gets no codes: it cannot be main, nor stand alone', async () => {
    const main = await confirmedPhone('+77011234567', true);
    await contacts.addContact(act, 'PHONE', '8 7162 25 12 34');
    const [, added] = await contacts.contacts(act.personId);
    expect(added).toMatchObject({ value: '+77162251234', isMain: false });
    await expect(contacts.makeMain(act, added?.id ?? '')).rejects.toEqual(refusedAs('contact.unconfirmed'));
    await expect(contacts.removeContact(act, main.id)).rejects.toEqual(refusedAs('contact.lastPhone'));
    await contacts.removeContact(act, added?.id ?? '');
    expect(await contacts.contacts(act.personId)).toHaveLength(1);
  });

  test('another becomes main: by wish, and when the main one goes', async () => {
    const first = await confirmedPhone('+77011234567', true);
    const second = await confirmedPhone('+77017654321', false);
    await contacts.makeMain(act, second.id);
    expect(await contacts.contacts(act.personId)).toMatchObject([
      { id: second.id, isMain: true },
      { id: first.id, isMain: false },
    ]);
    await contacts.removeContact(act, second.id);
    expect(await contacts.contacts(act.personId)).toMatchObject([{ id: first.id, isMain: true }]);
  });

  test("somebody else's contact does not exist", async () => {
    const mine = await confirmedPhone('+77011234567', true);
    const stranger: Act = { personId: await person(other), channel: 'WEB' };
    for (const id of [mine.id, 'nonsense', '']) {
      await expect(contacts.removeContact(stranger, id)).rejects.toEqual(refusedAs('contact.unknown'));
      await expect(contacts.makeMain(stranger, id)).rejects.toEqual(refusedAs('contact.unknown'));
    }
  });

  test('a repeated message adds nothing and warns nobody twice', async () => {
    await database.pool.query("INSERT INTO inbox (message_id, lane, received_at) VALUES (5, '1', now())");
    const asked = { ...act, messageId: 5n };
    await contacts.addContact(act, 'EMAIL', 'first@mail.kz');
    await contacts.addContact(asked, 'EMAIL', 'a@mail.kz');
    await expect(contacts.addContact(asked, 'EMAIL', 'b@mail.kz')).rejects.toBeInstanceOf(AlreadyApplied);
    expect(await notices()).toEqual(['N34']);
  });

  test('settings are kept', async () => {
    expect(await contacts.settings(act.personId)).toEqual({ messenger: true, sms: true, email: true });
    await contacts.setSettings(act, { messenger: true, sms: false, email: false });
    expect(await contacts.settings(act.personId)).toEqual({ messenger: true, sms: false, email: false });
  });
});

describe('a chat', () => {
  test('is written down at first sight, once, however many messages come at once', async () => {
    const seen = await Promise.all(Array.from({ length: 5 }, () => accounts.account('1')));
    expect(seen).toEqual(
      Array(5).fill({ address: '1', language: null, consented: false, phone: null, person: null }),
    );
    expect((await database.pool.query('SELECT FROM messenger_account')).rowCount).toBe(1);
  });

  test('keeps language, consent and phone; a phone that gets no SMS is refused', async () => {
    await accounts.setLanguage('1', 'kk');
    await accounts.giveConsent('1');
    await accounts.giveConsent('1');
    await accounts.shareContact('1', '77011234567');
    await expect(accounts.shareContact('1', '+7 7162 25 12 34')).rejects.toEqual(
      refusedAs('phone.notMobile'),
    );
    await expect(accounts.shareContact('1', '+79123456789')).rejects.toEqual(refusedAs('phone.russian'));
    expect(await accounts.account('1')).toEqual({
      address: '1',
      language: 'kk',
      consented: true,
      phone: '+77011234567',
      person: null,
    });
  });

  test('gives the roles of its person, the revoked ones apart, and the language of the chat is the one of notices', async () => {
    const district = await db.prisma.district.create({
      data: { code: 'TSL', kind: 'DISTRICT', name_kk: 'к', name_ru: 'р', policy_preset: 'A' },
    });
    const at = clock.now();
    await db.prisma.staff_role.createMany({
      data: [
        { person_id: act.personId, role: 'OPERATOR', district_id: district.id, granted_at: at },
        { person_id: act.personId, role: 'REGION_ADMIN', granted_at: at, revoked_at: at },
      ],
    });
    await db.prisma.messenger_account.create({
      data: {
        channel: 'TELEGRAM',
        address: '1',
        person_id: act.personId,
        logged_in_at: at,
        verified_at: at,
        created_at: at,
      },
    });
    await contacts.addContact(act, 'EMAIL', 'a@mail.kz');
    await accounts.setLanguage('1', 'ru');
    expect((await accounts.account('1')).person).toEqual({
      id: act.personId,
      name: 'Айгүл',
      patronymic: null,
      hasEmail: true,
      roles: [{ role: 'OPERATOR', districtId: district.id }],
      verifiedAt: at,
      verifiedBy: 'OTP',
    });
    const { language } = await db.prisma.person.findUniqueOrThrow({ where: { id: act.personId } });
    expect(language).toBe('ru');
  });

  test('is unreachable from the first failure until it writes again', async () => {
    const since = async () =>
      (await database.pool.query('SELECT unreachable_since FROM messenger_account')).rows[0]
        ?.unreachable_since;
    await accounts.account('1');
    await accounts.setReachable('1', false);
    clock.set('2026-11-24T04:00:00Z');
    await accounts.setReachable('1', false);
    expect(await since()).toEqual(new Date('2026-11-23T04:00:00Z'));
    await accounts.setReachable('1', true);
    expect(await since()).toBeNull();
    await accounts.setReachable('never seen', false);
    clock.set('2026-11-23T04:00:00Z');
  });
});

describe('our own records in place of the state bases', () => {
  const { registry, mobileBase } = createOwnRecords(db, secrets);

  test('a phone belongs to whom it is a confirmed contact of', async () => {
    await confirmedPhone('+77011234567', true);
    await contacts.addContact(act, 'PHONE', '+77017654321');
    expect(await mobileBase.belongs(iin, '+77011234567')).toBe(true);
    expect(await mobileBase.belongs(iin, '+77017654321')).toBe(false);
    expect(await mobileBase.belongs(other, '+77011234567')).toBe(false);
  });

  test('people are those who were brought in', async () => {
    expect(await registry.person(iin)).toEqual({
      iin,
      surname: 'Сыналова',
      name: 'Айгүл',
      patronymic: null,
      birthDate: '1990-01-01',
    });
    expect(await registry.person(other)).toBeUndefined();
    expect(await registry.parents(other)).toEqual([]);
  });
});
