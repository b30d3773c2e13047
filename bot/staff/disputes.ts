import type { Texts } from '../../locales/index.ts';
import { actOf, personOf } from '../context.ts';
import type { DistrictId, DistrictView, LeavingView, Page } from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer, pageOf, pager } from '../keyboard.ts';
import { defineScreen, type Rendered, redirect } from '../screen.ts';
import { target } from '../session.ts';
import { paragraphs, shortened } from '../words.ts';
import { districtsOf } from './desk.ts';
import { leavingButton } from './leaving.ts';

interface List {
  readonly districtId: DistrictId;
  readonly list: Page<LeavingView>;
}

/** Leavings that the present kindergarten refused or is silent about: the department decides. */
export function renderDisputes({ districtId, list }: List, t: Texts): Rendered {
  return {
    text: paragraphs(
      t.html('leaving.disputedTitle', { total: list.total }),
      t.html(list.total === 0 ? 'leaving.none' : 'leaving.disputedHelp'),
    ),
    keyboard: [
      ...list.items.map((leaving) => [leavingButton(leaving)]),
      ...pager('stdisputes', (page) => [districtId, page], list.page, list.pages),
      footer(t, target('staff')),
    ],
  };
}

export const disputesScreen = defineScreen<List>({
  name: 'stdisputes',
  access: 'STAFF',
  load: async (ctx, [district, page]) => {
    const districtId = idOf<DistrictId>(district, 'staff.forbidden');
    const list = await ctx.house.core.transfers.disputed(actOf(ctx), districtId, pageOf(page), 6);
    return { districtId, list };
  },
  render: renderDisputes,
});

const DISTRICTS_SHOWN = 8;

interface Districts {
  readonly districts: readonly DistrictView[];
  readonly page: number;
}

export function renderDistricts({ districts, page }: Districts, t: Texts): Rendered {
  const pages = Math.max(1, Math.ceil(districts.length / DISTRICTS_SHOWN));
  const shown = districts.slice(page * DISTRICTS_SHOWN, (page + 1) * DISTRICTS_SHOWN);
  return {
    text: paragraphs(t.html('leaving.disputedHead'), t.html('leaving.district')),
    keyboard: [
      ...shown.map(({ id, name }) => [button(shortened(t.pick(name), 28), 'stdisputes', [id])]),
      ...pager('stdispute', (to) => [to], page, pages),
      footer(t, target('staff')),
    ],
  };
}

/** Of which district: nobody who works for one is asked. A row of the desk for each would not fit on it. */
export const disputeDistrictsScreen = defineScreen<Districts>({
  name: 'stdispute',
  access: 'STAFF',
  load: async (ctx, [page]) => {
    const { roles } = personOf(ctx);
    const districts = districtsOf({ roles, districts: await ctx.house.core.staff.districts() });
    const [only, ...more] = districts;
    if (only === undefined) return redirect(target('staff'));
    if (more.length === 0) return redirect(target('stdisputes', only.id));
    const last = Math.max(0, Math.ceil(districts.length / DISTRICTS_SHOWN) - 1);
    return { districts, page: Math.min(pageOf(page), last) };
  },
  render: renderDistricts,
});
