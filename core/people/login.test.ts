import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { openSandboxRegistry } from '../../local/registry/sandbox.ts';
import { testDatabase } from '../../local/testing/database.ts';
import { civil } from '../calendar/civil-date.ts';
import { fixedClock } from '../clock.ts';
import { createSecrets } from '../db/crypto.ts';
import { openDb } from '../db/db.ts';
import { Refusal } from '../refusal.ts';
import { type Iin, makeIin } from './iin.ts';
import { createPostgresLimits } from './limits.ts';
import { createPeople } from './people.ts';

const database = await testDatabase();
const db = openDb(database.url, { max: 6 });
afterAll(() => db.close());
const sandbox = await openSandboxRegistry(database.pool);

const iinOf = (birth: string, serial: number): Iin => {
  const iin = makeIin(civil(birth), 'female', serial);
  if (iin === undefined) throw new Error('no such IIN');
  return iin;
};
const aigul = { iin: iinOf('1990-01-01', 9001), phone: '+77011234567' };
const dana = { iin: iinOf('1991-02-02', 9002), phone: '+77017654321' };
await sandbox.add({
  persons: [
    { ...aigul, surname: 'Сыналова', name: 'Айгүл', patronymic: 'Мысалқызы', birthDate: civil('1990-01-01') },
    { ...dana, surname: 'Үлгиева', name: 'Дана', patronymic: null, birthDate: civil('1991-02-02') },
  ],
  phones: [aigul, dana],
});

const START = '2026-11-23T04:00:00Z';
const clock = fixedClock(START);
const secrets = createSecrets(Buffer.alloc(32, 1));
const logged: string[] = [];
const log = {
  info: () => undefined,
  warn: (fields: object, message: string) => void logged.push(JSON.stringify(fields) + message),
  error: (fields: object, message: string) => void logged.push(JSON.stringify(fields) + message),
};
let sent: { phone: string; text: string }[] = [];
let gatewayDown = false;
const people = createPeople({
  db,
  clock,
  log,
  secrets,
  limits: createPostgresLimits(db, clock),
  ports: {
    registry: sandbox.registry,
    mobileBase: sandbox.mobileBase,
    sms: {
      send: async (phone, text) => {
        if (gatewayDown) throw new Error(`gateway refused ${phone}`);
        sent.push({ phone, text });
        return 'ref';
      },
    },
  },
});

let chats = 0;
/** A chat that has chosen a language, agreed and shared a phone. */
async function newChat(phone: string): Promise<string> {
  chats += 1;
  const address = `${5_000_000 + chats}`;
  await people.account(address);
  await people.setLanguage(address, 'ru');
  await people.giveConsent(address);
  await people.shareContact(address, phone);
  return address;
}

const lastCode = (): string => /\d{6}/.exec(sent.at(-1)?.text ?? '')?.[0] ?? '';
const wrong = (code: string): string => (code === '000000' ? '111111' : '000000');
const later = (ms: number) => clock.set(new Date(clock.now().getTime() + ms));
const MINUTE = 60_000;

/** The refusal of a promise that must refuse. */
async function refusal(promise: Promise<unknown>): Promise<Refusal> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof Refusal) return outcome;
  throw outcome ?? new Error('was not refused');
}

beforeEach(async () => {
  await database.pool.query(
    'TRUNCATE one_time_code, messenger_account, contact, person, notice, rate_limit CASCADE',
  );
  await database.pool.query('DELETE FROM sandbox.outage');
  clock.set(START);
  sent = [];
  logged.length = 0;
  gatewayDown = false;
});

