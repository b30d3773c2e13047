import type { Bilingual, Language } from '../act.ts';
import type { CivilDate } from '../calendar/civil-date.ts';
import type { LinkId, SignatureId } from '../ids.ts';
import type { RegisteredApplication, StatementKind } from './api.ts';

export type LinkPurpose = 'SIGN' | 'LOGIN' | 'DOWNLOAD' | 'EXPORT';

/** What the signature is about, in facts the page puts into plain words. No IIN, no surname. */
export interface StatementAbout {
  readonly kind: StatementKind;
  /** Null for a form, which has no number yet. */
  readonly applicationNumber: string | null;
  /** Null for a form: its children are listed. */
  readonly childName: string | null;
  readonly district: Bilingual;
  /** The children of a form, in its order; none for other statements. */
  readonly children: readonly {
    readonly name: string;
    readonly birthDate: CivilDate;
    readonly preferredLanguage: Language | null;
    /** The benefit that is claimed, and how many scans prove it. */
    readonly benefit: { readonly name: Bilingual; readonly scans: number } | null;
  }[];
  /** In order of wish; one for a choice. */
  readonly groups: readonly {
    readonly kindergarten: Bilingual;
    readonly address: Bilingual;
    readonly name: string;
    readonly language: 'kk' | 'ru' | 'mixed';
  }[];
  /** Of a waiting list or a transfer, in order of wish; none for other statements. */
  readonly kindergartens: readonly { readonly kindergarten: Bilingual; readonly address: Bilingual }[];
}

export type LinkOutcome =
  | { readonly kind: 'CHOICE'; readonly referralNumber: string; readonly comeUntil: Date }
  | { readonly kind: 'WISHES'; readonly roundAt: Date }
  | { readonly kind: 'REGISTRATION'; readonly applications: readonly RegisteredApplication[] }
  | {
      readonly kind: 'WAITLIST';
      /** How many lists were joined; a referral where a place was free at once. */
      readonly joined: number;
      readonly referralNumber: string | null;
      readonly admitUntil: Date | null;
    }
  | { readonly kind: 'TRANSFER'; readonly referralNumber: string; readonly admitUntil: Date }
  | {
      readonly kind: 'LOGIN';
      /** Who signed; null for a page that has passed it to a phone and not yet got its chat in. */
      readonly name: string | null;
      /**
       * What the person brings back to the chat that asked: without it the owner of that chat could have passed the link
       * on and be logged in as whoever signs. Only where the signature came from is it told, and to a phone only by
       * `accept`: a page whose code was scanned by somebody else's phone learns nothing. Null elsewhere, when the chat
       * has brought it, or too late.
       */
      readonly confirm: {
        /** Six digits, to be typed in the chat. */
        readonly code: string;
        /** For `https://t.me/<bot>?start=`. */
        readonly start: string;
        readonly until: Date;
      } | null;
      readonly confirmed: boolean;
      /** Whether the chat may still bring it. */
      readonly awaited: boolean;
      /** Whether the page itself brought the signature, or the phone it was passed to. */
      readonly by: 'PAGE' | 'PHONE';
    };

