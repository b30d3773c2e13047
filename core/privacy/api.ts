import type { Act, Page } from '../act.ts';
import type { SignLink } from '../signing/api.ts';

export interface Look {
  readonly at: Date;
  readonly role: 'OPERATOR' | 'KINDERGARTEN_HEAD' | 'REGION_ADMIN' | 'GUARDIAN';
  readonly what: 'CLAIM' | 'SCAN' | 'REVIEW' | 'LINK' | 'REFERRAL' | 'APPLICATION' | 'DOCUMENT';
  /** The last four digits of the application's number. */
  readonly numberTail: string | null;
}

/** How much is stored about a person: counts, not contents. */
export interface PrivacySummary {
  readonly consentedAt: Date | null;
  readonly contacts: number;
  readonly applications: number;
  readonly active: number;
  readonly scans: number;
  readonly notices: number;
  readonly subscriptions: number;
  readonly signatures: number;
  readonly looks: number;
}

export interface Privacy {
  summary(act: Act): Promise<PrivacySummary>;
  /** Who looked at the person's data, newest first. */
  looks(act: Act, page: number, pageSize?: number): Promise<Page<Look>>;
  /** A one-time way to the page where everything stored can be downloaded, as JSON and PDF: it holds the IIN and never goes through the chat. Refusal: link.tooOften {until}. */
  exportLink(act: Act): Promise<SignLink>;
  /**
   * Deletes the account: chats, contacts, address, forms, scans that belong to no kept application, subscriptions, notices.
   * Applications, referrals, statements, signatures and their history stay, as the law wants; without any of them
   * the person is forgotten whole. Refusals: account.active {n} (children still in a queue), account.staff, login.again.
   */
  deleteAccount(act: Act): Promise<{ readonly kept: boolean }>;
}
