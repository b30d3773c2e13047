import type { KezekContext } from './context.ts';
import { dateInWords, dateTimeInWords, parseCivilDate, type Refusal } from './core.ts';
import type { Note } from './screen.ts';

/** The text of a refusal. A code without a text is our mistake: it is logged, and the person gets the support's phone. */
export function refusalNote(ctx: KezekContext, refusal: Refusal): Note {
  const key = `refusal.${refusal.code}`;
  const support = ctx.house.supportPhone;
  if (!ctx.t.has(key)) {
    ctx.house.log.error({ code: refusal.code }, 'a refusal has no text');
    return { key: 'refusal.unknown', values: { code: refusal.code, support } };
  }
  return { key, values: { support, ...valuesOf(refusal, ctx.t.language) } };
}

/** Dates come as ISO text and are told in words. */
function valuesOf({ params }: Refusal, language: 'kk' | 'ru'): Record<string, string | number> {
  const entries = Object.entries(params).map(([name, value]): [string, string | number] => {
    if (typeof value === 'number') return [name, value];
    return [name, typeof value === 'string' ? inWords(value, language) : String(value ?? '')];
  });
  return Object.fromEntries(entries);
}

function inWords(value: string, language: 'kk' | 'ru'): string {
  const day = parseCivilDate(value);
  if (day !== undefined) return dateInWords(day, language);
  return /^\d{4}-\d{2}-\d{2}T/.test(value) ? dateTimeInWords(new Date(value), language) : value;
}
