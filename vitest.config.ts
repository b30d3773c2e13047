import { globSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { findChromium } from './local/testing/chromium.ts';
import { ClosingLineReporter } from './local/testing/closing-line-reporter.ts';

const BROWSER = '{bot,core,local,locales,web-sign}/**/*.browser.test.ts';
const BOUNDARIES = 'local/testing/boundaries.test.ts';
const DATABASE = './local/testing/global-setup.ts';

const notes: string[] = [];
const browserFiles = globSync(BROWSER);
const chromium = findChromium();
if (!chromium && browserFiles.length > 0) {
  notes.push(
    `browser tests left out (${browserFiles.length} files): no Chromium on this machine (install "chromium").`,
  );
}

export default defineConfig({
  test: {
    // A run without a matching file is a mistake in the call, but not where there is no browser.
    passWithNoTests: chromium === undefined,
    reporters: ['default', new ClosingLineReporter(notes)],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{bot,core,local,locales,web-sign}/**/*.test.ts', '*.test.ts'],
          exclude: ['**/node_modules/**', BROWSER, BOUNDARIES],
          globalSetup: DATABASE,
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: chromium ? [BROWSER] : [],
          globalSetup: DATABASE,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: 'boundaries', include: [BOUNDARIES] } },
    ],
  },
});
