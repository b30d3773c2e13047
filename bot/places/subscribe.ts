import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import type { KindergartenId, KindergartenView, SubscriptionWish } from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer, rows } from '../keyboard.ts';
import { defineScreen, type Next, type Redirect, type Rendered, redirect } from '../screen.ts';
import { type Target, target } from '../session.ts';
import { crumbs, lines, paragraphs } from '../words.ts';
import {
  askAgain,
  dialogs,
  type From,
  firstLook,
  fromArgs,
  fromOf,
  LANGUAGES,
  type LanguageFilter,
  languageOf,
  lookingArgs,
  originsOf,
  pointOf,
  yearOf,
  yearsToOffer,
} from './looking.ts';
import { distanceInWords, fromInWords, languageLabel } from './words.ts';

/** What a subscription is about: one kindergarten (`k`), or the neighbourhood of a point. */
type About = { readonly kind: 'k'; readonly id: KindergartenId } | From;

const RADII = [1, 2, 5, 10] as const;

function aboutOf(kind: string | undefined, id: string | undefined): About | undefined {
  return kind === 'k' ? { kind, id: idOf<KindergartenId>(id, 'kindergarten.unknown') } : fromOf(kind, id);
}

function aboutArgs(about: About): readonly [string, string] {
  return about.kind === 'k' ? [about.kind, about.id] : fromArgs(about);
}

function backOf(about: About): Target {
  return about.kind === 'k'
    ? target('kg', about.id)
    : target('nearlist', ...lookingArgs(firstLook(about, [])));
}

/** The one sentence that tells what it is about: the kindergarten's name, or the point. */
async function aboutInWords(ctx: KezekContext, about: About): Promise<string> {
  if (about.kind !== 'k') return fromInWords(about, await originsOf(ctx), ctx.t);
  return ctx.t.pick((await ctx.house.core.kindergartens.one(about.id)).name);
}

interface YearView {
  readonly about: About;
  readonly words: string;
  readonly own: readonly number[];
  readonly years: readonly number[];
}

export function renderYear({ about, words, own, years }: YearView, t: Texts): Rendered {
  return {
    text: paragraphs(
      crumbs(t, 'crumb.subs'),
      lines(t.html('subs.title'), t.html('subs.about', { words })),
      t.html('subs.askYear'),
      own.length === 0 ? undefined : t.html('near.ownYears'),
    ),
    keyboard: [
      ...rows(
        years.map((year) =>
          button(
            String(year),
            'sublang',
            [...aboutArgs(about), year],
            own.includes(year) ? 'success' : undefined,
          ),
        ),
        3,
      ),
      footer(t, backOf(about)),
    ],
  };
}

/** Step 1 of a subscription: the birth year. */
export const subscribeYearScreen = defineScreen<YearView>({
  name: 'subyear',
  access: 'PERSON',
  dialogs,
  load: async (ctx, [kind, id]) => {
    const about = aboutOf(kind, id);
    if (about === undefined) return redirect(target('near', 's'));
    const [{ years: own }, words] = await Promise.all([originsOf(ctx), aboutInWords(ctx, about)]);
    return { about, words, own, years: yearsToOffer(ctx.house.clock.now(), own) };
  },
  render: renderYear,
});

interface LanguageView {
  readonly about: About;
  readonly words: string;
  readonly year: number;
}

export function renderLanguage({ about, words, year }: LanguageView, t: Texts): Rendered {
  return {
    text: paragraphs(
      crumbs(t, 'crumb.subs'),
      lines(t.html('subs.title'), t.html('subs.about', { words }), t.html('subs.year', { year })),
      t.html('subs.askLanguage'),
    ),
    keyboard: [
      ...rows(
        LANGUAGES.map((language) =>
          button(languageLabel(language, t), 'subwhere', [...aboutArgs(about), year, language]),
        ),
        2,
      ),
      footer(t, target('subyear', ...aboutArgs(about))),
    ],
  };
}

