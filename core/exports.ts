/** The words of core that the other rooms may speak: types, and the few pure functions that screens need. */
export {
  type Act,
  AlreadyApplied,
  type Bilingual,
  type Channel,
  type Language,
  type Login,
  type Page,
  type ProofMethod,
} from './act.ts';
export type * from './application/api.ts';
export * from './benefit/api.ts';
export type * from './broadcast/api.ts';
export type * from './broadcast/sending.ts';
export {
  addDays,
  at as atTime,
  type CivilDate,
  localDate,
  localTime,
  parseCivilDate,
} from './calendar/civil-date.ts';
export * from './calendar/format.ts';
export { readCivilDate } from './calendar/read-date.ts';
export { type Clock, fixedClock, systemClock } from './clock.ts';
export { type Config, EGOV_BUSINESS_LINK, EGOV_MOBILE_LINK } from './config.ts';
export * from './draft/api.ts';
export type * from './forecast/api.ts';
export type * from './guardian/api.ts';
export * from './ids.ts';
export * from './inbox/api.ts';
export { describeFault } from './inbox/faults.ts';
export type * from './notice/api.ts';
export { type DeliveryChannel, type NoticeCode, noticeCodes } from './notice/catalogue.ts';
export type { NoticeContent } from './notice/content.ts';
export type { Pace, Slots } from './notice/pace.ts';
export type { ClaimedDelivery, ClaimRequest, Outcome } from './notice/queue.ts';
export type * from './people/api.ts';
export { maskEmail, parseEmail } from './people/email.ts';
export { maskIin, parseIin } from './people/iin.ts';
export { maskPhone, parsePhone } from './people/phone.ts';
export type * from './place/api.ts';
export type { Log, MobileBase, PersonRegistry, RegisteredPerson, SmsGateway } from './ports.ts';
export type * from './privacy/api.ts';
export type * from './queue/api.ts';
export type * from './referral/api.ts';
export { Refusal, type RefusalParams } from './refusal.ts';
export type * from './review/api.ts';
export * from './scan/api.ts';
export { fileScanStore } from './scan/file-store.ts';
export { type SessionStore, skipUnchanged } from './session/store.ts';
export type * from './signing/api.ts';
export type * from './signing/pages-api.ts';
export type * from './staff/api.ts';
export type * from './subscription/api.ts';
export type * from './transfer/api.ts';
export type * from './waitlist/api.ts';
