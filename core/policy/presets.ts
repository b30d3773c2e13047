import { z } from 'zod';
import { addDays, parseCivilDate } from '../calendar/civil-date.ts';

/** A term such as `3WD` (working days) or `30CD` (calendar days). */
const term = z.custom<Term>((value) => typeof value === 'string' && /^[1-9][0-9]?(WD|CD)$/.test(value));
export type Term = `${number}${'WD' | 'CD'}`;

const methods = z
  .array(z.enum(['OTP', 'EDS']))
  .min(1)
  .refine((list) => new Set(list).size === list.length, 'a method twice');
const freshHours = z.int().min(1).max(8760).nullable();

const timeOfDay = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/);

/** The year must keep a day on which turns open, or nobody would ever get one. */
function isFreeze(text: string): boolean {
  const [from, to, ...rest] = text.split('/').map((day) => parseCivilDate(`2024-${day}`));
  return (
    from !== undefined && to !== undefined && rest.length === 0 && addDays(to, 1).slice(5) !== from.slice(5)
  );
}

/** Every rule that differs by district (DOMAIN §4). The number behind each is the contradiction it resolves. */
export const policySchema = z.strictObject({
  /** K16: turns of the priority class, and of the common class, in one cycle */
  'ratio.priority': z.int().min(0).max(20),
  'ratio.common': z.int().min(1).max(20),
  /** K2: full months of age on the day of the action */
  'age.minMonths': z.int().min(0).max(72),
  /** K3: the queue ends at this age, by `age.removalMode` */
  'age.maxYears': z.int().min(1).max(8),
  'age.removalMode': z.enum(['END_OF_MONTH', 'FIRST_OF_SEPTEMBER']),
  /** K13: the bulletin's hour, and the hour of the next day at which turns open; local time */
  'bulletin.publishTime': timeOfDay,
  'bulletin.pickOpensAt': timeOfDay,
  /** K4 */
  'turn.window': term,
  'turn.factor': z.number().positive().max(1),
  /** §7.5 */
  'open.mode': z.enum(['FCFS', 'SEALED']),
  'open.roundOpensAt': timeOfDay,
  'open.roundDrawsAt': timeOfDay,
  'referral.showUp': term,
  /** K6 */
  'referral.selfCancelHours': z.int().min(1).max(72),
  /** K1 */
  'referral.maxMisses': z.int().min(1).max(10),
  /** K7: counted from the issue */
  'referral.extension.enabled': z.boolean(),
  'referral.extension.maxCalendarDays': z.int().min(1).max(60),
  /** K10 */
  'stopList.workingDays': z.int().min(1).max(60),
  'interest.months': z.int().min(1).max(36),
  'interest.opensDaysBefore': z.int().min(1).max(365),
  'interest.restoreDays': z.int().min(0).max(365),
  'withdrawal.undoHours': z.int().min(0).max(72),
  /** K8: the logins after which one may act here */
  'auth.methods': methods,
  /** How old the login of a chat may be for an action, in hours; null: any */
  'auth.freshHours': z.strictObject({
    CHOICE: freshHours,
    INTEREST: freshHours,
    REFERRAL: freshHours,
    WITHDRAWAL: freshHours,
    REGISTRATION: freshHours.default(null),
    WAITLIST: freshHours.default(null),
  }),
  /** K8: by what a statement may be signed */
  'sign.methods': z.strictObject({
    CHOICE: methods,
    WISHES: methods,
    REGISTRATION: methods.default(['OTP', 'EDS']),
    WAITLIST: methods.default(['OTP', 'EDS']),
    TRANSFER: methods.default(['OTP', 'EDS']),
  }),
  /** When nobody can say whether a key was revoked: refuse the signature, or accept it and ask again later */
  'sign.revocationUnavailable': z.enum(['REFUSE', 'RECHECK']),
  /** §8.8: whether a linked parent may choose, cancel and withdraw as the first applicant may */
  'coguardian.canSign': z.boolean(),
  /** §8.8: how long the first applicant has to answer before the department decides */
  'coguardian.answerDays': term,
  /** N4: how long the parent has for a better copy */
  'benefit.copyDays': term,
  /** K12: whether parents may ask to be told of open places */
  'notify.openPlaces': z.enum(['OPT_IN', 'OFF']),
  /** S2: whether children who attend a kindergarten may wait for another one */
  'waitlist.enabled': z.boolean(),
  /** in how many lists a child may wait (R21) */
  'waitlist.maxKindergartens': z.int().min(1).max(20),
  /** the order of a list: by benefit class and then by the time of joining, or by that time alone */
  'waitlist.order': z.enum(['CLASSES', 'TIME']),
  /** whether a child with a brother or sister in the kindergarten comes before all others */
  'waitlist.siblingsFirst': z.boolean(),
  /** which places a list is offered: each that is freed, before the queue's turn, or only those the queue has left open */
  'waitlist.places': z.enum(['FREED', 'OPEN']),
  /** how long a place is kept for an answer (R22, R23) */
  'waitlist.answer': term,
  /** T8: the time to apply for admission in the new kindergarten */
  'transfer.admission': term,
  /** whether the present place is kept until the new kindergarten has taken the child */
  'transfer.safe': z.boolean(),
  /** K5: what becomes of the application when the admission is not completed in time */
  'transfer.onExpire': z.enum(['ARCHIVE', 'KEEP']),
  /** R18: no new turns between these two days, `MM-DD/MM-DD`; null when the district has no freeze */
  'publication.freeze': z
    .string()
    .refine(isFreeze, 'two days of the year as MM-DD/MM-DD, not the whole year')
    .nullable(),
});

