import { z } from 'zod';
import { parseCivilDate } from '../calendar/civil-date.ts';

const text = z.string().trim().min(1).max(500);
const bilingual = z.object({ kk: text, ru: text });
/** An instant as ISO 8601 in UTC, what `Date.toISOString()` gives: the data is kept as JSON beside the document. */
const instant = z.iso.datetime();
const civilDate = z.string().transform((value, context) => {
  const date = parseCivilDate(value);
  if (date !== undefined) return date;
  context.addIssue({ code: 'custom', message: 'not a calendar date' });
  return z.NEVER;
});
const days = z.int().min(1).max(1000);

const common = {
  /** `AKM-TSL-2026-000123` */
  number: text,
  /** Who gives the paper: the education department of the district. */
  issuer: bilingual,
  /** What the QR code holds: the page that says whether the paper is genuine. No personal data in it. */
  verifyUrl: z.url().max(300),
  child: z.object({
    fullName: text,
    birthDate: civilDate,
    /** As `maskIin` gives it. */
    iinMasked: text,
  }),
  applicant: z.object({ fullName: text }),
  district: bilingual,
  birthYear: z.int().min(1900).max(2200),
};

/** Everything a referral says. Frozen with the document: a later change of rules does not change the paper. */
export const referralData = z.object({
  ...common,
  applicationNumber: text,
  kindergarten: z.object({
    name: bilingual,
    address: bilingual,
    phone: text.nullable(),
    group: text.nullable(),
    language: z.enum(['kk', 'ru', 'mixed']),
  }),
  issuedAt: instant,
  /** The last instant to come: the end of a day (T3). Shown as the day. */
  comeUntil: instant,
  /** The last instant to cancel (T2). Shown with the hour. */
  cancelUntil: instant,
  /** Of a transfer (S2): its voucher, and where the child goes until then. Papers of before have none. */
  transfer: z
    .object({
      voucher: text,
      from: bilingual,
      admissionWorkingDays: days,
      safe: z.boolean(),
      archive: z.boolean(),
    })
    .optional(),
  /** The district's policy at the time of issue; null where it knows no extension. */
  terms: z.object({
    showUpWorkingDays: days,
    stopListWorkingDays: days,
    maxMisses: days,
    cancelHours: days,
    extensionCalendarDays: days.nullable(),
  }),
});

/** Everything a registration document says. */
export const registrationData = z.object({
  ...common,
  /** The number in the queue at registration, from 1 (S1: «… в очередь под номером 1»). */
  position: z.int().min(1),
  preferredLanguage: z.enum(['kk', 'ru', 'mixed']).nullable(),
  registeredAt: instant,
  /** The end of the day by which interest must be confirmed (T6). */
  interestUntil: instant,
  terms: z.object({ interestMonths: days, turnWorkingDays: days }),
});

export type ReferralData = z.input<typeof referralData>;
export type RegistrationData = z.input<typeof registrationData>;
export type ParsedReferralData = z.output<typeof referralData>;
export type ParsedRegistrationData = z.output<typeof registrationData>;
