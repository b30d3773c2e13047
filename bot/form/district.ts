import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import type { DistrictId, DistrictView, DraftView } from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer, pageOf, pager, rows } from '../keyboard.ts';
import { defineScreen, type Next, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { home } from '../show.ts';
import { paragraphs, shortened } from '../words.ts';
import { formCrumbs } from './crumbs.ts';
import { backFrom, type From, fromOf, settledInForm, stepTarget, withFrom } from './form.ts';

const PAGE_SIZE = 10;
/** What half the width of a phone shows. */
const LABEL = 20;

interface View {
  readonly districts: readonly DistrictView[];
  readonly page: number;
  readonly chosen: DistrictId | undefined;
  readonly from: From;
}

/** «Ауданды немесе қаланы таңдау» (S1 step 2). */
export function render({ districts, page, chosen, from }: View, t: Texts): Rendered {
  const pages = Math.max(1, Math.ceil(districts.length / PAGE_SIZE));
  const shown = districts.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
  const back = chosen === undefined ? home : backFrom(from, stepTarget('INTRO'));
  return {
    text: paragraphs(formCrumbs(t, 'DISTRICT'), t.html('form.district.title'), t.html('form.district.ask')),
    keyboard: [
      ...rows(
        shown.map(({ id, name }) =>
          button(
            `${id === chosen ? '✅ ' : ''}${shortened(t.pick(name), LABEL)}`,
            'fdist/take',
            withFrom<string>(from, id),
          ),
        ),
        2,
      ),
      ...pager('fdist', (to) => withFrom<string | number>(from, to), page, pages),
      footer(t, back),
    ],
  };
}

/** Cities first, where most live; then as the alphabet of the language has it («район Биржан сал» under Б). */
function byName(t: Texts): (a: DistrictView, b: DistrictView) => number {
  const { compare } = new Intl.Collator(t.language);
  const bare = ({ name }: DistrictView) => t.pick(name).replace(/^(город|район) /, '');
  return (a, b) => (a.kind === b.kind ? compare(bare(a), bare(b)) : a.kind === 'CITY' ? -1 : 1);
}

async function take(ctx: KezekContext, [arg, from]: readonly string[]): Promise<Next> {
  const { drafts } = ctx.house.core;
  const act = actOf(ctx);
  const district = idOf<DistrictId>(arg, 'district.unknown');
  const view = await drafts.of(act);
  if (view?.district?.id === district) return { to: sameDistrict(view, fromOf(from)) };
  await drafts.begin(act, district);
  return { to: target('fintro', ...withFrom<string>(fromOf(from))) };
}

/** Nothing was changed: back to where one came from. */
function sameDistrict(view: DraftView, from: From) {
  return from === 's' && view.readAt !== null ? stepTarget('SUMMARY') : stepTarget('INTRO');
}

export const districtScreen = defineScreen<View>({
  name: 'fdist',
  access: 'PERSON',
  load: async (ctx, [page, from]) => {
    const { staff, drafts } = ctx.house.core;
    const [known, view] = await Promise.all([staff.districts(), drafts.of(actOf(ctx))]);
    const districts = known.toSorted(byName(ctx.t));
    const last = Math.max(0, Math.ceil(districts.length / PAGE_SIZE) - 1);
    return {
      districts,
      page: Math.min(pageOf(page), last),
      chosen: view?.district?.id,
      from: fromOf(from),
    };
  },
  render,
  actions: { take: { run: take, settled: settledInForm } },
});
