import type { Button, Keyboard } from '../keyboard.ts';
import { type Bell, pause } from './bell.ts';
import type { ClaimedDelivery, ClaimedMessage, MessageOutcome } from './core.ts';
import { insist, type LaneDeps, runLane } from './lane.ts';
import { failureOf, outcomeOf } from './outcome.ts';
import { type AdaptiveRate, adaptiveRate } from './rate.ts';
import { renderNotice } from './render.ts';
import type { TelegramChannel } from './telegram.ts';

/** The row that paces all processes. */
export const TELEGRAM_LANE = 'telegram';

type Job = { readonly notice: ClaimedDelivery } | { readonly message: ClaimedMessage };

interface Lane extends LaneDeps {
  readonly telegram: TelegramChannel;
  readonly rate: AdaptiveRate;
  readonly jobs: Map<Promise<void>, Job>;
  readonly lastTo: Map<string, number>;
  /** performance.now() until which everybody waits, as far as this process knows. */
  pausedUntil: number;
}

/**
 * Messages to Telegram, at the pace that all processes share. Each turn takes a handful: legal notices first, then other
 * notices, then broadcasts. They are claimed before their slots, so that no slot is wasted, and a handful only, so that a
 * legal notice never waits for more than that. Nothing of the database is held while Telegram is spoken to.
 */
export async function runTelegramLane(
  deps: LaneDeps & { readonly telegram: TelegramChannel },
  bell: Bell,
): Promise<void> {
  const rate = adaptiveRate(deps.settings.perSecond);
  const lane: Lane = { ...deps, rate, jobs: new Map(), lastTo: new Map(), pausedUntil: 0 };
  await runLane(TELEGRAM_LANE, lane, bell, () => turn(lane));
  await Promise.all(lane.jobs.keys());
}

async function turn(lane: Lane): Promise<boolean> {
  const { settings, core, rate } = lane;
  const pausedMs = lane.pausedUntil - performance.now();
  if (pausedMs > 0) {
    await pause(Math.min(pausedMs, settings.pollMs), lane.stop);
    return true;
  }
  const { jobs, looked } = await take(lane);
  if (jobs.length === 0) return looked;
  const asked = performance.now();
  const slots = await core.pace.reserve(TELEGRAM_LANE, jobs.length, rate.perSecond, settings.burst);
  const first = (asked + performance.now()) / 2 + slots.inMs;
  if (slots.pausedMs > 0) {
    lane.pausedUntil = performance.now() + slots.pausedMs;
    rate.lower();
  }
  for (const [index, job] of jobs.entries()) {
    await pause(first + index * slots.stepMs - performance.now(), lane.stop);
    while (lane.jobs.size >= settings.inFlight) await Promise.race(lane.jobs.keys());
    if (lane.stop.aborted || lane.pausedUntil > performance.now())
      await insist(() => putBack(lane, job), lane.log);
    else launch(lane, job);
  }
  return true;
}

async function take(lane: Lane): Promise<{ jobs: Job[]; looked: boolean }> {
  const { core, clock, settings, worker } = lane;
  const holding = [...lane.jobs.values()].flatMap((job) => ('notice' in job ? [job.notice.id] : []));
  const jobs: Job[] = [];
  for (const legal of [true, false]) {
    const limit = settings.batch - jobs.length;
    const request = {
      channel: 'TELEGRAM',
      legal,
      worker,
      limit,
      at: clock.now(),
      leaseMs: settings.leaseMs,
      holding,
    } as const;
    for (const notice of await core.notices.claim(request)) jobs.push({ notice });
  }
  const { messages, looked } = await core.broadcasts.sending.claim(worker, settings.batch - jobs.length);
  return { jobs: [...jobs, ...messages.map((message) => ({ message }))], looked: looked > 0 };
}

function launch(lane: Lane, job: Job): void {
  const running = ('notice' in job ? sendNotice(lane, job.notice) : sendMessage(lane, job.message)).finally(
    () => lane.jobs.delete(running),
  );
  lane.jobs.set(running, job);
}

function rowsOf(...buttons: readonly (Button | null)[]): Keyboard {
  return buttons.filter((button) => button !== null).map((button) => [button]);
}

async function sendNotice(lane: Lane, notice: ClaimedDelivery): Promise<void> {
  const { core, worker, clock, log } = lane;
  const outcome = await (async () => {
    if (notice.address === null) return { kind: 'UNREACHABLE', error: 'no chat' } as const;
    try {
      const { html, button, stop } = renderNotice(notice.content, notice.language);
      await spaceOut(lane, notice.address);
      return {
        kind: 'SENT',
        ref: await lane.telegram.send(notice.address, html, rowsOf(button, stop)),
      } as const;
    } catch (error) {
      const failure = failureOf(error, log, { delivery: notice.id, code: notice.content.code });
      if (failure.kind === 'WAIT') await everybodyWaits(lane, failure.ms);
      return outcomeOf(failure, notice, clock.now(), Math.random());
    }
  })();
  await insist(() => core.notices.record(worker, notice, outcome), log);
}

async function sendMessage(lane: Lane, message: ClaimedMessage): Promise<void> {
  const { core, worker, log } = lane;
  let outcome: MessageOutcome = { kind: 'SENT' };
  try {
    await spaceOut(lane, message.address);
    await lane.telegram.sendPlain(message.address, message.text);
  } catch (error) {
    const failure = failureOf(error, log, { broadcast: message.broadcastId });
    if (failure.kind === 'WAIT') await everybodyWaits(lane, failure.ms);
    outcome = messageOutcome(failure.kind, failure.error);
    // The Bot API is away: the same message is taken again, and need not be taken at once.
    if (failure.kind === 'RETRY')
      lane.pausedUntil = Math.max(lane.pausedUntil, performance.now() + lane.settings.pollMs);
  }
  await insist(() => core.broadcasts.sending.record(worker, message, outcome), log);
}

function messageOutcome(kind: ReturnType<typeof failureOf>['kind'], error: string): MessageOutcome {
  if (kind === 'WAIT' || kind === 'RETRY') return { kind: 'PUT_BACK' };
  if (kind === 'AMBIGUOUS') return { kind: 'UNKNOWN', error };
  return { kind: kind === 'UNREACHABLE' ? 'UNREACHABLE' : 'FAILED', error };
}

function putBack({ core, worker, clock }: Lane, job: Job): Promise<unknown> {
  if ('message' in job) return core.broadcasts.sending.record(worker, job.message, { kind: 'PUT_BACK' });
  return core.notices.record(worker, job.notice, {
    kind: 'RETRY',
    at: clock.now(),
    error: 'put back',
    free: true,
  });
}

/** Telegram said 429: the pause is written where every process sees it, and this one keeps it at once. */
async function everybodyWaits(lane: Lane, ms: number): Promise<void> {
  const until = performance.now() + ms;
  if (until > lane.pausedUntil) {
    lane.pausedUntil = until;
    lane.rate.lower();
  }
  lane.log.warn({ ms }, 'Telegram asks to wait');
  await lane.core.pace.pause(TELEGRAM_LANE, ms).catch(() => undefined);
}

/** Two messages to one chat stand a second apart. */
async function spaceOut({ lastTo, settings, stop }: Lane, address: string): Promise<void> {
  const now = performance.now();
  const at = Math.max(now, (lastTo.get(address) ?? Number.NEGATIVE_INFINITY) + settings.perChatMs);
  lastTo.delete(address);
  lastTo.set(address, at);
  for (const [other, last] of lastTo) {
    if (last > now - settings.perChatMs) break;
    lastTo.delete(other);
  }
  await pause(at - now, stop);
}
