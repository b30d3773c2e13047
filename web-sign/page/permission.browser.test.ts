import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { findChromium } from '../../local/testing/chromium.ts';
import { freePort, scriptedNcaLayer } from '../testing/scripted-ncalayer.ts';
import { OWNER } from '../testing/sign-pages.ts';
import { type SignStage, signStage } from '../testing/stage.ts';
import { testSigned } from '../testing/verifier.ts';

/** From this version on Chromium asks before a public page may open a socket to this computer. */
const ASKS_SINCE = 147;

const port = await freePort();
const url = `http://kezek.test:${port}`;
const browser = await publicSite();
afterAll(() => browser.close());
const asks = Number(browser.version().split('.')[0]) >= ASKS_SINCE;

const nca = await scriptedNcaLayer(({ args }) => {
  const { data } = args as { data: string };
  return [{ status: true, body: { result: [testSigned(data, OWNER)] } }];
});
afterAll(() => nca.close());

let stage: SignStage;
let page: Page;
beforeEach(async () => {
  stage = await signStage({ publicUrl: url, ncalayerUrl: nca.url }, new Date());
  await stage.app.listen({ port, host: '127.0.0.1' });
});
afterEach(async () => {
  await page.context().close();
  await stage.app.close();
});

/** A browser for which our server is somewhere in the world, over a secure connection. */
function publicSite(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('no Chromium on this machine');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--host-resolver-rules=MAP kezek.test 127.0.0.1',
      `--unsafely-treat-insecure-origin-as-secure=${url}`,
      `--ip-address-space-overrides=127.0.0.1:${port}=public`,
    ],
  });
}

async function open(permission?: 'granted' | 'denied' | 'prompt'): Promise<void> {
  const context = await browser.newContext();
  page = await context.newPage();
  if (permission === 'granted') await context.grantPermissions(['local-network-access']);
  else if (permission) {
    const session = await browser.newBrowserCDPSession();
    const { targetInfos } = await session.send('Target.getTargets');
    const browserContextId = targetInfos.findLast(({ type }) => type === 'page')?.browserContextId;
    await session.send('Browser.setPermission', {
      permission: { name: 'loopback-network' },
      setting: permission,
      ...(browserContextId === undefined ? {} : { browserContextId }),
    });
  }
  const link = stage.pages.add();
  await page.goto(`${url}/sign#${link.token}`);
  await page.getByTestId('nca-button').waitFor();
}

const problem = () => page.locator('[data-problem]').getAttribute('data-problem');

it.runIf(asks)(
  'explains the question of the browser before it comes, and tells its refusal apart',
  async () => {
    await open();
    await page.getByTestId('nca-prompt').getByText('Браузер рұқсат сұрайды').waitFor();
    expect(nca.asked).toEqual([]);
    // Without a window Chromium answers its own question with a refusal.
    await page.getByTestId('nca-button').click();
    await expect.poll(problem).toBe('denied');
    await page.getByTestId('nca-prompt').waitFor({ state: 'hidden' });
    expect(await page.getByTestId('nca-problem').locator('li').count()).toBe(3);
  },
);

it.runIf(asks)('does not even try where the answer was no', async () => {
  await open('denied');
  await page.getByTestId('nca-button').click();
  await expect.poll(problem).toBe('denied');
  expect(await page.getByTestId('nca-prompt').isVisible()).toBe(false);
});

it.runIf(asks)('asks again when the question was closed without an answer', async () => {
  await open('prompt');
  await page.getByTestId('nca-prompt').waitFor();
  await page.getByTestId('nca-button').click();
  await expect.poll(problem).toBe('dismissed');
});

it.runIf(asks)('says nothing of it where the answer was yes, and signs', async () => {
  await open('granted');
  expect(await page.getByTestId('nca-prompt').isVisible()).toBe(false);
  await page.getByTestId('nca-button').click();
  await page.getByTestId('end').waitFor();
});
