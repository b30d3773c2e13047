import type { Texts } from '../../locales/index.ts';
import type { KezekContext } from '../context.ts';
import type { KindergartenView } from '../core.ts';
import { button, footer } from '../keyboard.ts';
import { type Answer, defineScreen, type Next, type Rendered, redirect } from '../screen.ts';
import { target } from '../session.ts';
import { erase } from '../show.ts';
import { crumbs, kindergartenShort, paragraphs, shortened } from '../words.ts';
import { dialogs, foundOf, rememberList } from './looking.ts';
import { entry } from './words.ts';

/** What fits into a message and under a thumb. */
const MOST = 6;
const LONGEST = 100;

/** A typed name, address or district; only the ids of what was found are remembered, never the words. */
export async function answerName(ctx: KezekContext, { text }: Answer): Promise<Next> {
  if (text === undefined) return { note: { key: 'common.needText' } };
  // An IIN or a code typed by mistake is not looked for, and does not stay in the chat.
  if (/^[\d\s-]{6,}$/.test(text)) {
    const erased = await erase(ctx);
    const and = { key: erased ? 'common.erased' : 'common.notErased' } as const;
    return { note: { key: 'near.typeName', and }, fresh: !erased };
  }
  const found = await ctx.house.core.kindergartens.find(text.slice(0, LONGEST), MOST);
  if (found.length === 0) return { note: { key: 'near.notFound' } };
  const ids = found.map(({ id }) => id);
  const [first = ''] = ids;
  rememberList(ctx, target('nearfind'), ids);
  return { to: ids.length === 1 ? target('kg', first) : target('nearfind') };
}

export function render({ found }: { readonly found: readonly KindergartenView[] }, t: Texts): Rendered {
  return {
    text: paragraphs(
      crumbs(t, 'crumb.near'),
      t.html('near.found'),
      ...found.map((view, index) => entry(view, index + 1, t)),
      found.length === MOST ? t.html('near.moreExact') : undefined,
    ),
    keyboard: [
      ...found.map((view, index) => [button(labelOf(view, index + 1, t), 'kg', [view.id])]),
      footer(t, target('near')),
    ],
  };
}

/** «2. Балапан · Ақкөл қаласы»: a name is borne by several, the settlement tells them apart. */
function labelOf({ name, address }: KindergartenView, n: number, t: Texts): string {
  const [settlement = ''] = t.pick(address).split(',');
  return `${n}. ${kindergartenShort(t.pick(name), 12)} · ${shortened(settlement, 18)}`;
}

/** What was found by a typed name, with the free places of now. */
export const nearFindScreen = defineScreen<{ readonly found: readonly KindergartenView[] }>({
  name: 'nearfind',
  access: 'PERSON',
  dialogs,
  load: async (ctx) => {
    const found = await ctx.house.core.kindergartens.these(foundOf(ctx));
    return found.length === 0 ? redirect(target('near')) : { found };
  },
  render,
  answer: (ctx, _args, answer) => answerName(ctx, answer),
});
