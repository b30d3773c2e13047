import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { texts } from '../locales/index.ts';
import type { KezekContext } from './context.ts';
import { Refusal } from './core.ts';
import { refusalNote } from './refusal-note.ts';

const root = new URL('..', import.meta.url);
const files = globSync('core/**/*.ts', { cwd: root, exclude: ['**/*.test.ts', '**/testing/**'] });

/** Codes that core throws, and those that its interfaces promise in «Refusals: …». */
function codesOf(text: string): string[] {
  const thrown = [...text.matchAll(/Refusal\(\s*'([a-z]+\.[a-zA-Z]+)'/g)].map(([, code = '']) => code);
  const tables = [...text.matchAll(/REFUSALS[^=]*= \{([^}]*)\}/g)].flatMap(([, table = '']) =>
    [...table.matchAll(/'([a-z]+\.[a-zA-Z]+)'/g)].map(([, code = '']) => code),
  );
  const promised = [...text.matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap(([doc]) =>
    [...doc.matchAll(/Refusals?\b[^:.]*:([\s\S]*?)(?:\.\s|\*\/|$)/g)].flatMap(([, list = '']) =>
      [...list.matchAll(/(?<![\w.])([a-z]+\.[a-z][a-zA-Z]+)(?=[\s,;)}(]|\.?$)/gm)].map(
        ([, code = '']) => code,
      ),
    ),
  );
  return [...thrown, ...tables, ...promised];
}

const codes = [
  ...new Set(files.flatMap((file) => codesOf(readFileSync(new URL(file, root), 'utf8')))),
].sort();

function contextIn(language: 'kk' | 'ru', logged: unknown[]): KezekContext {
  const log = { error: (...entry: unknown[]) => logged.push(entry) };
  return { t: texts(language), house: { supportPhone: '1414', log } } as unknown as KezekContext;
}

describe('every refusal of core', () => {
  test('is found in the source', () => {
    expect(codes).toEqual(
      expect.arrayContaining(['iin.checksum', 'choice.taken', 'referral.cancelTooLate', 'code.wrong']),
    );
    expect(codes.length).toBeGreaterThan(45);
  });

  test.each(codes)('%s has a text in both languages', (code) => {
    for (const language of ['kk', 'ru'] as const)
      expect(texts(language).has(`refusal.${code}`), language).toBe(true);
  });
});

describe('a refusal as it is told', () => {
  test('tells dates in words', () => {
    const refusal = new Refusal('referral.cancelTooLate', { until: '2026-11-25T02:00:00.000Z' });
    const { key, values } = refusalNote(contextIn('ru', []), refusal);
    expect(texts('ru').plain(key, values)).toContain('среда, 25 ноября 2026 г., 07:00');
    const day = refusalNote(
      contextIn('kk', []),
      new Refusal('referral.extendTooFar', { limit: '2026-12-24' }),
    );
    expect(texts('kk').plain(day.key, day.values)).toContain('24 желтоқсан 2026 ж., бейсенбі');
  });

  test('without a text is logged and leads to the support', () => {
    const logged: unknown[] = [];
    const note = refusalNote(contextIn('kk', logged), new Refusal('nobody.wroteThis'));
    expect(note).toEqual({ key: 'refusal.unknown', values: { code: 'nobody.wroteThis', support: '1414' } });
    expect(logged).toHaveLength(1);
  });
});
