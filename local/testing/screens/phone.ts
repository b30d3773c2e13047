import type { Browser, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { type TextKey, type TextLanguage, type TextValues, texts } from '../../../locales/index.ts';
import { wordsOf } from '../../demo/words.ts';
import { compareScreen, keepToLookAt } from './album.ts';
import { type Seen, seenIn, standStill } from './looks.ts';
import { type Dictionary, wordingProblems } from './wording.ts';
import type { ScreensWorld } from './world.ts';

/** A text of the catalogue, or words as they stand there. */
export type Words = string | { readonly key: TextKey; readonly values?: TextValues };

export interface Look {
  /** The screen is a question before the menu, or has a keyboard of its own to go back by. */
  readonly wayBack?: false;
  /** What is random on it, and is drawn as something else. */
  readonly hide?: RegExp;
  /** Before a language is chosen both are spoken. */
  readonly bilingual?: true;
  /** Pictures without a word. */
  readonly silent?: true;
}

const SIZE = { width: 390, height: 844 };
const PATIENCE = { timeout: 30_000 };
/** The bars over and under the messages. */
const BARS = 190;

export interface Upload {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** One person at a phone, who opens every screen in the chat page as people do, and takes a picture of each. */
export class Phone {
  readonly page: Page;
  readonly language: TextLanguage;
  readonly problems: string[] = [];
  readonly #world: ScreensWorld;
  readonly #dictionary: Dictionary;

  private constructor(page: Page, world: ScreensWorld, language: TextLanguage, dictionary: Dictionary) {
    this.page = page;
    this.#world = world;
    this.language = language;
    this.#dictionary = dictionary;
    page.on('pageerror', (error) => this.problems.push(`the page failed: ${error.message}`));
  }

  /** The chat of one person of the world. */
  static async open(
    browser: Browser,
    world: ScreensWorld,
    language: TextLanguage,
    person: number,
  ): Promise<Phone> {
    const context = await browser.newContext({
      ...{ viewport: SIZE, locale: `${language}-KZ`, timezoneId: 'Asia/Almaty' },
      ...{ reducedMotion: 'reduce', colorScheme: 'light', bypassCSP: true, acceptDownloads: true },
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE.timeout);
    const phone = new Phone(page, world, language, await dictionaryOf(world));
    await page.addInitScript((code) => {
      if (self === top) localStorage.setItem('kezek.page.language', code);
    }, language);
    await page.goto(world.telegram.url);
    await standStill(page);
    await phone.id(`person-${person}`).click();
    return phone;
  }

  id(name: string): Locator {
    return this.page.getByTestId(name);
  }

  words(words: Words): string {
    if (typeof words === 'string') return words;
    const { key, values } = words;
    if (values === undefined) return wordsOf(this.language, key);
    return texts(this.language)
      .plain(key, values)
      .replaceAll(/<[^>]+>/g, '');
  }

  /** The newest message of the bot that has all of these words in it. */
  message(...wanted: readonly Words[]): Locator {
    const all = this.page.locator('[data-testid=message][data-from=bot]');
    return wanted.reduce((found, one) => found.filter({ hasText: this.words(one) }), all).last();
  }

  async sees(...wanted: readonly Words[]): Promise<Locator> {
    const message = this.message(...wanted);
    await message.waitFor({ ...PATIENCE, state: 'visible' });
    return message;
  }

  /** Taps the newest button with this in its label, of all or of those under one message. */
  async tap(label: Words, under: Page | Locator = this.page): Promise<void> {
    this.#world.clock.step();
    await under
      .getByTestId('button')
      .filter({ hasText: this.words(label) })
      .last()
      .click(PATIENCE);
  }

  async type(text: string): Promise<void> {
    this.#world.clock.step();
    await this.id('input').fill(text);
    await this.id('send').click();
  }

  /** Chooses files in the dialog of the paper clip, several photos make an album. */
  async attach(what: 'attach-photo' | 'attach-file', files: Upload[]): Promise<void> {
    this.#world.clock.step();
    const choosing = this.page.waitForEvent('filechooser');
    await this.id('attach').click();
    await this.id(what).click();
    await (await choosing).setFiles(files);
  }

  /** Waits for a screen of the chat, looks whether all of it fits and is well said, and holds it against its picture. */
  async look(name: string, wanted: readonly Words[], look: Look = {}): Promise<Locator> {
    const message = await this.sees(...wanted);
    await this.#settled(message);
    await this.#rest(this.page);
    const seen = await seenIn(message);
    this.#judge(name, seen, look);
    if (look.wayBack !== false && !this.#hasWayBack(seen)) this.problems.push(`${name}: no way back`);
    await this.#compare(name, message, look);
    return message;
  }

  /** The same of a whole page, or of a part of one. */
  async lookAt(name: string, place: Locator, look: Look = {}): Promise<void> {
    await place.waitFor({ ...PATIENCE, state: 'visible' });
    await this.#settled(place);
    await this.#rest(place.page());
    this.#judge(name, await seenIn(place), look);
    await this.#compare(name, place, look);
  }

  /** The same of another page: of the signature, which a button has opened. */
  async lookAtPage(name: string, page: Page, selector: string, hide = /№\d+/): Promise<void> {
    await page.setViewportSize(SIZE);
    await standStill(page);
    await this.lookAt(name, page.locator(selector), { wayBack: false, hide });
  }

  /** Does the steps; where one cannot be done, the screen is kept to be looked at. Fails with all that was wrong on the way. */
  async walk(steps: () => Promise<void>): Promise<void> {
    try {
      await steps();
    } catch (error) {
      const picture = keepToLookAt(this.language, 'stranded', await this.page.screenshot());
      throw new Error(`${this.problems.join('\n')}\nthe screen is in ${picture}`, { cause: error });
    } finally {
      await this.page.context().close();
    }
    expect(this.problems).toEqual([]);
    expect(this.#world.faults).toEqual([]);
  }

  #judge(name: string, { text, buttons, problems }: Seen, { bilingual, silent }: Look): void {
    const said = [text, ...buttons].join('\n');
    const wording = bilingual ? [] : wordingProblems(said, this.language, this.#dictionary);
    for (const problem of [...problems, ...wording]) this.problems.push(`${name}: ${problem}`);
    if (!silent && text.trim() === '') this.problems.push(`${name}: says nothing`);
  }

  #hasWayBack({ buttons }: Seen): boolean {
    const t = texts(this.language);
    return buttons.includes(t.plain('button.home')) || buttons.includes(t.plain('button.back'));
  }

  /** A picture of what is taller than the phone is taken on a phone as tall as it. */
  async #compare(name: string, place: Locator, { hide }: Look): Promise<void> {
    const page = place.page();
    const { height = 0 } = (await place.boundingBox()) ?? {};
    const isTall = height > SIZE.height - BARS;
    if (isTall) await page.setViewportSize({ ...SIZE, height: Math.ceil(height) + BARS });
    if (hide !== undefined) await veil(place, hide);
    // Wherever the chat has been scrolled to, the letters lie on the same pixels.
    await place.evaluate(pin);
    const box = await place.boundingBox();
    if (box === null) throw new Error(`${name} has gone`);
    const clip = { x: 0, y: Math.floor(box.y), width: SIZE.width, height: Math.ceil(box.height) };
    const screenshot = await page.screenshot({ clip, caret: 'hide', animations: 'disabled' });
    await place.evaluate(unpin);
    if (isTall) await page.setViewportSize(SIZE);
    const wrong = await compareScreen(this.language, name, screenshot);
    if (wrong !== undefined) this.problems.push(`${name}: ${wrong}`);
  }

  /** No button is pressed, no text arrives, the pictures are there. */
  async #settled(place: Locator): Promise<void> {
    const state = () =>
      place.evaluate((node) => {
        const waiting = [...node.querySelectorAll('img')].some((image) => !image.complete);
        return waiting || document.querySelector('.key.busy') ? '' : node.outerHTML;
      });
    let before = '';
    await expect
      .poll(
        async () => {
          const now = await state();
          const same = now !== '' && now === before;
          before = now;
          return same;
        },
        { ...PATIENCE, interval: 150 },
      )
      .toBe(true);
  }

  /** Nothing is pointed at and nothing has the focus. */
  async #rest(page: Page): Promise<void> {
    await page.mouse.move(0, 0);
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  }
}

/** Lays a message over the upper edge of the window; a part of a page stays where it is. */
function pin(node: HTMLElement | SVGElement): void {
  node.scrollIntoView({ block: 'nearest' });
  if (!node.closest('#messages')) return;
  const { left, width } = node.getBoundingClientRect();
  const place = { position: 'fixed', top: '0', left: `${left}px`, width: `${width}px`, margin: '0' };
  Object.assign(node.style, {
    ...place,
    zIndex: '99',
    boxShadow: '0 0 0 100vmax #d5e2ec',
    background: '#d5e2ec',
  });
}

function unpin(node: HTMLElement | SVGElement): void {
  if (node.closest('#messages')) node.removeAttribute('style');
}

/** Digits in the place of what chance has made. */
function veil(place: Locator, pattern: RegExp): Promise<void> {
  return place.evaluate(
    (root, { source, flags }) => {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
        node.textContent =
          node.textContent?.replace(new RegExp(source, flags), (found) => found.replaceAll(/\d/g, '8')) ?? '';
    },
    { source: pattern.source, flags: pattern.flags },
  );
}

/** The names of the database in both languages. */
async function dictionaryOf({ db }: ScreensWorld): Promise<Dictionary> {
  const { rows } = await db.pool.query<{ kk: string; ru: string }>(
    `SELECT name_kk AS kk, name_ru AS ru FROM district UNION SELECT name_kk, name_ru FROM kindergarten
      UNION SELECT address_kk, address_ru FROM kindergarten UNION SELECT name_kk, name_ru FROM benefit_category`,
  );
  return rows;
}
