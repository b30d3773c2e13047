import { createInstance, type i18n } from 'i18next';
import kk from './kk.json' with { type: 'json' };
import ru from './ru.json' with { type: 'json' };

/** Every language must have every text of the first one: Kazakh. */
type Catalogue = typeof kk;

type Leaves<T> = {
  [K in keyof T & string]: T[K] extends string ? K : `${K}.${Leaves<T[K]>}`;
}[keyof T & string];

/** A text that exists, checked by the compiler. */
export type TextKey = Leaves<Catalogue>;
export type TextLanguage = 'kk' | 'ru';
export type TextValues = Readonly<Record<string, string | number>>;

/** The texts of one language. */
export interface Texts {
  readonly language: TextLanguage;
  /** For a message of Telegram with parse_mode HTML: the values are escaped, the text's own tags stay. */
  html(key: TextKey, values?: TextValues): string;
  /** For buttons, toasts, e-mail subjects: nothing is escaped. */
  plain(key: TextKey, values?: TextValues): string;
  /** Whether a text made of parts, such as `refusal.${code}`, exists. */
  has(key: string): key is TextKey;
  /** The word of a dictionary of the database. */
  pick(word: Readonly<Record<TextLanguage, string>>): string;
}

/** Telegram knows these three in text, and the quotation mark in attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const catalogue: Record<TextLanguage, Catalogue> = { kk, ru };

/** One engine for HTML and one for plain text: told at every call, the way of escaping would be compiled at every call. */
function createEngine(escapeValue: boolean): i18n {
  const engine = createInstance({
    lng: 'kk',
    fallbackLng: false,
    initAsync: false,
    resources: { kk: { translation: kk }, ru: { translation: ru } },
    returnNull: false,
    interpolation: { escape: escapeHtml, escapeValue },
    // A hole in a text would reach a parent: better stop.
    parseMissingKeyHandler: (key) => {
      throw new Error(`no text ${key}`);
    },
    missingInterpolationHandler: (_text, match: readonly string[]) => {
      throw new Error(`no value for ${match[0]}`);
    },
  });
  void engine.init();
  return engine;
}

const htmlEngine = createEngine(true);
const plainEngine = createEngine(false);

function textsOf(language: TextLanguage): Texts {
  const html = htmlEngine.getFixedT(language);
  const plain = plainEngine.getFixedT(language);
  // Most texts have no gaps and never change: they are looked up once.
  const known = new Map<TextKey, string>();
  const asIs = (key: TextKey, text: (key: TextKey) => string): string => {
    let found = known.get(key);
    if (found === undefined) {
      found = text(key);
      known.set(key, found);
    }
    return found;
  };
  return {
    language,
    html: (key, values) => (values === undefined ? asIs(key, html) : html(key, { ...values })),
    plain: (key, values) => (values === undefined ? asIs(key, plain) : plain(key, { ...values })),
    has: (key): key is TextKey =>
      plainEngine.exists(key, { lng: language }) && typeof leaf(key, language) === 'string',
    pick: (word) => word[language],
  };
}

function leaf(key: string, language: TextLanguage): unknown {
  let node: unknown = catalogue[language];
  for (const part of key.split('.')) node = (node as Record<string, unknown> | undefined)?.[part];
  return node;
}

const all: Record<TextLanguage, Texts> = { kk: textsOf('kk'), ru: textsOf('ru') };

/** The texts in the wanted language; Kazakh, the first language, when none is chosen yet. */
export function texts(language: TextLanguage | null): Texts {
  return all[language ?? 'kk'];
}
