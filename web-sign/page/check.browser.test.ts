import { createHash } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { testBrowser } from '../../local/testing/browser.ts';
import { mountCheck } from '../check.ts';
import { createWebServer } from '../server.ts';
import { sideways, violations } from '../testing/page-stage.ts';

const ID = '0193a5b0-0000-7000-8000-000000000001';
const PDF = Buffer.from('%PDF-1.7 the paper');
const sha256 = createHash('sha256').update(PDF).digest('hex');
const paper = {
  number: 'D-2026-000123',
  kind: 'REFERRAL',
  createdAt: new Date('2026-11-23T05:00:00Z'),
  inForce: true,
  signed: {
    method: 'EDS',
    at: new Date('2026-11-23T04:59:00Z'),
    algorithm: 'GOST3410-2015-512',
    issuer: 'ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST) 2022',
    revocation: 'GOOD',
  },
  files: [
    { language: 'kk', sha256 },
    { language: 'ru', sha256: '0'.repeat(64) },
  ],
} as const;

const browser = await testBrowser();
const app = await createWebServer({ health: async () => ({ status: 'ok' }), onError: () => undefined });
mountCheck(app, {
  documents: {
    check: async (id) => (id === ID ? paper : undefined),
    checkFile: async (number, hash) => (number === paper.number && hash === sha256 ? paper : undefined),
  },
});
const url = await app.listen({ port: 0, host: '127.0.0.1' });
afterAll(() => app.close());

let page: Page;
let outside: string[];
beforeEach(async () => {
  outside = [];
  const context = await browser.newContext({ viewport: { width: 390, height: 800 } });
  page = await context.newPage();
  page.on('request', (request) => {
    if (!request.url().startsWith(url) || request.method() !== 'GET') outside.push(request.url());
  });
});
afterEach(async () => {
  await page.context().close();
  expect(outside).toEqual([]);
});

const choose = (buffer: Buffer) =>
  page.locator('#file').setInputFiles({ name: 'paper.pdf', mimeType: 'application/pdf', buffer });

it('compares a file in the browser alone', async () => {
  await page.goto(`${url}/check/${ID}?lang=ru`);
  await choose(PDF);
  await page.locator('#result.same').getByText('Файл подлинный').waitFor();
  await choose(Buffer.from('%PDF-1.7 another one'));
  await page.locator('#result.different').getByText('Файл не совпадает').waitFor();
});

it('finds a paper by its number and the file one holds', async () => {
  await page.goto(`${url}/check`);
  await page.locator('#number').fill(paper.number);
  await choose(PDF);
  await page.getByRole('button', { name: 'Тексеру' }).click();
  await page.getByText('күшінде').waitFor();
  expect(new URL(page.url()).searchParams.get('sha256')).toBe(sha256);
  await page.getByRole('link', { name: 'Русский' }).click();
  await page.getByText('Документ подлинный').waitFor();
});

it.each(['light', 'dark'] as const)(
  'axe finds nothing, and a narrow page is wide enough: %s',
  async (colorScheme) => {
    await page.context().close();
    const context = await browser.newContext({
      viewport: { width: 320, height: 640 },
      colorScheme,
      bypassCSP: true,
    });
    page = await context.newPage();
    for (const path of [
      `/check/${ID}`,
      '/check',
      `/check/${ID.replace('1', '2')}`,
      `/check?number=1&sha256=${sha256}`,
    ]) {
      await page.goto(url + path);
      expect(await violations(page), path).toEqual([]);
      expect(await sideways(page), path).toBeLessThanOrEqual(0);
    }
  },
);
