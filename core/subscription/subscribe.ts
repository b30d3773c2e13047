import type { Act } from '../act.ts';
import { localDate } from '../calendar/civil-date.ts';
import type { QueueDeps } from '../context.ts';
import type { NamedQuery, WriteTx } from '../db/db.ts';
import type { Point } from '../draft/api.ts';
import type { DistrictId, PersonId, SubscriptionId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import { lockPerson } from '../people/codes.ts';
import { policiesOn } from '../policy/policy.ts';
import { Refusal } from '../refusal.ts';
import type { SubscriptionView, SubscriptionWish } from './api.ts';
import { metres } from './distance.ts';

/** How many subscriptions one person may have at a time. */
export const MAX_SUBSCRIPTIONS = 10;

interface SubscriptionRow {
  readonly id: SubscriptionId;
  readonly birth_year: number;
  readonly language: SubscriptionView['language'];
  readonly name_kk: string | null;
  readonly name_ru: string | null;
  readonly radius_m: number | null;
}

const ownQuery: NamedQuery = {
  name: 'subscriptions',
  text: `SELECT s.id, s.birth_year, s.language, k.name_kk, k.name_ru, s.radius_m
    FROM subscription s LEFT JOIN kindergarten k ON k.id = s.kindergarten_id
   WHERE s.person_id = $1 AND s.ended_at IS NULL ORDER BY s.created_at, s.id`,
};

/** The person's subscriptions, the oldest first. */
export async function subscriptionsOf(
  { db }: Pick<QueueDeps, 'db'>,
  personId: PersonId,
): Promise<readonly SubscriptionView[]> {
  const rows = await db.rows<SubscriptionRow>(ownQuery, [personId]);
  return rows.map(({ id, birth_year, language, name_kk: kk, name_ru: ru, radius_m }) => ({
    id,
    birthYear: birth_year,
    language,
    kindergarten: kk === null || ru === null ? null : { kk, ru },
    radius: radius_m,
  }));
}

/**
 * Tells the person of places that open from now on (K12, F-31). A point is kept to three decimals, about 100 m. Refusals:
 * kindergarten.unknown, subscription.off, subscription.twice, subscription.tooMany {limit}.
 */
export async function subscribe(
  tx: WriteTx,
  at: Date,
  act: Act,
  wish: SubscriptionWish,
): Promise<SubscriptionId> {
  await markApplied(tx, act, at);
  await assertOffered(tx, at, wish);
  await lockPerson(tx, act.personId);
  const own = await tx.subscription.findMany({
    where: { person_id: act.personId, ended_at: null },
    select: {
      birth_year: true,
      language: true,
      kindergarten_id: true,
      latitude: true,
      longitude: true,
      radius_m: true,
    },
  });
  const wanted = {
    birth_year: wish.birthYear,
    language: wish.language,
    kindergarten_id: 'kindergartenId' in wish ? wish.kindergartenId : null,
    latitude: 'around' in wish ? rounded(wish.around).latitude : null,
    longitude: 'around' in wish ? rounded(wish.around).longitude : null,
    radius_m: 'around' in wish ? wish.radius : null,
  };
  const same = (other: typeof wanted) =>
    (Object.keys(wanted) as (keyof typeof wanted)[]).every((name) => other[name] === wanted[name]);
  if (own.some((other) => same(other as typeof wanted))) throw new Refusal('subscription.twice');
  if (own.length >= MAX_SUBSCRIPTIONS)
    throw new Refusal('subscription.tooMany', { limit: MAX_SUBSCRIPTIONS });
  const { id } = await tx.subscription.create({
    data: { ...wanted, person_id: act.personId, created_at: at },
    select: { id: true },
  });
  return id as SubscriptionId;
}

/** Ends an own subscription. Refusal: subscription.unknown, also when it has ended before. */
export async function unsubscribe(tx: WriteTx, at: Date, act: Act, id: SubscriptionId): Promise<void> {
  await markApplied(tx, act, at);
  const { count } = await tx.subscription.updateMany({
    where: { id, person_id: act.personId, ended_at: null },
    data: { ended_at: at },
  });
  if (count === 0) throw new Refusal('subscription.unknown');
}

/**
 * Where no kindergarten that is meant belongs to a district with such notices, nobody would ever be told: that is said
 * at once. Around a point without any kindergarten one may wait for the first.
 */
async function assertOffered(tx: WriteTx, at: Date, wish: SubscriptionWish): Promise<void> {
  const districts =
    'kindergartenId' in wish
      ? await tx.$queryRaw<{ district_id: DistrictId }[]>`
          SELECT district_id FROM kindergarten WHERE id = ${wish.kindergartenId}::uuid AND is_active`
      : await tx.$queryRawUnsafe<{ district_id: DistrictId }[]>(
          DISTRICTS_AROUND,
          ...Object.values(rounded(wish.around)),
          wish.radius,
        );
  if ('kindergartenId' in wish && districts.length === 0) throw new Refusal('kindergarten.unknown');
  const ids = districts.map((row) => row.district_id);
  const policies = [...(await policiesOn(tx, ids, localDate(at))).values()];
  if (policies.length > 0 && policies.every((policy) => policy['notify.openPlaces'] === 'OFF'))
    throw new Refusal('subscription.off');
}

const DISTRICTS_AROUND = `SELECT DISTINCT district_id FROM kindergarten
   WHERE is_active AND ${metres('latitude', 'longitude', '$1::float8', '$2::float8')} <= $3::integer`;

function rounded({ latitude, longitude }: Point): Point {
  const three = (degrees: number) => Math.round(degrees * 1000) / 1000;
  return { latitude: three(latitude), longitude: three(longitude) };
}
