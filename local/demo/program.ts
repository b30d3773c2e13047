import { join } from 'node:path';
import { createBot } from '../../bot/bot.ts';
import { startDelivery } from '../../bot/delivery/index.ts';
import { startIntake } from '../../bot/intake/intake.ts';
import type { Session } from '../../bot/session.ts';
import { setUp } from '../../bot/set-up.ts';
import { openDb } from '../../core/db/db.ts';
import { migrate } from '../../core/db/migrate.ts';
import { createCore, fileScanStore, type Log } from '../../core/index.ts';
import { mountWeb } from '../../web-sign/mount.ts';
import { createWebServer } from '../../web-sign/server.ts';
import { openVerifier } from '../../web-sign/signature/open.ts';
import { openAuthority } from '../authority/authority.ts';
import { authorityFetch } from '../authority/server.ts';
import { letCrowdConfirm } from '../invented/crowd.ts';
import { fillInvented } from '../invented/fill.ts';
import { openOutbox } from '../outbox/outbox.ts';
import { startEmbeddedPostgres } from '../postgres/embedded.ts';
import { openSandboxRegistry } from '../registry/sandbox.ts';
import { startTelegram } from '../telegram/server.ts';
import type { MovableClock } from '../world/clock.ts';
import { travel } from '../world/journey.ts';
import { StepFailed } from './failed.ts';

export type DemoProgram = Awaited<ReturnType<typeof startProgram>>;

const TOKEN = '7000000001:demo';
const SUPPORT_PHONE = '1414';
/** What the papers' QR codes lead to; the pages are asked without a network. */
const PUBLIC_URL = 'https://kezek.example';
const CROWD = 60;
const SETTINGS = {
  publicUrl: PUBLIC_URL,
  organisation: { nameKk: 'Кезек', nameRu: 'Кезек', nameEn: 'Kezek', bin: '000000000000' },
};

/** Starts at `start` whatever the machine's date is, so that every demonstration tells the same days. */
function storyClock(start: Date): MovableClock {
  const began = performance.now();
  let aheadMs = start.getTime();
  const now = () => new Date(aheadMs + performance.now() - began);
  return {
    now,
    moveTo: (target) => {
      aheadMs += Math.max(0, target.getTime() - now().getTime());
    },
  };
}

/** The test authority of this demonstration, and the verifier that trusts it. */
async function trusted(dataDir: string, clock: MovableClock, log: Log) {
  const folder = join(dataDir, 'authority');
  const authority = await openAuthority(folder, { clock, baseUrl: PUBLIC_URL });
  const trustDir = join(folder, 'trust');
  return { authority, ...openVerifier({ trustDir, clock, log, fetch: authorityFetch(authority) }) };
}

/**
 * The whole program – bot, worker, web – in this process, over a throw-away database in `dataDir` and the Telegram
 * stand-in, with the invented region in it.
 */
export async function startProgram(dataDir: string, start: Date) {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const one of closing.splice(0).reverse()) await one();
  };
  const faults: string[] = [];
  const note = (fields: object, message: string) => void faults.push(`${message} ${JSON.stringify(fields)}`);
  const log = { info: () => undefined, warn: note, error: note };
  /** Takes back the faults that belong to the story. Throws when there were none. */
  const forgive = (about: string) => {
    const others = faults.filter((fault) => !fault.includes(about));
    if (others.length === faults.length) throw new StepFailed(`nothing was logged of «${about}»`);
    faults.splice(0, faults.length, ...others);
  };
  try {
    const clock = storyClock(start);
    const postgres = await startEmbeddedPostgres({ dataDir, fsync: false, log: () => undefined });
    closing.push(() => postgres.stop());
    await migrate(postgres.url);
    const dataKey = Buffer.alloc(32, 1);
    const scanStore = fileScanStore(join(dataDir, 'scans'));
    const outbox = openOutbox(clock);
    const people = await fillInvented({
      databaseUrl: postgres.url,
      dataKey,
      scanStore,
      publicUrl: PUBLIC_URL,
      supportPhone: SUPPORT_PHONE,
      now: start,
      log: () => undefined,
      children: CROWD,
    });
    const db = openDb(postgres.url, {
      onError: (error) => note({ error: error.message }, 'a connection was lost'),
    });
    closing.push(() => db.close());
    const sandbox = await openSandboxRegistry(db.pool);
    const { registry, mobileBase } = sandbox;
    const core = createCore({
      db,
      clock,
      log,
      config: { dataKey, publicUrl: PUBLIC_URL, supportPhone: SUPPORT_PHONE, digitalSignature: true },
      ports: { registry, mobileBase, sms: outbox.sms },
      scanStore,
    });
    const app = await createWebServer({
      health: async () => ({ status: 'ok' }),
      onError: (error) => note({ error: String(error) }, 'a page failed'),
    });
    closing.push(() => app.close());
    const { authority, verifier } = await trusted(dataDir, clock, log);
    closing.push(mountWeb(app, { core, clock, log, signing: { verifier, settings: SETTINGS } }));
    const page = async (path: string) => app.inject({ url: path });
    const telegram = await startTelegram({
      port: 0,
      token: TOKEN,
      botUsername: 'kezek_demo_bot',
      people,
      clock,
      log: (error) => note({ error: String(error) }, 'the stand-in failed'),
    });
    closing.push(() => telegram.close());
    const reach = { token: TOKEN, apiRoot: telegram.apiRoot };
    const jobs = await core.jobs.start();
    closing.push(() => jobs.stop());
    const delivery = startDelivery({
      core,
      log,
      config: { mail: undefined, sms: undefined, supportPhone: SUPPORT_PHONE },
      world: { clock, outbox },
      telegram: reach,
    });
    closing.push(() => delivery.stop());
    const bot = createBot({
      core,
      clock,
      log,
      supportPhone: SUPPORT_PHONE,
      sessions: core.sessions<Session>(),
      ...reach,
    });
    const language = async (address: string) => (await core.people.account(address)).language;
    const intake = startIntake({ bot, inbox: core.inbox, log, mode: { kind: 'polling' }, language });
    closing.push(() => intake.stop(5_000));
    await intake.ready;
    await setUp(bot.api, log);
    const moveTo = async (target: Date) => {
      await letCrowdConfirm(db.pool, clock.now(), target);
      await travel({ pool: db.pool, clock, sweep: () => core.jobs.sweep() }, target);
    };
    return {
      start,
      clock,
      core,
      db,
      outbox,
      telegram,
      sim: telegram.sim,
      people,
      faults,
      forgive,
      moveTo,
      sandbox,
      page,
      web: { app, publicUrl: PUBLIC_URL, authority },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
