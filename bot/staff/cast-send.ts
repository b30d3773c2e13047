import { actOf, type KezekContext } from '../context.ts';
import type { BroadcastId, BroadcastProgress } from '../core.ts';
import { duration, progressText } from '../delivery/progress.ts';
import { idOf } from '../ids.ts';
import { button, footer, type Keyboard } from '../keyboard.ts';
import { type Action, defineScreen, type Next, redirect } from '../screen.ts';
import { target } from '../session.ts';
import { lines, paragraphs } from '../words.ts';
import { CAST, previewOf } from './cast-write.ts';

const idFrom = (arg: string | undefined): BroadcastId => idOf<BroadcastId>(arg, 'broadcast.unknown');
const numberFrom = (arg: string | undefined): number =>
  arg !== undefined && /^\d{1,9}$/.test(arg) ? Number(arg) : 0;

interface Preview {
  readonly id: BroadcastId;
  readonly preview: string;
  readonly people: number;
  readonly seconds: number;
}

/** Both texts, how many people and how long: the first of two steps. */
export const castPreviewScreen = defineScreen<Preview>({
  name: 'castsee',
  access: 'STAFF',
  dialogs: [CAST],
  load: async (ctx, [arg, people, seconds]) => {
    const id = idFrom(arg);
    if ((await ctx.house.core.broadcasts.progress(id)).state !== 'DRAFT')
      return redirect(target('castrun', id));
    return {
      id,
      preview: await previewOf(ctx, id),
      people: numberFrom(people),
      seconds: numberFrom(seconds),
    };
  },
  render: ({ id, preview, people, seconds }, t) => ({
    text: paragraphs(
      t.html('staff.castPreview'),
      preview,
      people === 0
        ? t.html('staff.castNobody')
        : lines(
            t.html('staff.castPeople', { n: people }),
            t.html('staff.castTime', { time: duration(seconds) }),
          ),
    ),
    keyboard: [
      ...(people === 0 ? [] : [[button(t.plain('staff.castSend'), 'castok', [id, people], 'success')]]),
      footer(t, target('castwho')),
    ],
  }),
});

interface Question {
  readonly id: BroadcastId;
  readonly people: number;
}

export const castConfirmScreen = defineScreen<Question>({
  name: 'castok',
  access: 'STAFF',
  dialogs: [CAST],
  load: async (ctx, [arg, people]) => {
    const id = idFrom(arg);
    if ((await ctx.house.core.broadcasts.progress(id)).state !== 'DRAFT')
      return redirect(target('castrun', id));
    return { id, people: numberFrom(people) };
  },
  render: ({ id, people }, t) => ({
    text: paragraphs(t.html('staff.castTitle'), t.html('staff.castSure', { n: people })),
    keyboard: [
      [button(t.plain('staff.castYes'), 'castok/yes', [id, people], 'danger')],
      footer(t, target('castwho')),
    ],
  }),
  actions: {
    yes: { run: (ctx, [arg]) => start(ctx, idFrom(arg)), settled: ([id = '']) => target('castrun', id) },
  },
});

/** The live message is sent first, so that the workers have something to keep up to date from the first moment. */
async function start(ctx: KezekContext, id: BroadcastId): Promise<Next> {
  const { broadcasts } = ctx.house.core;
  const live = await ctx.reply(progressText(await broadcasts.progress(id), ctx.t), { parse_mode: 'HTML' });
  try {
    await broadcasts.start(actOf(ctx), id, { address: ctx.address, message: String(live.message_id) });
  } catch (error) {
    await ctx.api.deleteMessage(ctx.address, live.message_id).catch(() => undefined);
    throw error;
  }
  delete ctx.session.dialog;
  return { to: target('castrun', id), fresh: true };
}

function controls({ id, state }: BroadcastProgress, ctx: KezekContext['t']): Keyboard {
  const refresh = [button(ctx.plain('staff.refresh'), 'castrun', [id])];
  if (state !== 'RUNNING' && state !== 'PAUSED') return [refresh];
  const first =
    state === 'RUNNING'
      ? button(ctx.plain('broadcast.pause'), 'castrun/pause', [id])
      : button(ctx.plain('broadcast.resume'), 'castrun/resume', [id], 'success');
  return [[first, button(ctx.plain('broadcast.stop'), 'caststop', [id], 'danger')], refresh];
}

const settled: Action['settled'] = ([id = '']) => target('castrun', id);

const step = (
  what: 'pause' | 'resume' | 'stop',
  key: 'staff.castPaused' | 'staff.castResumed' | 'staff.castStopped',
): Action => ({
  run: async (ctx, [arg]) => {
    const id = idFrom(arg);
    await ctx.house.core.broadcasts[what](actOf(ctx), id);
    return { to: target('castrun', id), toast: { key } };
  },
  settled,
});

/** The controls of a broadcast that runs; also where the buttons of its live message lead. */
export const castControlScreen = defineScreen<{ readonly progress: BroadcastProgress }>({
  name: 'castrun',
  access: 'STAFF',
  load: async (ctx, [arg]) => {
    const id = idFrom(arg);
    // Only who may reach these people is told about them.
    await ctx.house.core.broadcasts.text(actOf(ctx), id);
    return { progress: await ctx.house.core.broadcasts.progress(id) };
  },
  render: ({ progress }, t) => ({
    text: progressText(progress, t),
    keyboard: [...controls(progress, t), footer(t, target('staff'))],
  }),
  actions: {
    pause: step('pause', 'staff.castPaused'),
    resume: step('resume', 'staff.castResumed'),
  },
});

export const castStopScreen = defineScreen<{ readonly progress: BroadcastProgress }>({
  name: 'caststop',
  access: 'STAFF',
  load: async (ctx, [arg]) => {
    const id = idFrom(arg);
    await ctx.house.core.broadcasts.text(actOf(ctx), id);
    const progress = await ctx.house.core.broadcasts.progress(id);
    return progress.state === 'RUNNING' || progress.state === 'PAUSED'
      ? { progress }
      : redirect(target('castrun', id));
  },
  render: ({ progress }, t) => ({
    text: paragraphs(progressText(progress, t), t.html('staff.castStopAsk', { n: progress.pending })),
    keyboard: [
      [button(t.plain('staff.castStopYes'), 'caststop/yes', [progress.id], 'danger')],
      footer(t, target('castrun', progress.id)),
    ],
  }),
  actions: { yes: step('stop', 'staff.castStopped') },
});
