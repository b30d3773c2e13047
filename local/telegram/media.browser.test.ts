import {
  type Bot,
  InlineKeyboard,
  InlineQueryResultBuilder,
  InputFile,
  InputMediaBuilder,
  Keyboard,
} from 'grammy';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testBrowser } from '../testing/browser.ts';
import type { TelegramStandIn } from './server.ts';
import { botFor, PARENT, standIn } from './testing.ts';

const browser = await testBrowser();
const jpeg = await sharp({ create: { width: 1600, height: 1200, channels: 3, background: '#8ab' } })
  .jpeg()
  .toBuffer();
let telegram: TelegramStandIn;
let bot: Bot;
let page: Page;
let problems: string[];

beforeEach(async () => {
  problems = [];
  telegram = await standIn({
    world: {
      places: [
        { label: { kk: 'Көкшетау қаласы', ru: 'город Кокшетау' }, latitude: 53.2833, longitude: 69.3833 },
        { label: { kk: 'Қосшы қаласы', ru: 'город Косшы' }, latitude: 50.9744, longitude: 71.3553 },
      ],
    },
  });
  bot = botFor(telegram);
  telegram.sim.start(PARENT);
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  page = await context.newPage();
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(telegram.url);
  await id(`person-${PARENT}`).click();
  await id('input').waitFor();
});
afterEach(async () => {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  await page.context().close();
  await bot.stop();
  await telegram.close();
  expect(problems).toEqual([]);
  expect(wide).toBeLessThanOrEqual(390);
});

const id = (name: string) => page.getByTestId(name);
const mine = () => telegram.sim.messages(PARENT).filter((message) => !message.from.is_bot);

/** The machine may be busy: a page gets more time than a function. */
const eventually = <T>(look: () => T | Promise<T>) => expect.poll(look, { timeout: 15_000 });

function poll(): Promise<void> {
  return new Promise((resolve, reject) => {
    bot.start({ onStart: () => resolve() }).catch(reject);
  });
}

/** Chooses files in the dialog of the paper clip. */
async function attach(
  what: 'attach-photo' | 'attach-file',
  files: { name: string; mimeType: string; buffer: Buffer }[],
) {
  const choosing = page.waitForEvent('filechooser');
  await id('attach').click();
  await id(what).click();
  await (await choosing).setFiles(files);
}

const image = (name: string, buffer = jpeg) => ({ name, mimeType: 'image/jpeg', buffer });

it('sends pictures together as an album, and asks about one that is none', async () => {
  await attach('attach-photo', [
    image('1.jpg'),
    image('2.jpg'),
    image('zip.jpg', Buffer.from('PK no picture')),
  ]);
  await id('confirm').getByText('zip.jpg').waitFor();
  await id('dialog-ok').click();
  await eventually(() => mine().length).toBe(4);
  const [, first, second, third] = mine();
  expect([first?.photo?.at(-1)?.width, second?.photo?.length]).toEqual([1280, 4]);
  expect(second?.media_group_id).toBe(first?.media_group_id);
  expect(third).toMatchObject({ document: { file_name: 'zip.jpg' } });
  await eventually(() => id('album').getAttribute('data-count')).toBe('2');
  await eventually(() => id('upload').count()).toBe(0);
  await page.reload();
  await eventually(() => id('album').locator('[data-testid=photo]').count()).toBe(2);
  await bot.api.deleteMessage(PARENT, first?.message_id ?? 0);
  await eventually(() => id('album').getAttribute('data-count')).toBe('1');
});

it('sends pictures byte for byte when they are sent as files, and leaves out what is too narrow', async () => {
  await attach('attach-file', [image('1.jpg'), image('2.jpg')]);
  await eventually(() => mine().map(({ document }) => document?.file_size)).toEqual([
    undefined,
    jpeg.length,
    jpeg.length,
  ]);
  const ribbon = await sharp(jpeg).resize(1000, 20, { fit: 'fill' }).jpeg().toBuffer();
  await attach('attach-photo', [image('таспа.jpg', ribbon)]);
  await id('confirm').getByText('таспа.jpg').waitFor();
  await id('dialog-cancel').click();
  await eventually(() => id('upload').count()).toBe(0);
  expect(mine()).toHaveLength(3);
});

