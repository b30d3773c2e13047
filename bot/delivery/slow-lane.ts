import type { Bell } from './bell.ts';
import type { ClaimedDelivery, DeliveryChannel } from './core.ts';
import { insist, type LaneDeps, runLane } from './lane.ts';
import { failureOf, outcomeOf } from './outcome.ts';

export interface SlowChannel {
  readonly channel: Exclude<DeliveryChannel, 'TELEGRAM'>;
  /** Messages a second that all processes share; no limit when absent. */
  readonly perSecond?: number;
  /** Resolves with the channel's own id of the message. */
  send(delivery: ClaimedDelivery, address: string): Promise<string>;
}

/** E-mail or SMS: a few at a time, legal ones first. */
export async function runSlowLane(deps: LaneDeps, channel: SlowChannel, bell: Bell): Promise<void> {
  const running = new Set<Promise<void>>();
  await runLane(channel.channel, deps, bell, async () => {
    const claimed = await take(deps, channel.channel, deps.settings.slowInFlight - running.size);
    if (claimed.length === 0) {
      if (running.size < deps.settings.slowInFlight) return false;
      await Promise.race(running);
      return true;
    }
    await keepPace(deps, channel, claimed.length);
    for (const delivery of claimed) {
      const sending = send(deps, channel, delivery).finally(() => running.delete(sending));
      running.add(sending);
    }
    return true;
  });
  await Promise.all(running);
}

async function take({ core, clock, settings, worker }: LaneDeps, channel: DeliveryChannel, room: number) {
  const request = { channel, worker, at: clock.now(), leaseMs: settings.leaseMs } as const;
  const legal = await core.notices.claim({ ...request, legal: true, limit: room });
  const other = await core.notices.claim({ ...request, legal: false, limit: room - legal.length });
  return [...legal, ...other];
}

async function keepPace(
  { core }: LaneDeps,
  { channel, perSecond }: SlowChannel,
  count: number,
): Promise<void> {
  if (perSecond === undefined) return;
  const { inMs } = await core.pace.reserve(channel, count, perSecond, perSecond);
  if (inMs > 0) await new Promise((resolve) => setTimeout(resolve, inMs));
}

async function send(deps: LaneDeps, channel: SlowChannel, delivery: ClaimedDelivery): Promise<void> {
  const { core, worker, clock, log } = deps;
  const outcome = await (async () => {
    if (delivery.address === null) return { kind: 'UNREACHABLE', error: 'no address' } as const;
    try {
      return { kind: 'SENT', ref: await channel.send(delivery, delivery.address) } as const;
    } catch (error) {
      const failure = failureOf(error, log, { delivery: delivery.id, code: delivery.content.code });
      return outcomeOf(failure, delivery, clock.now(), Math.random());
    }
  })();
  await insist(() => core.notices.record(worker, delivery, outcome), log);
}
