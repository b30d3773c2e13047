import { type Browser, chromium } from 'playwright-core';
import { afterAll } from 'vitest';
import { findChromium } from './chromium.ts';

/**
 * The machine's Chromium without a window, for one `*.browser.test.ts` file, at its top level. It closes after the file's
 * last test. @throws when there is none: such files only run where there is (vitest.config.ts).
 */
export async function testBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('no Chromium on this machine');
  // Its sandbox needs rights that root and containers do not give it; only our own pages are opened.
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  afterAll(() => browser.close());
  return browser;
}