describe('a login', () => {
  test('by phone, IIN and the code of the SMS', async () => {
    const chat = await newChat('8 701 123 45 67');
    const asked = await people.startLogin(chat, ` ${aigul.iin.slice(0, 6)} ${aigul.iin.slice(6)}`);
    expect(asked).toEqual({
      maskedPhone: '+7 701 ••• •• 67',
      expiresAt: new Date('2026-11-23T04:05:00Z'),
      resendAt: new Date('2026-11-23T04:01:00Z'),
    });
    expect(sent).toEqual([{ phone: aigul.phone, text: expect.stringMatching(/^Kezek: код входа \d{6}\. /) }]);
    const account = await people.finishLogin(chat, lastCode());
    expect(account).toEqual({
      address: chat,
      language: 'ru',
      consented: true,
      phone: aigul.phone,
      person: {
        id: expect.any(String),
        name: 'Айгүл',
        patronymic: 'Мысалқызы',
        hasEmail: false,
        roles: [],
        verifiedAt: new Date(START),
      },
    });
    expect(await people.account(chat)).toEqual(account);
    const { rows } = await database.pool.query('SELECT language, iin_cipher, iin_hash FROM person');
    expect(rows).toHaveLength(1);
    expect(rows[0].language).toBe('ru');
    expect(secrets.openIin(rows[0])).toBe(aigul.iin);
    const personId = account.person?.id;
    expect(personId && (await people.contacts(personId))).toMatchObject([
      { kind: 'PHONE', value: aigul.phone, isMain: true },
    ]);
  });

  test('nobody is warned of the first login, but of the next one from another chat', async () => {
    const first = await newChat(aigul.phone);
    await people.startLogin(first, aigul.iin);
    await people.finishLogin(first, lastCode());
    expect((await database.pool.query('SELECT FROM notice')).rowCount).toBe(0);
    const second = await newChat(aigul.phone);
    later(2 * MINUTE);
    await people.startLogin(second, aigul.iin);
    await people.finishLogin(second, lastCode());
    const { rows } = await database.pool.query('SELECT code, params FROM notice');
    expect(rows).toEqual([{ code: 'N34', params: { event: 'LOGIN' } }]);
    expect((await database.pool.query('SELECT FROM person')).rowCount).toBe(1);
  });

  test('needs consent and a shared phone', async () => {
    expect((await refusal(people.startLogin('404', aigul.iin))).code).toBe('login.noContact');
    await people.shareContact('405', aigul.phone);
    expect((await refusal(people.startLogin('405', aigul.iin))).code).toBe('login.noConsent');
    expect(sent).toEqual([]);
  });

  test.each([
    ['90010149000', 'iin.length'],
    ['9001014900090', 'iin.length'],
    ['90010149OOO9', 'iin.letters'],
    ['900140490009', 'iin.bin'],
    ['901301490009', 'iin.date'],
    ['230229500001', 'iin.date'],
    ['900101790009', 'iin.century'],
    ['900101490008', 'iin.checksum'],
  ])('IIN %s is refused as %s', async (text, code) => {
    const chat = await newChat(aigul.phone);
    expect((await refusal(people.startLogin(chat, text))).code).toBe(code);
  });

  test("somebody else's phone and an IIN of nobody are refused alike, without an SMS", async () => {
    const chat = await newChat(dana.phone);
    const others = await refusal(people.startLogin(chat, aigul.iin));
    const nobodys = await refusal(people.startLogin(chat, iinOf('1980-05-05', 9000)));
    expect([others.code, others.params]).toEqual([nobodys.code, nobodys.params]);
    expect(others.code).toBe('login.notRegistered');
    expect(sent).toEqual([]);
    expect((await database.pool.query('SELECT FROM person')).rowCount).toBe(0);
  });

  test('a chat may try ten IINs in an hour', async () => {
    const chat = await newChat(dana.phone);
    for (let i = 0; i < 10; i += 1) {
      expect((await refusal(people.startLogin(chat, aigul.iin))).code).toBe('login.notRegistered');
    }
    const tooMany = await refusal(people.startLogin(chat, dana.iin));
    expect([tooMany.code, tooMany.params]).toEqual([
      'login.tooManyTries',
      { until: '2026-11-23T05:00:00.000Z' },
    ]);
    later(60 * MINUTE);
    await people.startLogin(chat, dana.iin);
    expect(sent).toHaveLength(1);
  });

  test.each(['REGISTRY', 'MOBILE_BASE'] as const)(
    'with %s down says so, and nothing of the person is logged',
    async (service) => {
      const chat = await newChat(aigul.phone);
      await sandbox.setDown(service, true);
      expect((await refusal(people.startLogin(chat, aigul.iin))).code).toBe('login.unavailable');
      await sandbox.setDown(service, false);
      await people.startLogin(chat, aigul.iin);
      expect(sent).toHaveLength(1);
      expect(logged.join()).not.toContain(aigul.iin);
      expect(logged).toHaveLength(1);
    },
  );

  test('a logout detaches the chat', async () => {
    const chat = await newChat(aigul.phone);
    await people.startLogin(chat, aigul.iin);
    await people.finishLogin(chat, lastCode());
    await people.logout(chat);
    expect(await people.account(chat)).toMatchObject({
      person: null,
      phone: null,
      language: 'ru',
      consented: true,
    });
  });
});

