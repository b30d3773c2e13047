import type { Texts } from '../../locales/index.ts';
import { actOf } from '../context.ts';
import type { LeavingRefusal } from '../core.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, isRedirect, type Rendered, redirect } from '../screen.ts';
import { target } from '../session.ts';
import { lines, paragraphs } from '../words.ts';
import { about, backOf, type Leaving, loadOpen, transferId } from './leaving.ts';
import { NOTE_LIMIT, noteOf, takeNote } from './note.ts';

const REASONS: readonly LeavingRefusal[] = ['DEBT', 'NO_REQUEST', 'OTHER'];
const DIALOG = 'leaving';

const reasonOf = (arg: string | undefined): LeavingRefusal | undefined =>
  REASONS.find((reason) => reason === arg);

export const leavingRefuseScreen = defineScreen<Leaving>({
  name: 'stleaveno',
  access: 'STAFF',
  load: (ctx, [arg]) => loadOpen(ctx, arg),
  render: ({ leaving }, t) => ({
    text: paragraphs(about(leaving, t), t.html('leaving.why')),
    keyboard: [
      ...REASONS.map((reason) => [button(t.plain(`reason.${reason}`), 'stleavewhy', [leaving.id, reason])]),
      footer(t, target('stleave', leaving.id)),
    ],
  }),
});

interface Refused extends Leaving {
  readonly reason: LeavingRefusal;
  readonly note: string | null;
}

export function renderRefusal({ leaving, reason, note }: Refused, t: Texts): Rendered {
  return {
    text: paragraphs(
      about(leaving, t),
      lines(
        t.html('staff.withdrawReason', { reason: t.plain(`reason.${reason}`) }),
        note === null ? t.html('staff.noteHelp', { limit: NOTE_LIMIT }) : t.html('staff.note', { note }),
      ),
      t.html('leaving.refuseAsk'),
    ),
    keyboard: [
      [button(t.plain('leaving.refuseYes'), 'stleavewhy/yes', [leaving.id, reason], 'danger')],
      footer(t, target('stleaveno', leaving.id)),
    ],
  };
}

/** T3: the reason by a button, a note typed or not, and the question once more. */
export const leavingRefuseConfirmScreen = defineScreen<Refused>({
  name: 'stleavewhy',
  access: 'STAFF',
  dialogs: [DIALOG],
  load: async (ctx, [arg, why]) => {
    const loaded = await loadOpen(ctx, arg);
    if (isRedirect(loaded)) return loaded;
    const { id } = loaded.leaving;
    const reason = reasonOf(why);
    if (reason === undefined) return redirect(target('stleaveno', id));
    return { ...loaded, reason, note: noteOf(ctx, DIALOG, id) };
  },
  render: renderRefusal,
  answer: async (ctx, [leaving = ''], answer) => takeNote(ctx, DIALOG, leaving, answer),
  actions: {
    yes: {
      run: async (ctx, [arg, why]) => {
        const id = transferId(arg);
        const note = noteOf(ctx, DIALOG, id);
        await ctx.house.core.transfers.refuseLeaving(actOf(ctx), id, reasonOf(why) ?? 'OTHER', note);
        return { to: backOf(ctx), note: { key: 'leaving.refused' } };
      },
      settled: ([arg]) => target('stleave', transferId(arg)),
    },
  },
});
