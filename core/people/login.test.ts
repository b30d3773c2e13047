import { describe, expect, test } from 'vitest';
import { aigul, dana, iinOf, MINUTE, openStage, refusal, START } from './testing/stage.ts';

const { database, lastCode, later, logged, newChat, people, sandbox, secrets, sent } = await openStage();

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
        verifiedBy: 'OTP',
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
