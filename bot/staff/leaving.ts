import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext, personOf } from '../context.ts';
import type { KindergartenId, LeavingView, Page, TransferId } from '../core.ts';
import { idOf } from '../ids.ts';
import { type Button, button, footer, type Keyboard, pageOf, pager } from '../keyboard.ts';
import { defineScreen, type Redirect, type Rendered, redirect } from '../screen.ts';
import { type Target, target } from '../session.ts';
import { at, lastDigits, lines, paragraphs, shortened } from '../words.ts';
import { kindergartensOf } from './desk.ts';

const PAGE_SIZE = 6;

interface List {
  readonly kindergartenId: KindergartenId;
  readonly list: Page<LeavingView>;
}

/** Children who leave this kindergarten for another one, and whose leaving is to be registered (T2). */
export function renderList({ kindergartenId, list }: List, t: Texts): Rendered {
  return {
    text: paragraphs(
      t.html('leaving.title', { total: list.total }),
      t.html(list.total === 0 ? 'leaving.none' : 'leaving.help'),
    ),
    keyboard: [
      ...list.items.map((leaving) => [leavingButton(leaving)]),
      ...pager('stleaves', (page) => [kindergartenId, page], list.page, list.pages),
      footer(t, target('staff')),
    ],
  };
}

export function leavingButton({ id, childFullName, applicationNumber, refused }: LeavingView): Button {
  const mark = refused === null ? '🚪' : '⚠️';
  const label = `${mark} ${shortened(childFullName, 24)} · №${lastDigits(applicationNumber)}`;
  return button(label, 'stleave', [id]);
}

export const leavingsScreen = defineScreen<List>({
  name: 'stleaves',
  access: 'STAFF',
  load: async (ctx, [kindergarten, page]) => {
    const kindergartenId = idOf<KindergartenId>(kindergarten, 'staff.forbidden');
    const { transfers } = ctx.house.core;
    return {
      kindergartenId,
      list: await transfers.leaving(actOf(ctx), kindergartenId, pageOf(page), PAGE_SIZE),
    };
  },
  render: renderList,
});

export interface Leaving {
  readonly leaving: LeavingView;
  /** Of a head, who may say no; the department only decides. */
  readonly head: boolean;
  readonly back: Target;
}

export const transferId = (arg: string | undefined): TransferId => idOf(arg, 'transfer.unknown');

export function about(leaving: LeavingView, t: Texts): string {
  const { refused, leftAt, filedAt } = leaving;
  return paragraphs(
    lines(
      t.html('leaving.one', { digits: lastDigits(leaving.applicationNumber) }),
      t.html('staff.child', { name: leaving.childFullName, year: leaving.birthYear }),
      t.html('transfer.from', { name: t.pick(leaving.from) }),
      t.html('staff.inGroup', { group: leaving.groupName }),
      t.html('transfer.to', { name: t.pick(leaving.to) }),
      t.html('staff.issued', { date: at(t, leaving.issuedAt) }),
      t.html('leaving.until', { date: at(t, leaving.admitUntil) }),
    ),
    lines(
      leftAt === null ? undefined : t.html('leaving.left', { date: at(t, leftAt) }),
      filedAt === null ? t.html('leaving.notFiled') : t.html('leaving.filed', { date: at(t, filedAt) }),
    ),
    refused === null
      ? undefined
      : lines(
          t.html('leaving.refusedAt', {
            date: at(t, refused.at),
            reason: t.plain(`reason.${refused.reason}`),
          }),
          refused.note === null ? undefined : t.html('staff.note', { note: refused.note }),
        ),
  );
}

export const isOpen = ({ state, leftAt }: LeavingView): boolean => state === 'OPEN' && leftAt === null;

export function renderCard({ leaving, head, back }: Leaving, t: Texts): Rendered {
  const open = isOpen(leaving);
  return {
    text: paragraphs(
      about(leaving, t),
      open && leaving.safe ? t.html('leaving.safe') : undefined,
      open ? undefined : t.html('leaving.over'),
    ),
    keyboard: [...(open ? doings(leaving, head, t) : []), footer(t, back)],
  };
}

function doings({ id, refused }: LeavingView, head: boolean, t: Texts): Keyboard {
  const refuse = button(t.plain('leaving.refuse'), 'stleaveno', [id], 'danger');
  return [
    [button(t.plain('leaving.confirm'), 'stleaveok', [id], 'success')],
    ...(head && refused === null ? [[refuse]] : []),
  ];
}

/** Where a card leads back to: the list of the only kindergarten, of the department's disputes, or the desk. */
export function backOf(ctx: KezekContext): Target {
  const { roles } = personOf(ctx);
  const [only, ...more] = kindergartensOf(roles);
  if (only === undefined) return target('stdispute');
  const both = roles.some(({ role }) => role !== 'KINDERGARTEN_HEAD');
  return more.length > 0 || both ? target('staff') : target('stleaves', only);
}

export async function loadLeaving(ctx: KezekContext, arg: string | undefined): Promise<Leaving> {
  const leaving = await ctx.house.core.transfers.one(actOf(ctx), transferId(arg));
  return { leaving, head: kindergartensOf(personOf(ctx).roles).length > 0, back: backOf(ctx) };
}

/** What is to be decided; what was decided meanwhile leads back to the card. */
export async function loadOpen(ctx: KezekContext, arg: string | undefined): Promise<Leaving | Redirect> {
  const loaded = await loadLeaving(ctx, arg);
  return isOpen(loaded.leaving) ? loaded : redirect(target('stleave', loaded.leaving.id));
}

export const leavingScreen = defineScreen<Leaving>({
  name: 'stleave',
  access: 'STAFF',
  load: (ctx, [arg]) => loadLeaving(ctx, arg),
  render: renderCard,
});

/** T2, asked once more: by the head, or by the department after a refusal. */
export const leavingConfirmScreen = defineScreen<Leaving>({
  name: 'stleaveok',
  access: 'STAFF',
  load: (ctx, [arg]) => loadOpen(ctx, arg),
  render: ({ leaving }, t) => ({
    text: paragraphs(about(leaving, t), t.html('leaving.confirmAsk')),
    keyboard: [
      [button(t.plain('leaving.confirmYes'), 'stleaveok/yes', [leaving.id], 'success')],
      footer(t, target('stleave', leaving.id)),
    ],
  }),
  actions: {
    yes: {
      run: async (ctx, [arg]) => {
        await ctx.house.core.transfers.confirmLeaving(actOf(ctx), transferId(arg));
        return { to: backOf(ctx), note: { key: 'leaving.confirmed' } };
      },
      settled: ([arg]) => target('stleave', transferId(arg)),
    },
  },
});