describe('the code', () => {
  const startedChat = async () => {
    const chat = await newChat(aigul.phone);
    await people.startLogin(chat, aigul.iin);
    return chat;
  };

  test.each(['12345', '1234567', 'қате', '12345a', ''])('%j is no code and costs no try', async (text) => {
    const chat = await startedChat();
    expect((await refusal(people.finishLogin(chat, text))).code).toBe('code.format');
    await people.finishLogin(chat, ` ${lastCode().slice(0, 3)}-${lastCode().slice(3)} `);
  });

  test('five wrong ones end it, even when the right one follows', async () => {
    const chat = await startedChat();
    const right = lastCode();
    for (const left of [4, 3, 2, 1]) {
      const no = await refusal(people.finishLogin(chat, wrong(right)));
      expect([no.code, no.params]).toEqual(['code.wrong', { left }]);
    }
    expect((await refusal(people.finishLogin(chat, wrong(right)))).code).toBe('code.exhausted');
    expect((await refusal(people.finishLogin(chat, right))).code).toBe('code.exhausted');
    expect((await people.account(chat)).person).toBeNull();
  });

  test('wrong ones at the same moment are counted one by one', async () => {
    const chat = await startedChat();
    const right = lastCode();
    const tries = await Promise.all(
      Array.from({ length: 8 }, () => refusal(people.finishLogin(chat, wrong(right)))),
    );
    expect(tries.map((no) => no.code).sort()).toEqual([
      ...Array<string>(4).fill('code.exhausted'),
      ...Array<string>(4).fill('code.wrong'),
    ]);
  });

  test('is good for five minutes to the last instant', async () => {
    const chat = await startedChat();
    later(5 * MINUTE + 1);
    expect((await refusal(people.finishLogin(chat, lastCode()))).code).toBe('code.late');
    await people.resendLogin(chat);
    later(5 * MINUTE);
    expect((await people.finishLogin(chat, lastCode())).person).not.toBeNull();
  });

  test('works once', async () => {
    const chat = await startedChat();
    await people.finishLogin(chat, lastCode());
    expect((await refusal(people.finishLogin(chat, lastCode()))).code).toBe('code.none');
    expect((await refusal(people.resendLogin(chat))).code).toBe('code.none');
  });

  test('a new one voids the old, and is not given within a minute', async () => {
    const chat = await startedChat();
    const old = lastCode();
    later(MINUTE - 1);
    const tooOften = await refusal(people.resendLogin(chat));
    expect([tooOften.code, tooOften.params]).toEqual([
      'code.tooOften',
      { resendAt: '2026-11-23T04:01:00.000Z' },
    ]);
    later(1);
    await people.resendLogin(chat);
    if (old !== lastCode()) expect((await refusal(people.finishLogin(chat, old))).code).toBe('code.wrong');
    await people.finishLogin(chat, lastCode());
  });

  test('the IIN typed again within a minute leads to the code on its way', async () => {
    const chat = await startedChat();
    later(30_000);
    expect(await people.startLogin(chat, aigul.iin)).toMatchObject({
      resendAt: new Date('2026-11-23T04:01:00Z'),
    });
    expect(sent).toHaveLength(1);
    await people.finishLogin(chat, lastCode());
  });

  test('five in an hour to one person, whichever chat asks', async () => {
    const chat = await startedChat();
    for (let i = 0; i < 4; i += 1) {
      later(MINUTE);
      const code = await people.resendLogin(chat);
      if (i === 3) expect(code.resendAt).toEqual(new Date('2026-11-23T05:00:00Z'));
    }
    expect(sent).toHaveLength(5);
    later(2 * MINUTE);
    const other = await newChat(aigul.phone);
    for (const no of [people.resendLogin(chat), people.startLogin(other, aigul.iin)]) {
      const tooOften = await refusal(no);
      expect([tooOften.code, tooOften.params]).toEqual([
        'code.tooOften',
        { resendAt: '2026-11-23T05:00:00.000Z' },
      ]);
    }
    clock.set('2026-11-23T05:00:00Z');
    await people.resendLogin(chat);
    expect(sent).toHaveLength(6);
  });

  test('of one chat opens no other', async () => {
    const chat = await startedChat();
    const other = await newChat(aigul.phone);
    expect((await refusal(people.finishLogin(other, lastCode()))).code).toBe('code.none');
    expect((await people.finishLogin(chat, lastCode())).person).not.toBeNull();
  });

  test('does not open the account of a chat whose phone has changed meanwhile', async () => {
    const chat = await startedChat();
    await people.shareContact(chat, dana.phone);
    expect((await refusal(people.finishLogin(chat, lastCode()))).code).toBe('code.none');
  });

  test('that the gateway did not take is void and does not count', async () => {
    const chat = await newChat(aigul.phone);
    gatewayDown = true;
    for (let i = 0; i < 6; i += 1) {
      expect((await refusal(people.startLogin(chat, aigul.iin))).code).toBe('code.notSent');
    }
    expect(logged.join()).not.toContain('1234567');
    gatewayDown = false;
    await people.resendLogin(chat);
    await people.finishLogin(chat, lastCode());
  });

  test('two taps at once send one SMS', async () => {
    const chat = await newChat(aigul.phone);
    await Promise.all([people.startLogin(chat, aigul.iin), people.startLogin(chat, aigul.iin)]);
    expect(sent).toHaveLength(1);
    expect((await database.pool.query('SELECT FROM person')).rowCount).toBe(1);
  });

  test('is stored only as a keyed hash', async () => {
    await startedChat();
    const { rows } = await database.pool.query('SELECT c::text AS row FROM one_time_code AS c');
    expect(rows).toHaveLength(1);
    expect(rows[0].row).not.toContain(lastCode());
  });

  test('a message that was applied has no second effect', async () => {
    const chat = await startedChat();
    await database.pool.query(
      "INSERT INTO inbox (message_id, lane, received_at) VALUES (77, $1, '2026-11-23T04:00:00Z')",
      [chat],
    );
    const right = lastCode();
    expect((await refusal(people.finishLogin(chat, wrong(right), 77n))).params).toEqual({ left: 4 });
    await expect(people.finishLogin(chat, wrong(right), 77n)).rejects.toThrow('applied already');
    expect((await refusal(people.finishLogin(chat, wrong(right)))).params).toEqual({ left: 3 });
  });
});
