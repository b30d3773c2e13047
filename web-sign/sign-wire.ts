/**
 * What goes over the wire between the signing page and its server. The page is JavaScript that the browser runs as it is;
 * it takes its types from here, so this file imports nothing but texts.
 */
import type kk from '../locales/kk.json';

type Leaves<T> = {
  [K in keyof T & string]: T[K] extends string ? K : `${K}.${Leaves<T[K]>}`;
}[keyof T & string];

export type WireLanguage = 'kk' | 'ru';

/** The same words in both languages: the page can be switched at any moment. */
export interface WireWords {
  readonly kk: string;
  readonly ru: string;
}

export interface WireMoment {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Local date, weekday and time. */
  readonly words: WireWords;
}

/** A text of the page, below `signPage` in `locales/`. */
export type PageTextKey = Leaves<(typeof kk)['signPage']>;

/** The block `signPage` of one language, its keys joined by dots; holes are `{{name}}`. */
export type PageTexts = Readonly<Record<PageTextKey, string>>;

/** `GET /sign/setup.json`: what the page must know before a link is opened. */
export interface WireSetup {
  readonly texts: { readonly kk: PageTexts; readonly ru: PageTexts };
  readonly ncalayerUrl: string;
  /** The window of the local world's NCALayer; null where the real one opens its own. */
  readonly ncalayerWindow: string | null;
  readonly botUrl: string | null;
}

export interface WireGroup {
  readonly kindergarten: WireWords;
  readonly address: WireWords;
  readonly name: string;
  readonly language: 'kk' | 'ru' | 'mixed';
}

/** A kindergarten of a waiting list, or the one a child goes over to. */
export interface WireKindergarten {
  readonly kindergarten: WireWords;
  readonly address: WireWords;
}

/** A child of a form. */
export interface WireChild {
  readonly name: string;
  readonly birthDate: WireWords;
  readonly preferredLanguage: 'kk' | 'ru' | null;
  readonly benefit: { readonly name: WireWords; readonly scans: number } | null;
}

export interface WireAbout {
  readonly kind: 'CHOICE' | 'WISHES' | 'REGISTRATION' | 'WAITLIST' | 'TRANSFER';
  readonly applicationNumber: string | null;
  readonly childName: string | null;
  readonly district: WireWords;
  readonly children: readonly WireChild[];
  readonly groups: readonly WireGroup[];
  readonly kindergartens: readonly WireKindergarten[];
}

export type WireOutcome =
  | { readonly kind: 'CHOICE'; readonly referralNumber: string; readonly comeUntil: WireMoment }
  | { readonly kind: 'WISHES'; readonly roundAt: WireMoment }
  | {
      readonly kind: 'REGISTRATION';
      readonly applications: readonly {
        readonly number: string;
        readonly childName: string;
        /** Null while the application is looked at. */
        readonly position: number | null;
      }[];
    }
  | {
      readonly kind: 'WAITLIST';
      readonly joined: number;
      /** A place was free at once. */
      readonly referralNumber: string | null;
      readonly admitUntil: WireMoment | null;
    }
  | { readonly kind: 'TRANSFER'; readonly referralNumber: string; readonly admitUntil: WireMoment }
  | {
      readonly kind: 'LOGIN';
      readonly name: string | null;
      /** What the person still has to bring to the chat; null when that is done, too late, or told to a phone. */
      readonly confirm: { readonly code: string; readonly start: string; readonly until: WireMoment } | null;
      readonly confirmed: boolean;
      readonly awaited: boolean;
      readonly by: 'PAGE' | 'PHONE';
    };

/** Every answer that is not 2xx. `code` is a word for programs, `message` the sentence with what to do next. */
export interface WireRefusal {
  readonly code: string;
  readonly params: Readonly<Record<string, string | number | boolean | null>>;
  readonly message: WireWords;
}

export interface WireView {
  readonly id: string;
  readonly purpose: 'SIGN' | 'LOGIN' | 'DOWNLOAD' | 'EXPORT';
  readonly language: WireLanguage;
  readonly state: 'OPEN' | 'DONE' | 'VOID' | 'EXPIRED';
  /** The server's time at this answer, ISO 8601: the visitor's own clock may be wrong. */
  readonly now: string;
  readonly expires: WireMoment;
  readonly about: WireAbout | null;
  readonly maskedIin: string | null;
  readonly outcome: WireOutcome | null;
  readonly refusal: WireRefusal | null;
  readonly phone: 'NONE' | 'WAITING' | 'FETCHED';
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

/** A way for a phone to take the document. */
export interface WirePhone {
  /** `data:image/svg+xml`. */
  readonly qr: string;
  readonly links: { readonly mobile: string; readonly business: string };
  readonly expires: WireMoment;
}
