import type { Act, Bilingual, Page } from '../act.ts';
import type { Point } from '../draft/api.ts';
import type { ApplicationId, DistrictId, GroupId, KindergartenId, PersonId, SubscriptionId } from '../ids.ts';

export interface NearGroup {
  readonly birthYear: number;
  readonly language: 'kk' | 'ru' | 'mixed';
  /** Open to everybody of the year. */
  readonly open: number;
  /** For children whose turn has come. */
  readonly priority: number;
  readonly capacity: number;
  readonly enrolled: number;
}

/** A kindergarten as everybody may see it. */
export interface KindergartenView {
  readonly id: KindergartenId;
  readonly name: Bilingual;
  readonly address: Bilingual;
  readonly district: Bilingual;
  readonly phone: string | null;
  readonly latitude: number;
  readonly longitude: number;
  /** Metres as the crow flies; null when no point was given. */
  readonly distance: number | null;
  readonly groups: readonly NearGroup[];
  /** Free places of all shown groups. */
  readonly free: number;
  /** Children enrolled of the capacity, over all shown groups, 0…1. */
  readonly load: number;
}

export interface NearFilter {
  readonly birthYear?: number;
  readonly language?: 'kk' | 'ru' | 'mixed';
  /** Only kindergartens that have a free place of the filter. */
  readonly onlyFree?: boolean;
}

export interface SubscriptionView {
  readonly id: SubscriptionId;
  readonly birthYear: number;
  readonly language: 'kk' | 'ru' | 'mixed' | null;
  readonly kindergarten: Bilingual | null;
  /** Metres; null for one kindergarten. */
  readonly radius: number | null;
}

export type SubscriptionWish = {
  readonly birthYear: number;
  readonly language: 'kk' | 'ru' | 'mixed' | null;
} & ({ readonly kindergartenId: KindergartenId } | { readonly around: Point; readonly radius: number });

/** Where one may look from beside the place where one is. */
export interface Origins {
  /** The birth years of the own children in a queue, the youngest first. */
  readonly years: readonly number[];
  /** The homes that applications were given (about 100 m exact). */
  readonly homes: readonly {
    readonly applicationId: ApplicationId;
    readonly number: string;
    readonly childName: string;
    readonly point: Point;
  }[];
  /** Districts and cities that have kindergartens; the centre is that of their kindergartens. */
  readonly districts: readonly {
    readonly id: DistrictId;
    readonly name: Bilingual;
    readonly centre: Point;
  }[];
}

/** A group with free places in the queue of an own child: what may be done there, core/place says. */
export interface Offer {
  readonly applicationId: ApplicationId;
  readonly number: string;
  readonly childName: string;
  readonly groupId: GroupId;
  readonly language: 'kk' | 'ru' | 'mixed';
  readonly birthYear: number;
}

/** Looking for kindergartens and being told of free places (K12, F-25, F-26, F-31). */
export interface Kindergartens {
  /** By distance from the point; the nearest 100, at most 20 on a page. */
  near(point: Point, filter: NearFilter, page: number, pageSize?: number): Promise<Page<KindergartenView>>;
  /** By name, address or district, in either language; қ/к, ә/а, ң/н, ө/о, ұ, ү/у, і/и, һ/х are one. Empty text: none. At most 20. */
  find(text: string, limit?: number): Promise<readonly KindergartenView[]>;
  /** Refusal: kindergarten.unknown. */
  one(id: KindergartenId, from?: Point): Promise<KindergartenView>;
  /** Those of the ids that exist, in the order given. At most 20. */
  these(ids: readonly KindergartenId[], from?: Point): Promise<readonly KindergartenView[]>;
  origins(personId: PersonId): Promise<Origins>;
  offers(personId: PersonId, id: KindergartenId): Promise<readonly Offer[]>;
  subscriptions(act: Act): Promise<readonly SubscriptionView[]>;
  /** A point is kept to three decimals. Refusals: kindergarten.unknown, subscription.twice, subscription.tooMany {limit}, subscription.off (the district gives no such notices). */
  subscribe(act: Act, wish: SubscriptionWish): Promise<SubscriptionId>;
  /** Refusal: subscription.unknown. */
  unsubscribe(act: Act, id: SubscriptionId): Promise<void>;
}