export type PolicyValues = z.infer<typeof policySchema>;
export type PolicyKey = keyof PolicyValues;

/** Tselinograd district by the leaflet S0: three misses (K1). */
const tselinograd: PolicyValues = {
  'ratio.priority': 1,
  'ratio.common': 3,
  'age.minMonths': 24,
  'age.maxYears': 6,
  'age.removalMode': 'END_OF_MONTH',
  'bulletin.publishTime': '18:00',
  'bulletin.pickOpensAt': '07:00',
  'turn.window': '3WD',
  'turn.factor': 1,
  'open.mode': 'SEALED',
  'open.roundOpensAt': '07:00',
  'open.roundDrawsAt': '12:00',
  'referral.showUp': '5WD',
  'referral.selfCancelHours': 24,
  'referral.maxMisses': 3,
  'referral.extension.enabled': true,
  'referral.extension.maxCalendarDays': 30,
  'stopList.workingDays': 10,
  'interest.months': 12,
  'interest.opensDaysBefore': 60,
  'interest.restoreDays': 30,
  'withdrawal.undoHours': 24,
  'auth.methods': ['OTP', 'EDS'],
  // One tap confirms interest from the reminder itself; giving the place up wants the person, not only the phone.
  'auth.freshHours': {
    CHOICE: null,
    INTEREST: null,
    REFERRAL: null,
    WITHDRAWAL: 24,
    REGISTRATION: null,
    WAITLIST: null,
  },
  'sign.methods': {
    CHOICE: ['OTP', 'EDS'],
    WISHES: ['OTP', 'EDS'],
    REGISTRATION: ['OTP', 'EDS'],
    WAITLIST: ['OTP', 'EDS'],
    TRANSFER: ['OTP', 'EDS'],
  },
  'coguardian.canSign': false,
  'coguardian.answerDays': '5WD',
  'benefit.copyDays': '5WD',
  'notify.openPlaces': 'OPT_IN',
  'waitlist.enabled': false,
  'waitlist.maxKindergartens': 4,
  'waitlist.order': 'CLASSES',
  'waitlist.siblingsFirst': false,
  // Whoever is transferred leaves a place of the same queue behind: the queue loses none.
  'waitlist.places': 'FREED',
  'waitlist.answer': '2WD',
  'transfer.admission': '5WD',
  'transfer.safe': true,
  'transfer.onExpire': 'ARCHIVE',
  'sign.revocationUnavailable': 'RECHECK',
  'publication.freeze': null,
};

/** Presets a district is given by name (DOMAIN §4.1); single values are overridden by rows of `policy`. */
export const presets = {
  A_TSELINOGRAD: tselinograd,
  A_DEFAULT: { ...tselinograd, 'referral.maxMisses': 2 },
  /** As A_DEFAULT with the waiting list of S2. */
  A_WAITLIST: { ...tselinograd, 'referral.maxMisses': 2, 'waitlist.enabled': true },
  /** As A_DEFAULT with the first-come open phase that the portals have today. */
  A_FIRST_COME: { ...tselinograd, 'referral.maxMisses': 2, 'open.mode': 'FCFS' },
} as const satisfies Record<string, PolicyValues>;

export type PresetName = keyof typeof presets;
