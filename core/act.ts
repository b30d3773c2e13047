import type { PersonId } from './ids.ts';

export type Channel = 'BOT' | 'WEB' | 'SERVER' | 'SYSTEM';

/**
 * Who acts, through which door, and which incoming message asked for it. When `messageId` is given, the action marks
 * that inbox message as applied in its own transaction, so that a repeated message can never have a second effect:
 * the action then throws `AlreadyApplied`.
 */
export interface Act {
  readonly personId: PersonId;
  readonly channel: Channel;
  readonly messageId?: bigint;
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

/** A page of a longer list. `page` counts from 0. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly page: number;
  readonly pages: number;
  readonly total: number;
}
