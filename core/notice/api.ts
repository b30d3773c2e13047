import type { Page } from '../act.ts';
import type { PersonId } from '../ids.ts';
import type { DeliveryChannel } from './catalogue.ts';
import type { NoticeContent } from './content.ts';
import type { ClaimedDelivery, ClaimRequest, Outcome } from './queue.ts';

/** A notice in the inbox of the cabinet. */
export interface InboxNotice extends NoticeContent {
  readonly isNew: boolean;
}

/** How the promise «a legal notice is handed over within 10 seconds» was kept on one day (local dates, DOMAIN §9). */
export interface PromiseDay {
  /** 'YYYY-MM-DD' */
  readonly day: string;
  readonly channel: DeliveryChannel;
  readonly owed: number;
  /** Handed over, however late. */
  readonly sent: number;
  readonly withinTenSeconds: number;
  /** No way to the person by this channel. */
  readonly unreachable: number;
  readonly failed: number;
  readonly unknown: number;
}

export interface Notices {
  /** «Хабарламалар»: newest first; what is listed counts as read from then on. */
  list(personId: PersonId, page: number, pageSize?: number): Promise<Page<InboxNotice>>;
  /** Days `from`…`to`, both inclusive ('YYYY-MM-DD'); days without legal notices are left out. */
  promise(from: string, to: string): Promise<readonly PromiseDay[]>;
  /** Legal notices that reached nobody by any channel in these days: the operator's list for calls (DOMAIN §9, N37). */
  undelivered(from: string, to: string): Promise<number>;
  claim(request: ClaimRequest): Promise<ClaimedDelivery[]>;
  /** False when the claim did not hold any more. */
  record(worker: string, delivery: ClaimedDelivery, outcome: Outcome): Promise<boolean>;
  /** Calls `listener` when something to send was committed anywhere; returns the way to stop. */
  onWake(listener: () => void): () => Promise<void>;
}
