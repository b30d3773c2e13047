import type { Act, Bilingual, Page } from '../act.ts';
import type { DistrictId, GroupId, KindergartenId, PersonId } from '../ids.ts';
import type { Role } from '../people/api.ts';

export interface DistrictView {
  readonly id: DistrictId;
  readonly code: string;
  readonly kind: 'CITY' | 'DISTRICT';
  readonly name: Bilingual;
}

export interface StaffKindergarten {
  readonly id: KindergartenId;
  readonly name: Bilingual;
  readonly free: number;
  readonly held: number;
}

export interface StaffGroup {
  readonly id: GroupId;
  readonly kindergartenId: KindergartenId;
  readonly kindergarten: Bilingual;
  readonly name: string;
  readonly birthYear: number;
  readonly language: 'kk' | 'ru' | 'mixed';
  readonly capacity: number;
  readonly enrolled: number;
  /** Published, with turns or open to all. */
  readonly free: number;
  readonly held: number;
  /** How many more may be published: capacity − enrolled − held − free (DOMAIN §8.4). */
  readonly canPublish: number;
  readonly waiting: number;
}

export interface Staff {
  /** Grants a role to the person with this IIN; called from the server's command line. Refusals: iin.*, staff.noPerson, staff.badRole. */
  grant(iin: string, role: Role): Promise<PersonId>;
  revoke(iin: string, role: Role): Promise<void>;
  districts(): Promise<readonly DistrictView[]>;
  kindergartens(
    act: Act,
    districtId: DistrictId,
    page: number,
    pageSize?: number,
  ): Promise<Page<StaffKindergarten>>;
  groups(act: Act, kindergartenId: KindergartenId): Promise<readonly StaffGroup[]>;
  group(act: Act, groupId: GroupId): Promise<StaffGroup>;
  /** Publishes `count` places of a group; their turns open at the returned moment. Refusals: staff.forbidden, place.overCapacity {canPublish}. */
  publish(act: Act, groupId: GroupId, count: number): Promise<{ readonly pickOpensAt: Date }>;
  /** Withdraws free places, those not yet opened first; newest windows are revoked and keep their turn. Refusals: staff.forbidden, place.notEnough {free}. */
  withdraw(
    act: Act,
    groupId: GroupId,
    count: number,
    reason: string,
  ): Promise<{ readonly revokedTurns: number }>;
  /** A23: restores a removed application with its original time. */
  restore(act: Act, applicationNumber: string, reason: string): Promise<void>;
}
