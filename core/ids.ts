declare const brand: unique symbol;
type Branded<T, B extends string> = T & { readonly [brand]: B };

/** Ids are UUIDv7 strings, branded so that one kind cannot be passed as another. */
export type PersonId = Branded<string, 'Person'>;
export type ChildId = Branded<string, 'Child'>;
export type DistrictId = Branded<string, 'District'>;
export type KindergartenId = Branded<string, 'Kindergarten'>;
export type GroupId = Branded<string, 'Group'>;
export type PlaceId = Branded<string, 'Place'>;
export type QueueId = Branded<string, 'Queue'>;
export type ApplicationId = Branded<string, 'Application'>;
export type TurnWindowId = Branded<string, 'TurnWindow'>;
export type ReferralId = Branded<string, 'Referral'>;
export type StatementId = Branded<string, 'Statement'>;
export type DocumentId = Branded<string, 'Document'>;
export type NoticeId = Branded<string, 'Notice'>;
export type DeliveryId = Branded<string, 'Delivery'>;
export type BroadcastId = Branded<string, 'Broadcast'>;
export type LinkId = Branded<string, 'Link'>;
export type SignatureId = Branded<string, 'Signature'>;
export type DraftId = Branded<string, 'Draft'>;
export type DraftChildId = Branded<string, 'DraftChild'>;
export type ClaimId = Branded<string, 'Claim'>;
export type ScanId = Branded<string, 'Scan'>;
export type GuardianLinkId = Branded<string, 'GuardianLink'>;
export type WaitlistEntryId = Branded<string, 'WaitlistEntry'>;
export type TransferId = Branded<string, 'Transfer'>;
export type SubscriptionId = Branded<string, 'Subscription'>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Takes a lower-case UUID from outside as an id of the wanted kind; undefined when it is not one. */
export function parseId<T extends string>(text: string): T | undefined {
  return UUID.test(text) ? (text as T) : undefined;
}
