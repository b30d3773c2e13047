import { type KezekContext, personId } from '../context.ts';
import {
  type ApplicationId,
  type DistrictId,
  type KindergartenId,
  localDate,
  type NearFilter,
  type Origins,
  type Point,
  parseId,
} from '../core.ts';
import { pageOf } from '../keyboard.ts';
import type { Note } from '../screen.ts';
import { type Dialog, type Session, type Target, target } from '../session.ts';

/** From where one looks: the shared location (`h`), the home of an application (`a`), or a district's centre (`d`). */
export type From =
  | { readonly kind: 'h' }
  | { readonly kind: 'a'; readonly id: ApplicationId }
  | { readonly kind: 'd'; readonly id: DistrictId };

export const LANGUAGES = ['any', 'kk', 'ru', 'mixed'] as const;
export type LanguageFilter = (typeof LANGUAGES)[number];

/** A list of kindergartens as buttons carry it. */
export interface Looking {
  readonly from: From;
  /** null: every year. */
  readonly year: number | null;
  readonly language: LanguageFilter;
  readonly onlyFree: boolean;
  readonly page: number;
}

const NO_ID = '0';

/** The first two arguments of every screen that looks from somewhere; undefined when they name nothing. */
export function fromOf(kind: string | undefined, id: string | undefined): From | undefined {
  if (kind === 'h') return { kind };
  if (kind !== 'a' && kind !== 'd') return undefined;
  const known = parseId<never>(id ?? '');
  return known === undefined ? undefined : { kind, id: known };
}

export function fromArgs(from: From): readonly [string, string] {
  return [from.kind, from.kind === 'h' ? NO_ID : from.id];
}

export function lookingOf(args: readonly string[]): Looking | undefined {
  const [kind, id, year, language, only, page] = args;
  const from = fromOf(kind, id);
  if (from === undefined) return undefined;
  return {
    from,
    year: yearOf(year) ?? null,
    language: languageOf(language),
    onlyFree: only !== '0',
    page: pageOf(page),
  };
}

export function lookingArgs({ from, year, language, onlyFree, page }: Looking): readonly string[] {
  return [...fromArgs(from), String(year ?? 0), language, onlyFree ? '1' : '0', String(page)];
}

/** The list seen from a place for the first time: what is free for the own child, where there is one year of children. */
export function firstLook(from: From, years: readonly number[]): Looking {
  const [only = null] = years.length === 1 ? years : [];
  return { from, year: only, language: 'any', onlyFree: true, page: 0 };
}

export function languageOf(arg: string | undefined): LanguageFilter {
  return LANGUAGES.find((known) => known === arg) ?? 'any';
}

/** A year that a child in a kindergarten may be born in; undefined for anything else. */
export function yearOf(arg: string | undefined): number | undefined {
  return arg !== undefined && /^20\d\d$/.test(arg) ? Number(arg) : undefined;
}

export function filterOf({ year, language, onlyFree }: Looking): NearFilter {
  return {
    onlyFree,
    ...(year === null ? {} : { birthYear: year }),
    ...(language === 'any' ? {} : { language }),
  };
}

/** The years of the children that kindergartens take, the own children's first. */
export function yearsToOffer(now: Date, own: readonly number[]): readonly number[] {
  const year = Number(localDate(now).slice(0, 4));
  const taken = [1, 2, 3, 4, 5, 6].map((age) => year - age);
  return [...own, ...taken.filter((other) => !own.includes(other))];
}

/** Where one looks from, as far as it is known: a shared location is held in memory only, and for a short time. */
export function pointOf(ctx: KezekContext, from: From, origins: Origins): Point | undefined {
  if (from.kind === 'h') return ctx.house.spots.read(ctx.address);
  if (from.kind === 'a') return origins.homes.find(({ applicationId }) => applicationId === from.id)?.point;
  return origins.districts.find(({ id }) => id === from.id)?.centre;
}

const DIALOG = 'near';
/** The dialog of all screens that look for kindergartens: it remembers the list that one came from, by ids alone. */
export const dialogs: readonly string[] = [DIALOG];

/** Remembers the list to which a kindergarten's screen leads back; `found` is what a search by name gave. */
export function rememberList(
  { session }: KezekContext,
  list: Target,
  found: readonly KindergartenId[] = [],
): void {
  session.dialog = { name: DIALOG, data: { screen: list.screen, args: list.args, found } };
}

export function listOf({ session }: KezekContext): Target {
  const { screen, args } = remembered(session);
  return typeof screen === 'string' ? target(screen, ...wordsIn(args)) : target('near');
}

export function foundOf({ session }: KezekContext): readonly KindergartenId[] {
  return wordsIn(remembered(session).found)
    .map((id) => parseId<KindergartenId>(id))
    .filter((id) => id !== undefined);
}

function remembered({ dialog }: Session): Dialog['data'] {
  return dialog?.name === DIALOG ? dialog.data : {};
}

function wordsIn(value: Dialog['data'][string] | undefined): readonly string[] {
  return typeof value === 'object' ? value : [];
}

/** The point that the list counted its distances from; undefined after a search by name. */
export async function pointOfList(ctx: KezekContext): Promise<Point | undefined> {
  const { screen, args } = listOf(ctx);
  const from = screen === 'nearlist' ? fromOf(args[0], args[1]) : undefined;
  if (from === undefined) return undefined;
  return pointOf(ctx, from, await originsOf(ctx));
}

export function originsOf(ctx: KezekContext): Promise<Origins> {
  return ctx.house.core.kindergartens.origins(personId(ctx));
}

/** What the way over «where from?» is for: the list, or a new subscription. */
export type Purpose = 'l' | 's';

export function purposeOf(arg: string | undefined): Purpose {
  return arg === 's' ? 's' : 'l';
}

/** Where one goes when the place to look from is known. */
export function onward(purpose: Purpose, from: From, years: readonly number[]): Target {
  return purpose === 's'
    ? target('subyear', ...fromArgs(from))
    : target('nearlist', ...lookingArgs(firstLook(from, years)));
}

/** The location that was shared is forgotten by now, or the home is no more: it is asked for again. */
export function askAgain(purpose: Purpose): { readonly redirect: Target; readonly note: Note } {
  return { redirect: target('near', purpose), note: { key: 'near.again' } };
}