/** Where a link stands; what the page shows. */
export interface LinkView {
  readonly id: LinkId;
  readonly purpose: LinkPurpose;
  readonly language: Language;
  /** VOID: the choice was refused after a right signature (`refusal` says why), or signed by a code meanwhile. */
  readonly state: 'OPEN' | 'DONE' | 'VOID' | 'EXPIRED';
  readonly expiresAt: Date;
  /** SIGN and DOWNLOAD. */
  readonly about: StatementAbout | null;
  /** «2305•••••109» of the person whose key is wanted; null at login. */
  readonly maskedIin: string | null;
  readonly outcome: LinkOutcome | null;
  readonly refusal: {
    readonly code: string;
    readonly params: Readonly<Record<string, string | number | boolean | null>>;
  } | null;
  /** What the phone has done since it was asked. */
  readonly phone: 'NONE' | 'WAITING' | 'FETCHED';
  /** DOWNLOAD: names for `file`. */
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

/** Who acts on a link: the browser that opened it, or the phone it was passed to. */
export type LinkBearer =
  | { readonly session: string }
  /** The bearer token of API №1 (EDS.md §5.1). */
  | { readonly phone: string };

/** A signature that web-sign has verified over exactly the content it was given; its own type has the same shape. */
export interface VerifiedProof {
  readonly format: 'XML' | 'CMS';
  readonly algorithm: string;
  readonly signer: {
    readonly name: string;
    readonly iin: string | null;
    readonly issuer: string;
    readonly serialNumber: string;
    readonly notAfter: Date;
  };
  /** DER, from the signer to the anchor. */
  readonly chain: readonly Uint8Array[];
  readonly revocation: {
    readonly state: 'GOOD' | 'UNAVAILABLE';
    readonly source: 'OCSP' | 'CRL' | null;
    readonly checkedAt: Date;
    readonly evidence: Uint8Array | null;
  };
  readonly timeStamp: { readonly at: Date; readonly trusted: boolean; readonly token: Uint8Array } | null;
  readonly validAt: Date;
  readonly container: Uint8Array;
}

/** What must be signed, byte for byte. */
export interface Signable {
  readonly use: 'SIGN' | 'LOGIN';
  readonly covers: 'STATEMENT' | 'STATEMENT_PDF' | 'LOGIN';
  readonly content: Uint8Array;
}

/** The answer to API №1: who asks a phone to sign what, until when. */
export interface PhoneRequest {
  readonly id: LinkId;
  readonly auth: string;
  readonly purpose: 'SIGN' | 'LOGIN';
  readonly about: StatementAbout | null;
  readonly expiresAt: Date;
}

/** What the pages outside the chat may do; every call is borne by a secret of the link, never by an id alone. */
export interface SignPages {
  /**
   * The first to open a link has it: answers the secret of that browser. The same browser may open it again (it brings
   * its secret, and gets null). Refusals: link.unknown, link.expired, link.used.
   */
  open(token: string, known?: string): Promise<{ readonly session: string | null; readonly view: LinkView }>;
  /** Refusal of this and all below: link.unknown when the secret is not of this link. */
  view(id: LinkId, bearer: LinkBearer): Promise<LinkView>;
  /**
   * What must be signed: the exact text, or (`PDF`) the statement as a paper in the link's language. Refusals:
   * link.expired, link.done, and the one that made the statement void.
   */
  signable(id: LinkId, bearer: LinkBearer, as: 'XML' | 'PDF'): Promise<Signable>;
  /** Passes the link to a phone; a later call takes it back from the earlier one. `token` is for the QR code. */
  startPhone(
    id: LinkId,
    bearer: { readonly session: string },
    as: 'XML' | 'PDF',
  ): Promise<{ readonly token: string; readonly expiresAt: Date }>;
  /** API №1. Refusals: link.unknown, link.expired, link.done. */
  phoneRequest(token: string): Promise<PhoneRequest>;
  /** API №2: what the phone was asked to sign. */
  phoneSignable(
    id: LinkId,
    bearer: { readonly phone: string },
  ): Promise<Signable & { readonly format: 'XML' | 'PDF' }>;
  /**
   * Binds a verified signature to its person and statement and performs it, in one transaction; the same or another
   * signature sent after that answers the same view. Refusals: signature.otherPerson, signature.revocationUnavailable
   * (where the district does not accept and recheck; always at login), login.unknownKey, login.unavailable,
   * link.expired. A choice that is refused meanwhile (choice.taken) is answered as a view in the state VOID.
   */
  accept(id: LinkId, bearer: LinkBearer, covers: Signable['covers'], proof: VerifiedProof): Promise<LinkView>;
  /** DOWNLOAD: a file by its name. Refusal: file.unknown. */
  file(
    id: LinkId,
    session: string,
    name: string,
  ): Promise<{ readonly type: string; readonly content: Uint8Array }>;
  /** Calls back whenever the link may have changed, in whatever process. Returns the way to stop. */
  watch(id: LinkId, onChange: () => void): () => void;
  /**
   * Accepted signatures whose certificate could not be checked, claimed for five minutes. Answer each by `rechecked`:
   * undefined when the authority is still silent.
   */
  claimRechecks(
    limit: number,
  ): Promise<
    readonly { readonly id: SignatureId; readonly chain: readonly Uint8Array[]; readonly validAt: Date }[]
  >;
  rechecked(id: SignatureId, answer: VerifiedProof['revocation'] | 'REVOKED'): Promise<void>;
}
