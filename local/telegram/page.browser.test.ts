import { type Bot, InlineKeyboard, Keyboard } from 'grammy';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testBrowser } from '../testing/browser.ts';
import type { InboxItem, TelegramStandIn } from './server.ts';
import { botFor, OTHER, PARENT, standIn, TOKEN } from './testing.ts';

const browser = await testBrowser();
let telegram: TelegramStandIn;
let bot: Bot;
let page: Page;
let inbox: InboxItem[];
let now: Date;
let problems: string[];

beforeEach(async () => {
  inbox = [];
  problems = [];
  now = new Date('2026-03-12T09:41:00+05:00');
  telegram = await standIn({
    people: [
      { id: PARENT, first_name: 'Айгүл', phone: '+77010000001', role: { kk: 'Ата-ана', ru: 'Родитель' } },
      { id: OTHER, first_name: 'Болат', phone: '+77010000002', role: { kk: 'Меңгеруші', ru: 'Заведующая' } },
    ],
    clock: { now: () => now },
    world: {
      inbox: () => inbox,
      clock: {
        now: () => now,
        actions: [{ label: { kk: '+12 ай', ru: '+12 месяцев' }, href: '/clock/year' }],
      },
      links: { mail: { label: { kk: 'Хаттар', ru: 'Письма' }, href: '/mail' } },
    },
    extra: (req, res) => {
      if (req.url !== '/clock/year' || req.method !== 'POST') return false;
      now = new Date('2027-03-12T09:41:00+05:00');
      res.writeHead(204).end();
      return true;
    },
  });
  bot = botFor(telegram);
});
afterEach(async () => {
  await page.context().close();
  await bot.stop();
  await telegram.close();
  expect(problems).toEqual([]);
});

async function open(width = 1280): Promise<void> {
  const context = await browser.newContext({ viewport: { width, height: 800 } });
  page = await context.newPage();
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(telegram.url)) problems.push(`asks outside: ${request.url()}`);
  });
  page.on('response', async (response) => {
    const body = response.url().endsWith('/sim/events') ? '' : await response.text().catch(() => '');
    if (body.includes(TOKEN)) problems.push(`shows the token: ${response.url()}`);
  });
  await page.goto(telegram.url);
}

function poll(): Promise<void> {
  return new Promise((resolve, reject) => {
    bot.start({ onStart: () => resolve() }).catch(reject);
  });
}

const id = (name: string) => page.getByTestId(name);

it('plays a parent: start, language, own number, the code from the SMS, an alert', async () => {
  bot.command('start', (ctx) =>
    ctx.reply('Тіл', { reply_markup: new InlineKeyboard().text('Қазақша', 'kk') }),
  );
  bot.callbackQuery('kk', async (ctx) => {
    await ctx.answerCallbackQuery({ text: 'Тіл таңдалды' });
    await ctx.editMessageText('Тіл: <b>қазақша</b>', { parse_mode: 'HTML' });
    await ctx.reply('Нөмір', { reply_markup: new Keyboard().requestContact('Бөлісу') });
  });
  bot.on('message:contact', (ctx) => {
    inbox.push({ at: now, to: '+7 701 000 00 01', kind: 'sms', text: 'Код: 482913' });
    inbox.push({ at: now, to: '+77010000002', kind: 'sms', text: 'Код: 111111' });
    return ctx.reply('Кодты жазыңыз', { reply_markup: { remove_keyboard: true } });
  });
  bot.hears('482913', (ctx) =>
    ctx.reply('Мәзір', { reply_markup: new InlineKeyboard().text('Шығу', 'leave').danger() }),
  );
  bot.callbackQuery('leave', async (ctx) => {
    await ctx.answerCallbackQuery({ text: 'Рас па?', show_alert: true });
    await ctx.deleteMessage();
  });
  await poll();
  await open();
  await id(`person-${PARENT}`).click();
  await id('start').click();
  await id('button').click();
  await id('toast').filter({ hasText: 'Тіл таңдалды' }).waitFor();
  await id('message').locator('b', { hasText: 'қазақша' }).waitFor();
  await id('reply-button').click();
  await id('confirm').getByText('+77010000001').waitFor();
  await id('dialog-ok').click();
  await id('use-code').click();
  await id('send').click();
  expect(await id('reply-button').count()).toBe(0);
  await id('button').click();
  await id('alert').getByText('Рас па?').waitFor();
  await id('dialog-ok').click();
  await expect.poll(() => id('message').filter({ hasText: 'Мәзір' }).count()).toBe(0);
  expect(telegram.sim.messages(PARENT).map((message) => message.text ?? 'contact')).toEqual([
    '/start',
    'Тіл: қазақша',
    'Нөмір',
    'contact',
    'Кодты жазыңыз',
    '482913',
  ]);
});

