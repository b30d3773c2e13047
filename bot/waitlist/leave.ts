import type { Texts } from '../../locales/index.ts';
import { actOf } from '../context.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, type Rendered, redirect } from '../screen.ts';
import { heading } from '../screens/card.ts';
import { target } from '../session.ts';
import { crumbs, lines, paragraphs } from '../words.ts';
import { type EntryView, entryId, loadEntry } from './entry.ts';
import { houseText } from './words.ts';

/** L6, asked once more: whoever joins again begins anew. */
export function render({ entry, view }: EntryView, t: Texts): Rendered {
  return {
    text: paragraphs(
      crumbs(t, 'crumb.waitlist'),
      lines(t.html('waitlist.leave.title'), heading(view, t)),
      houseText(entry, t),
      t.html('waitlist.leave.warning'),
    ),
    keyboard: [
      [button(t.plain('waitlist.leave.yes'), 'wlleave/yes', [entry.id], 'danger')],
      [button(t.plain('waitlist.leave.no'), 'wlentry', [entry.id])],
      footer(t, target('wlentry', entry.id)),
    ],
  };
}

export const waitlistLeaveScreen = defineScreen<EntryView>({
  name: 'wlleave',
  access: 'PERSON',
  load: async (ctx, [arg]) => {
    const loaded = await loadEntry(ctx, arg);
    const { entry, view } = loaded;
    return entry.state === 'WAITING' && view.canSign ? loaded : redirect(target('wlentry', entry.id));
  },
  render,
  actions: {
    yes: {
      run: async (ctx, [arg]) => {
        const { entry } = await loadEntry(ctx, arg);
        await ctx.house.core.waitlists.leave(actOf(ctx), entry.id);
        return {
          to: target('wl', entry.applicationId),
          note: { key: 'waitlist.leave.done', values: { name: ctx.t.pick(entry.kindergarten) } },
        };
      },
      settled: ([arg]) => target('wlentry', entryId(arg)),
    },
  },
});
