import type { Act, Language, ProofMethod } from '../act.ts';
import type { DistrictId, KindergartenId, PersonId } from '../ids.ts';
import type { SignLink } from '../signing/api.ts';

export type Role =
  | { readonly role: 'OPERATOR'; readonly districtId: DistrictId }
  | { readonly role: 'KINDERGARTEN_HEAD'; readonly kindergartenId: KindergartenId }
  | { readonly role: 'REGION_ADMIN' };

/** One messenger chat and, when logged in, the person behind it. Read by one statement on every message. */
export interface Account {
  readonly address: string;
  readonly language: Language | null;
  readonly consented: boolean;
  /** E.164 of the contact that was shared, needed before the IIN is asked. */
  readonly phone: string | null;
  readonly person: {
    readonly id: PersonId;
    readonly name: string;
    readonly patronymic: string | null;
    readonly hasEmail: boolean;
    readonly roles: readonly Role[];
    readonly verifiedAt: Date;
    readonly verifiedBy: ProofMethod;
  } | null;
}

export interface CodeSent {
  /** «+7 701 ••• •• 67» */
  readonly maskedPhone: string;
  readonly expiresAt: Date;
  /** A new code may be asked for from this moment. */
  readonly resendAt: Date;
}

export interface ContactView {
  readonly id: string;
  readonly kind: 'PHONE' | 'EMAIL';
  readonly value: string;
  readonly isMain: boolean;
}

export interface NotificationSettings {
  readonly messenger: boolean;
  readonly sms: boolean;
  readonly email: boolean;
}

export interface People {
  /** The chat's account; created on first sight. */
  account(address: string): Promise<Account>;
  /** The language that was chosen in a chat; null where none was or the chat was never seen. Writes nothing. */
  languageOf(address: string): Promise<Language | null>;
  setLanguage(address: string, language: Language): Promise<void>;
  giveConsent(address: string): Promise<void>;
  /** Refusals: phone.notMobile, phone.russian, phone.foreign, phone.invalid. The caller has proved that the contact is the sender's own. */
  shareContact(address: string, phone: string): Promise<void>;
  /**
   * Checks the IIN, that phone and IIN belong together in the mobile citizens base, and sends a code by SMS; asked
   * again within a minute it answers the code that is on its way.
   * Refusals: iin.length, iin.letters, iin.bin, iin.date, iin.century, iin.checksum, login.noConsent, login.noContact,
   * login.notRegistered, login.tooManyTries {until}, login.unavailable, code.tooOften {resendAt}, code.notSent.
   */
  startLogin(address: string, iinText: string): Promise<CodeSent>;
  /** Refusals: code.none when no login is going on, code.tooOften {resendAt}, code.notSent, login.noContact. */
  resendLogin(address: string): Promise<CodeSent>;
  /** Refusals: code.wrong {left}, code.late, code.exhausted, code.none, code.format. */
  finishLogin(address: string, code: string, messageId?: bigint): Promise<Account>;
  /** The ways to log in that this server has; ЭЦҚ only where authorities are trusted (TRUST_DIR). */
  loginMethods(): readonly ProofMethod[];
  /**
   * A one-time way to log this chat in with ЭЦҚ on a page. Refusals: login.noConsent, sign.unavailable, link.tooOften
   * {until}.
   */
  loginLink(address: string, language: Language): Promise<SignLink>;
  /**
   * Ends a login by ЭЦҚ: `text` is the six digits that the page shows after the signature, or the long word of its link
   * back to the chat. Refusals: code.none, code.wrong {left}, code.exhausted, code.late, code.format.
   */
  confirmLogin(address: string, text: string, messageId?: bigint): Promise<Account>;
  /**
   * Proves anew that it is the same person, where an action wants a fresh login (refusal login.again): a code to the phone
   * of this chat, to be given to `finishLogin`. Refusals: login.noContact, login.notRegistered (the phone
   * is not this person's), login.unavailable, code.tooOften {resendAt}, code.notSent.
   */
  startReverify(address: string): Promise<CodeSent>;
  logout(address: string): Promise<void>;
  /** The channel says the chat cannot be reached (blocked, deactivated), or that it wrote again. */
  setReachable(address: string, reachable: boolean): Promise<void>;
  contacts(personId: PersonId): Promise<readonly ContactView[]>;
  /** Adds an e-mail or an additional phone. Refusals: email.invalid, email.letters, phone.*, contact.exists, contact.tooMany {limit}. */
  addContact(act: Act, kind: 'PHONE' | 'EMAIL', value: string): Promise<void>;
  /** Refusals: contact.lastPhone, contact.unknown. */
  removeContact(act: Act, contactId: string): Promise<void>;
  /** Refusals: contact.unknown, contact.unconfirmed (a phone from which nobody has logged in yet). */
  makeMain(act: Act, contactId: string): Promise<void>;
  settings(personId: PersonId): Promise<NotificationSettings>;
  /** Legally significant notices go to every channel whatever is set here (DOMAIN §9). */
  setSettings(act: Act, settings: NotificationSettings): Promise<void>;
}
