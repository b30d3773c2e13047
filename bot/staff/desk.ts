import type { TextKey, Texts } from '../../locales/index.ts';
import { actOf, personOf } from '../context.ts';
import type {
  DistrictId,
  DistrictView,
  KindergartenId,
  Page,
  Role,
  StaffGroup,
  StaffKindergarten,
} from '../core.ts';
import { idOf } from '../ids.ts';
import { type Button, button, footer, type Keyboard, pageOf, pager } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { lines, paragraphs, shortened } from '../words.ts';

interface Desk {
  readonly roles: readonly Role[];
  readonly districts: readonly DistrictView[];
  /** Benefits that wait to be checked, by district. */
  readonly claims: ReadonlyMap<DistrictId, number>;
}

/** The districts a person works for: the own ones of an operator, all of them for the region's administrator. */
export function districtsOf({
  roles,
  districts,
}: Pick<Desk, 'roles' | 'districts'>): readonly DistrictView[] {
  if (roles.some(({ role }) => role === 'REGION_ADMIN')) return districts;
  const own = roles.flatMap((role) => (role.role === 'OPERATOR' ? [role.districtId] : []));
  return districts.filter(({ id }) => own.includes(id));
}

/** The kindergartens a person heads. */
export function kindergartensOf(roles: readonly Role[]): readonly KindergartenId[] {
  return roles.flatMap((role) => (role.role === 'KINDERGARTEN_HEAD' ? [role.kindergartenId] : []));
}

/** «Қызметкер бөлімі»: what the person's roles allow, and nothing else. */
export function renderDesk(desk: Desk, t: Texts): Rendered {
  const districts = districtsOf(desk);
  const kindergartens = kindergartensOf(desk.roles);
  const named = (label: string, district: DistrictView) =>
    districts.length === 1 ? label : `${label} · ${shortened(t.pick(district.name), 16)}`;
  // Of many districts only those where somebody waits: a keyboard has at most a hundred buttons.
  const checked = districts.filter(({ id }) => districts.length === 1 || (desk.claims.get(id) ?? 0) > 0);
  const waiting = [...desk.claims.values()].reduce((sum, n) => sum + n, 0);
  return {
    text: paragraphs(
      t.html('staff.title'),
      waiting === 0 ? undefined : t.html('claims.waiting', { n: waiting }),
      t.html('staff.choose'),
    ),
    keyboard: [
      ...kindergartens.flatMap((id, index) => headRows(id, kindergartens.length === 1 ? null : index + 1, t)),
      ...districts.map((district) => [
        button(named(t.plain('staff.places'), district), 'stgardens', [district.id]),
      ]),
      ...checked.map((district) => [
        button(
          named(t.plain('claims.button', { n: desk.claims.get(district.id) ?? 0 }), district),
          'stclaims',
          [district.id],
        ),
      ]),
      ...districts.map((district) => [
        button(named(t.plain('staff.reviews'), district), 'streviews', [district.id]),
      ]),
      ...districts.map((district) => [
        button(named(t.plain('staff.links'), district), 'stlinks', [district.id]),
      ]),
      ...districts.map((district) => [
        button(named(t.plain('staff.cast'), district), 'castkk', [district.id]),
      ]),
      ...(districts.length > 0 ? [[button(t.plain('leaving.disputed'), 'stdispute')]] : []),
      ...(districts.length > 0 ? [[button(t.plain('staff.restore'), 'strestore')]] : []),
      footer(t),
    ],
  };
}

/** What the head of a kindergarten does; `n` tells several kindergartens apart. */
function headRows(id: KindergartenId, n: number | null, t: Texts): Keyboard {
  const label = (one: TextKey, several: TextKey): string =>
    n === null ? t.plain(one) : t.plain(several, { n });
  return [
    [button(label('staff.referrals', 'staff.referralsOf'), 'strefs', [id, 'LIVE'])],
    [button(label('leaving.button', 'leaving.buttonOf'), 'stleaves', [id])],
    [button(label('leaving.kids', 'leaving.kidsOf'), 'stkids', [id])],
  ];
}

export const deskScreen = defineScreen<Desk>({
  name: 'staff',
  access: 'STAFF',
  load: async (ctx) => {
    const { roles } = personOf(ctx);
    const districts = await ctx.house.core.staff.districts();
    const claims = await Promise.all(
      districtsOf({ roles, districts }).map(async ({ id }): Promise<[DistrictId, number]> => {
        const { total } = await ctx.house.core.benefits.toCheck(actOf(ctx), id, 0, 1);
        return [id, total];
      }),
    );
    return { roles, districts, claims: new Map(claims) };
  },
  render: renderDesk,
});

interface Gardens {
  readonly districtId: DistrictId;
  readonly list: Page<StaffKindergarten>;
}

export function renderGardens({ districtId, list }: Gardens, t: Texts): Rendered {
  const label = ({ name, free, held }: StaffKindergarten) =>
    t.plain('staff.garden', { name: shortened(t.pick(name), 24), free, held });
  return {
    text: paragraphs(
      t.html('staff.gardens'),
      t.html(list.total === 0 ? 'staff.noGardens' : 'staff.gardensHelp'),
    ),
    keyboard: [
      ...list.items.map((garden) => [button(label(garden), 'stgroups', [garden.id, districtId])]),
      ...pager('stgardens', (page) => [districtId, page], list.page, list.pages),
      footer(t, target('staff')),
    ],
  };
}

export const gardensScreen = defineScreen<Gardens>({
  name: 'stgardens',
  access: 'STAFF',
  load: async (ctx, [district, page]) => {
    const districtId = idOf<DistrictId>(district, 'staff.forbidden');
    return {
      districtId,
      list: await ctx.house.core.staff.kindergartens(actOf(ctx), districtId, pageOf(page), 7),
    };
  },
  render: renderGardens,
});

interface Groups {
  readonly districtId: string;
  readonly groups: readonly StaffGroup[];
}

export function renderGroups({ districtId, groups }: Groups, t: Texts): Rendered {
  const first = groups[0];
  const row = (group: StaffGroup): readonly Button[] => [
    button(
      t.plain('staff.groupLabel', { ...wordsOf(group, t), name: shortened(group.name, 12) }),
      'stgroup',
      [group.id],
    ),
  ];
  return {
    text: lines(
      t.html('staff.groups', { kindergarten: first === undefined ? '' : t.pick(first.kindergarten) }),
      t.html(first === undefined ? 'staff.noGroups' : 'staff.groupsHelp'),
    ),
    keyboard: [...groups.slice(0, 20).map(row), footer(t, target('stgardens', districtId))],
  };
}

/** Year, language and free places of a group. */
function wordsOf({ birthYear, language, free, canPublish }: StaffGroup, t: Texts) {
  return { year: birthYear, language: t.plain(`teachingShort.${language}`), free, canPublish };
}

export const groupsScreen = defineScreen<Groups>({
  name: 'stgroups',
  access: 'STAFF',
  load: async (ctx, [kindergarten, district]) => ({
    districtId: idOf<DistrictId>(district, 'staff.forbidden'),
    groups: await ctx.house.core.staff.groups(actOf(ctx), idOf(kindergarten, 'group.unknown')),
  }),
  render: renderGroups,
});
