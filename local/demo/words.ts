import { type TextKey, type TextLanguage, type TextValues, texts } from '../../locales/index.ts';
import kk from '../../locales/kk.json' with { type: 'json' };
import ru from '../../locales/ru.json' with { type: 'json' };

const catalogues: Record<TextLanguage, object> = { kk, ru };

/** The part of a text by which it is known on a screen: its longest stretch without a value, tags left out. */
export function wordsOf(language: TextLanguage, key: TextKey): string {
  const text = key
    .split('.')
    .reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], catalogues[language]);
  const pieces = String(text)
    .replaceAll(/<[^>]+>/g, '')
    .split(/\{\{[^}]*\}\}|\n/)
    .map((piece) => piece.trim());
  return pieces.reduce((longest, piece) => (piece.length > longest.length ? piece : longest), '');
}

/** A whole text with its values, as a chat shows it. */
export function lineOf(language: TextLanguage, key: TextKey, values: TextValues): string {
  return texts(language)
    .plain(key, values)
    .replaceAll(/<[^>]+>/g, '');
}
