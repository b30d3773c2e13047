import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBroadcasts } from '../../core/broadcast/broadcasts.ts';
import { fixedClock } from '../../core/clock.ts';
import { openDb } from '../../core/db/db.ts';
import { settle } from '../../core/notice/testing/families.ts';
import type { TelegramStandIn } from '../../local/telegram/server.ts';
import { standIn, TOKEN } from '../../local/telegram/testing.ts';
import { testDatabase } from '../../local/testing/database.ts';
import { defaultSettings } from './settings.ts';

const PEOPLE = 240;
const KILLS = 3;
const FIRST = 960_000;
const LEASE = 400;
/** What one process may hold when it is killed: a handful that waits for its slots, and calls under way. */
const IN_AIR = defaultSettings.batch + defaultSettings.inFlight;

const database = await testDatabase();
const db = openDb(database.url, { max: 3 });
const broadcasts = createBroadcasts({ db, clock: fixedClock('2026-03-27T12:00:00+05:00') });
const children = new Set<ChildProcess>();
let telegram: TelegramStandIn;

beforeAll(async () => {
  telegram = await standIn({ latencyMs: 15 });
});
afterAll(async () => {
  await Promise.all([...children].map(kill));
  await telegram.close();
  await db.close();
});

function spawnWorker(): ChildProcess {
  const settings = JSON.stringify({ perSecond: 100, pollMs: 50, leaseMs: LEASE });
  const args = [
    join(import.meta.dirname, 'testing/child.ts'),
    database.url,
    telegram.apiRoot,
    TOKEN,
    settings,
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  children.add(child);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const over = new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await over;
  }
  children.delete(child);
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('waited in vain');
    await wait(10);
  }
}

describe('a broadcast whose workers are killed', () => {
  it('goes on, sends nothing twice, and leaves in doubt only what was in the air', {
    timeout: 60_000,
  }, async () => {
    const home = await settle(database.pool);
    const made = await home.families({ count: PEOPLE, firstAddress: FIRST });
    for (const { address } of made)
      telegram.sim.addPerson({ id: Number(address), first_name: 'Ата-ана', started: true });
    const author = made[0]?.personId;
    if (author === undefined) throw new Error('no author');
    await database.pool.query(
      `INSERT INTO staff_role (person_id, role, district_id, granted_at) VALUES ($1, 'OPERATOR', $2, now())`,
      [author, home.districtId],
    );
    const act = { personId: author, channel: 'WEB' as const };
    const { id } = await broadcasts.draft(act, { kk: 'Хабар', ru: 'Весть' }, { districtId: home.districtId });
    await broadcasts.start(act, id, { address: '1', message: '1' });

    const copies = () => made.map(({ address }) => telegram.sim.messages(Number(address)).length);
    const sent = () => copies().reduce((sum, n) => sum + n, 0);
    for (let n = 1; n <= KILLS; n += 1) {
      const child = spawnWorker();
      await until(() => sent() > n * 40);
      await kill(child);
    }
    spawnWorker();
    await until(async () => (await broadcasts.progress(id)).state === 'DONE');
    const progress = await broadcasts.progress(id);
    expect(Math.max(...copies())).toBe(1);
    expect(progress.unknown).toBeLessThanOrEqual(KILLS * IN_AIR);
    expect(progress.sent + progress.unknown).toBe(PEOPLE);
    expect(sent()).toBeGreaterThanOrEqual(progress.sent);
  });
});
