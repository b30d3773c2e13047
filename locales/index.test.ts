import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { texts } from './index.ts';

const here = new URL('.', import.meta.url);
const root = new URL('..', import.meta.url);

/** Every text of a file by its key, dots between the parts. */
function leaves(node: unknown, prefix = ''): [string, string][] {
  if (typeof node === 'string') return [[prefix, node]];
  return Object.entries(node as object).flatMap(([key, value]) =>
    leaves(value, prefix === '' ? key : `${prefix}.${key}`),
  );
}

function read(file: string): Map<string, string> {
  return new Map(leaves(JSON.parse(readFileSync(new URL(file, here), 'utf8'))));
}

const holes = (text: string): string[] =>
  [...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name = '']) => name);
const tags = (text: string): string[] => [...text.matchAll(/<[^>]*>/g)].map(([tag]) => tag).sort();
const files = globSync('*kk.json', { cwd: here }).sort();
const kk = read('kk.json');
const ru = read('ru.json');

/** Keys that the screens put on buttons, as they stand in the source. */
const sources = globSync('bot/{screens,staff,delivery,form,scans,places,waitlist}/**/*.ts', {
  cwd: root,
  exclude: ['**/*.test.ts'],
});
const source = sources.map((file) => readFileSync(new URL(file, root), 'utf8')).join('\n');
const onButtons = [
  ...new Set([...source.matchAll(/[bB]utton\(\s*t\.plain\(\s*'([\w.]+)'\s*\)/g)].map(([, key = '']) => key)),
];

describe.each(files)('%s and its Russian', (file) => {
  const first = read(file);
  const second = read(file.replace('kk.json', 'ru.json'));

  test('have the same keys, and no text is empty', () => {
    expect([...second.keys()].sort()).toEqual([...first.keys()].sort());
    for (const [key, text] of [...first, ...second]) expect(text.trim(), key).not.toBe('');
  });

  test('have the same holes in every text', () => {
    for (const [key, text] of first) {
      expect([...new Set(holes(second.get(key) ?? ''))].sort(), key).toEqual(
        [...new Set(holes(text))].sort(),
      );
    }
  });

  test('leave no Kazakh text in Russian and no Russian text in Kazakh', () => {
    for (const [key, text] of second) {
      const own = text.replaceAll(/«[^»]*»|Қазақша|Наурыз|Тіл/g, '');
      expect(own, key).not.toMatch(/[әғқңөұүһіӘҒҚҢӨҰҮҺІ]/);
    }
    for (const [key, text] of first) {
      expect(text.replaceAll('Язык', ''), key).not.toMatch(
        /(?<!\p{L})(и|в|на|или|для|что|это|вы|ваш|нет)(?!\p{L})/iu,
      );
      expect(text.replaceAll('Язык', ''), key).not.toMatch(/[ыэ][^\s]*ние(?!\p{L})/u);
    }
  });
});

describe('the texts of messages', () => {
  test('use only tags that Telegram knows, closed and the same in both languages', () => {
    for (const [key, text] of kk) {
      expect(tags(ru.get(key) ?? ''), key).toEqual(tags(text));
      for (const tag of tags(text))
        expect(tag, key).toMatch(/^<\/?(b|i|u|s|code|pre|a|blockquote|tg-spoiler)( [^>]*)?>$/);
      const open = tags(text).filter((tag) => !tag.startsWith('</')).length;
      expect(open * 2, key).toBe(tags(text).length);
    }
  });

  test('a refusal fits into the answer of a tap and is plain', () => {
    for (const catalogue of [kk, ru]) {
      for (const [key, text] of catalogue) {
        if (!key.startsWith('refusal.')) continue;
        // A date in words takes about forty signs.
        const filled = text.replaceAll(/\{\{\w+\}\}/g, 'x'.repeat(40));
        expect(filled.length, key).toBeLessThanOrEqual(200);
        expect(text, key).not.toContain('<');
      }
    }
  });

  test('toasts fit into the answer of a tap', () => {
    const toasts = [...source.matchAll(/toast: \{ key: '([\w.]+)'/g)].map(([, key = '']) => key);
    expect(toasts.length).toBeGreaterThan(3);
    for (const key of [...toasts, 'common.fault', 'common.menuRefreshed']) {
      expect((kk.get(key) ?? '').length + (ru.get(key) ?? '').length, key).toBeLessThanOrEqual(190);
      expect(kk.get(key), key).not.toContain('<');
    }
  });

  test('buttons are short enough for a phone, and plain', () => {
    expect(onButtons.length).toBeGreaterThan(40);
    for (const key of onButtons) {
      const [first, second] = [kk.get(key) ?? '', ru.get(key) ?? ''];
      expect([...first].length, `${key}: ${first}`).toBeLessThanOrEqual(24);
      expect([...second].length, `${key}: ${second}`).toBeLessThanOrEqual(28);
      expect(first + second, key).not.toContain('<');
    }
  });

  test('no text is a wall', () => {
    for (const [key, text] of [...kk, ...ru]) expect(text.length, key).toBeLessThanOrEqual(500);
  });
});

describe('a language', () => {
  test('escapes values for a message and leaves them alone for a button', () => {
    const values = { name: '<b>Ай & Күн</b> {{x}} $t(menu.choose)' };
    expect(texts('kk').html('code.welcome', values)).toContain(
      '&lt;b&gt;Ай &amp; Күн&lt;/b&gt; {{x}} $t(menu.choose)',
    );
    expect(texts('ru').plain('code.welcome', values)).toContain('<b>Ай & Күн</b> {{x}} $t(menu.choose)');
  });

  test('does not show a hole to a parent', () => {
    expect(() => texts('kk').html('code.welcome')).toThrow('no value for {{name}}');
  });

  test('knows which texts there are', () => {
    expect(texts('ru').has('refusal.unknown')).toBe(true);
    expect(texts('ru').has('refusal')).toBe(false);
    expect(texts('ru').has('refusal.nobody.wrote.this')).toBe(false);
  });

  test('is Kazakh when none is chosen', () => {
    expect(texts(null).language).toBe('kk');
  });
});
