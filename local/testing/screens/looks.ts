import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Locator, Page } from 'playwright-core';

const require = createRequire(import.meta.url);
const WEIGHTS = { 400: '400Regular', 600: '600SemiBold', 700: '700Bold' } as const;

function face([weight, name]: readonly [string, string]): string {
  const file = require.resolve(`@expo-google-fonts/noto-sans/${name}/NotoSans_${name}.ttf`);
  const data = readFileSync(file).toString('base64');
  return `@font-face { font-family: "Pictures"; font-weight: ${weight}; src: url(data:font/ttf;base64,${data}); }`;
}

/** One font on every machine, nothing that moves, nothing that blinks. */
const STILL = `${Object.entries(WEIGHTS).map(face).join('\n')}
  * { font-family: "Pictures", "Noto Color Emoji", sans-serif !important; caret-color: transparent !important; }
  *, *::before, *::after { animation: none !important; transition: none !important; }
  .tools, .banner, #toasts, #down { visibility: hidden !important; }`;

export async function standStill(page: Page): Promise<void> {
  await page.addStyleTag({ content: STILL });
  await page.evaluate(async () => {
    await Promise.all(
      ['400', '600', '700'].map((weight) => document.fonts.load(`${weight} 16px Pictures`, 'Қазақ')),
    );
    await document.fonts.ready;
  });
}

export interface Seen {
  /** What is written, buttons left out. */
  readonly text: string;
  readonly buttons: readonly string[];
  /** What does not fit. */
  readonly problems: readonly string[];
}

/** What a message or a part of a page says, and what of it is cut off, broken or wider than the phone. */
export function seenIn(place: Locator): Promise<Seen> {
  return place.evaluate((root) => {
    const problems: string[] = [];
    const page = document.documentElement;
    if (page.scrollWidth > page.clientWidth) problems.push(`the page is ${page.scrollWidth} wide`);
    const cut = (node: Element) =>
      node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1;
    const linesOf = (node: Element): number => {
      const range = document.createRange();
      range.selectNodeContents(node);
      return new Set([...range.getClientRects()].map(({ top }) => Math.round(top / 12))).size;
    };
    const inView = (node: Element) => {
      const { left, right } = node.getBoundingClientRect();
      return left >= -0.5 && right <= page.clientWidth + 0.5;
    };
    const said = [...root.querySelectorAll('.words')].map((node) => node.textContent).join('\n');
    const keys = [...root.querySelectorAll('.key')];
    for (const key of keys) {
      const label = key.textContent ?? '';
      const words = key.querySelector('span') ?? key;
      const { left, right } = key.getBoundingClientRect();
      const inner = words.getBoundingClientRect();
      if (cut(key) || inner.left < left || inner.right > right) problems.push(`a button is cut: ${label}`);
      const [shown = ''] = (label.split(' · ').at(-1) ?? label).replace(/^[^\p{L}]+/u, '').split('…');
      if (label.includes('…') && !said.includes(shown))
        problems.push(`a button is cut, and nothing says it whole: ${label}`);
      if (linesOf(words) > 1) problems.push(`a button of more than one line: ${label}`);
    }
    for (const node of root.querySelectorAll('.bubble, .words, .key, p, dd, h1, h2, .button')) {
      if (!inView(node)) problems.push(`outside of the phone: ${node.textContent?.slice(0, 40)}`);
      if (node.matches('.bubble, .words') && cut(node))
        problems.push(`a text is cut: ${node.textContent?.slice(0, 40)}`);
    }
    const copy = root.cloneNode(true) as Element;
    for (const node of copy.querySelectorAll('.key, .meta, .tools')) node.remove();
    const host = document.createElement('div');
    host.style.whiteSpace = 'pre-wrap';
    host.append(copy);
    return {
      text:
        [...host.querySelectorAll('.words')].map((node) => node.textContent).join('\n') ||
        host.textContent ||
        '',
      buttons: keys.map((key) => key.textContent ?? ''),
      problems,
    };
  });
}
