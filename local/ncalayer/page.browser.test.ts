import { createServer } from 'node:http';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { verifyStatementXml } from '../../web-sign/signature/xml/verify-xml.ts';
import { testBrowser } from '../testing/browser.ts';
import { usual } from './behaviour.ts';
import { type NcaLayerPages, ncaLayerPages } from './pages.ts';
import { type NcaLayer, startNcaLayer } from './server.ts';
import { AIGUL, basicsRequest, connect, MADINA, type TestClient, testKeys } from './testing/stage.ts';

const XML = '<statement><child>Әлихан</child><kindergarten>Балбөбек</kindergarten></statement>';
const browser = await testBrowser();
const keys = await testKeys();
let layer: NcaLayer;
let pages: NcaLayerPages;
let client: TestClient;
let page: Page;
let url = '';
const problems: string[] = [];
const server = createServer(async (req, res) => {
  if (!(await pages.serve(req, res))) res.writeHead(404).end();
});

beforeAll(async () => {
  layer = await startNcaLayer({ ...keys, port: 0 });
  pages = ncaLayerPages(layer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
});
beforeEach(async () => {
  Object.assign(layer.behaviour, usual);
  layer.window.setAuto(null);
  problems.length = 0;
  client = await connect(layer.url, 'https://kezek.example');
  await client.next();
  const context = await browser.newContext({ viewport: { width: 420, height: 640 } });
  page = await context.newPage();
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.goto(`${url}/ncalayer`);
});
afterEach(async () => {
  await page.context().close();
  client.close();
  expect(problems).toEqual([]);
});
afterAll(async () => {
  pages.close();
  await layer.close();
  server.closeAllConnections();
  server.close();
});

const id = (name: string) => page.getByTestId(name);

async function isAccessible(): Promise<void> {
  // Our own page forbids inline script, and axe is not part of it.
  const found = await page.evaluate(
    `${axe.source}; axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes.map(({ html }) => html).join(' ')))`,
  );
  expect(found).toEqual([]);
}

it('shows what is to be signed and signs it by keyboard alone', async () => {
  await page.getByText('Қол қоюға сұрау жоқ').waitFor();
  await isAccessible();
  client.send(basicsRequest({ data: XML }));
  await id('content').getByText('Балбөбек').waitFor();
  await id('origin').getByText('https://kezek.example').waitFor();
  expect(await page.title()).toBe('(1) NCALayer');
  expect(await page.evaluate('document.activeElement.id')).toBe('heading');
  await isAccessible();
  await id('who').focus();
  await id('who').selectOption(AIGUL.iin);
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const { body } = await client.next();
  const [signed = ''] = (body as { result: string[] }).result;
  expect(verifyStatementXml(signed, XML).certificate.subjectName).toBe('СЫНАЛОВА АЙГҮЛ');
  await id('outcome').getByText('Қол қойылды').waitFor();
});

it('offers whom and what fits, remembers the person, speaks Russian where asked', async () => {
  const signerParams = { extKeyUsageOids: ['1.3.6.1.5.5.7.3.4', '1.2.398.3.3.4.1.2'] };
  client.send(basicsRequest({ data: XML, locale: 'ru', signerParams }));
  await page.getByRole('heading', { name: 'Запрос на подпись' }).waitFor();
  expect(await id('who').locator('option').allTextContents()).toEqual(['Сынақова Мадина – заведующая']);
  await id('keys').getByText('ГОСТ-512 · «Мысал» бөбекжайы').waitFor();
  await id('keys').getByText('Ключей, не подходящих к запросу: 9').waitFor();
  await page.keyboard.press('Escape');
  expect(await client.next()).toEqual({ status: true, body: {} });

  client.send(basicsRequest({ data: XML, locale: 'ru' }));
  await id('who').selectOption(MADINA.iin);
  await id('keys').getByText('RSA, для подписи · физическое лицо').first().waitFor();
  await id('cancel').click();
  await client.next();
  client.send(basicsRequest({ data: XML, locale: 'ru' }));
  await id('request').waitFor();
  expect(await id('who').inputValue()).toBe(MADINA.iin);
  await id('lang-kk').click();
  await id('keys').getByText('мерзімі өткен').first().waitFor();
  await id('cancel').click();
  await client.next();
});

it('says so when no key fits, when the site has gone, and when it answers by itself', async () => {
  client.send(basicsRequest({ data: XML, allowedStorages: ['AKKaztokenStore'] }));
  await id('none').waitFor();
  expect(await id('sign').isDisabled()).toBe(true);
  client.close();
  await id('outcome').getByText('Бет жауапты күтпей жабылды').waitFor();
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(`${url}/ncalayer/api/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  expect((await post('auto', { iin: AIGUL.iin, kind: 'RSA-SIGN' })).status).toBe(200);
  await id('auto').getByText('Сыналова Айгүл · RSA, қол қоюға').waitFor();
  await isAccessible();
  expect((await post('auto', { cancel: true }, { origin: 'http://elsewhere.example' })).status).toBe(403);
  expect((await post('auto', { iin: AIGUL.iin, kind: 'DSA' })).status).toBe(400);
  expect((await post('behaviour', { shape: 'ROUND' })).status).toBe(400);
  expect((await post('answer', { id: 1, cancel: true })).status).toBe(409);
  expect((await post('file', { data: 'MTEK', password: '' })).status).toBe(422);
});

it('shows a document, and hashes as such', async () => {
  const data = Buffer.from('%PDF-1.4 құжат').toString('base64');
  client.send(basicsRequest({ format: 'cms', data }, { decode: true, encapsulate: false }));
  const href = await page.getByRole('link', { name: 'Құжатты ашу' }).getAttribute('href');
  const pdf = await fetch(`${url}${href}`);
  expect(pdf.headers.get('content-type')).toBe('application/pdf');
  expect(await pdf.text()).toBe('%PDF-1.4 құжат');
  await id('cancel').click();
  await client.next();
  expect((await fetch(`${url}${href}`)).status).toBe(404);
  const hash = Buffer.alloc(64, 7).toString('base64');
  client.send(basicsRequest({ format: 'cms', data: hash }, { digested: true, encapsulate: false }));
  await page.getByText('Құжаттың өзі емес, хэші · 64 байт').waitFor();
  await id('sign').click();
  expect(await client.next()).toMatchObject({ status: true });
});
