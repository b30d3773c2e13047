import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import { type DistrictId, type DistrictView, maskIin, parseIin, Refusal } from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer, pageOf, pager } from '../keyboard.ts';
import { type Answer, defineScreen, type Next, type Redirect, type Rendered, redirect } from '../screen.ts';
import { target } from '../session.ts';
import { home } from '../show.ts';
import { crumbs, lastDigits, lines, paragraphs, sendPaper } from '../words.ts';
import { maskedEcho } from './iin.ts';

const PAGE_SIZE = 8;

/** «Баланы кезекке қою» (S1): the service's description, which «Өтінімді беру» confirms to have been read. */
export const queueIntroScreen = defineScreen<object>({
  name: 'queue',
  access: 'PERSON',
  load: async () => ({}),
  render: (_view, t) => ({
    text: paragraphs(crumbs(t, 'crumb.register'), t.html('register.intro'), t.html('register.need')),
    keyboard: [
      [button(t.plain('register.go'), 'childiin', [], 'success')],
      [button(t.plain('register.manual'), 'manual', ['queue'])],
      footer(t, home),
    ],
  }),
});

/** Step 1: the child's IIN, deleted from the chat at once and held in memory only until it is confirmed. */
export const childIinScreen = defineScreen<object>({
  name: 'childiin',
  access: 'PERSON',
  secret: true,
  load: async () => ({}),
  render: (_view, t) => ({
    text: paragraphs(
      crumbs(t, 'crumb.register'),
      t.html('register.iin'),
      t.html('iin.format'),
      t.html('iin.safety'),
    ),
    keyboard: [footer(t, target('queue'))],
  }),
  answer: takeChildIin,
});

async function takeChildIin(
  ctx: KezekContext,
  _args: readonly string[],
  { text, erased }: Answer,
): Promise<Next> {
  if (text === undefined) return { note: { key: 'common.needText' } };
  const parsed = parseIin(text);
  if (!parsed.ok) throw new Refusal(`iin.${parsed.code}`);
  ctx.house.vault.keep(ctx.address, parsed.iin);
  const note = maskedEcho(text, erased);
  return { to: target('district'), ...(note === undefined ? {} : { note }) };
}

interface DistrictsView {
  readonly districts: readonly DistrictView[];
  readonly page: number;
}

/** Step 2: the district or city whose queue it is. */
export function renderDistricts({ districts, page }: DistrictsView, t: Texts): Rendered {
  const pages = Math.max(1, Math.ceil(districts.length / PAGE_SIZE));
  const shown = districts.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
  return {
    text: paragraphs(crumbs(t, 'crumb.register'), t.html('register.district')),
    keyboard: [
      ...shown.map(({ id, name }) => [button(t.pick(name), 'regsum', [id])]),
      ...pager('district', (to) => [to], page, pages),
      footer(t, target('childiin')),
    ],
  };
}

export const districtScreen = defineScreen<DistrictsView>({
  name: 'district',
  access: 'PERSON',
  load: async (ctx, [page]) => {
    if (ctx.house.vault.read(ctx.address) === undefined) return askAgain();
    const districts = await ctx.house.core.staff.districts();
    return {
      districts,
      page: Math.min(pageOf(page), Math.max(0, Math.ceil(districts.length / PAGE_SIZE) - 1)),
    };
  },
  render: renderDistricts,
});

interface Summary {
  readonly masked: string;
  readonly district: DistrictView;
}

/** Step 3: what is about to be sent. */
export function renderSummary({ masked, district }: Summary, t: Texts): Rendered {
  return {
    text: paragraphs(
      crumbs(t, 'crumb.register'),
      t.html('register.check'),
      lines(
        t.html('register.childIs', { masked }),
        t.html('register.districtIs', { district: t.pick(district.name) }),
      ),
      t.html('register.after'),
    ),
    keyboard: [
      [button(t.plain('register.send'), 'regsum/send', [district.id], 'success')],
      [
        button(t.plain('register.otherChild'), 'childiin'),
        button(t.plain('register.otherDistrict'), 'district'),
      ],
      footer(t, target('district')),
    ],
  };
}

export const registerSummaryScreen = defineScreen<Summary>({
  name: 'regsum',
  access: 'PERSON',
  load: async (ctx, [arg]) => {
    const parsed = parseIin(ctx.house.vault.read(ctx.address) ?? '');
    if (!parsed.ok) return askAgain();
    const districts = await ctx.house.core.staff.districts();
    const district = districts.find(({ id }) => id === arg);
    return district === undefined ? redirect(target('district')) : { masked: maskIin(parsed.iin), district };
  },
  render: renderSummary,
  actions: {
    send: { run: send, settled: () => target('apps') },
  },
});

async function send(ctx: KezekContext, [district]: readonly string[]): Promise<Next> {
  const childIin = ctx.house.vault.read(ctx.address);
  if (childIin === undefined) return { to: target('childiin'), note: { key: 'register.again' } };
  const { applications } = ctx.house.core;
  const act = actOf(ctx);
  const districtId = idOf<DistrictId>(district, 'district.unknown');
  const made = await applications.register(act, { childIin, districtId });
  ctx.house.vault.drop(ctx.address);
  const digits = lastDigits(made.number);
  const documents = await applications.documents(act.personId, made.id);
  const paper = documents.find(({ kind }) => kind === 'REGISTRATION');
  if (paper !== undefined) await sendPaper(ctx, paper.id, { key: 'register.paper', values: { digits } });
  const note = { key: 'register.done', values: { n: made.position, digits } } as const;
  return { to: target('card', made.id), note, fresh: paper !== undefined };
}

/** The IIN is held for 15 minutes and by one process: asked once more it is safe, kept it would not be. */
function askAgain(): Redirect {
  return redirect(target('childiin'), { key: 'register.again' });
}
