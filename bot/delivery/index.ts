import type { Clock, DeliveryCore, Log, SmsGateway } from './core.ts';
import { createSmtp, type MailChannel, type SmtpOptions } from './email.ts';
import { ChannelError } from './failure.ts';
import type { DeliverySettings } from './settings.ts';
import { createMobizon, type MobizonOptions, withOneRetry } from './sms.ts';
import { createTelegram, type TelegramOptions } from './telegram.ts';
import { type Delivery, startLanes } from './worker.ts';

export type { DeliveryCore } from './core.ts';
export { ChannelError } from './failure.ts';
export { renderNotice } from './render.ts';
export type { Delivery } from './worker.ts';

/** Where SMS and letters go in the local world: kept to be read in the browser. */
interface Outbox {
  readonly sms: SmsGateway;
  mail(letter: { readonly to: string; readonly subject: string; readonly text: string }): Promise<string>;
}

interface ChannelConfig {
  readonly mail: SmtpOptions | undefined;
  readonly sms: MobizonOptions | undefined;
}

export interface StartDelivery {
  readonly core: DeliveryCore;
  readonly log: Log;
  readonly config: ChannelConfig & { readonly supportPhone: string | undefined };
  readonly world: { readonly clock: Clock; readonly outbox: Outbox | undefined };
  readonly telegram: TelegramOptions & { readonly botUrl?: string | undefined };
  readonly settings?: Partial<DeliverySettings>;
}

/** The worker's part of delivery with the channels that the configuration names. */
export function startDelivery({
  core,
  log,
  config,
  world,
  telegram,
  settings = {},
}: StartDelivery): Delivery {
  const mail = mailChannel(config, world.outbox);
  const { botUrl, ...bot } = telegram;
  const delivery = startLanes({
    core,
    log,
    clock: world.clock,
    telegram: createTelegram(bot),
    sms: smsGateway(config, world.outbox),
    mail,
    frame: {
      supportPhone: config.supportPhone ?? '1414',
      ...(botUrl === undefined ? {} : { botUrl }),
    },
    settings,
  });
  return {
    stop: async () => {
      await delivery.stop();
      mail.close();
    },
  };
}

/** The gateway for notices and for one-time codes. With neither gateway nor outbox nothing is pretended to be sent. */
export function smsGateway({ sms }: Pick<ChannelConfig, 'sms'>, outbox: Outbox | undefined): SmsGateway {
  if (sms !== undefined) return withOneRetry(createMobizon(sms));
  return outbox?.sms ?? { send: () => Promise.reject(notConfigured('sms')) };
}

function mailChannel({ mail }: Pick<ChannelConfig, 'mail'>, outbox: Outbox | undefined): MailChannel {
  if (mail !== undefined) return createSmtp(mail);
  const send: MailChannel['send'] = (to, { subject, text }) =>
    outbox?.mail({ to, subject, text }) ?? Promise.reject(notConfigured('mail'));
  return { send, close: () => undefined };
}

function notConfigured(channel: string): ChannelError {
  return new ChannelError({ kind: 'UNREACHABLE', error: `${channel} is not configured` });
}
