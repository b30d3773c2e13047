import { randomUUID } from 'node:crypto';
import { type Bell, createBell } from './bell.ts';
import type { Clock, DeliveryCore, Log, SmsGateway } from './core.ts';
import type { MailChannel } from './email.ts';
import { type LaneDeps, runLane } from './lane.ts';
import { type MailFrame, renderMail } from './mail.ts';
import { updateProgress } from './progress.ts';
import { renderNotice } from './render.ts';
import { type DeliverySettings, defaultSettings } from './settings.ts';
import { runSlowLane, type SlowChannel } from './slow-lane.ts';
import type { TelegramChannel } from './telegram.ts';
import { runTelegramLane } from './telegram-lane.ts';

export interface LanesDeps {
  readonly core: DeliveryCore;
  readonly clock: Clock;
  readonly log: Log;
  readonly telegram: TelegramChannel;
  readonly sms: SmsGateway;
  readonly mail: Pick<MailChannel, 'send'>;
  readonly frame: MailFrame;
  readonly settings?: Partial<DeliverySettings>;
}

export interface Delivery {
  /** Takes nothing more, finishes what is under way, gives back the rest. */
  stop(): Promise<void>;
}

/**
 * The channels by which notices and broadcasts leave. Any number of processes may run it over one database. Answers to
 * people's taps are not here: they are sent at once by the bot itself.
 */
export function startLanes(deps: LanesDeps): Delivery {
  const stopping = new AbortController();
  const settings = { ...defaultSettings, ...deps.settings };
  const lane: LaneDeps = { ...deps, settings, worker: randomUUID(), stop: stopping.signal };
  const bells: Bell[] = [];
  const bell = (): Bell => {
    const made = createBell();
    bells.push(made);
    return made;
  };
  const running = [
    runTelegramLane({ ...lane, telegram: deps.telegram }, bell()),
    runSlowLane(lane, emailOf(deps), bell()),
    runSlowLane(lane, smsOf(deps, settings.smsPerSecond), bell()),
    runLane('progress', lane, bell(), async () => {
      const lost = await lane.core.broadcasts.sending.recover(settings.leaseMs);
      if (lost > 0) deps.log.warn({ lost }, 'a process died while it sent a broadcast');
      await updateProgress(lane, deps.telegram);
      return false;
    }),
  ];
  const stopListening = deps.core.notices.onWake(() => {
    for (const each of bells) each.ring();
  });
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all([...running, stopListening()]);
    },
  };
}

function emailOf({ mail, frame }: LanesDeps): SlowChannel {
  return {
    channel: 'EMAIL',
    send: ({ content, language }, to) =>
      mail.send(to, renderMail(renderNotice(content, language), language, frame)),
  };
}

function smsOf({ sms }: LanesDeps, perSecond: number): SlowChannel {
  return {
    channel: 'SMS',
    perSecond,
    send: ({ content, language }, phone) => sms.send(phone, renderNotice(content, language).sms),
  };
}