it('can be stopped while files are on their way', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/upload', async (route) => {
    await held;
    await route.continue().catch(() => undefined);
  });
  await attach('attach-photo', [image('1.jpg'), image('2.jpg')]);
  await id('upload').getByText('0 / 2').waitFor();
  await id('stop-upload').click();
  await eventually(() => id('upload').count()).toBe(0);
  release();
  expect(mine()).toHaveLength(1);
});

it('shares a place: a known one from the keyboard of the bot, any from the clip', async () => {
  await bot.api.sendMessage(PARENT, 'Қайдасыз?', {
    reply_markup: new Keyboard().requestLocation('Орным').resized(),
  });
  await id('reply-button').click();
  await id('find-place').fill('косшы');
  await page.keyboard.press('Enter');
  await id('dialog-ok').click();
  await eventually(() => mine().at(-1)?.location).toEqual({
    latitude: 50.9744,
    longitude: 71.3553,
    horizontal_accuracy: 20,
  });
  await id('attach').click();
  await id('attach-place').click();
  await id('field-latitude').fill('51,5');
  await id('field-longitude').fill('-70.25');
  await id('field-accuracy').fill('0');
  await id('dialog-ok').click();
  await eventually(() => mine().at(-1)?.location).toEqual({ latitude: 51.5, longitude: -70.25 });
  await id('attach').click();
  await id('attach-place').click();
  await id('field-latitude').fill('91');
  await id('dialog-ok').click();
  await id('toast').filter({ hasText: 'Мұндай нүкте жоқ' }).waitFor();
  expect(mine()).toHaveLength(3);
});

it('looks a kindergarten up in the input line, by keyboard alone, and leads back there from a button', async () => {
  bot.on('inline_query', (ctx) => {
    const from = Number(ctx.inlineQuery.offset || 0);
    const results = Array.from({ length: 20 }, (_, i) =>
      InlineQueryResultBuilder.article(`${from + i}`, `${ctx.inlineQuery.query} ${from + i}`, {
        description: 'Бос орын: 3',
        reply_markup: new InlineKeyboard().switchInlineCurrent('Тағы іздеу', 'арай'),
      }).text(`таңдалды ${from + i}`),
    );
    return ctx.answerInlineQuery(results, {
      next_offset: from < 20 ? '20' : '',
      button: { text: 'Картадан', start_parameter: 'map' },
    });
  });
  await poll();
  await id('input').fill('@kezek_test_bot балдырған');
  await eventually(() => id('inline-result').count()).toBe(20);
  await page.locator('#inline-list').evaluate((list) => list.scrollTo(0, list.scrollHeight));
  await eventually(() => id('inline-result').count()).toBe(40);
  await id('input').press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await eventually(() => mine().at(-1)).toMatchObject({
    text: 'таңдалды 1',
    via_bot: { username: 'kezek_test_bot' },
  });
  await id('via').getByText('@kezek_test_bot').waitFor();
  expect(await id('via').textContent()).toBe('@kezek_test_bot арқылы');
  expect(await id('input').inputValue()).toBe('');
  await id('button').filter({ hasText: 'Тағы іздеу' }).click();
  expect(await id('input').inputValue()).toBe('@kezek_test_bot арай');
  await id('inline-result').first().getByText('арай 0').waitFor();
  await page.keyboard.press('Escape');
  await eventually(() => page.locator('#inline').isVisible()).toBe(false);
  await id('input').fill('@kezek_test_bot ');
  await id('inline-top').click();
  await eventually(() => mine().at(-1)?.text).toBe('/start map');
  expect(mine()).toHaveLength(3);
});

