import type { Act, Channel } from '../act.ts';
import type { WriteTx } from '../db/db.ts';

/** Who caused an event: a person by an action, staff, or the system by a deadline. */
export type Actor =
  | { readonly kind: 'PERSON' | 'STAFF'; readonly id: string; readonly channel: Channel }
  | { readonly kind: 'SYSTEM'; readonly id: null; readonly channel: 'SYSTEM' };

export const SYSTEM: Actor = { kind: 'SYSTEM', id: null, channel: 'SYSTEM' };

export const personActor = (act: Act): Actor => ({ kind: 'PERSON', id: act.personId, channel: act.channel });
export const staffActor = (act: Act): Actor => ({ kind: 'STAFF', id: act.personId, channel: act.channel });

/** One thing that happened. before/after hold states and ids, never personal data. */
export interface HistoryEvent {
  readonly entity:
    | 'APPLICATION'
    | 'REFERRAL'
    | 'PLACE'
    | 'TURN_WINDOW'
    | 'QUEUE'
    | 'STAFF_ROLE'
    | 'WISH'
    | 'SIGNATURE'
    | 'BENEFIT_CLAIM'
    | 'GUARDIAN_LINK'
    | 'WAITLIST_ENTRY'
    | 'TRANSFER';
  readonly entityId: string;
  readonly applicationId: string | null;
  readonly transition: string;
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
  readonly reason?: string | null;
  readonly policyVersion?: string | null;
}

/** Writes events in the transaction of the change they tell of, one statement for all. */
export async function recordEvents(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  events: readonly HistoryEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event) => ({
    entity: event.entity,
    entity_id: event.entityId,
    application_id: event.applicationId,
    transition: event.transition,
    before: event.before,
    after: event.after,
    reason: event.reason ?? null,
    policy_version: event.policyVersion ?? null,
  }));
  await tx.$executeRaw`
    INSERT INTO event (at, entity, entity_id, application_id, transition, actor_kind, actor_id, channel,
                       before, after, reason, policy_version)
    SELECT ${at}, r.entity, r.entity_id, r.application_id, r.transition, ${actor.kind}, ${actor.id}::uuid,
           ${actor.channel}, r.before, r.after, r.reason, r.policy_version
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (entity text, entity_id uuid, application_id uuid,
           transition text, before jsonb, after jsonb, reason text, policy_version text)`;
}
