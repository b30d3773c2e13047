import { createServer } from 'node:http';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { AIGUL, MADINA, testKeys } from '../ncalayer/testing/stage.ts';
import { testBrowser } from '../testing/browser.ts';
import { servePhone } from './pages.ts';
import { createPhone } from './phone.ts';
import { startService, usualScript, xmlDocument } from './testing/service.ts';

const browser = await testBrowser();
const keys = await testKeys();
const service = await startService();
const phone = createPhone({ ...keys, isAllowed: ({ origin }) => origin === service.url });
const server = createServer(async (req, res) => {
  if (await servePhone(phone, req, res)) return;
  res.writeHead(200, { 'content-type': 'text/html' }).end('<h1>chat</h1>');
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const own = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
const problems: string[] = [];
let page: Page;

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await service.close();
});
beforeEach(async () => {
  service.script = usualScript();
  service.script.reply = { status: 200, body: { success: true, backUrl: `${own}/chat` } };
  service.calls.length = 0;
  problems.length = 0;
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  page = await context.newPage();
  page.on('pageerror', (error) => problems.push(error.message));
});
afterEach(async () => {
  await page.context().close();
  expect(problems).toEqual([]);
});

const id = (name: string) => page.getByTestId(name);

async function isAccessible(): Promise<void> {
  const found = await page.evaluate(
    `${axe.source}; axe.run({ iframes: false }).then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes.map(({ html }) => html).join(' ')))`,
  );
  expect(found).toEqual([]);
}

it('opens the link of the same device, shows the paper, signs and returns', async () => {
  await page.goto(`${own}/phone?link=${encodeURIComponent(service.link)}`);
  await page.getByRole('heading', { name: 'Білім бөлімі' }).waitFor();
  await id('document').getByText('Таңдау туралы өтініш').waitFor();
  await id('document').getByText('TSL-2026-000123').waitFor();
  await isAccessible();
  await id('who').selectOption(MADINA.iin);
  await id('keys').getByText('«Мысал» бөбекжайы').waitFor();
  await id('who').selectOption(AIGUL.iin);
  await id('sign').click();
  await id('answer').getByRole('heading', { name: 'Құжатқа қол қойылды' }).waitFor();
  await isAccessible();
  await page.waitForURL(`${own}/chat`);
  expect(service.calls.map(({ method }) => method)).toEqual(['GET', 'GET', 'PUT']);
});

it('takes the text of a QR code, says why it was not taken, tries another key', async () => {
  service.script.second = xmlDocument;
  service.script.reply = { status: 403, body: { message: 'Кілттің мерзімі өткен.' } };
  await page.goto(`${own}/phone`);
  await isAccessible();
  await id('link').fill('not a link');
  await id('open').click();
  await id('trouble').getByText('Бұл қол қоюдың сілтемесі емес.').waitFor();
  await id('lang-ru').click();
  await id('link').fill(`mobileSign:${service.link}`);
  await id('open').click();
  await page.getByRole('heading', { name: 'Отдел образования' }).waitFor();
  await id('document').getByText('<url>http://localhost</url>').waitFor();
  await id('keys').getByLabel('ГОСТ-512 · физическое лицо срок истёк').check();
  await id('sign').click();
  await id('message').getByText('Кілттің мерзімі өткен.').waitFor();
  service.script.reply = { status: 200, body: {} };
  await id('again').click();
  await page.keyboard.press('Tab');
  await id('sign').click();
  await page.getByRole('heading', { name: 'Документ подписан' }).waitFor();
  expect(service.calls.filter(({ language }) => language !== 'ru')).toEqual([]);
});
