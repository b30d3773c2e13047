import type { Db, NamedQuery } from '../db/db.ts';
import { type Cohort, type FlowWeek, SEASON, WINDOW } from './flow.ts';

interface Row {
  readonly older: number;
  /** Who waits now, and since which week of the window the queue is known. */
  readonly waiting: number;
  readonly since: number;
  /** Null where nothing happened in the whole window. */
  readonly week: number | null;
  readonly turns: number;
  readonly left: number;
  readonly entered: number;
  readonly joined_extraordinary: number;
  readonly joined_priority: number;
  readonly joined_common: number;
  readonly risen_extraordinary: number;
  readonly risen_priority: number;
}

const WAITS = "('WAITING', 'RESTORED')";
const was = `m.stood_was IN ${WAITS}`;
const is = `m.stood_is IN ${WAITS}`;
/** Who was not there when the cohort had the age of the child's own: the others are counted in `coming`. */
const joined = `${is} AND (m.cause = 'REGISTERED'
  OR m.cause = 'CAME_OF_AGE' AND m.registered_at > $2::timestamptz - c.older * interval '${SEASON * 7} days')`;
const risen = `m.cause IN ('BENEFIT', 'BENEFIT_ENDED')`;
const count = (condition: string) => `(count(*) FILTER (WHERE ${condition}))::integer`;
const weekOf = (at: string) =>
  `floor(date_part('epoch', ${at} - $2::timestamptz + interval '${WINDOW} weeks') / ${7 * 86_400})::integer`;

/** The journal of the queue and of the five birth years before it in the district, week by week. $1 queue, $2 now. */
const historyQuery: NamedQuery = {
  name: 'forecast-history',
  text: `WITH cohort AS MATERIALIZED (
      SELECT q.id, mine.birth_year - q.birth_year AS older,
             coalesce(t.wait_extraordinary + t.wait_priority + t.wait_common, 0)
             + (SELECT count(*)::integer FROM application f
                 WHERE f.queue_id = q.id AND f.turn_restored_at IS NOT NULL AND f.counted) AS waiting,
             (SELECT min(f.at) FROM queue_move f WHERE f.queue_id = q.id) AS since
        FROM queue mine
        JOIN queue q ON q.district_id = mine.district_id AND q.group_type = mine.group_type
                    AND q.birth_year BETWEEN mine.birth_year - 5 AND mine.birth_year
        LEFT JOIN queue_tally t ON t.queue_id = q.id AND t.level = 0 AND t.bucket = 0
       WHERE mine.id = $1)
    SELECT c.older, c.waiting, greatest(0, ${weekOf('c.since')}) AS since,
           least(${WINDOW - 1}, ${weekOf('m.at')}) AS week,
           ${count(`${was} AND m.stood_is = 'TURN'`)}
             - ${count(`${is} AND (m.stood_was = 'TURN' OR m.cause = 'RETURNED')`)} AS turns,
           ${count(`${was} AND m.stood_is = 'OUT'`)} AS left,
           ${count(is)} - ${count(was)} AS entered,
           ${count(`m.class_is = 'EXTRAORDINARY' AND ${joined}`)} AS joined_extraordinary,
           ${count(`m.class_is = 'PRIORITY' AND ${joined}`)} AS joined_priority,
           ${count(`m.class_is = 'COMMON' AND ${joined}`)} AS joined_common,
           ${count(`m.class_is = 'EXTRAORDINARY' AND ${risen}`)}
             - ${count(`m.class_was = 'EXTRAORDINARY' AND ${risen}`)} AS risen_extraordinary,
           ${count(`m.class_is = 'PRIORITY' AND ${risen}`)}
             - ${count(`m.class_was = 'PRIORITY' AND ${risen}`)} AS risen_priority
      FROM cohort c LEFT JOIN queue_move m ON m.queue_id = c.id AND m.cause <> 'CYCLE'
           AND m.at > $2::timestamptz - interval '${WINDOW} weeks' AND m.at <= $2::timestamptz
     WHERE c.since <= $2::timestamptz
     GROUP BY c.older, c.waiting, c.since, 4 ORDER BY 1, 4`,
};

/** What the journal of places (§7.1) knows of the queue and of the older cohorts of its district; empty where nothing. */
export async function readHistory(db: Db, queueId: string, now: Date): Promise<Cohort[]> {
  const rows = await db.rows<Row>(historyQuery, [queueId, now]);
  return [...Map.groupBy(rows, ({ older }) => older).values()].flatMap((mine) => {
    const [first] = mine;
    return first === undefined ? [] : [{ older: first.older, weeks: weeksOf(first, mine) }];
  });
}

/** From the numbers of today back: the journal says by how much each week changed them. */
function weeksOf({ waiting: now, since }: Row, rows: readonly Row[]): FlowWeek[] {
  const byWeek = new Map(rows.map((row) => [row.week, row]));
  const weeks: FlowWeek[] = [];
  let waiting = now;
  for (let week = WINDOW - 1; week >= since; week -= 1) {
    const row = byWeek.get(week);
    waiting -= row?.entered ?? 0;
    weeks.push({
      turns: row?.turns ?? 0,
      left: row?.left ?? 0,
      waiting,
      joined: {
        extraordinary: row?.joined_extraordinary ?? 0,
        priority: row?.joined_priority ?? 0,
        common: row?.joined_common ?? 0,
      },
      risen: { extraordinary: row?.risen_extraordinary ?? 0, priority: row?.risen_priority ?? 0 },
    });
  }
  return weeks.toReversed();
}
