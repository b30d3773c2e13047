import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import type { GroupId, StaffGroup } from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer, rows } from '../keyboard.ts';
import { type Answer, defineScreen, type Next, type Rendered, redirect } from '../screen.ts';
import { target } from '../session.ts';
import { at, lines, paragraphs } from '../words.ts';

/** How many places are offered by a button; any other number is typed. */
const COUNTS = [1, 2, 3, 5] as const;
const MOST = 99;

/** Why places are withdrawn (R18). Kept with the place as they stand. */
export const WITHDRAWAL_REASONS = ['REPAIR', 'NO_STAFF', 'MISTAKE', 'GROUP_CLOSED', 'OTHER'] as const;
type Reason = (typeof WITHDRAWAL_REASONS)[number];

export function groupHead(group: StaffGroup, t: Texts): string {
  const { birthYear: year, name, language, capacity, enrolled, held, free, canPublish, waiting } = group;
  return lines(
    t.html('staff.group', { kindergarten: t.pick(group.kindergarten), name }),
    t.html('staff.groupAbout', { year, language: t.plain(`teaching.${language}`) }),
    t.html('staff.groupNumbers', { capacity, enrolled, held, free }),
    t.html('staff.groupQueue', { canPublish, waiting }),
  );
}

const groupOf = (ctx: KezekContext, arg: string | undefined): Promise<StaffGroup> =>
  ctx.house.core.staff.group(actOf(ctx), idOf<GroupId>(arg, 'group.unknown'));

/** A whole number from 1 to 99; undefined for anything else. */
export function countOf(arg: string | undefined): number | undefined {
  const count = arg !== undefined && /^\d{1,2}$/.test(arg.trim()) ? Number(arg) : 0;
  return count >= 1 && count <= MOST ? count : undefined;
}

/** `limit` is how many there can be now; the house of rules counts again when it is done. */
const typedCount =
  (screen: string, limit: (group: StaffGroup) => number) =>
  async (ctx: KezekContext, [arg]: readonly string[], { text }: Answer): Promise<Next> => {
    const group = await groupOf(ctx, arg);
    const most = Math.min(MOST, limit(group));
    const count = countOf(text);
    if (most < 1) return { note: { key: 'common.useButtons' } };
    return count === undefined || count > most
      ? { note: { key: 'staff.needCount', values: { most } } }
      : { to: target(screen, group.id, count) };
  };

export function renderGroup(group: StaffGroup, t: Texts): Rendered {
  const counts = COUNTS.filter((count) => count <= group.canPublish);
  const publish = counts.map((count) =>
    button(t.plain('staff.plus', { n: count }), 'stpub', [group.id, count], 'success'),
  );
  const withdraw = group.free > 0 ? [[button(t.plain('staff.withdraw'), 'stwith', [group.id])]] : [];
  return {
    text: paragraphs(groupHead(group, t), t.html(counts.length === 0 ? 'staff.full' : 'staff.publishHelp')),
    keyboard: [...rows(publish, 4), ...withdraw, footer(t, target('staff'))],
  };
}

/** One group: publish places by a button or a typed number. */
export const groupScreen = defineScreen<StaffGroup>({
  name: 'stgroup',
  access: 'STAFF',
  load: (ctx, [group]) => groupOf(ctx, group),
  render: renderGroup,
  answer: typedCount('stpub', ({ canPublish }) => canPublish),
});

interface Publication {
  readonly group: StaffGroup;
  readonly count: number;
}

export function renderPublication({ group, count }: Publication, t: Texts): Rendered {
  return {
    text: paragraphs(groupHead(group, t), t.html('staff.publishAsk', { n: count })),
    keyboard: [
      [button(t.plain('staff.publishYes', { n: count }), 'stpub/yes', [group.id, count], 'success')],
      footer(t, target('stgroup', group.id)),
    ],
  };
}

