import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const folder = new URL('./page/', import.meta.url);
/** The words of one language; the page's scripts have no types. */
const wordsOf = async (language: string) =>
  ((await import(new URL(`words-${language}.js`, folder).href)) as Record<string, Record<string, string>>)[
    language
  ] ?? {};
const kk = await wordsOf('kk');
const ru = await wordsOf('ru');
const scripts = readdirSync(folder)
  .filter((name) => name.endsWith('.js') && !name.startsWith('words-'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'))
  .join('\n');

it('the page says the same things in both languages, and nothing is empty', () => {
  expect(Object.keys(ru).sort()).toEqual(Object.keys(kk).sort());
  expect(Object.keys(kk).length).toBeGreaterThan(100);
  expect([...Object.values(kk), ...Object.values(ru)].filter((words) => words.trim() === '')).toEqual([]);
});

it('every word it asks for is there', () => {
  const asked = [...scripts.matchAll(/\bt\('([^']+)'\)/g)].map(([, key]) => key);
  expect(asked.length).toBeGreaterThan(60);
  expect(asked.filter((key) => !(key !== undefined && key in kk))).toEqual([]);
});
