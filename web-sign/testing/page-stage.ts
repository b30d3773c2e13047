import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterEach, beforeEach, expect } from 'vitest';
import { testBrowser } from '../../local/testing/browser.ts';
import { type ScriptedNcaLayer, scriptedNcaLayer } from './scripted-ncalayer.ts';
import { type NewTestLink, OWNER, type TestLink } from './sign-pages.ts';
import { type SignStage, signStage } from './stage.ts';
import { testSigned } from './verifier.ts';

export const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
};
export const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };

/** The signing page in a browser, over the doubles of core and the verifier and a scripted NCALayer. */
export interface PageStage {
  readonly nca: ScriptedNcaLayer;
  readonly pages: SignStage['pages'];
  /** The page that was opened last. */
  readonly page: Page;
  /** NCALayer answers with a signature by this person, or one that the verifier refuses for this reason. */
  keyOf(who: string): void;
  /** Another address of NCALayer; before a page is opened. */
  moveNcaLayer(url: string): Promise<void>;
  open(link: TestLink | string, options?: BrowserContextOptions): Promise<void>;
  openNew(more?: NewTestLink, options?: BrowserContextOptions): Promise<TestLink>;
  id(name: string): ReturnType<Page['getByTestId']>;
  heading(): Promise<string | null>;
  problem(): Promise<string | null>;
}

/** One stage anew for every test of a file. A request to anybody but our server and NCALayer fails the test. */
export async function pageStage(): Promise<PageStage> {
  const browser = await testBrowser();
  let nca: ScriptedNcaLayer;
  let stage: SignStage;
  let url: string;
  let page: Page;
  let problems: string[] = [];
  const serve = async (ncalayerUrl: string) => {
    stage = await signStage({ publicUrl: 'http://127.0.0.1', ncalayerUrl }, new Date());
    url = await stage.app.listen({ port: 0, host: '127.0.0.1' });
  };
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
    await serve(nca.url);
  });
  afterEach(async () => {
    await page.context().close();
    await stage.app.close();
    await nca.close();
    expect(problems).toEqual([]);
  });
  const watch = (token: string | undefined) => {
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(url) && !request.url().startsWith('data:'))
        problems.push(`asks outside: ${request.url()}`);
      if (token && request.url().includes(token)) problems.push('the token in an address');
    });
    page.on('websocket', (socket) => {
      if (!socket.url().startsWith('ws://127.0.0.1:')) problems.push(`talks outside: ${socket.url()}`);
    });
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) problems.push(message.text());
    });
  };
  const open = async (link: TestLink | string, options: BrowserContextOptions = DESKTOP) => {
    page = await (await browser.newContext(options)).newPage();
    watch(typeof link === 'string' ? undefined : link.token);
    await page.goto(`${url}/sign#${typeof link === 'string' ? link : link.token}`);
    await page.locator('h1').waitFor();
  };
  return {
    get nca() {
      return nca;
    },
    get pages() {
      return stage.pages;
    },
    get page() {
      return page;
    },
    keyOf,
    moveNcaLayer: async (to) => {
      await stage.app.close();
      await serve(to);
    },
    open,
    openNew: async (more, options) => {
      const link = stage.pages.add(more);
      await open(link, options);
      return link;
    },
    id: (name) => page.getByTestId(name),
    heading: () => page.locator('h1').textContent(),
    problem: () => page.locator('[data-problem]').getAttribute('data-problem'),
  };
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Everything axe has against a page as it stands; the page must have been opened with `bypassCSP`. */
export function violations(page: Page): Promise<string[]> {
  return page.evaluate(async (source) => {
    const axe = new Function(`${source}; return axe;`)();
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations.flatMap((one: { id: string; nodes: { html: string }[] }) =>
      one.nodes.map(({ html }) => `${one.id}: ${html}`),
    );
  }, AXE);
}

/** By how much a page is wider than its window. */
export function sideways(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}
