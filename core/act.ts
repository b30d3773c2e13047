import type { PersonId } from './ids.ts';

export type Channel = 'BOT' | 'WEB' | 'SERVER' | 'SYSTEM';

/**
 * Who acts, through which door, and which incoming message asked for it. When `messageId` is given, the action marks
 * that inbox message as applied in its own transaction, so that a repeated message can never have a second effect:
 * the action then throws `AlreadyApplied`.
 */
export type Act = {
  readonly personId: PersonId;
  readonly messageId?: bigint;
} & (
  | {
      readonly channel: 'BOT';
      /** How and when the person proved in this chat who they are; what an action asks of it is the district's policy. */
      readonly login: Login;
    }
  | { readonly channel: Exclude<Channel, 'BOT'> }
);

/** OTP: a code by SMS to a phone that the mobile citizens base ties to the IIN; EDS: a digital signature (ЭЦҚ). */
export type ProofMethod = 'OTP' | 'EDS';

export interface Login {
  readonly method: ProofMethod;
  readonly at: Date;
}

/** The message was applied before; the caller shows the present state and does nothing more. */
export class AlreadyApplied extends Error {
  constructor() {
    super('this message has been applied already');
    this.name = 'AlreadyApplied';
  }
}

export type Language = 'kk' | 'ru';

/** A word in both languages, as the dictionaries of the database hold it. */
export interface Bilingual {
  readonly kk: string;
  readonly ru: string;
}

/** A page of a longer list of `total` things. */
export function pageOf<T>(items: readonly T[], page: number, pageSize: number, total: number): Page<T> {
  return { items, page, pages: Math.max(1, Math.ceil(total / pageSize)), total };
}

/** A page of a longer list. `page` counts from 0. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly page: number;
  readonly pages: number;
  readonly total: number;
}
