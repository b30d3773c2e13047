import { InputFile } from 'grammy';
import type { TextKey, Texts } from '../locales/index.ts';
import { type KezekContext, personId } from './context.ts';
import {
  type ApplicationSummary,
  type Bilingual,
  type DocumentId,
  dateInWords,
  dateTimeInWords,
  localDate,
  localTime,
} from './core.ts';
import type { Note } from './screen.ts';

/** Messages name a child by the first name and the application by its last four digits only (DOMAIN §6.3). */
export function lastDigits(number: string): string {
  return number.slice(-4);
}

/** «Айша · №4512» for a button. */
export function childLabel(
  t: Texts,
  { childName, number }: Pick<ApplicationSummary, 'childName' | 'number'>,
): string {
  return t.plain('application.label', { child: shortened(childName, 14), digits: lastDigits(number) });
}

/** A name of a person or a kindergarten cut to what a button shows. */
export function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).trimEnd()}…`;
}

/** «Басты мәзір › Өтініштерім»: where one is, above the title. */
export function crumbs(t: Texts, ...keys: readonly TextKey[]): string {
  return `<i>${['crumb.home' as const, ...keys].map((key) => t.html(key)).join(' › ')}</i>`;
}

/** Paragraphs with an empty line between them; what is undefined is left out. */
export function paragraphs(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}

export function lines(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join('\n');
}

export function at(t: Texts, instant: Date): string {
  return dateTimeInWords(instant, t.language);
}

/** From when something is possible: midnight is the day itself, and is not told as an hour. */
export function since(t: Texts, instant: Date): string {
  return localTime(instant) === '00:00' ? dateInWords(localDate(instant), t.language) : at(t, instant);
}

/** «14:05», for what lasts minutes. */
export function hour(instant: Date): string {
  return localTime(instant);
}

export function pick(t: Texts, word: Bilingual): string {
  return t.pick(word);
}

/** Sends a paper that can be kept but not passed on from the chat. Refusal: document.unknown. */
export async function sendPaper(ctx: KezekContext, id: DocumentId, caption: Note): Promise<void> {
  const { fileName, content } = await ctx.house.core.documents.file(personId(ctx), id, ctx.t.language);
  await ctx.replyWithDocument(new InputFile(content, fileName), {
    caption: ctx.t.html(caption.key, caption.values),
    parse_mode: 'HTML',
    protect_content: true,
  });
}

/** What a button shows of «Балдырған» балабақшасы / Детский сад «Балдырған»: the name itself, where it is in quotes. */
export function kindergartenShort(name: string, length: number): string {
  return shortened(/«([^»]+)»/.exec(name)?.[1] ?? name, length);
}