/** Asked once more: turns open for that many children, and their parents are told. */
export const publishScreen = defineScreen<Publication>({
  name: 'stpub',
  access: 'STAFF',
  load: async (ctx, [arg, typed]) => {
    const group = await groupOf(ctx, arg);
    const count = countOf(typed);
    return count === undefined ? redirect(target('stgroup', group.id)) : { group, count };
  },
  render: renderPublication,
  actions: {
    yes: {
      run: async (ctx, [arg, typed]) => {
        const id = idOf<GroupId>(arg, 'group.unknown');
        const count = countOf(typed) ?? 0;
        const { pickOpensAt } = await ctx.house.core.staff.publish(actOf(ctx), id, count);
        const note = { key: 'staff.published', values: { n: count, date: at(ctx.t, pickOpensAt) } } as const;
        return { to: target('stgroup', id), note };
      },
      settled: ([group = '']) => target('stgroup', group),
    },
  },
});

export function renderWithdraw(group: StaffGroup, t: Texts): Rendered {
  const counts = COUNTS.filter((count) => count <= group.free);
  return {
    text: paragraphs(groupHead(group, t), t.html('staff.withdrawHelp')),
    keyboard: [
      ...rows(
        counts.map((count) => button(String(count), 'stwithwhy', [group.id, count])),
        4,
      ),
      footer(t, target('stgroup', group.id)),
    ],
  };
}

export const withdrawScreen = defineScreen<StaffGroup>({
  name: 'stwith',
  access: 'STAFF',
  load: (ctx, [group]) => groupOf(ctx, group),
  render: renderWithdraw,
  answer: typedCount('stwithwhy', ({ free }) => free),
});

export function renderReasons({ group, count }: Publication, t: Texts): Rendered {
  return {
    text: paragraphs(groupHead(group, t), t.html('staff.withdrawWhy', { n: count })),
    keyboard: [
      ...WITHDRAWAL_REASONS.map((reason) => [
        button(t.plain(`staff.reason.${reason}`), 'stwithok', [group.id, count, reason]),
      ]),
      footer(t, target('stwith', group.id)),
    ],
  };
}

export const withdrawReasonScreen = defineScreen<Publication>({
  name: 'stwithwhy',
  access: 'STAFF',
  load: async (ctx, [arg, typed]) => {
    const group = await groupOf(ctx, arg);
    const count = countOf(typed);
    return count === undefined ? redirect(target('stwith', group.id)) : { group, count };
  },
  render: renderReasons,
});

interface Withdrawal extends Publication {
  readonly reason: Reason;
}

const reasonOf = (arg: string | undefined): Reason | undefined =>
  WITHDRAWAL_REASONS.find((reason) => reason === arg);

export function renderWithdrawal({ group, count, reason }: Withdrawal, t: Texts): Rendered {
  return {
    text: paragraphs(
      groupHead(group, t),
      lines(
        t.html('staff.withdrawAsk', { n: count }),
        t.html('staff.withdrawReason', { reason: t.plain(`staff.reason.${reason}`) }),
      ),
      t.html('staff.withdrawWarning'),
    ),
    keyboard: [
      [
        button(
          t.plain('staff.withdrawYes', { n: count }),
          'stwithok/yes',
          [group.id, count, reason],
          'danger',
        ),
      ],
      footer(t, target('stwithwhy', group.id, count)),
    ],
  };
}

export const withdrawConfirmScreen = defineScreen<Withdrawal>({
  name: 'stwithok',
  access: 'STAFF',
  load: async (ctx, [arg, typed, why]) => {
    const group = await groupOf(ctx, arg);
    const count = countOf(typed);
    const reason = reasonOf(why);
    return count === undefined || reason === undefined
      ? redirect(target('stwith', group.id))
      : { group, count, reason };
  },
  render: renderWithdrawal,
  actions: {
    yes: {
      run: async (ctx, [arg, typed, why]) => {
        const id = idOf<GroupId>(arg, 'group.unknown');
        const count = countOf(typed) ?? 0;
        const { revokedTurns } = await ctx.house.core.staff.withdraw(
          actOf(ctx),
          id,
          count,
          reasonOf(why) ?? 'OTHER',
        );
        return {
          to: target('stgroup', id),
          note: { key: 'staff.withdrawn', values: { n: count, turns: revokedTurns } },
        };
      },
      settled: ([group = '']) => target('stgroup', group),
    },
  },
});
