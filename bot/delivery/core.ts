import type { BroadcastSending, Broadcasts, Notices, Pace } from '../../core/index.ts';

export {
  type BroadcastId,
  type BroadcastProgress,
  type Broadcasts,
  type ClaimedDelivery,
  type ClaimedMessage,
  type Clock,
  type DeliveryChannel,
  type DueProgress,
  dateTimeInWords,
  describeFault,
  type InboxNotice,
  type Language,
  type Log,
  localDate,
  type MessageOutcome,
  type NoticeContent,
  noticeCodes,
  type Outcome,
  type Pace,
  type Page,
  remainingInWords,
  type SmsGateway,
  type StatementKind,
  shortDateTime,
} from '../../core/index.ts';

/** What delivery needs of core. */
export interface DeliveryCore {
  readonly notices: Pick<Notices, 'claim' | 'record' | 'onWake'>;
  readonly broadcasts: Pick<Broadcasts, 'progress'> & { readonly sending: BroadcastSending };
  readonly pace: Pace;
}
