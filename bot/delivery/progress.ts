import { type Texts, texts } from '../../locales/index.ts';
import { eventButton, type Keyboard } from '../keyboard.ts';
import type { BroadcastId, BroadcastProgress, DueProgress } from './core.ts';
import { classify } from './failure.ts';
import type { LaneDeps } from './lane.ts';
import type { TelegramChannel } from './telegram.ts';

const BAR = 10;

/** The state of a broadcast in words, with its bar: the live message and the control screen show the same. */
export function progressText(progress: BroadcastProgress, t: Texts): string {
  const { total, sent, failed, unreachable, unknown, pending, state, secondsLeft } = progress;
  const done = total - pending;
  const share = total === 0 ? 1 : done / total;
  const filled = Math.floor(share * BAR);
  const lines = [
    t.html(`broadcast.state.${state}`),
    `${'▓'.repeat(filled)}${'░'.repeat(BAR - filled)} ${Math.floor(share * 100)}% · ${done}/${total}`,
    '',
    t.html('broadcast.sent', { n: sent }),
    t.html('broadcast.unreachable', { n: unreachable }),
    t.html('broadcast.failed', { n: failed }),
    ...(unknown > 0 ? [t.html('broadcast.unknown', { n: unknown })] : []),
    ...(state === 'STOPPED' ? [t.html('broadcast.unsent', { n: pending })] : []),
    ...(secondsLeft === null ? [] : [t.html('broadcast.left', { time: duration(secondsLeft) })]),
  ];
  return lines.join('\n');
}

/** «2:05», minutes and seconds, the same in both languages. */
export function duration(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Under the live message: pausing and stopping ask on a screen of their own, whatever the operator does meanwhile. */
export function progressKeyboard(id: BroadcastId, state: BroadcastProgress['state'], t: Texts): Keyboard {
  if (state !== 'RUNNING' && state !== 'PAUSED') return [];
  const first =
    state === 'RUNNING'
      ? eventButton(t.plain('broadcast.pause'), 'castrun', [id])
      : eventButton(t.plain('broadcast.resume'), 'castrun', [id], 'success');
  return [[first, eventButton(t.plain('broadcast.stop'), 'caststop', [id], 'danger')]];
}

/** Brings live messages up to date; whichever process is first does it. Returns whether there was one. */
export async function updateProgress(
  { core, settings, log }: LaneDeps,
  telegram: TelegramChannel,
): Promise<boolean> {
  const due = await core.broadcasts.sending.dueProgress(settings.progressMs);
  for (const live of due) {
    const kept = await edit(live, await core.broadcasts.progress(live.id), telegram).catch(
      (error: unknown) => {
        // A live message that could not be changed now is changed in three seconds.
        log.warn({ broadcast: live.id, failure: classify(error).error }, 'the progress could not be shown');
        return 'LATER' as const;
      },
    );
    if (kept === 'GONE' || (kept === 'SHOWN' && live.last))
      await core.broadcasts.sending.progressDone(live.id);
  }
  return due.length > 0;
}

async function edit(
  live: DueProgress,
  progress: BroadcastProgress,
  telegram: TelegramChannel,
): Promise<'SHOWN' | 'GONE'> {
  const t = texts(live.language);
  const keyboard = progressKeyboard(live.id, progress.state, t);
  return (await telegram.edit(live.address, live.message, progressText(progress, t), keyboard))
    ? 'SHOWN'
    : 'GONE';
}
