import kk from '../../locales/document.kk.json' with { type: 'json' };
import ru from '../../locales/document.ru.json' with { type: 'json' };
import type { Language } from '../act.ts';

/** The words of the papers. */
export type DocumentWords = typeof kk;

export const documentWords: Record<Language, DocumentWords> = { kk, ru };
