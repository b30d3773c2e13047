import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encodeCallback } from '../callback.ts';
import type { Act, ApplicationId, GroupId, KindergartenId } from '../core.ts';
import { botStage } from '../testing/stage.ts';

// Monday 23 November 2026, 10:00 in Kazakhstan.
const stage = await botStage();
const { world } = stage;
let admin: Act;
let near: { house: KindergartenId; group: GroupId };

const words = {
  kk: {
    here: 'Қазір тұрған жерім',
    share: '📍 Орнымды жіберу',
    back: '⬅ Артқа',
    title: 'Маңайдағы бос орындар',
    from: 'Қай жерден: <b>қазіргі орныңыз</b> · балабақшалар: 1',
    all: 'Тек бос орын',
    full: 'Қазір бос орын жоқ',
    load: 'Толуы: 80\u00a0%',
    tell: 'Хабарлап тұру',
    language: 'Қазақша',
    kept: 'шамамен 100 м дәлдікпен сақталады',
    nearest: 'Ең жақын балабақша: 1,1\u00a0км',
    made: 'Жазылдыңыз',
    within: 'Таңдалған нүктеден 2\u00a0км шегінде',
    stop: '1. Тоқтату',
    none: 'Әзірге жазылым жоқ',
    forgotten: 'Орныңызды сақтамаймыз',
    one: 'Жазылу',
    offer: 'Нұрлан · қаз · 2022',
    group: '🟢 <b>2022</b> · қазақ тілі · <b>2</b> / 25',
    menu: 'Маңайдағы орындар',
  },
  ru: {
    here: 'Где я сейчас',
    share: '📍 Отправить, где я',
    back: '⬅ Назад',
    title: 'Свободные места рядом',
    from: 'Откуда: <b>где вы сейчас</b> · детских садов: 1',
    all: 'Только свободные',
    full: 'Сейчас свободных мест нет',
    load: 'Заполнен: 80\u00a0%',
    tell: 'Сообщать мне',
    language: 'Казахский',
    kept: 'с точностью около 100 м',
    nearest: 'Ближайший детский сад: 1,1\u00a0км',
    made: 'Подписка оформлена',
    within: 'В пределах 2\u00a0км от выбранной точки',
    stop: '1. Отписаться',
    none: 'Подписок пока нет',
    forgotten: 'Мы не храним местоположение',
    one: 'Подписаться',
    offer: 'Нұрлан · каз · 2022',
    group: '🟢 <b>2022</b> · казахский · <b>2</b> / 25',
    menu: 'Места рядом со мной',
  },
} as const;

beforeAll(async () => {
  admin = await world.staff({ admin: true });
  const build = async (name: string, latitude: number) => {
    const house = await world.kindergarten(name);
    await world.db.pool.query('UPDATE kindergarten SET latitude = $2 WHERE id = $1', [house, latitude]);
    const group = await world.group(house, 2022, 'kk', 25);
    await world.db.pool.query('UPDATE kindergarten_group SET enrolled = 20 WHERE id = $1', [group]);
    return { house, group };
  };
  near = await build('Балдырған', 51.11);
  await build('Күншуақ', 51.2);
});

beforeEach(async () => {
  await world.db.pool.query('UPDATE subscription SET ended_at = now()');
});

/** A child of the parent in the queue, and two places that its year may have. */
async function childWithPlaces(family: Awaited<ReturnType<typeof stage.loggedIn>>): Promise<ApplicationId> {
  const id = await world.enqueue(family, '2022-03-04');
  await world.db.pool.query(
    "UPDATE place SET state = 'WITHDRAWN', withdrawal_reason = 'x' WHERE state <> 'WITHDRAWN'",
  );
  await world.core.staff.publish(admin, near.group, 2);
  await world.db.pool.query("UPDATE place SET state = 'OPEN', opened_at = $1 WHERE state = 'PUBLISHED'", [
    new Date(world.clock.now().getTime() - 24 * 3_600_000),
  ]);
  return id;
}

