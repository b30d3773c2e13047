import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blank, importsOf } from './source.ts';

const ROOT = join(import.meta.dirname, '../..');
const ROOMS = ['bot', 'core', 'local', 'locales', 'prisma', 'web-sign'];
const LINES = 300;

/** Files that may be longer than 300 lines, each with the reason. */
const LONG: Record<string, string> = {};

/** Files of core and bot that may read the machine's clock, each with the reason. */
const OWN_CLOCK: Record<string, string> = {
  'core/clock.ts': 'the one place that everybody gets the time from',
};

interface Source {
  /** From the root, with slashes. */
  readonly path: string;
  readonly room: string;
  readonly isTest: boolean;
  readonly text: string;
  /** Without comments and the text of strings. */
  readonly code: string;
}

const rooms = ROOMS.filter((room) => existsSync(join(ROOT, room))).flatMap((room) =>
  readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' }).map((file) =>
    posix.join(room, file.replaceAll('\\', '/')),
  ),
);
const paths = [...readdirSync(ROOT), ...rooms]
  .filter((path) => /\.(?:ts|js)$/.test(path) && !/(?:^|\/)(?:node_modules|generated)\//.test(path))
  .sort();
const sources: Source[] = paths.map((path) => {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return {
    path,
    room: path.includes('/') ? path.slice(0, path.indexOf('/')) : '',
    isTest: /\.test\.ts$|(?:^|\/)testing\//.test(path),
    text,
    code: blank(text, { strings: true }),
  };
});

/** `file:line` of every place of `pattern` in `text`. */
function places(path: string, text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(
    (match) => `${path}:${text.slice(0, match.index).split('\n').length}`,
  );
}

/** The imports that `forbids` calls wrong, as `file → import`. A path inside the repository is given from its root. */
function wrongImports(files: Source[], forbids: (target: string, source: Source) => boolean): string[] {
  return files.flatMap((source) =>
    importsOf(source.text)
      .map((target) => (target.startsWith('.') ? posix.join(posix.dirname(source.path), target) : target))
      .filter((target) => forbids(target, source))
      .map((target) => `${source.path} → ${target}`),
  );
}

const inRoom = (...names: string[]) => sources.filter(({ room }) => names.includes(room));
const isIn = (target: string, ...names: string[]) =>
  names.some((name) => target === name || target.startsWith(`${name}/`));

describe('imports go one way', () => {
  it('bot and web-sign know neither each other nor the database', () => {
    const database = ['pg', 'pg-boss', 'pg-pool', 'prisma', '@prisma'];
    expect(wrongImports(inRoom('bot'), (target) => isIn(target, 'web-sign', ...database))).toEqual([]);
    expect(wrongImports(inRoom('web-sign'), (target) => isIn(target, 'bot', ...database))).toEqual([]);
  });

  it('bot and web-sign enter core through core/index.ts only', () => {
    const doors = inRoom('bot', 'web-sign').filter(({ isTest }) => !isTest);
    expect(wrongImports(doors, (target) => isIn(target, 'core') && target !== 'core/index.ts')).toEqual([]);
  });

  it('core knows no Telegram, no HTTP server and none of the rooms around it', () => {
    const around = [
      'bot',
      'web-sign',
      'grammy',
      '@grammyjs',
      'fastify',
      '@fastify',
      'express',
      'http',
      'node:http',
      'node:https',
    ];
    expect(wrongImports(inRoom('core'), (target) => isIn(target, ...around))).toEqual([]);
  });

  it('nothing imports local but main.ts, local itself and tests', () => {
    const others = sources.filter(
      ({ room, isTest }) => ['bot', 'core', 'locales', 'web-sign'].includes(room) && !isTest,
    );
    expect(wrongImports(others, (target) => isIn(target, 'local') || target === 'main.ts')).toEqual([]);
  });

  it('locales import nothing of ours', () => {
    const words = inRoom('locales').filter(({ isTest }) => !isTest);
    expect(wrongImports(words, (target) => !isIn(target, 'locales', 'i18next'))).toEqual([]);
  });
});

describe('the code', () => {
  it('takes the time from a clock it is given', () => {
    const own = inRoom('bot', 'core').filter(({ path, isTest }) => !isTest && !(path in OWN_CLOCK));
    const reads = /\bDate\s*\.\s*now\b|\bnew\s+Date\s*(?:\(\s*\)|(?!\s*\())|(?<!new\s+)\bDate\s*\(\s*\)/g;
    expect(own.flatMap(({ path, code }) => places(path, code, reads))).toEqual([]);
  });

  it(`has no file over ${LINES} lines`, () => {
    const long = sources.filter(
      ({ path, text }) => !(path in LONG) && text.trimEnd().split('\n').length > LINES,
    );
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it('has no unfinished places and no test left alone', () => {
    const unfinished = new RegExp(
      `\\b(?:${['TO', 'FIX'].map((word, at) => word + ['DO', 'ME'][at]).join('|')})\\b`,
      'g',
    );
    expect(sources.flatMap(({ path, text }) => places(path, text, unfinished))).toEqual([]);
    const alone = /\b(?:it|test|describe)\s*\.\s*(?:only|todo)\b/g;
    expect(sources.flatMap(({ path, code }) => places(path, code, alone))).toEqual([]);
  });

  it('says what every value is', () => {
    const types = sources.filter(({ path }) => path.endsWith('.ts'));
    const anything = /(?:[:<|&,]|\bas|=>|\bextends)\s*any\b(?!\s*[:(.=?])/g;
    expect(types.flatMap(({ path, code }) => places(path, code, anything))).toEqual([]);
  });

  it('silences no check', () => {
    const silenced = /(?:\/\/|\/\*)\s*(?:biome-ignore|@ts-(?:ignore|expect-error|nocheck)|eslint-disable)/g;
    expect(sources.flatMap(({ path, text }) => places(path, text, silenced))).toEqual([]);
  });
});

describe('the exceptions', () => {
  it('are files that exist and still need it', () => {
    for (const path of Object.keys(LONG))
      expect(sources.find((source) => source.path === path)?.text.split('\n').length).toBeGreaterThan(LINES);
    for (const path of Object.keys(OWN_CLOCK)) expect(paths).toContain(path);
  });
});

describe('how source is read', () => {
  it.each([
    ['a // Date.now()', 'a              '],
    ["f('Date.now()')", "f('          ')"],
    ['a = b / c / d', 'a = b / c / d'],
    ['a = /"/g; b', 'a = /   ; b'],
    [`\`x \${f('y', { a: 1 })} z\``, `\`  \${f(' ', { a: 1 })}  \``],
    ['/* a\nb */ c', '    \n     c'],
  ])('%s', (source, expected) => {
    expect(blank(source, { strings: true })).toBe(expected);
  });

  it('finds every form of import', () => {
    const source = `import a from 'a'; import type { B } from "b";\nexport * from './c.ts';\nimport 'd';\n// import 'no';
      const e = await import('e'); type F = import('f').F; const text = "g";`;
    expect(importsOf(source)).toEqual(['a', 'b', './c.ts', 'd', 'e', 'f']);
  });
});
