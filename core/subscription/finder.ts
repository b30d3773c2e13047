import type { Clock } from '../clock.ts';
import type { Db, NamedQuery } from '../db/db.ts';
import type { KindergartenId } from '../ids.ts';
import { fold } from './fold.ts';

interface NameRow {
  readonly id: KindergartenId;
  readonly name_kk: string;
  readonly name_ru: string;
  readonly around: string;
}

const namesQuery: NamedQuery = {
  name: 'kindergarten-names',
  text: `SELECT k.id, k.name_kk, k.name_ru, concat_ws(' ', k.address_kk, k.address_ru, d.name_kk, d.name_ru) AS around
    FROM kindergarten k JOIN district d ON d.id = k.district_id WHERE k.is_active ORDER BY k.name_kk COLLATE kazakh, k.id`,
};

/** A kindergarten as it is searched, everything folded. */
interface Entry {
  readonly id: KindergartenId;
  /** In both languages: the whole name, and what stands in its quotes. */
  readonly beginnings: readonly string[];
  readonly name: string;
  readonly all: string;
}

const FRESH_MS = 60_000;
const MAX_SIGNS = 100;
const MAX_WORDS = 8;
const RANKS = [0, 1, 2] as const;

/**
 * Finds kindergartens by what people type. The names are kept in memory, folded, and read anew after a minute: inline
 * mode asks at every letter somebody types, a few thousand names are searched in a millisecond or two, and both sides
 * are folded by one function. What changes by the second, the free places, is never kept.
 */
export function createFinder({ db, clock }: { readonly db: Db; readonly clock: Clock }) {
  let kept: { readonly readAt: number; readonly entries: Promise<readonly Entry[]> } | undefined;

  async function read(): Promise<readonly Entry[]> {
    return (await db.rows<NameRow>(namesQuery, [])).map(entryOf);
  }

  function entries(): Promise<readonly Entry[]> {
    const now = clock.now().getTime();
    if (kept !== undefined && Math.abs(now - kept.readAt) < FRESH_MS) return kept.entries;
    const fresh = { readAt: now, entries: read() };
    kept = fresh;
    // What could not be read is asked for again by the next one.
    fresh.entries.catch(() => {
      if (kept === fresh) kept = undefined;
    });
    return fresh.entries;
  }

  /** The best first: the name begins so, the name has all words, name, address and district have them together. */
  return async (text: string, limit: number): Promise<readonly KindergartenId[]> => {
    const wanted = fold(text.slice(0, MAX_SIGNS));
    if (wanted === '') return [];
    const words = wanted.split(' ').slice(0, MAX_WORDS);
    const byRank = Map.groupBy(await entries(), (entry) => rankOf(entry, wanted, words));
    return RANKS.flatMap((rank) => byRank.get(rank) ?? [])
      .slice(0, limit)
      .map(({ id }) => id);
  };
}

function entryOf({ id, name_kk: kk, name_ru: ru, around }: NameRow): Entry {
  const quoted = [kk, ru].flatMap((name) => /[«"„“]([^»"”“]+)[»"”“]/.exec(name)?.[1] ?? []);
  const name = fold(`${kk} ${ru}`);
  return { id, beginnings: [...quoted, kk, ru].map(fold), name, all: `${name} ${fold(around)}` };
}

function rankOf(
  { beginnings, name, all }: Entry,
  wanted: string,
  words: readonly string[],
): (typeof RANKS)[number] | undefined {
  if (beginnings.some((beginning) => beginning.startsWith(wanted))) return 0;
  if (words.every((word) => name.includes(word))) return 1;
  return words.every((word) => all.includes(word)) ? 2 : undefined;
}
