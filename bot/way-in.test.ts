import { describe, expect, test } from 'vitest';
import { packId } from './callback.ts';
import { botStage } from './testing/stage.ts';

const stage = await botStage();
const { world, sessions } = stage;

const words = {
  kk: {
    language: 'Қазақша',
    agree: 'Келісемін',
    share: '📱 Нөмірімді жіберу',
    menu: 'Басты мәзір',
    home: 'Басты мәзір',
  },
  ru: {
    language: 'Русский',
    agree: 'Согласен',
    share: '📱 Отправить мой номер',
    menu: 'Главное меню',
    home: 'Главное меню',
  },
} as const;

describe.each(['kk', 'ru'] as const)('the way in, %s', (language) => {
  const word = words[language];

  test('from the first question to the menu, with nothing personal left behind', async () => {
    const family = await world.person();
    const chat = stage.chat();
    await chat.type('/start');
    expect(chat.text).toContain('Тілді таңдаңыз');
    expect(chat.text).toContain('Выберите язык');
    expect(chat.labels).toEqual(['Қазақша', 'Русский']);

    await chat.tap(word.language);
    expect(chat.text).toContain('Kezek');
    await chat.tap(word.agree);
    expect(chat.live.replyKeyboard[0]).toBe(word.share);

    const contact = await chat.contact({ phone_number: family.phone.slice(1) });
    expect(chat.deleted).toContain(contact);
    expect(
      chat.calls.some(({ payload }) => JSON.stringify(payload.reply_markup)?.includes('remove_keyboard')),
    ).toBe(true);
    expect(chat.text).toContain('2/4');

    const iin = await chat.type(` ${family.iin.slice(0, 6)} ${family.iin.slice(6)} `);
    expect(chat.deleted).toContain(iin);
    expect(chat.text).toContain(`${family.iin.slice(0, 4)}•••••${family.iin.slice(9)}`);
    expect(chat.text).toContain('3/4');

    const code = await chat.type(world.lastCode(family.phone));
    expect(chat.deleted).toContain(code);
    expect(chat.text).toContain('4/4');
    expect(chat.text).toContain('Айгүл');

    const email = await chat.type('Aigul@Mail.kz');
    expect(chat.deleted).toContain(email);
    expect(chat.text).toContain(word.menu);
    expect(chat.seen.every(({ text }) => !text.includes('Сыналова'))).toBe(true);

    const left = JSON.stringify([...sessions.readAllKeys()].map((key) => sessions.read(key)));
    const sent = JSON.stringify(chat.calls);
    for (const secret of [
      family.iin,
      family.phone,
      family.phone.slice(1),
      'Aigul',
      world.lastCode(family.phone),
    ]) {
      expect(left).not.toContain(secret);
      expect(sent).not.toContain(secret);
    }
  });

  test('/start goes on where the login stands and wipes nothing', async () => {
    const family = await world.person();
    const chat = stage.chat();
    await chat.type('/start');
    await chat.type('/start');
    expect(chat.labels).toContain('Қазақша');
    await chat.tap(word.language);
    await chat.tap(word.agree);
    await chat.type('/start');
    expect(chat.live.replyKeyboard[0]).toBe(word.share);
    await chat.contact({ phone_number: family.phone });
    await chat.type(family.iin);
    await chat.type('/start');
    expect(chat.text).toContain('3/4');
    await chat.type('/help');
    await chat.tap(word.home);
    expect(chat.text).toContain('3/4');
    await chat.type(world.lastCode(family.phone));
    await chat.type('/start');
    expect(chat.text).toContain('4/4');
    await chat.type(`b${chat.id}@mail.kz`);
    await chat.type('/start');
    expect(chat.text).toContain(word.menu);
  });
});

describe('a contact', () => {
  async function atPhone() {
    const chat = stage.chat();
    await chat.type('/start');
    await chat.tap('Қазақша');
    await chat.tap('Келісемін');
    return chat;
  }

  test('of somebody else, or passed on, or typed, is not taken', async () => {
    const chat = await atPhone();
    await chat.contact({ user_id: 1 });
    expect(chat.text).toContain('басқа адамның контактісі');
    await chat.contact(
      { phone_number: '77010000009' },
      { forward_origin: { type: 'hidden_user', date: 1, sender_user_name: 'x' } },
    );
    expect(chat.text).toContain('қайта жіберілген контакт');
    await chat.type('+7 701 000 00 01');
    expect(chat.text).toContain('жазудың қажеті жоқ');
    await chat.sticker();
    expect(chat.text).toContain('Нөмірді жіберу үшін');
    expect((await world.core.people.account(String(chat.id))).phone).toBeNull();
  });

  test('of another country is refused with a reason', async () => {
    const chat = await atPhone();
    await chat.contact({ phone_number: '79161234567' });
    expect(chat.text).toContain('Ресейдің нөмірі');
    await chat.contact({ phone_number: '77172123456' });
    expect(chat.text).toContain('SMS келмейді');
  });

  test('leads back when the person turns round', async () => {
    const chat = await atPhone();
    await chat.type('⬅ Артқа');
    expect(chat.text).toContain('Kezek');
    expect(chat.labels[0]).toContain('Телефон арқылы кіру');
  });
});

