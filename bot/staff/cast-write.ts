import { escapeHtml, type Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import type { ApplicationState, Audience, BroadcastId, DistrictId } from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer, type Keyboard, rows } from '../keyboard.ts';
import { defineScreen, type Next, type Redirect, type Rendered, redirect } from '../screen.ts';
import { type Target, target } from '../session.ts';
import { lines, paragraphs } from '../words.ts';

/** The dialog of a broadcast: text in Kazakh, text in Russian, audience. Nothing personal is kept. */
export const CAST = 'cast';
const ANY = 'ALL';
const STATES: readonly ApplicationState[] = ['QUEUED', 'NOTIFIED', 'REFERRED', 'STOP_LISTED', 'ENROLLED'];
/** Letters, as core refuses more. */
const LIMIT = 1000;

export interface Draft {
  readonly district: string;
  readonly kk?: string;
  readonly ru?: string;
  readonly year?: string;
  readonly state?: string;
  readonly language?: string;
}

export function draftOf({ session }: KezekContext): Draft | undefined {
  if (session.dialog?.name !== CAST) return undefined;
  const text = (name: string): string | undefined => {
    const value = session.dialog?.data[name];
    return typeof value === 'string' ? value : undefined;
  };
  const district = text('district');
  if (district === undefined) return undefined;
  const found = {
    kk: text('kk'),
    ru: text('ru'),
    year: text('year'),
    state: text('state'),
    language: text('language'),
  };
  const kept = Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
  return { district, ...kept };
}

function keep(ctx: KezekContext, draft: Draft): void {
  ctx.session.dialog = { name: CAST, data: { ...draft } };
}

/** Takes a text of the dialog, or says what is wrong with it. */
function textOf(text: string | undefined): string | Next {
  if (text === undefined) return { note: { key: 'common.needText' } };
  if ([...text].length > LIMIT)
    return { note: { key: 'refusal.broadcast.tooLong', values: { limit: LIMIT } } };
  return text;
}

function renderAsk(step: 'kk' | 'ru', back: Target, t: Texts): Rendered {
  return {
    text: paragraphs(t.html('staff.castTitle'), t.html(`staff.castText.${step}`, { limit: LIMIT })),
    keyboard: [footer(t, back)],
  };
}

export const castKazakhScreen = defineScreen<object>({
  name: 'castkk',
  access: 'STAFF',
  dialogs: [CAST],
  load: async () => ({}),
  render: (_, t) => renderAsk('kk', target('staff'), t),
  answer: async (ctx, [district = ''], { text }) => {
    const kk = textOf(text);
    if (typeof kk !== 'string') return kk;
    keep(ctx, { ...draftOf(ctx), district, kk });
    return { to: target('castru') };
  },
});

interface Written {
  readonly draft: Draft;
}

const written = (ctx: KezekContext): Written | Redirect => {
  const draft = draftOf(ctx);
  return draft?.kk === undefined ? redirect(target('staff'), { key: 'staff.castLost' }) : { draft };
};

export const castRussianScreen = defineScreen<Written>({
  name: 'castru',
  access: 'STAFF',
  dialogs: [CAST],
  load: async (ctx) => written(ctx),
  render: ({ draft }, t) => renderAsk('ru', target('castkk', draft.district), t),
  answer: async (ctx, _args, { text }) => {
    const draft = draftOf(ctx);
    if (draft === undefined) return { to: target('staff'), note: { key: 'staff.castLost' } };
    const ru = textOf(text);
    if (typeof ru !== 'string') return ru;
    keep(ctx, { ...draft, ru });
    return { to: target('castwho') };
  },
});

const FILTERS = ['year', 'state', 'language'] as const;
type Filter = (typeof FILTERS)[number];

function valueWords(filter: Filter, value: string | undefined, t: Texts): string {
  if (value === undefined) return t.plain('staff.castAny');
  if (filter === 'state') return t.plain(`state.${value as ApplicationState}`);
  return filter === 'language' ? t.plain(`filter.${value === 'ru' ? 'ru' : 'kk'}`) : value;
}

