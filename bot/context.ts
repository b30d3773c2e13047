import type { Context, SessionFlavor } from 'grammy';
import { type Texts, texts } from '../locales/index.ts';
import type { Account, Act, BotCore, Clock, Log, PersonId, Point } from './core.ts';
import type { KeptLink } from './links.ts';
import type { Screen } from './screen.ts';
import type { Session } from './session.ts';
import type { Vault } from './vault.ts';

/** What the inbox knows of the update at hand. */
export interface Receipt {
  /** Undefined when the update did not come through the inbox. */
  readonly messageId: bigint | undefined;
  /** The effect of this update is committed already: only the answer is owed. */
  readonly alreadyApplied: boolean;
}

/** What every handler gets beside the update. */
export interface House {
  readonly core: BotCore;
  readonly clock: Clock;
  readonly log: Log;
  /** As it is shown to people, for example «+7 7162 00-00-00». */
  readonly supportPhone: string;
  /** The one-time page that each chat was given last. */
  readonly links: Vault<KeptLink>;
  /** The location that each chat shared last, to look for kindergartens around it. */
  readonly spots: Vault<Point>;
  /** Every screen by its name. */
  readonly screens: ReadonlyMap<string, Screen>;
}

interface KezekFlavor {
  house: House;
  receipt: Receipt;
  /** The channel's name of this chat, as core keeps it. */
  address: string;
  account: Account;
  t: Texts;
  /** The tap was answered, so that the button does not go on spinning. */
  answered: boolean;
}

export type KezekContext = Context & SessionFlavor<Session> & KezekFlavor;

export type Person = NonNullable<Account['person']>;

/** Puts the chat's account and its language into the context; called again whenever an action has changed them. */
export async function readAccount(ctx: KezekContext): Promise<void> {
  ctx.account = await ctx.house.core.people.account(ctx.address);
  ctx.t = texts(ctx.account.language);
}

/** The person who is logged in. The router lets nobody else to a parent's screen, hence a plain error. */
export function personOf(ctx: KezekContext): Person {
  const { person } = ctx.account;
  if (person === null) throw new Error('a screen for parents was reached without a login');
  return person;
}

export function personId(ctx: KezekContext): PersonId {
  return personOf(ctx).id;
}

/** Who acts, and by which message, for every action of core. */
export function actOf(ctx: KezekContext): Act {
  const { messageId } = ctx.receipt;
  const { id, verifiedAt, verifiedBy } = personOf(ctx);
  const act: Act = { personId: id, channel: 'BOT', login: { method: verifiedBy, at: verifiedAt } };
  return messageId === undefined ? act : { ...act, messageId };
}