it('counts what was not read, speaks both languages, moves the clock', async () => {
  await open();
  await id(`person-${PARENT}`).click();
  telegram.sim.start(OTHER);
  await bot.api.sendMessage(OTHER, 'Жаңа өтініш');
  await id(`person-${OTHER}`).locator('.count').getByText('1').waitFor();
  await id(`person-${OTHER}`).click();
  await id('message').filter({ hasText: 'Жаңа өтініш' }).waitFor();
  await expect.poll(() => telegram.sim.unread(OTHER)).toBe(0);
  await id('lang-ru').click();
  await id(`person-${PARENT}`).getByText('Родитель').waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('ru');
  expect(await id('clock-now').textContent()).toBe('12 марта 2026 года, четверг, 09:41');
  await id('clock-action').click();
  await expect.poll(() => id('clock-now').textContent()).toBe('12 марта 2027 года, пятница, 09:41');
  await id('lang-kk').click();
  expect(await id('clock-now').textContent()).toBe('2027 жылғы 12 наурыз, жұма, 09:41');
});

it('leads from the list to the chat on a phone, by keyboard alone, and blocks the bot', async () => {
  await bot.api.setMyCommands([{ command: 'help', description: 'Көмек' }], { language_code: 'kk' });
  await open(390);
  await expect.poll(() => id('chat').count()).toBe(0);
  await id(`person-${PARENT}`).focus();
  await page.keyboard.press('Enter');
  await id('start').press('Enter');
  await id('input').fill('/he');
  await id('command-help').press('Enter');
  await expect.poll(() => telegram.sim.messages(PARENT).at(-1)?.text).toBe('/help');
  await id('more').press('Enter');
  await id('block').press('Enter');
  await id('dialog-ok').press('Enter');
  await id('unblock').waitFor();
  expect(telegram.sim.person(PARENT).blocked).toBe(true);
  await id('back').press('Enter');
  await id(`person-${OTHER}`).waitFor();
});

it('is come back to by a link with a payload, in a new tab, as the person who left it', async () => {
  await open();
  await id(`person-${OTHER}`).click();
  await id('start').click();
  const before = telegram.sim.messages(PARENT).length;
  const tab = await page.context().newPage();
  await tab.goto(`${telegram.url}/?start=word_-1`);
  await expect.poll(() => telegram.sim.messages(OTHER).at(-1)?.text).toBe('/start word_-1');
  await expect.poll(() => new URL(tab.url()).search).toBe('');
  await tab.reload();
  await tab.locator('#input').waitFor();
  expect(telegram.sim.messages(OTHER)).toHaveLength(2);
  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(`${telegram.url}/?start=word_-2`);
  await stranger.getByTestId('start').waitFor();
  expect(telegram.sim.messages(PARENT)).toHaveLength(before);
  await stranger.context().close();
});

it('tells what the person one plays knows by heart, ready to be sent', async () => {
  telegram.sim.addPerson({
    id: PARENT,
    first_name: 'Айгүл',
    facts: [{ label: { kk: 'Өз ЖСН-і', ru: 'Свой ИИН' }, value: '900101490009' }],
  });
  telegram.sim.start(PARENT);
  await open();
  await page.getByTestId(`person-${PARENT}`).click();
  await page.locator('#input').waitFor();
  await page.getByTestId('use-fact').filter({ hasText: '900101490009' }).click();
  expect(await page.locator('#input').inputValue()).toBe('900101490009');
  await page.getByTestId('facts').click();
  await page.reload();
  expect(await page.locator('#facts').getAttribute('open')).toBeNull();
  await page.getByTestId(`person-${OTHER}`).click();
  await expect.poll(() => page.getByTestId('use-fact').filter({ hasText: '900101490009' }).count()).toBe(0);
});
