/** The two languages of the product. Kazakh is the first: it is the default wherever none was chosen. */
export const languages = ['kk', 'ru'] as const;
export type Language = (typeof languages)[number];

export function isLanguage(text: unknown): text is Language {
  return text === 'kk' || text === 'ru';
}
