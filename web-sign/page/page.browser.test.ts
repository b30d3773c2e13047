import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testBrowser } from '../../local/testing/browser.ts';
import { freePort, type ScriptedNcaLayer, scriptedNcaLayer } from '../testing/scripted-ncalayer.ts';
import { type NewTestLink, OWNER, type TestLink } from '../testing/sign-pages.ts';
import { BOT_URL, type SignStage, signStage } from '../testing/stage.ts';
import { testSigned } from '../testing/verifier.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
};
const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };

const browser = await testBrowser();
let nca: ScriptedNcaLayer;
let stage: SignStage;
let url: string;
let page: Page;
let problems: string[];

/** NCALayer with a key of this person (or a word that the verifier refuses for). */
const keyOf = (who: string) => {
  nca.script.answer = ({ args }) => {
    const { data } = args as { data: string };
    return [{ status: true, body: { result: [testSigned(data, who)] } }];
  };
};

beforeEach(async () => {
  problems = [];
  nca = await scriptedNcaLayer();
  keyOf(OWNER);
  stage = await signStage({ publicUrl: 'http://127.0.0.1', ncalayerUrl: nca.url }, new Date());
  url = await stage.app.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(async () => {
  await page.context().close();
  await stage.app.close();
  await nca.close();
  expect(problems).toEqual([]);
});

async function open(link: TestLink | string, options: BrowserContextOptions = DESKTOP): Promise<void> {
  const context = await browser.newContext(options);
  page = await context.newPage();
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:'))
      problems.push(`asks outside: ${request.url()}`);
    if (typeof link !== 'string' && request.url().includes(link.token))
      problems.push('the token in an address');
  });
  page.on('websocket', (socket) => {
    if (!socket.url().startsWith(nca.url)) problems.push(`talks outside: ${socket.url()}`);
  });
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) problems.push(message.text());
  });
  await page.goto(`${url}/sign#${typeof link === 'string' ? link : link.token}`);
  await page.locator('h1').waitFor();
}

const id = (name: string) => page.getByTestId(name);
const problem = () => page.locator('[data-problem]').getAttribute('data-problem');
const heading = () => page.locator('h1').textContent();

async function openNew(more: NewTestLink = {}, options?: BrowserContextOptions): Promise<TestLink> {
  const link = stage.pages.add(more);
  await open(link, options);
  return link;
}

/** Everything axe knows, on the page as it stands. */
async function violations(): Promise<string[]> {
  return page.evaluate(async (source) => {
    // The page's own policy would not let this in: these pages are opened with `bypassCSP`.
    const axe = new Function(`${source}; return axe;`)();
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations.flatMap((one: { id: string; nodes: { html: string }[] }) =>
      one.nodes.map(({ html }) => `${one.id}: ${html}`),
    );
  }, AXE);
}

const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

