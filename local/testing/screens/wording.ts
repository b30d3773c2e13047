import type { TextLanguage } from '../../../locales/index.ts';
import kk from '../../../locales/kk.json' with { type: 'json' };
import ru from '../../../locales/ru.json' with { type: 'json' };

type Catalogue = { readonly [key: string]: string | Catalogue };

const MONTHS: Record<TextLanguage, string> = {
  kk: 'қаңтар|ақпан|наурыз|сәуір|мамыр|маусым|шілде|тамыз|қыркүйек|қазан|қараша|желтоқсан',
  ru: 'января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря',
};
const YEAR: Record<TextLanguage, string> = { kk: 'ж\\.', ru: 'г\\.' };
const OTHER = { kk: 'ru', ru: 'kk' } as const;
/** A shorter stretch of a text may be a word of both languages. */
const TELLING = 12;

function leaves(node: Catalogue, path = ''): readonly (readonly [key: string, text: string])[] {
  return Object.entries(node).flatMap(([name, value]) =>
    typeof value === 'string' ? [[path + name, value] as const] : leaves(value, `${path}${name}.`),
  );
}

const catalogues = { kk: leaves(kk), ru: leaves(ru) };
const keys = new Set(catalogues.kk.map(([key]) => key).filter((key) => key.includes('.')));

/** The stretches of a text between its values and tags, long enough to tell a language by. */
function stretches(text: string): string[] {
  return text
    .replaceAll(/<[^>]+>/g, '\n')
    .split(/\{\{[^}]*\}\}|\n/)
    .map((piece) => piece.trim())
    .filter((piece) => [...piece].length >= TELLING && /\p{Script=Cyrillic}{3}/u.test(piece));
}

const spoken = {
  kk: new Set(catalogues.kk.flatMap(([, text]) => stretches(text))),
  ru: new Set(catalogues.ru.flatMap(([, text]) => stretches(text))),
};
/** What is said in one language alone. */
const foreign = {
  kk: [...spoken.ru].filter((piece) => !spoken.kk.has(piece)),
  ru: [...spoken.kk].filter((piece) => !spoken.ru.has(piece)),
};

/** Words of the database in both languages: districts, kindergartens, categories. */
export type Dictionary = readonly Readonly<Record<TextLanguage, string>>[];

/** What is wrong with the words of a screen: holes, keys, the other language, dates of another form. */
export function wordingProblems(text: string, language: TextLanguage, dictionary: Dictionary): string[] {
  return [
    ...[...text.matchAll(/\{\{|\}\}|undefined|\bnull\b|NaN|\[object|<\/?\w+>|&(?:amp|lt|gt|quot);/g)].map(
      ([hole]) => `a hole: ${hole}`,
    ),
    ...text
      .split(/\s+/)
      .filter((word) => keys.has(word))
      .map((word) => `a key: ${word}`),
    ...foreign[language]
      .filter((piece) => text.includes(piece))
      .map((piece) => `of ${OTHER[language]}: ${piece}`),
    ...foreignNames(text, language, dictionary),
    ...dateProblems(text, language),
    ...[...text.matchAll(/\S {2,}\S|\s[,.;!?](?:\s|$)|(?:^|[^.])\.\.(?:[^.]|$)/gm)].map(
      ([found]) => `spaces or points: «${found}»`,
    ),
    ...[...text.matchAll(/\p{Extended_Pictographic}(?=\p{Letter})/gu)].map(
      ([sign]) => `no space after ${sign}`,
    ),
  ];
}

function foreignNames(text: string, language: TextLanguage, dictionary: Dictionary): string[] {
  return dictionary
    .filter((word) => word.kk !== word.ru && [...word[OTHER[language]]].length >= TELLING)
    .filter((word) => !word[language].includes(word[OTHER[language]]))
    .filter((word) => text.includes(word[OTHER[language]]))
    .map((word) => `a name of ${OTHER[language]}: ${word[OTHER[language]]}`);
}

/** «27 наурыз 2026 ж., жұма» / «пятница, 27 марта 2026 г.», or «27.03.2026». */
function dateProblems(text: string, language: TextLanguage): string[] {
  const months = MONTHS[language];
  const named = [...text.matchAll(new RegExp(`(?<!\\p{L})(?:${months})(?!\\p{L})`, 'gu'))];
  const whole = new RegExp(`\\d{1,2}\\s(?:${months})\\s\\d{4}\\s${YEAR[language]}`, 'gu');
  const good = text.match(whole)?.length ?? 0;
  return [
    ...(named.length > good
      ? [`a date without day or year: ${named.map(([month]) => month).join(', ')}`]
      : []),
    ...[...text.matchAll(/\b\d{4}-\d\d-\d\d\b|\b\d{1,2}\/\d{1,2}\/\d{2,4}\b/g)].map(
      ([date]) => `a date as ${date}`,
    ),
  ];
}