it('looks one up from a chat the bot does not see', async () => {
  const heard: string[] = [];
  bot.on('inline_query', (ctx) => {
    heard.push(`query ${ctx.inlineQuery.chat_type}`);
    const card = InlineQueryResultBuilder.article('a', 'Балдырған', {
      reply_markup: new InlineKeyboard()
        .text('Жаңарту', 'again')
        .url('Ашу', 'https://t.me/kezek_test_bot?start=kg1'),
    });
    return ctx.answerInlineQuery([card.text('Бос орын: 3')]);
  });
  bot.on('callback_query', async (ctx) => {
    await ctx.editMessageText('Бос орын: 2', {
      reply_markup: new InlineKeyboard().url('Ашу', 'https://t.me/kezek_test_bot?start=kg1'),
    });
    await ctx.answerCallbackQuery();
  });
  bot.on('message', (ctx) => heard.push(ctx.msg.text ?? ''));
  await poll();
  await bot.api.sendMessage(PARENT, 'Мәзір', {
    reply_markup: new InlineKeyboard().switchInline('Досқа жіберу', 'балдырған'),
  });
  await id('button').click();
  await page.getByText('Бот бұл чатты көрмейді').waitFor();
  await id('inline-result').click();
  await id('message').getByText('Бос орын: 3').waitFor();
  await id('input').fill('өзіме');
  await id('input').press('Enter');
  await id('message').getByText('өзіме').waitFor();
  await id('button').filter({ hasText: 'Жаңарту' }).click();
  await id('message').getByText('Бос орын: 2').waitFor();
  await page.reload();
  await id('more').click();
  await id('elsewhere').click();
  await eventually(() => id('message').count()).toBe(2);
  await id('button').click();
  await id('message').getByText('/start kg1').waitFor();
  await eventually(() => heard).toEqual(['/start', 'query private', '/start kg1']);
});

it('veils spoilers until they are tapped, and keeps protected things from being saved', async () => {
  const spoiler = { has_spoiler: true, protect_content: true };
  await bot.api.sendPhoto(PARENT, new InputFile(jpeg), {
    ...spoiler,
    caption: '<tg-spoiler>жасырын</tg-spoiler>',
    parse_mode: 'HTML',
  });
  await bot.api.sendDocument(PARENT, new InputFile(Buffer.from('x'), 'a.txt'), { protect_content: true });
  await bot.api.sendDocument(PARENT, new InputFile(Buffer.from('BEGIN:VCALENDAR'), 'мерзім.ics'));
  const photo = id('photo');
  expect(await photo.getAttribute('aria-label')).toBe('Жасырын суретті көрсету');
  await photo.click();
  expect(await id('picture').count()).toBe(0);
  expect(await photo.getAttribute('aria-label')).toBe('жасырын');
  await photo.click();
  await id('picture').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.spoiler').click();
  expect(await page.locator('.spoiler.open').count()).toBe(1);
  expect(await id('download').count()).toBe(1);
  const saving = page.waitForEvent('download');
  await id('download').click();
  expect((await saving).suggestedFilename()).toBe('мерзім.ics');
  await eventually(() => page.locator('.kept').count()).toBe(2);
});

it('shows albums of the bot, words over a picture, and the pages of a PDF, in both languages', async () => {
  const media = [0, 1, 2].map((n) =>
    InputMediaBuilder.photo(new InputFile(jpeg), n === 0 ? { caption: 'Үш сурет' } : {}),
  );
  await bot.api.sendMediaGroup(PARENT, media);
  const chart = { caption: 'Орын: 97', show_caption_above_media: true };
  await bot.api.sendPhoto(PARENT, new InputFile(jpeg), chart);
  const kids = Array.from({ length: 5 }, (_, i) => i + 3);
  const leaves = kids.map((n) => `${n} 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj`).join('\n');
  const pdf = `%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 5/Kids[${kids.map((n) => `${n} 0 R`).join(' ')}]>>endobj\n${leaves}\ntrailer<</Root 1 0 R>>\n`;
  await bot.api.sendDocument(PARENT, new InputFile(Buffer.from(pdf), 'тіркеу.pdf'));
  await eventually(() => id('album').getAttribute('data-count')).toBe('3');
  const above = await page.locator('.words-above').evaluate((node) => {
    const [words, picture] = [node.querySelector('.words'), node.querySelector('.photo')];
    return words && picture
      ? words.getBoundingClientRect().bottom <= picture.getBoundingClientRect().top + 8
      : false;
  });
  expect(above).toBe(true);
  await id('document').getByText('5 бет').waitFor();
  await id('back').click();
  await id('lang-ru').click();
  await id(`person-${PARENT}`).click();
  await id('document').getByText('5 страниц').waitFor();
});
