import type { WriteTx } from '../db/db.ts';
import type { FormPayload, SignedForm } from '../draft/form.ts';
import type { ApplicationId, KindergartenId, PersonId, ReferralId, TransferId } from '../ids.ts';
import type { Choice, Wishes } from '../referral/choose.ts';
import type { Accepting, Joined, Joining, Signed } from '../waitlist/join.ts';

/**
 * What a signed statement does. `CHOICE` and `WISHES` run in the transaction of the signature, so that statement, code
 * and effect stand or fall together; a Refusal from them makes the statement void. `check` gives the same refusals
 * before anything is written or sent.
 */
export interface Performers {
  readonly CHOICE: (tx: WriteTx, at: Date, choice: Choice) => Promise<ReferralId>;
  /** Answers the moment of the round in which the wishes take part. */
  readonly WISHES: (tx: WriteTx, at: Date, wishes: Wishes) => Promise<Date>;
  /** Answers the applications, one for each child of the form. */
  readonly REGISTRATION: (tx: WriteTx, at: Date, form: SignedForm) => Promise<readonly ApplicationId[]>;
  readonly WAITLIST: (tx: WriteTx, at: Date, joining: Joining & Signed) => Promise<Joined>;
  readonly TRANSFER: (
    tx: WriteTx,
    at: Date,
    accepting: Accepting & Signed,
  ) => Promise<{ transferId: TransferId }>;
  readonly check: {
    readonly CHOICE: (
      tx: WriteTx,
      at: Date,
      choice: Omit<Choice, 'statementId' | 'channel'>,
    ) => Promise<void>;
    readonly WISHES: (
      tx: WriteTx,
      at: Date,
      wishes: Omit<Wishes, 'statementId' | 'channel'>,
    ) => Promise<void>;
    readonly WAITLIST: (tx: WriteTx, at: Date, joining: Joining) => Promise<unknown>;
    /** Answers what the offer is of. */
    readonly TRANSFER: (
      tx: WriteTx,
      at: Date,
      accepting: Accepting,
    ) => Promise<{ readonly applicationId: ApplicationId; readonly kindergartenId: KindergartenId }>;
    /** The form as it stands, whole and in order. */
    readonly REGISTRATION: (tx: WriteTx, at: Date, personId: PersonId) => Promise<FormPayload>;
  };
}