export function renderAudience({ draft }: Written, t: Texts): Rendered {
  const row = (filter: Filter) => [
    button(`${t.plain(`staff.castBy.${filter}`)}: ${valueWords(filter, draft[filter], t)}`, 'castby', [
      filter,
    ]),
  ];
  return {
    text: paragraphs(t.html('staff.castTitle'), t.html('staff.castWho')),
    keyboard: [
      ...FILTERS.map(row),
      [button(t.plain('staff.castNext'), 'castwho/next', [], 'success')],
      footer(t, target('castru')),
    ],
  };
}

export function audienceOf({ district, year, state, language }: Draft): Audience {
  return {
    districtId: idOf<DistrictId>(district, 'staff.forbidden'),
    ...(year === undefined ? {} : { birthYear: Number(year) }),
    ...(state === undefined ? {} : { state: state as ApplicationState }),
    ...(language === undefined ? {} : { language: language === 'ru' ? 'ru' : 'kk' }),
  };
}

export const castAudienceScreen = defineScreen<Written>({
  name: 'castwho',
  access: 'STAFF',
  dialogs: [CAST],
  load: async (ctx) => written(ctx),
  render: renderAudience,
  actions: {
    next: {
      run: async (ctx) => {
        const draft = draftOf(ctx);
        if (draft?.kk === undefined || draft.ru === undefined)
          return { to: target('staff'), note: { key: 'staff.castLost' } };
        const text = { kk: draft.kk, ru: draft.ru };
        const { id, people, seconds } = await ctx.house.core.broadcasts.draft(
          actOf(ctx),
          text,
          audienceOf(draft),
        );
        return { to: target('castsee', id, people, seconds) };
      },
      settled: () => target('castwho'),
    },
  },
});

interface Choice extends Written {
  readonly filter: Filter;
  readonly values: readonly string[];
}

export function renderChoice({ filter, values }: Choice, t: Texts): Rendered {
  const options = [
    button(t.plain('staff.castAny'), 'castby/set', [filter, ANY]),
    ...values.map((value) => button(valueWords(filter, value, t), 'castby/set', [filter, value])),
  ];
  const keyboard: Keyboard = [...rows(options, filter === 'year' ? 3 : 1), footer(t, target('castwho'))];
  return { text: paragraphs(t.html('staff.castTitle'), t.html(`staff.castAsk.${filter}`)), keyboard };
}

export const castFilterScreen = defineScreen<Choice>({
  name: 'castby',
  access: 'STAFF',
  dialogs: [CAST],
  load: async (ctx, [wanted]) => {
    const found = written(ctx);
    if ('redirect' in found) return found;
    const filter = FILTERS.find((one) => one === wanted);
    if (filter === undefined) return redirect(target('castwho'));
    if (filter !== 'year') return { ...found, filter, values: filter === 'state' ? STATES : ['kk', 'ru'] };
    const district = idOf<DistrictId>(found.draft.district, 'staff.forbidden');
    const years = await ctx.house.core.broadcasts.birthYears(actOf(ctx), district);
    return { ...found, filter, values: years.map(String) };
  },
  render: renderChoice,
  actions: {
    set: {
      run: async (ctx, [wanted, value = ANY]) => {
        const filter = FILTERS.find((one) => one === wanted);
        const draft = draftOf(ctx);
        if (draft === undefined || filter === undefined)
          return { to: target('staff'), note: { key: 'staff.castLost' } };
        const { [filter]: _before, ...rest } = draft;
        keep(ctx, value === ANY ? rest : { ...rest, [filter]: value });
        return { to: target('castwho') };
      },
      settled: () => target('castwho'),
    },
  },
});

/** Both texts as people will read them. */
export async function previewOf(ctx: KezekContext, id: BroadcastId): Promise<string> {
  const text = await ctx.house.core.broadcasts.text(actOf(ctx), id);
  return paragraphs(
    lines('🇰🇿 <b>Қазақша</b>', `<blockquote>${escapeHtml(text.kk)}</blockquote>`),
    lines('🇷🇺 <b>Русский</b>', `<blockquote>${escapeHtml(text.ru)}</blockquote>`),
  );
}