describe('an IIN', () => {
  async function atIin(phone: string) {
    const chat = stage.chat();
    await chat.type('/start');
    await chat.tap('Русский');
    await chat.tap('Согласен');
    await chat.contact({ phone_number: phone });
    return chat;
  }

  test.each([
    ['12345', 'ИИН'],
    ['23051459010a', 'ИИН'],
    ['230231590109', 'ИИН'],
    ['230514990109', 'ИИН'],
    ['230514590108', 'ИИН'],
  ])('%s is refused kindly and deleted', async (typed) => {
    const chat = await atIin('+77010000001');
    const id = await chat.type(typed);
    expect(chat.deleted).toContain(id);
    expect(chat.text).toContain('Написанное удалено из чата');
    expect(chat.text).not.toContain(typed);
    expect(chat.text).toContain('2/4');
  });

  test('says five different things for five different faults', async () => {
    const chat = await atIin('+77010000001');
    const said = new Set<string>();
    for (const typed of ['12345', '23051459010a', '230231590109', '230514990109', '230514590108']) {
      await chat.type(typed);
      said.add(chat.text.split('\n')[0] ?? '');
    }
    expect(said.size).toBe(5);
  });

  test('wrong three times offers the support', async () => {
    const chat = await atIin('+77010000001');
    await chat.type('1');
    expect(chat.text).not.toContain('+7 7162');
    await chat.type('2');
    expect(chat.text).toContain('Попытка: 2');
    await chat.type('3');
    expect(chat.text).toContain('+7 7162 00-00-00');
  });

  test('is asked again when a photo or 5,000 letters come', async () => {
    const chat = await atIin('+77010000001');
    const sticker = await chat.sticker();
    expect(chat.text).toContain('Здесь нужен текст');
    expect(chat.deleted).not.toContain(sticker);
    await chat.type('ж'.repeat(5000));
    expect(chat.text).toContain('12');
    expect(chat.text.length).toBeLessThan(1000);
  });

  test('that could not be deleted is told so', async () => {
    const family = await world.person();
    const chat = await atIin(family.phone);
    chat.failures.set('deleteMessage', {
      error_code: 400,
      description: "Bad Request: message can't be deleted",
    });
    await chat.type(family.iin);
    expect(chat.text).toContain('удалите его из чата сами');
  });

  test('of another phone is refused without telling whose it is', async () => {
    const family = await world.person();
    const other = await world.person();
    const chat = await atIin(family.phone);
    await chat.type(other.iin);
    expect(chat.text).toContain('БМГ');
    expect(chat.text).toContain('2/4');
  });
});

describe('the code', () => {
  test('wrong, asked again too early, asked again, late, and right', async () => {
    const family = await world.person();
    const chat = stage.chat();
    await chat.type('/start');
    await chat.tap('Русский');
    await chat.tap('Согласен');
    await chat.contact({ phone_number: family.phone });
    await chat.type(family.iin);
    const first = world.lastCode(family.phone);
    await chat.type(first === '000000' ? '111111' : '000000');
    expect(chat.text).toMatch(/4/);
    expect(chat.text).toContain('3/4');

    await chat.tap('Отправить код ещё раз');
    expect(chat.toasts.at(-1)).toMatchObject({ alert: true });
    expect(chat.lastToast).toContain('Новый код можно запросить');
    world.clock.set(new Date(world.clock.now().getTime() + 61_000));
    await chat.tap('Отправить код ещё раз');
    expect(chat.lastToast).toBe('Новый код отправлен');

    world.clock.set(new Date(world.clock.now().getTime() + 6 * 60_000));
    await chat.type(world.lastCode(family.phone));
    expect(chat.text).toContain('3/4');
    await chat.tap('Отправить код ещё раз');
    await chat.type(world.lastCode(family.phone));
    expect(chat.text).toContain('4/4');
  });

  test('another IIN can be given instead', async () => {
    const family = await world.person();
    const chat = stage.chat();
    await chat.type('/start');
    await chat.tap('Қазақша');
    await chat.tap('Келісемін');
    await chat.contact({ phone_number: family.phone });
    await chat.type(family.iin);
    await chat.tap('Басқа ЖСН');
    expect(chat.text).toContain('2/4');
  });
});

describe('a link', () => {
  test('opens what it names after the login', async () => {
    const family = await world.person();
    const id = await world.enqueue(family, '2023-05-14');
    const chat = stage.chat();
    await chat.type(`/start app_${packId(id)}`);
    await chat.tap('Қазақша');
    await chat.tap('Келісемін');
    await chat.contact({ phone_number: family.phone });
    await chat.type(family.iin);
    await chat.type(world.lastCode(family.phone));
    await chat.type(`c${chat.id}@mail.kz`);
    expect(chat.text).toContain('Нұрлан');
    expect(chat.text).toContain('Мәртебесі');
  });

  test('to another family shows nothing of theirs', async () => {
    const other = await world.person();
    const id = await world.enqueue(other, '2023-05-14');
    const { chat } = await stage.loggedIn();
    await chat.type(`/start app_${packId(id)}`);
    expect(chat.text).toContain('Өтініш табылмады');
    expect(chat.text).not.toContain('Нұрлан');
    await chat.type('/start app_AAAAAAAAAAAAAAAAAAAAAB');
    expect(chat.text).toContain('Басты мәзір');
  });
});

test('logging out hides everything and asks for the IIN again', async () => {
  const { chat, ...family } = await stage.loggedIn();
  await world.enqueue(family, '2023-05-14');
  await chat.type('/menu');
  await chat.tap('Баптаулар');
  await chat.tap('Шығу');
  await chat.tap('Иә, шығу');
  expect(chat.text).toContain('жүйеден шықтыңыз');
  await chat.type('/status');
  expect(chat.text).not.toContain('Нұрлан');
});