describe('on a computer', () => {
  it('shows what is signed and by whom, signs with NCALayer, and leads back to the chat', async () => {
    const link = await openNew();
    expect(await heading()).toBe('Балабақшаны таңдау туралы өтініш');
    expect(await id('child').textContent()).toBe('Әлихан');
    expect(await id('kindergarten').textContent()).toBe('«Жұлдыз» балабақшасы');
    expect(await id('signer').textContent()).toBe('9001•••••014');
    expect(new URL(page.url()).hash).toBe(`#${link.id}`);
    await id('exact').locator('summary').click();
    expect(await id('xml').textContent()).toBe(link.content);
    await id('nca-button').click();
    await page.getByRole('heading', { name: 'Қол қойылды, жолдама берілді' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    expect(await id('end').textContent()).toContain('000451');
    expect(await id('back').getAttribute('href')).toBe(BOT_URL);
    expect(link.effects()).toBe(1);
    expect(nca.asked).toHaveLength(1);
  });

  it('survives a reload and does not open for another browser', async () => {
    const link = await openNew({ language: 'ru' });
    await page.reload();
    await page.getByRole('heading', { name: 'Заявление о выборе детского сада' }).waitFor();
    await page.context().close();
    await open(link);
    expect(await page.locator('main').textContent()).toContain('басқа браузерде ашылған');
  });

  it('speaks both languages, and keeps what is open', async () => {
    await openNew();
    await id('exact').locator('summary').click();
    await page.getByRole('button', { name: 'Русский' }).click();
    expect(await heading()).toBe('Заявление о выборе детского сада');
    expect(await page.locator('html').getAttribute('lang')).toBe('ru');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('lang-ru');
    await id('xml').waitFor();
    expect(await page.title()).toBe('Заявление о выборе детского сада · Очередь в детский сад');
  });

  it('logs in', async () => {
    const link = await openNew({ purpose: 'LOGIN', language: 'ru' });
    await page.getByRole('button', { name: 'Войти по ЭЦП' }).press('Enter');
    await page.getByRole('heading', { name: 'Вы вошли' }).waitFor();
    expect(link.effects()).toBe(1);
    expect(nca.asked[0]?.args).toMatchObject({ locale: 'ru' });
  });

  it('gives the files of a link for downloading', async () => {
    await openNew({ purpose: 'DOWNLOAD', files: [{ name: 'signed.xml', bytes: 3_000 }] });
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Қол қойылған өтініш' }).click();
    expect((await download).suggestedFilename()).toBe('signed.xml');
    expect(await id('nca-button').count()).toBe(0);
  });

  it('asks NCALayer once, however often one clicks, and may stop waiting', async () => {
    nca.script.answer = () => [];
    await openNew();
    for (let n = 0; n < 3; n++) await id('nca-button').click({ force: true });
    await id('nca-stop').click();
    await expect.poll(problem).toBe('stopped');
    expect(nca.asked).toHaveLength(1);
  });
});

describe('what goes wrong', () => {
  it.each([
    ['cancelled', { status: true, body: {} }],
    ['failed', { status: false, code: 'SIGNING_FAILURE', message: 'no key' }],
    ['unreadable', 'oops'],
    ['noModule', { success: false, errorCode: 'MODULE_NOT_FOUND' }],
  ])('NCALayer: %s', async (word, answer) => {
    nca.script.answer = () => [answer];
    await openNew();
    await id('nca-button').click();
    await expect.poll(problem).toBe(word);
    expect(await id('nca-problem').locator('h4').textContent()).not.toBe('');
    keyOf(OWNER);
    await id('nca-button').click();
    await id('end').waitFor();
  });

  it.each([
    ['111111111111', 'person', '9001•••••014'],
    ['expired', 'expired', 'жаңа ЭЦҚ алып'],
    ['revoked', 'revoked', 'кері қайтарылған'],
    ['need-signing-key', 'key', 'GOST512'],
    ['untrusted', 'key', 'Ұлттық куәландырушы орталық'],
    ['digest-mismatch', 'refused', 'digest-mismatch'],
  ])('the key: %s', async (who, word, text) => {
    keyOf(who);
    await openNew();
    await id('nca-button').click();
    await expect.poll(problem).toBe(word);
    expect(await id('nca-problem').textContent()).toContain(text);
    keyOf(OWNER);
    await id('nca-button').click();
    await id('end').waitFor();
  });

  it('nobody signs twice because the authority is silent or the network is gone', async () => {
    keyOf('revocation-unavailable');
    await openNew({ language: 'ru' });
    await page.route('**/xml', (route) => route.abort(), { times: 1 });
    await id('nca-button').click();
    await expect.poll(problem).toBe('network');
    await page.getByRole('button', { name: 'Отправить ещё раз' }).click();
    await expect.poll(problem).toBe('silent');
    await page.getByRole('button', { name: 'Отправить ещё раз' }).waitFor();
    expect(nca.asked).toHaveLength(1);
  });

  it('NCALayer is not there: what to do, step by step', async () => {
    const port = await freePort();
    await stage.app.close();
    stage = await signStage(
      { publicUrl: 'http://127.0.0.1', ncalayerUrl: `ws://127.0.0.1:${port}` },
      new Date(),
    );
    url = await stage.app.listen({ port: 0, host: '127.0.0.1' });
    const link = stage.pages.add();
    await open(link);
    page.removeAllListeners('websocket');
    await id('nca-button').click();
    await expect.poll(problem).toBe('unreachable');
    expect(await id('nca-problem').locator('li').count()).toBe(3);
    expect(await id('nca-problem').locator('a').getAttribute('href')).toBe('https://ncl.pki.gov.kz/');
  });

  it.each([
    ['', 'толық емес'],
    ['nonsense', 'жарамсыз'],
  ])('a link that is none: %j', async (token, words) => {
    await open(token);
    expect(await page.locator('main').textContent()).toContain(words);
    expect(await id('back').getAttribute('href')).toBe(BOT_URL);
  });
});

describe('what happens elsewhere', () => {
  it.each([
    [{ state: 'EXPIRED' as const }, 'Сілтеменің мерзімі өтті'],
    [
      { state: 'VOID' as const, refusal: { code: 'statement.signed', params: {} } },
      'Өтінішке SMS-код арқылы қол қойылған',
    ],
    [{ state: 'VOID' as const, refusal: { code: 'choice.taken', params: {} } }, 'Өтініш жүзеге аспады'],
    [{ state: 'DONE' as const }, 'Қол қойылды, жолдама берілді'],
  ])('is shown without reloading: %j', async (change, title) => {
    const link = await openNew();
    link.change(change);
    await page.getByRole('heading', { name: title }).waitFor();
  });

  it('ends the waiting for NCALayer', async () => {
    nca.script.answer = () => [];
    const link = await openNew();
    await id('nca-button').click();
    await expect.poll(() => nca.asked.length).toBe(1);
    link.change({ state: 'DONE' });
    await id('end').waitFor();
    await expect.poll(() => nca.open()).toBe(0);
  });

  it('shows what the phone does, from the code to the signature', async () => {
    const link = await openNew();
    await id('phone-button').click();
    await id('qr').waitFor();
    await id('phone-status').getByText('Телефоннан жауап күтіп тұрмыз.').waitFor();
    link.change({ phone: 'FETCHED' });
    await id('phone-status').getByText('Телефон құжатты алды').waitFor();
    await page.reload();
    await id('qr').waitFor();
    link.change({ state: 'DONE' });
    await id('end').waitFor();
  });
});

describe('on a phone', () => {
  it('offers the app first, NCALayer nowhere near', async () => {
    await openNew({}, PHONE);
    const link = await id('open-mobile').getAttribute('href');
    expect(link).toMatch(
      /^https:\/\/m\.egov\.kz\/mobileSign\/\?link=http%3A%2F%2F127\.0\.0\.1%2Fegov%2Fphone_/,
    );
    expect(await id('open-business').getAttribute('href')).toContain('businessSign');
    expect(await id('nca-button').isVisible()).toBe(false);
    expect(await id('qr').isVisible()).toBe(false);
  });

  it('does not take the document back from the app when the page is loaded anew', async () => {
    const link = await openNew({}, PHONE);
    const first = await id('open-mobile').getAttribute('href');
    link.change({ phone: 'FETCHED' });
    await page.reload();
    await id('open-mobile').waitFor();
    expect(await id('open-mobile').getAttribute('href')).toBe(first);
    await page.evaluate(() => sessionStorage.clear());
    await page.reload();
    await id('phone-prepare').waitFor();
    expect(link.view().phone).toBe('FETCHED');
  });
});

describe('for everybody', () => {
  const looks = [
    ['kk', 'light', DESKTOP],
    ['ru', 'dark', DESKTOP],
    ['kk', 'dark', PHONE],
    ['ru', 'light', PHONE],
  ] as const;

  it.each(looks)('axe finds nothing: %s, %s', async (language, colorScheme, options) => {
    nca.script.answer = () => [{ status: false, code: 'X', message: 'y' }];
    const link = await openNew({ language }, { ...options, colorScheme, bypassCSP: true });
    expect(await violations()).toEqual([]);
    for (const summary of await page.locator('summary').all()) await summary.click();
    await id('phone-button').click();
    await id('qr').waitFor();
    await id('nca-button').click();
    await expect.poll(problem).toBe('failed');
    expect(await violations()).toEqual([]);
    link.change({ state: 'DONE' });
    await id('end').waitFor();
    expect(await violations()).toEqual([]);
  });

  it.each(['kk', 'ru'] as const)('320 points are wide enough, and large letters: %s', async (language) => {
    await openNew({ language }, { viewport: { width: 320, height: 640 } });
    for (const summary of await page.locator('summary').all()) await summary.click();
    await id('qr').waitFor();
    expect(await sideways()).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 640, height: 800 });
    await page.evaluate(() => {
      document.documentElement.style.fontSize = '200%';
    });
    expect(await sideways()).toBeLessThanOrEqual(0);
  });

  it('works by keyboard alone, with a focus one can see', async () => {
    await openNew();
    const seen: (string | null)[] = [];
    for (let n = 0; n < 6; n++) {
      await page.keyboard.press('Tab');
      seen.push(
        await page.evaluate(() => {
          const focused = document.activeElement;
          const outline = focused ? getComputedStyle(focused).outlineStyle : 'none';
          return outline === 'none' ? null : (focused?.textContent?.trim().slice(0, 12) ?? '');
        }),
      );
    }
    expect(seen).toEqual([
      'Қазақша',
      'Русский',
      'Өтініштің дә',
      'Өтінішті PDF',
      'Қол қойып, ж',
      'QR кодты көр',
    ]);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await id('end').waitFor();
  });

  it('stands still for those who do not like motion', async () => {
    nca.script.answer = () => [];
    await openNew({}, { ...DESKTOP, reducedMotion: 'reduce' });
    await id('nca-button').click();
    const animation = await page
      .locator('[data-testid=nca-button] .spinner')
      .evaluate((node) => getComputedStyle(node).animationName);
    expect(animation).toBe('none');
  });
});
