import type { Language } from '../core/act.ts';
import type { Applications } from '../core/application/api.ts';
import type { WorkingCalendar } from '../core/calendar/working-calendar.ts';
import type { DocumentId, PersonId } from '../core/ids.ts';
import type { People } from '../core/people/api.ts';
import type { Places } from '../core/place/api.ts';
import type { Queues } from '../core/queue/api.ts';
import type { Referrals } from '../core/referral/api.ts';
import type { Signing } from '../core/signing/api.ts';
import type { Staff } from '../core/staff/api.ts';

export { type Act, AlreadyApplied, type Bilingual, type Language, type Page } from '../core/act.ts';
export type {
  ApplicationCard,
  ApplicationState,
  ApplicationSummary,
  DocumentView,
  HistoryEntry,
  UnmetCondition,
} from '../core/application/api.ts';
export { addDays, type CivilDate, localDate, parseCivilDate } from '../core/calendar/civil-date.ts';
export {
  countInWords,
  dateInWords,
  dateTimeInWords,
  dateWithoutWeekday,
  remainingInWords,
  shortDate,
  shortDateTime,
  shortWeekday,
} from '../core/calendar/format.ts';
export { type Clock, systemClock } from '../core/clock.ts';
export {
  type ApplicationId,
  type DistrictId,
  type DocumentId,
  type GroupId,
  type PersonId,
  parseId,
  type ReferralId,
  type StatementId,
} from '../core/ids.ts';
export type { Account, CodeSent, ContactView, NotificationSettings, Role } from '../core/people/api.ts';
export { maskIin, parseIin } from '../core/people/iin.ts';
export type { FreeGroup, PlaceFilter } from '../core/place/api.ts';
export type { Log } from '../core/ports.ts';
export type { PositionView } from '../core/queue/api.ts';
export type { ReferralView } from '../core/referral/api.ts';
export { Refusal, type RefusalParams } from '../core/refusal.ts';
export type { DistrictView } from '../core/staff/api.ts';

/** A finished paper, ready to be sent. */
export interface DocumentFile {
  readonly fileName: string;
  readonly content: Uint8Array;
}

/** What the parents' screens need of core. */
export interface BotCore {
  readonly people: People;
  readonly applications: Applications;
  readonly queues: Queues;
  readonly places: Places;
  readonly referrals: Referrals;
  readonly signing: Signing;
  readonly staff: Pick<Staff, 'districts'>;
  readonly documents: {
    /** Refusal: document.unknown (also when it is somebody else's). */
    file(personId: PersonId, documentId: DocumentId, language: Language): Promise<DocumentFile>;
  };
  readonly calendar: Pick<WorkingCalendar, 'isWorking'>;
}
