import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { difference, small } from './picture.ts';

const HERE = import.meta.dirname;
/** Whole screenshots, to be looked at: of the screens that differ, of all with SCREENS_OUT. */
const OUT = process.env.SCREENS_OUT;
const LOOK_AT = OUT ?? join(tmpdir(), 'kezek-screens');

/**
 * Holds a screenshot against the picture of that name in this folder; with UPDATE_SCREENS=1 it takes its place. Answers
 * what is wrong, in words.
 */
export async function compareScreen(
  language: string,
  name: string,
  screenshot: Buffer,
): Promise<string | undefined> {
  const file = join(HERE, language, `${name}.png`);
  const now = await small(screenshot);
  if (OUT !== undefined) keepToLookAt(language, name, screenshot);
  const known = existsSync(file);
  const wrong = known ? await difference(readFileSync(file), now) : 'there is no picture of it yet';
  if (wrong === undefined) return undefined;
  if (process.env.UPDATE_SCREENS === '1') {
    keep(HERE, language, name, now);
    return undefined;
  }
  return `${wrong} (now: ${keepToLookAt(language, name, screenshot)}; kept: ${file}; UPDATE_SCREENS=1 renews it)`;
}

/** Keeps a whole screenshot where it can be looked at; answers its file. */
export function keepToLookAt(language: string, name: string, screenshot: Buffer): string {
  return keep(LOOK_AT, language, name, screenshot);
}

function keep(folder: string, language: string, name: string, content: Buffer): string {
  mkdirSync(join(folder, language), { recursive: true });
  const file = join(folder, language, `${name}.png`);
  writeFileSync(file, content);
  return file;
}
