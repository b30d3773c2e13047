import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { createBroadcasts } from '../../../core/broadcast/broadcasts.ts';
import { fixedClock } from '../../../core/clock.ts';
import { openDb } from '../../../core/db/db.ts';
import { createNotices } from '../../../core/notice/notices.ts';
import { createPace } from '../../../core/notice/pace.ts';
import { type OwedNotice, planNotices } from '../../../core/notice/plan.ts';
import { type Family, type FamilyOptions, settle } from '../../../core/notice/testing/families.ts';
import type { TelegramStandIn } from '../../../local/telegram/server.ts';
import { standIn, TOKEN } from '../../../local/telegram/testing.ts';
import { testDatabase } from '../../../local/testing/database.ts';
import type { DeliverySettings } from '../settings.ts';
import { createTelegram } from '../telegram.ts';
import { type Delivery, startLanes } from '../worker.ts';

export const NOON = new Date('2026-03-27T12:00:00+05:00');
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Workers over a database and a stand-in of Telegram of their own, with the clock in the test's hand. Call at the top
 * level of a test file; workers are stopped after each test.
 */
export async function deliveryStage() {
  const database = await testDatabase();
  const db = openDb(database.url);
  const clock = fixedClock(NOON);
  const core = {
    notices: createNotices({ db, clock, log }),
    broadcasts: createBroadcasts({ db, clock }),
    pace: createPace(db),
  };
  const home = await settle(database.pool);
  const sms: { phone: string; text: string }[] = [];
  const letters: { to: string; subject: string }[] = [];
  const running: Delivery[] = [];
  const opened: { telegram?: TelegramStandIn } = {};
  let next = 900_000;

  beforeAll(async () => {
    opened.telegram = await standIn();
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((delivery) => delivery.stop()));
    opened.telegram?.sim.clearFaults();
    await database.pool.query('DELETE FROM sending_pace');
  });
  afterAll(async () => {
    await opened.telegram?.close();
    await db.close();
  });

  const telegram = (): TelegramStandIn => {
    if (opened.telegram === undefined) throw new Error('the stand-in is open from the first test on');
    return opened.telegram;
  };

  function start(settings: Partial<DeliverySettings> = {}): Delivery {
    const delivery = startLanes({
      core,
      clock,
      log,
      telegram: createTelegram({ token: TOKEN, apiRoot: telegram().apiRoot, timeoutSeconds: 1 }),
      sms: {
        send: async (phone, text) => {
          sms.push({ phone, text });
          return `sms-${sms.length}`;
        },
      },
      mail: {
        send: async (to, { subject }) => {
          letters.push({ to, subject });
          return `mail-${letters.length}`;
        },
      },
      frame: { supportPhone: '1414' },
      settings: { perSecond: 500, pollMs: 50, progressMs: 50, ...settings },
    });
    running.push(delivery);
    return delivery;
  }

  async function families(count: number, options: FamilyOptions = {}): Promise<Family[]> {
    const made = await home.families({ count, firstAddress: next, ...options });
    for (const { address } of made) {
      telegram().sim.addPerson({ id: Number(address), first_name: 'Ата-ана', started: true });
    }
    next += count;
    return made;
  }

  const plan = (owed: readonly OwedNotice[]) => db.write((tx) => planNotices(tx, clock.now(), owed));
  /** The texts that a person has got. */
  const got = (family: Family): string[] =>
    telegram()
      .sim.messages(Number(family.address))
      .flatMap((message) => (message.text === undefined ? [] : [message.text]));
  /** How many deliveries are in each state: `{ 'TELEGRAM SENT': 2 }`. */
  const states = async (made: readonly Family[]): Promise<Record<string, number>> => {
    const { rows } = await database.pool.query<{ channel: string; state: string; n: number }>(
      `SELECT d.channel, d.state, count(*)::int AS n FROM delivery d JOIN notice n ON n.id = d.notice_id
        WHERE n.person_id = ANY ($1) GROUP BY 1, 2`,
      [made.map((family) => family.personId)],
    );
    return Object.fromEntries(rows.map((row) => [`${row.channel} ${row.state}`, row.n]));
  };
  const settled = (made: readonly Family[]) =>
    until(async () => Object.keys(await states(made)).every((state) => !state.endsWith('PENDING')));
  const later = (ms: number): void => clock.set(new Date(clock.now().getTime() + ms));

  return {
    pool: database.pool,
    home,
    core,
    clock,
    later,
    telegram,
    sms,
    letters,
    start,
    families,
    plan,
    got,
    states,
    settled,
  };
}

/** Waits for something that happens soon; throws when it does not. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + 15_000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('waited in vain');
    await wait(15);
  }
}

/** A legal notice without a deadline. */
export const N11 = ({ personId, applicationId }: Family): OwedNotice => ({
  code: 'N11',
  personId,
  applicationId,
  params: {},
});
