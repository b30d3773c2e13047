import { localDate } from '../calendar/civil-date.ts';
import type { WriteTx } from '../db/db.ts';
import type { DistrictId, KindergartenId, PersonId, SubscriptionId } from '../ids.ts';
import { type OwedNotice, planNotices } from '../notice/plan.ts';
import { nextRound, openedForRound } from '../place/takeable.ts';
import { type Policy, policiesOn } from '../policy/policy.ts';
import { metres } from './distance.ts';

interface MatchRow {
  readonly subscription_id: SubscriptionId;
  readonly person_id: PersonId;
  readonly district_id: DistrictId;
  readonly kindergarten_id: KindergartenId;
  readonly birth_year: number;
  readonly language: 'kk' | 'ru' | 'mixed';
  readonly by_name: boolean;
  readonly key: string;
}

const DISTANCE = metres('k.latitude', 'k.longitude', 's.latitude', 's.longitude');

/**
 * Whom the places `$1` are news to on the day `$2`: one row per person and group of one kindergarten, year and language,
 * with the subscription that was there first; the named kindergarten before the near ones, those nearest first. A mixed
 * group suits whoever asked for Kazakh or Russian, as in the queue itself (§7.4). The strips of latitude spare most of
 * the arithmetic. A place that a waiting list has first is no news.
 */
const MATCHES = `
  SELECT * FROM (
    SELECT DISTINCT ON (s.person_id, k.id, g.birth_year, g.language) s.id AS subscription_id, s.person_id, k.district_id,
           k.id AS kindergarten_id, g.birth_year, g.language, s.radius_m IS NULL AS by_name, key.key,
           CASE WHEN s.radius_m IS NULL THEN 0 ELSE ${DISTANCE} END AS metres
      FROM (SELECT DISTINCT p.group_id FROM place p WHERE p.id = ANY ($1::uuid[]) AND NOT EXISTS (
              SELECT FROM waitlist_entry w WHERE w.kindergarten_id = p.kindergarten_id AND w.queue_id = p.queue_id
                 AND w.state = 'WAITING')) AS opened
      JOIN kindergarten_group g ON g.id = opened.group_id AND g.group_type = 'GENERAL'
      JOIN kindergarten k ON k.id = g.kindergarten_id AND k.is_active
      JOIN subscription s ON s.ended_at IS NULL AND s.birth_year = g.birth_year
       AND (s.language IS NULL OR s.language = g.language OR g.language = 'mixed')
       AND CASE WHEN s.radius_m IS NULL THEN s.kindergarten_id = k.id
                ELSE abs(k.latitude - s.latitude) * 111000 <= s.radius_m AND ${DISTANCE} <= s.radius_m END
      JOIN person ON person.id = s.person_id AND person.deleted_at IS NULL
     CROSS JOIN LATERAL (
       SELECT concat_ws(':', 'N27', s.person_id, k.id, g.birth_year, g.language, $2::text) AS key) AS key
     WHERE NOT EXISTS (SELECT FROM notice WHERE notice.dedupe_key = key.key)
     ORDER BY s.person_id, k.id, g.birth_year, g.language, s.radius_m IS NOT NULL, s.id
  ) AS news ORDER BY metres, kindergarten_id, language`;

/**
 * N27 to everybody whose subscription fits places that have just become OPEN (K12, F-31), in the transaction that opened
 * them: the same few statements however many places and subscriptions there are, and one that finds nothing where nobody
 * subscribed. Each kindergarten, year and language once a day and person; what one subscription to a neighbourhood finds
 * at once is one notice, of the nearest, with the number of the others. Only in districts whose policy offers it.
 */
export async function tellSubscribers(tx: WriteTx, at: Date, placeIds: readonly string[]): Promise<void> {
  if (placeIds.length === 0) return;
  const matches = await tx.$queryRawUnsafe<MatchRow[]>(MATCHES, [...placeIds], localDate(at));
  if (matches.length === 0) return;
  const districts = [...new Set(matches.map((row) => row.district_id))];
  const policies = await policiesOn(tx, districts, localDate(at));
  const offered = matches.filter((row) => policies.get(row.district_id)?.['notify.openPlaces'] === 'OPT_IN');
  const messages = Map.groupBy(offered, (row) => (row.by_name ? row.key : row.subscription_id));
  await planNotices(
    tx,
    at,
    [...messages.values()].flatMap((rows) => noticeOf(rows, policies, at)),
  );
}

function noticeOf(
  [nearest, ...others]: readonly MatchRow[],
  policies: ReadonlyMap<string, Policy>,
  at: Date,
): OwedNotice[] {
  const policy = nearest === undefined ? undefined : policies.get(nearest.district_id);
  if (nearest === undefined || policy === undefined) return [];
  const elsewhere = new Set(others.map((row) => row.kindergarten_id));
  elsewhere.delete(nearest.kindergarten_id);
  return [
    {
      code: 'N27',
      personId: nearest.person_id,
      aboutKindergartenId: nearest.kindergarten_id,
      params: {
        birthYear: nearest.birth_year,
        language: nearest.language,
        subscription: nearest.subscription_id,
        more: elsewhere.size,
        deadline: wishUntil(policy, at),
      },
      dedupeKey: nearest.key,
    },
  ];
}

/** Until when the place can be wished for (§7.5): the first draw it takes part in; null where the first click takes it. */
function wishUntil(policy: Policy, openedAt: Date): string | null {
  if (policy['open.mode'] !== 'SEALED') return null;
  const next = nextRound(policy, openedAt);
  const round = openedAt <= openedForRound(policy, next) ? next : nextRound(policy, next);
  return round.toISOString();
}