describe.each(['kk', 'ru'] as const)('in %s', (language) => {
  const w = words[language];

  test('a location is shared, kindergartens by distance are shown, and it is nowhere kept', async () => {
    const family = await stage.loggedIn(language);
    const { chat } = family;
    await childWithPlaces(family);
    await chat.type('/menu');
    await chat.tap(w.menu);
    expect(chat.text).toContain(w.title);
    await chat.tap(w.here);
    expect(chat.live.replyKeyboard).toEqual([w.share, w.back]);
    const sent = await chat.location(51.100_123, 71.200_456);
    expect(chat.deleted).toContain(sent);
    expect(chat.text).toContain(w.from);
    expect(chat.text).toMatch(/«Балдырған».* · 1,1\u00a0км\n🟢 .*2022 (қаз|каз) – 2\n/);
    expect(chat.text).toContain(w.load);
    expect(chat.text).not.toContain('Күншуақ');
    await chat.tap(w.all);
    expect(chat.text).toMatch(/<b>2\. .*«Күншуақ».* · 11\u00a0км\n▫️ /);
    expect(chat.text).toContain(w.full);
    const kept = JSON.stringify([
      await stage.sessions.read(String(chat.id)),
      (await world.db.pool.query('SELECT * FROM event')).rows,
      stage.logged,
      chat.labels,
      chat.live.buttons,
    ]);
    expect(kept).not.toMatch(/51[.,]1|71[.,]2/);
  });

  test('a subscription from there: year, language, distance; listed, and ended', async () => {
    const { chat, ...family } = await stage.loggedIn(language);
    await world.enqueue(family, '2022-03-04');
    await chat.type('/near');
    await chat.tap(w.here);
    await chat.location(51.1, 71.2);
    await chat.tap(w.tell);
    expect(chat.labels[0]).toBe('2022');
    await chat.tap('2022');
    await chat.tap(w.language);
    expect(chat.text).toContain(w.kept);
    expect(chat.text).toContain(w.nearest);
    await chat.tap('2\u00a0км');
    expect(chat.text).toContain(w.made);
    expect(chat.text).toContain(w.within);
    const { rows } = await world.db.pool.query(
      'SELECT birth_year, language, latitude, longitude, radius_m FROM subscription WHERE ended_at IS NULL',
    );
    expect(rows).toEqual([
      { birth_year: 2022, language: 'kk', latitude: 51.1, longitude: 71.2, radius_m: 2000 },
    ]);
    await chat.tap(w.stop);
    expect(chat.text).toContain(w.none);
  });

  test('the kindergarten: groups, map, the own child, a subscription to it alone', async () => {
    const family = await stage.loggedIn(language);
    const { chat } = family;
    const application = await childWithPlaces(family);
    await chat.type('/near');
    await chat.type('балдырган');
    expect(chat.text).toContain(w.group);
    expect(chat.text).toMatch(/🕒 .* 10:\d\d/);
    await chat.tap('📍');
    expect(chat.seen.at(-2)).toMatchObject({ kind: 'venue' });
    await chat.tap(w.tell);
    await chat.tap('2023');
    await chat.tap(w.language);
    await chat.tap(w.one);
    expect(chat.text).toContain('🏫');
    await chat.type('/near');
    await chat.type('балдырган');
    await chat.tap(w.offer);
    expect(chat.live.buttons.flat()).toContainEqual(
      expect.objectContaining({ callback_data: encodeCallback('group/wish', [application, near.group]) }),
    );
  });

  test('after fifteen minutes the location is forgotten, which is said', async () => {
    const { chat } = await stage.loggedIn(language);
    await chat.type('/near');
    await chat.tap(w.here);
    await chat.location(51.1, 71.2);
    world.clock.set(new Date(world.clock.now().getTime() + 16 * 60_000));
    await chat.tap(w.all);
    expect(chat.text).toContain(w.forgotten);
    expect(chat.text).toContain(w.title);
  });
});

describe('from where', () => {
  test('the home of an application and the centre of a district', async () => {
    const family = await stage.loggedIn('kk');
    const { chat } = family;
    const id = await childWithPlaces(family);
    await world.db.pool.query(
      'UPDATE application SET home_latitude = 51.111, home_longitude = 71.2 WHERE id = $1',
      [id],
    );
    await chat.type('/near');
    await chat.tap('🏠 Үй: Нұрлан');
    expect(chat.text).toContain('Қай жерден: <b>үй: Нұрлан');
    expect(chat.text).toContain('110\u00a0м');
    expect(chat.labels.join()).toContain('📅 2022 ж.');
    await chat.tap('⬅');
    await chat.tap('Аудан немесе қала');
    await chat.tap('Целиноград ауданы');
    expect(chat.text).toContain('Қай жерден: <b>Целиноград ауданы</b>');
    await chat.tap('📅 ');
    await chat.tap('2021');
    expect(chat.text).toContain('Қазір мұндай бос орын жоқ');
    await chat.tap('Тек бос орын');
    expect(chat.text).toContain('Сүзгіні өзгертіңіз');
    await chat.tap('Барлық тіл');
    expect(chat.labels.join()).toContain('Қазақша');
  });

  test('another message than a location leaves one where one is; the way back takes the keyboard away', async () => {
    const { chat } = await stage.loggedIn('ru');
    await chat.type('/near');
    await chat.tap('Где я сейчас');
    const typed = await chat.type('Кокшетау');
    expect(chat.deleted).toContain(typed);
    expect(chat.text).toContain('Нажмите внизу кнопку');
    await chat.sticker();
    expect(chat.text).toContain('Нажмите внизу кнопку');
    await chat.type('⬅ Назад');
    expect(
      chat.calls.some(({ payload }) =>
        JSON.stringify(payload.reply_markup ?? {}).includes('remove_keyboard'),
      ),
    ).toBe(true);
    expect(chat.text).toContain('Откуда искать?');
  });

  test('a point sent without being asked for is taken too', async () => {
    const { chat } = await stage.loggedIn('ru');
    await chat.type('/near');
    const sent = await chat.location(51.1, 71.2);
    expect(chat.deleted).toContain(sent);
    expect(chat.text).toContain('Откуда: <b>где вы сейчас</b>');
  });
});

describe('by name', () => {
  test('several, none, and what is no name', async () => {
    const { chat } = await stage.loggedIn('ru');
    await chat.type('/near');
    await chat.type('акмол');
    expect(chat.text).toContain('Найденные детские сады');
    expect(chat.labels.slice(0, 2)).toEqual(['1. Балдырған · село Акмол', '2. Күншуақ · село Акмол']);
    await chat.tap('2. Күншуақ');
    expect(chat.text).toContain('Детский сад «Күншуақ»');
    await chat.tap('⬅');
    expect(chat.text).toContain('Найденные детские сады');
    await chat.type('такого нет');
    expect(chat.text).toContain('не найден');
    const iin = await chat.type('230109591363');
    expect(chat.deleted).toContain(iin);
    expect(chat.text).toContain('Здесь пишут название');
    expect(JSON.stringify(await stage.sessions.read(String(chat.id)))).not.toMatch(/акмол|такого|230109/);
    await chat.type('<b>%</b>');
    expect(chat.text).toContain('не найден');
    await chat.sticker();
    expect(chat.text).toContain('нужен текст');
  });
});
