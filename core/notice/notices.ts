import type { Page } from '../act.ts';
import { addDays, civil, startOfDay } from '../calendar/civil-date.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../db/db.ts';
import type { Log } from '../ports.ts';
import type { InboxNotice, Notices, PromiseDay } from './api.ts';
import type { DeliveryChannel } from './catalogue.ts';
import { type ContentRow, contentColumns, contentJoins, contentOf } from './content.ts';
import { claimDeliveries, recordOutcome } from './queue.ts';
import { quietHours } from './quiet-hours.ts';
import { onDeliveryWake } from './wake.ts';

const PAGE_SIZE = 5;

export interface NoticesDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
}

export function createNotices({ db, clock, log }: NoticesDeps): Notices {
  return {
    list: (personId, page, pageSize = PAGE_SIZE) => list(db, clock.now(), personId, page, pageSize),
    promise: (from, to) => promise(db, from, to),
    undelivered: (from, to) => undelivered(db, from, to),
    claim: (request) => claimDeliveries(db, request),
    record: (worker, delivery, outcome) => recordOutcome(db, worker, delivery, outcome, clock.now()),
    onWake: (listener) => onDeliveryWake(db, log, listener),
  };
}

const COUNT = {
  name: 'count_notices',
  text: 'SELECT count(*)::integer AS total FROM notice WHERE person_id = $1',
};

const LIST = {
  name: 'list_notices',
  text: `
    WITH shown AS (
      SELECT id FROM notice WHERE person_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3
    ), marked AS (
      UPDATE notice SET read_at = $4 FROM shown WHERE notice.id = shown.id AND notice.read_at IS NULL
    )
    SELECT n.read_at IS NULL AS is_new, ${contentColumns}
      FROM shown JOIN notice AS n USING (id) ${contentJoins}
     ORDER BY n.created_at DESC, n.id DESC`,
};

async function list(
  db: Db,
  at: Date,
  personId: string,
  wanted: number,
  pageSize: number,
): Promise<Page<InboxNotice>> {
  const [counted] = await db.rows<{ total: number }>(COUNT, [personId]);
  const total = counted?.total ?? 0;
  const pages = Math.max(1, Math.ceil(total / pageSize));
  const page = Math.min(Math.max(0, wanted), pages - 1);
  const rows = await db.rows<ContentRow & { is_new: boolean }>(LIST, [
    personId,
    pageSize,
    page * pageSize,
    at,
  ]);
  return { items: rows.map((row) => ({ ...contentOf(row), isNew: row.is_new })), page, pages, total };
}

/** A night's notice waits for 07:00 by rule and not by fault: it is measured from then, unless it went out before. */
const PROMISE = {
  name: 'notice_promise',
  text: `
    WITH owed AS (
      SELECT d.channel, d.state, d.ended_at, d.created_at AS at, d.created_at AT TIME ZONE 'Asia/Almaty' AS wall
        FROM delivery AS d JOIN notice AS n ON n.id = d.notice_id
       WHERE n.legal AND d.created_at >= $1 AND d.created_at < $2
    ), measured AS (
      SELECT *, CASE
          WHEN wall::time < $3::time THEN (wall::date + $3::time) AT TIME ZONE 'Asia/Almaty'
          WHEN wall::time >= $4::time THEN (wall::date + 1 + $3::time) AT TIME ZONE 'Asia/Almaty'
          ELSE at END AS awake
        FROM owed
    )
    SELECT to_char(wall, 'YYYY-MM-DD') AS day, channel,
           count(*)::integer AS owed,
           (count(*) FILTER (WHERE state = 'SENT'))::integer AS sent,
           (count(*) FILTER (WHERE state = 'SENT' AND ended_at <=
             CASE WHEN ended_at < awake THEN at ELSE awake END + interval '10 seconds'))::integer AS within,
           (count(*) FILTER (WHERE state = 'UNREACHABLE'))::integer AS unreachable,
           (count(*) FILTER (WHERE state = 'FAILED'))::integer AS failed,
           (count(*) FILTER (WHERE state = 'UNKNOWN'))::integer AS unknown
      FROM measured WHERE state <> 'CANCELLED'
     GROUP BY 1, 2 ORDER BY 1, 2`,
};

interface PromiseRow {
  readonly day: string;
  readonly channel: DeliveryChannel;
  readonly owed: number;
  readonly sent: number;
  readonly within: number;
  readonly unreachable: number;
  readonly failed: number;
  readonly unknown: number;
}

const bounds = (from: string, to: string): readonly [Date, Date] => [
  startOfDay(civil(from)),
  startOfDay(addDays(civil(to), 1)),
];

async function promise(db: Db, from: string, to: string): Promise<PromiseDay[]> {
  const rows = await db.rows<PromiseRow>(PROMISE, [...bounds(from, to), quietHours.to, quietHours.from]);
  return rows.map(({ within, ...row }) => ({ ...row, withinTenSeconds: within }));
}

const UNDELIVERED = {
  name: 'notices_undelivered',
  text: `
    SELECT count(*)::integer AS n FROM notice AS n
     WHERE n.legal AND n.created_at >= $1 AND n.created_at < $2
       AND NOT EXISTS (SELECT FROM delivery AS d WHERE d.notice_id = n.id AND d.state IN ('SENT', 'PENDING', 'CANCELLED'))`,
};

async function undelivered(db: Db, from: string, to: string): Promise<number> {
  const [row] = await db.rows<{ n: number }>(UNDELIVERED, [...bounds(from, to)]);
  return row?.n ?? 0;
}
