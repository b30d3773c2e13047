/** The ways by which a notice leaves. The cabinet's inbox («Хабарламалар») has every notice and needs no delivery. */
export type DeliveryChannel = 'TELEGRAM' | 'SMS' | 'EMAIL';

export interface NoticeKind {
  /** ★ of DOMAIN §9: goes to all confirmed channels whatever the settings, is claimed first, is escalated. */
  readonly legal: boolean;
  /** «applicant + linked parent»: the second parent is told too (DOMAIN §8.8, §9). */
  readonly both?: true;
  /** Told at once, at night too. */
  readonly immediate?: true;
  /** Channels of a notice that is not legal, where the person's settings allow them. */
  readonly channels: readonly DeliveryChannel[];
  /** Names of params without which the text cannot be written: planning a notice without them is a bug and throws. */
  readonly params: readonly string[];
}

const ALL: readonly DeliveryChannel[] = ['TELEGRAM', 'SMS', 'EMAIL'];
const TG: readonly DeliveryChannel[] = ['TELEGRAM'];
const TG_EMAIL: readonly DeliveryChannel[] = ['TELEGRAM', 'EMAIL'];

const legal = (...params: string[]): NoticeKind => ({ legal: true, channels: ALL, params });
const ordinary = (channels: readonly DeliveryChannel[], ...params: string[]): NoticeKind => ({
  legal: false,
  channels,
  params,
});

/** For the second parent too. */
const both = <K extends NoticeKind>(kind: K): K & { readonly both: true } => ({ ...kind, both: true });

/** The answer to what the person has just done outside the chat: awaited, so that no quiet hours hold it up. */
const answer = (...params: string[]): NoticeKind => ({ legal: false, immediate: true, channels: TG, params });

/**
 * DOMAIN §9. Names, numbers and kindergartens are read from the application and the referral when the notice is sent,
 * so `params` holds only what they do not: `deadline` is always the instant the person must keep (ISO), and makes a
 * legal notice urgent when less than 12 hours are left.
 */
const catalogue = {
  N1: legal('position'),
  N2: ordinary(TG),
  N3: legal('reason'),
  /** a better copy of the benefit's paper is wanted */
  N4: ordinary(TG_EMAIL, 'deadline'),
  /** `event`: CHECKING, CONFIRMED, DECLINED, EXPIRING, EXPIRED; `until` where the paper has an end */
  N5: ordinary(TG_EMAIL, 'event'),
  N10: both(legal('deadline')),
  N10r: both(legal('deadline')),
  /** the place was withdrawn: the turn is kept first for the next publication */
  N10w: both(legal()),
  N11: both(legal()),
  N12: both(legal('deadline', 'cancelUntil')),
  N12r: both(legal('deadline')),
  /** the right to cancel ends in three hours */
  N12c: both(ordinary(TG, 'deadline')),
  N13: both(ordinary(TG_EMAIL, 'deadline')),
  N14: both(ordinary(TG)),
  N15: both(legal('until', 'miss', 'maxMisses')),
  N16: both(legal()),
  N17: both(legal('reason')),
  N18: both(legal('misses')),
  N19: both(legal('undoUntil')),
  N20: both(legal()),
  N21: both(ordinary(TG, 'deadline')),
  N21r: both(legal('deadline')),
  N22: both(legal()),
  N23: both(ordinary(TG_EMAIL, 'deadline')),
  /** removed at the age limit */
  N23r: both(legal()),
  N24: both(legal('reason')),
  N25: both(legal()),
  /** the sealed draw gave the wished places to children further ahead */
  N27l: both(ordinary(TG)),
  /** a place opened that fits `subscription`, and in `more` other kindergartens; `deadline`: the draw it can be wished for */
  N27: ordinary(TG, 'birthYear', 'language', 'subscription', 'more'),
  /** a place of a waiting list is on offer: `entry` is what the answer is given to */
  N28: both(legal('deadline', 'entry')),
  N28r: both(legal('deadline', 'entry')),
  /** the offer was not answered in time */
  N28l: both(legal()),
  /** the waiting in this list has ended: AGE, TRANSFERRED, ENROLLED_ELSEWHERE, LEFT_KINDERGARTEN, FAILED */
  N28x: both(ordinary(TG, 'reason')),
  /** the referral to the other kindergarten, and what must be done with it. `safe`: 1 where the present place is kept; `archive`: 1 where the application is over if it is not done */
  N29: both(legal('deadline', 'cancelUntil', 'safe', 'archive')),
  /** `event`: which ticks are open – BOTH, LEAVE, FILE */
  N29r: both(legal('deadline', 'event', 'safe', 'archive')),
  /** `event`: LEFT, LEAVING_REFUSED, FILED, REFUSED, CANCELLED; `reason` where somebody refused */
  N29e: both(legal('event', 'safe')),
  /** not completed in time. `archived`: 1 where the application is over */
  N29x: both(legal('safe', 'archived')),
  N34: ordinary(ALL),
  /** the second parent asks to join: `link` is the id of the request */
  N35: ordinary(TG_EMAIL, 'link'),
  /** `event`: JOINED, REMOVED (told to the second parent); LINKED, LEFT, REFUSED (told to the first applicant) */
  N35a: ordinary(TG_EMAIL, 'event'),
  /** the form will be forgotten */
  N43: ordinary(TG_EMAIL, 'deadline'),
  /** the other parent has joined a waiting list, at this place */
  N44: ordinary(TG, 'position'),
  /** the kindergarten wrote down that the child has left */
  N46: both(legal('reason')),
  /**
   * `event`: NEW (when absent), LAST_DAY, NOT_COME, CANCELLED, EXTENDED; to the kindergarten that a child leaves by a
   * transfer: LEAVING, STAYS, LEFT_BY_DEPARTMENT, MOVED.
   */
  N36: ordinary(TG_EMAIL),
  /** `kind`: what was signed on the page */
  N41: answer('kind'),
  /** the key of an accepted signature was found revoked */
  N42: legal(),
  N38: both(ordinary(TG_EMAIL, 'deadline')),
} as const satisfies Record<string, NoticeKind>;

/**
 * Reminders that are not sent any more when their deadline has passed or the application has left this state: put off to
 * the morning, they would speak of a turn that was used in the evening.
 */
export const reminders = {
  N10r: 'NOTIFIED',
  N12r: 'REFERRED',
  N12c: 'REFERRED',
  N28r: 'ENROLLED',
  N29r: 'ENROLLED',
} as const satisfies Partial<Record<keyof typeof catalogue, string>>;

export type NoticeCode = keyof typeof catalogue;

export const noticeCodes = Object.keys(catalogue) as readonly NoticeCode[];

/** The notices that no quiet hours hold up. */
export const immediateCodes = noticeCodes.filter((code) => 'immediate' in catalogue[code]);

export function isNoticeCode(code: string): code is NoticeCode {
  return Object.hasOwn(catalogue, code);
}

/** Throws when no notice has this code. */
export function noticeKind(code: string): NoticeKind {
  if (!isNoticeCode(code)) throw new Error(`no notice is called ${code}`);
  return catalogue[code];
}
