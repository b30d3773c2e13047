import type { WriteTx } from '../db/db.ts';
import type { FormPayload } from '../draft/form.ts';
import type {
  ApplicationId,
  GroupId,
  KindergartenId,
  PersonId,
  ReferralId,
  StatementId,
  TransferId,
  WaitlistEntryId,
} from '../ids.ts';
import { Refusal, type RefusalParams } from '../refusal.ts';

/** What a statement has done, as its row keeps it. */
export type Outcome =
  | { readonly kind: 'CHOICE'; readonly referralId: ReferralId }
  | { readonly kind: 'WISHES'; readonly roundAt: string }
  | { readonly kind: 'REGISTRATION'; readonly applicationIds: readonly ApplicationId[] }
  | {
      readonly kind: 'WAITLIST';
      readonly entryIds: readonly WaitlistEntryId[];
      /** A place was free at once. */
      readonly transferId: TransferId | null;
    }
  | { readonly kind: 'TRANSFER'; readonly transferId: TransferId };

/** What the statement is about: an application, or the form that becomes one. */
export type StatementSubject =
  | {
      readonly kind: 'CHOICE' | 'WISHES';
      readonly application_id: ApplicationId;
      readonly payload: { readonly groups: readonly GroupId[] };
    }
  | {
      readonly kind: 'WAITLIST';
      readonly application_id: ApplicationId;
      /** In order of wish. */
      readonly payload: { readonly kindergartens: readonly KindergartenId[] };
    }
  | {
      readonly kind: 'TRANSFER';
      readonly application_id: ApplicationId;
      readonly payload: {
        readonly entry: WaitlistEntryId;
        readonly kindergartens: readonly [KindergartenId];
      };
    }
  | { readonly kind: 'REGISTRATION'; readonly application_id: null; readonly payload: FormPayload };

/** The row of `statement`. `result` without `signed_at` tells why the statement is void. */
export type StatementRow = StatementSubject & {
  readonly id: StatementId;
  readonly content: string;
  readonly sha256: Uint8Array;
  readonly expires_at: Date;
  readonly signed_at: Date | null;
  readonly result:
    | Outcome
    | { readonly refused: { readonly code: string; readonly params: RefusalParams } }
    | null;
};

/**
 * The person's own statement, locked: the first lock of its transaction. Not the strongest kind of lock, so that a
 * referral which points at the statement never waits here. Refusal: statement.unknown, also for somebody else's.
 */
export async function lockStatement(tx: WriteTx, personId: PersonId, id: StatementId): Promise<StatementRow> {
  const [statement] = await tx.$queryRaw<StatementRow[]>`
    SELECT id, kind, application_id, payload, content, sha256, expires_at, signed_at, result FROM statement
     WHERE id = ${id}::uuid AND person_id = ${personId}::uuid AND kind IN ('CHOICE', 'WISHES', 'REGISTRATION', 'WAITLIST', 'TRANSFER')
       FOR NO KEY UPDATE`;
  if (statement === undefined) throw new Refusal('statement.unknown');
  return statement;
}

/** The newest statement of the same wish that can still be signed: a second tap is led to it. */
export async function openStatement(
  tx: WriteTx,
  at: Date,
  personId: PersonId,
  { kind, application_id, payload }: StatementSubject,
): Promise<StatementId | undefined> {
  const [statement] = await tx.$queryRaw<{ id: StatementId }[]>`
    SELECT id FROM statement
     WHERE person_id = ${personId}::uuid AND application_id IS NOT DISTINCT FROM ${application_id}::uuid AND kind = ${kind}
       AND payload = ${JSON.stringify(payload)}::jsonb AND signed_at IS NULL AND result IS NULL AND expires_at >= ${at}
     ORDER BY created_at DESC, id DESC LIMIT 1`;
  return statement?.id;
}