/** Step 2: the language of instruction. */
export const subscribeLanguageScreen = defineScreen<LanguageView>({
  name: 'sublang',
  access: 'PERSON',
  dialogs,
  load: async (ctx, [kind, id, year]) => {
    const about = aboutOf(kind, id);
    const birthYear = yearOf(year);
    if (about === undefined || birthYear === undefined) return redirect(target('near', 's'));
    return { about, words: await aboutInWords(ctx, about), year: birthYear };
  },
  render: renderLanguage,
});

interface WhereView extends LanguageView {
  readonly language: LanguageFilter;
  /** The kindergarten nearest to the point; undefined where the subscription is about one. */
  readonly nearest: KindergartenView | undefined;
}

export function renderWhere(view: WhereView, t: Texts): Rendered {
  const { about, words, year, language, nearest } = view;
  const args = [...aboutArgs(about), year, language];
  const distance = nearest?.distance;
  const named = about.kind === 'k';
  return {
    text: paragraphs(
      crumbs(t, 'crumb.subs'),
      lines(
        t.html('subs.title'),
        t.html('subs.about', { words }),
        t.html('subs.year', { year }),
        t.html('subs.language', { language: languageLabel(language, t) }),
      ),
      named
        ? t.html('subs.promise')
        : lines(
            t.html('subs.askRadius'),
            typeof distance === 'number'
              ? t.html('subs.nearest', { distance: distanceInWords(distance, t) })
              : undefined,
          ),
      named ? undefined : t.html('subs.kept'),
    ),
    keyboard: [
      ...(named
        ? [[button(t.plain('subs.make'), 'subwhere/make', [...args, 0], 'success')]]
        : rows(
            RADII.map((n) => button(t.plain('near.km', { n }), 'subwhere/make', [...args, n])),
            4,
          )),
      footer(t, target('sublang', ...aboutArgs(about), year)),
    ],
  };
}

interface Wanted {
  readonly about: About;
  readonly year: number;
  readonly language: LanguageFilter;
}

function wantedOf([kind, id, year, language]: readonly string[]): Wanted | undefined {
  const about = aboutOf(kind, id);
  const birthYear = yearOf(year);
  return about === undefined || birthYear === undefined
    ? undefined
    : { about, year: birthYear, language: languageOf(language) };
}

async function loadWhere(ctx: KezekContext, args: readonly string[]): Promise<WhereView | Redirect> {
  const wanted = wantedOf(args);
  if (wanted === undefined) return redirect(target('near', 's'));
  const { about } = wanted;
  const words = await aboutInWords(ctx, about);
  if (about.kind === 'k') return { ...wanted, words, nearest: undefined };
  const point = pointOf(ctx, about, await originsOf(ctx));
  if (point === undefined) return askAgain('s');
  const { items } = await ctx.house.core.kindergartens.near(point, {}, 0, 1);
  return { ...wanted, words, nearest: items[0] };
}

/** Step 3: how far, or for a kindergarten the agreement. */
export const subscribeWhereScreen = defineScreen<WhereView>({
  name: 'subwhere',
  access: 'PERSON',
  dialogs,
  load: loadWhere,
  render: renderWhere,
  actions: { make: { run: make, settled: () => target('subs') } },
});

async function make(ctx: KezekContext, args: readonly string[]): Promise<Next> {
  const wanted = wantedOf(args);
  if (wanted === undefined) return { to: target('near', 's') };
  const wish = await wishOf(ctx, wanted, args[4]);
  if (wish === undefined) return { to: target('near', 's'), note: { key: 'near.again' } };
  await ctx.house.core.kindergartens.subscribe(actOf(ctx), wish);
  return { to: target('subs'), note: { key: 'subs.made' } };
}

/** Undefined when the shared location is forgotten by now. */
async function wishOf(
  ctx: KezekContext,
  { about, year, language }: Wanted,
  radius: string | undefined,
): Promise<SubscriptionWish | undefined> {
  const wish = { birthYear: year, language: language === 'any' ? null : language };
  if (about.kind === 'k') return { ...wish, kindergartenId: about.id };
  const around = pointOf(ctx, about, await originsOf(ctx));
  const km = RADII.find((known) => String(known) === radius);
  return around === undefined || km === undefined ? undefined : { ...wish, around, radius: km * 1000 };
}
