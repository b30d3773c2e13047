import type { Bilingual, Page } from '../act.ts';
import type { ApplicationId, GroupId, KindergartenId, PersonId } from '../ids.ts';

export type PlaceState =
  | 'DECLARED'
  | 'PUBLISHED'
  | 'PRIORITY'
  | 'OPEN'
  | 'OFFERED'
  | 'HELD'
  | 'FILLED'
  | 'WITHDRAWN';

/** A group with free places, as a parent sees it: the place itself is given at the choice. */
export interface FreeGroup {
  readonly groupId: GroupId;
  readonly kindergartenId: KindergartenId;
  readonly kindergarten: Bilingual;
  readonly address: Bilingual;
  readonly latitude: number;
  readonly longitude: number;
  readonly phone: string | null;
  readonly language: 'kk' | 'ru' | 'mixed';
  readonly groupName: string;
  readonly birthYear: number;
  readonly free: number;
  /** PRIORITY: for children whose turn has come; OPEN: for everyone of the group year. */
  readonly phase: 'PRIORITY' | 'OPEN';
  /** May this child take one now (or wish for one, in the sealed open phase)? */
  readonly available: 'CHOOSE' | 'WISH' | 'NO';
  readonly availableFrom: string | null;
}

export interface PlaceFilter {
  readonly language?: 'kk' | 'ru' | 'mixed';
  readonly onlyAvailable?: boolean;
}

export interface OpenRound {
  /** Wishes given until this moment take part; the draw follows the queue (DOMAIN §7.5). */
  readonly roundAt: Date;
  readonly wishes: readonly GroupId[];
}

export interface Places {
  /** Free places for the child of this application. Refusal: application.unknown. */
  free(
    personId: PersonId,
    id: ApplicationId,
    filter: PlaceFilter,
    page: number,
    pageSize?: number,
  ): Promise<Page<FreeGroup>>;
  group(personId: PersonId, id: ApplicationId, groupId: GroupId): Promise<FreeGroup>;
  /** The sealed round a wish would take part in now, with the wishes already signed; null in first-come mode. */
  openRound(personId: PersonId, id: ApplicationId): Promise<OpenRound | null>;
}
