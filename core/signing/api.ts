import type { Act } from '../act.ts';
import type { ApplicationId, GroupId, StatementId } from '../ids.ts';
import type { CodeSent } from '../people/api.ts';
import type { ReferralView } from '../referral/api.ts';

export interface PreparedStatement {
  readonly id: StatementId;
  readonly kind: 'CHOICE' | 'WISHES';
  readonly code: CodeSent;
}

export type SignedResult =
  | { readonly kind: 'CHOICE'; readonly referral: ReferralView }
  | { readonly kind: 'WISHES'; readonly roundAt: Date };

export interface Signing {
  /**
   * «Қол қою және жіберу»: writes the statement of a choice and sends a one-time code as its signature.
   * Refusals: those of choosing (choice.notYourTurn, choice.taken, choice.stopListed {until}, choice.tooYoung {from},
   * choice.interestOverdue, choice.hasReferral, choice.wrongYear), application.unknown, group.unknown, login.noContact,
   * code.tooOften {resendAt}, code.notSent. Asked for the same again within a minute, answers the same statement.
   */
  prepareChoice(act: Act, applicationId: ApplicationId, groupId: GroupId): Promise<PreparedStatement>;
  /** Groups in order of wish, at most 20. Refusals: as above, wishes.noRound, wishes.none, wishes.tooMany. */
  prepareWishes(
    act: Act,
    applicationId: ApplicationId,
    groups: readonly GroupId[],
  ): Promise<PreparedStatement>;
  /** Refusals: statement.unknown, statement.signed, statement.expired, code.tooOften {resendAt}, code.notSent. */
  resend(act: Act, id: StatementId): Promise<CodeSent>;
  /**
   * Checks the code and performs the statement once, in one transaction; signing it again answers the same result.
   * Refusals: code.wrong {left}, code.late, code.exhausted, code.none, code.format, statement.expired, statement.unknown,
   * and those of choosing: choice.taken means somebody was faster and the turn is kept. Such a refusal makes the
   * statement void for good: signing it again is refused alike, a new choice needs a new statement.
   */
  sign(act: Act, id: StatementId, code: string): Promise<SignedResult>;
}
