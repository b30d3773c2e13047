import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext, personId } from '../context.ts';
import { type ApplicationId, type FreeGroup, type GroupId, type ProofMethod, Refusal } from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer, pageOf, pager } from '../keyboard.ts';
import { type Action, defineScreen, type Rendered, redirect } from '../screen.ts';
import { target } from '../session.ts';
import { at, crumbs, kindergartenShort, lines, paragraphs } from '../words.ts';
import { keepCode } from './code-sent.ts';
import { toEds } from './esign.ts';
import { methodsOf, signRows } from './ways-to-sign.ts';
import { dropWish, raiseWish, type Wishes, wishesOf } from './wish-list.ts';

const PAGE_SIZE = 5;

interface View {
  readonly id: ApplicationId;
  readonly wishes: Wishes;
  readonly page: number;
  /** The wished groups of this page with their number; one that is not offered any more has no details. */
  readonly shown: readonly {
    readonly n: number;
    readonly groupId: GroupId;
    readonly group: FreeGroup | undefined;
  }[];
  /** By which the wishes may be signed; undefined when there is nothing to be signed. */
  readonly methods: readonly ProofMethod[] | undefined;
  readonly support: string;
}

/** The sealed open phase: nobody has to be quick, the draw follows the queue (DOMAIN §7.5). */
export function render({ id, wishes, page, shown, methods, support }: View, t: Texts): Rendered {
  const { groups, signed, roundAt } = wishes;
  const pages = Math.max(1, Math.ceil(groups.length / PAGE_SIZE));
  return {
    text: paragraphs(
      crumbs(t, 'crumb.free'),
      t.html('wishes.title'),
      t.html('wishes.how', { date: at(t, roundAt) }),
      groups.length === 0 ? t.html('wishes.empty') : lines(...shown.map((wish) => wishText(wish, t))),
      groups.length === 0 ? undefined : t.html(signed ? 'wishes.signed' : 'wishes.notSigned'),
      methods?.length === 0 ? t.html('sign.none', { support }) : undefined,
    ),
    keyboard: [
      ...shown.map(({ n, groupId, group }) => [
        button(
          `⬆ ${n}. ${group === undefined ? '–' : kindergartenShort(t.pick(group.kindergarten), 16)}`,
          'wishes/up',
          [id, groupId],
        ),
        button(t.plain('wishes.drop', { n }), 'wishes/drop', [id, groupId]),
      ]),
      ...pager('wishes', (to) => [id, to], page, pages),
      [button(t.plain('wishes.more'), 'free', [id, 'any', 1])],
      ...signRows(methods ?? [], 'wishes', [id], t),
      footer(t, target('card', id)),
    ],
  };
}

function wishText({ n, group }: View['shown'][number], t: Texts): string {
  if (group === undefined) return t.html('wishes.gone', { n });
  const language = t.plain(`teachingShort.${group.language}`);
  return t.html('wishes.entry', {
    n,
    name: t.pick(group.kindergarten),
    language,
    address: t.pick(group.address),
  });
}

function arranging(change: (ctx: KezekContext, id: ApplicationId, group: GroupId) => Promise<void>): Action {
  return {
    run: async (ctx, [application, group]) => {
      await change(ctx, idOf<ApplicationId>(application), idOf<GroupId>(group));
      return {};
    },
    settled: ([application]) => target('wishes', idOf(application)),
  };
}

async function details(
  ctx: KezekContext,
  id: ApplicationId,
  groupId: GroupId,
): Promise<FreeGroup | undefined> {
  try {
    return await ctx.house.core.places.group(personId(ctx), id, groupId);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

async function wishedGroups(ctx: KezekContext, id: ApplicationId): Promise<readonly GroupId[]> {
  const wishes = await wishesOf(ctx, id);
  if (wishes === undefined) throw new Refusal('wishes.noRound');
  return wishes.groups;
}

export const wishesScreen = defineScreen<View>({
  name: 'wishes',
  access: 'PERSON',
  dialogs: ['wishes'],
  load: async (ctx, [arg, wantedPage]) => {
    const id = idOf<ApplicationId>(arg);
    const wishes = await wishesOf(ctx, id);
    if (wishes === undefined) return redirect(target('free', id), { key: 'wishes.noRound' });
    const page = Math.min(pageOf(wantedPage), Math.max(0, Math.ceil(wishes.groups.length / PAGE_SIZE) - 1));
    const ofPage = wishes.groups.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
    const shown = await Promise.all(
      ofPage.map(async (groupId, n) => ({
        n: page * PAGE_SIZE + n + 1,
        groupId,
        group: await details(ctx, id, groupId),
      })),
    );
    const nothing = wishes.groups.length === 0 || wishes.signed;
    const methods = nothing ? undefined : await methodsOf(ctx, id, 'w');
    return { id, wishes, page, shown, methods, support: ctx.house.supportPhone };
  },
  render,
  actions: {
    up: arranging(raiseWish),
    drop: arranging(dropWish),
    sign: {
      run: async (ctx, [arg]) => {
        const id = idOf<ApplicationId>(arg);
        const groups = await wishedGroups(ctx, id);
        const prepared = await ctx.house.core.signing.prepareWishes(actOf(ctx), id, groups);
        keepCode(ctx, 'sign', {}, prepared.code);
        return { to: target('sign', id, prepared.id, 'w') };
      },
      settled: ([arg]) => target('wishes', idOf(arg)),
    },
    eds: {
      run: async (ctx, [arg]) => {
        const id = idOf<ApplicationId>(arg);
        const groups = await wishedGroups(ctx, id);
        return toEds(ctx, id, 'w', await ctx.house.core.signing.linkWishes(actOf(ctx), id, groups));
      },
      settled: ([arg]) => target('wishes', idOf(arg)),
    },
  },
});
