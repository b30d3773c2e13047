import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { createBot } from '../../../bot/bot.ts';
import { startDelivery } from '../../../bot/delivery/index.ts';
import { startIntake } from '../../../bot/intake/intake.ts';
import type { Session } from '../../../bot/session.ts';
import { setUp } from '../../../bot/set-up.ts';
import { civil } from '../../../core/calendar/civil-date.ts';
import { openDb } from '../../../core/db/db.ts';
import { createCore, type ScanStore } from '../../../core/index.ts';
import { type Iin, makeIin } from '../../../core/people/iin.ts';
import { mountWeb } from '../../../web-sign/mount.ts';
import { createWebServer } from '../../../web-sign/server.ts';
import { openVerifier } from '../../../web-sign/signature/open.ts';
import { createAuthority } from '../../authority/authority.ts';
import { fewRsaKeys } from '../../authority/key.ts';
import { authorityFetch } from '../../authority/server.ts';
import { letCrowdConfirm } from '../../invented/crowd.ts';
import { districts } from '../../invented/districts.ts';
import { fillInvented } from '../../invented/fill.ts';
import { createKeyring } from '../../ncalayer/keyring.ts';
import { startNcaLayer } from '../../ncalayer/server.ts';
import { openOutbox } from '../../outbox/outbox.ts';
import { openSandboxRegistry } from '../../registry/sandbox.ts';
import { startTelegram } from '../../telegram/server.ts';
import type { PersonInput } from '../../telegram/types.ts';
import { travel } from '../../world/journey.ts';
import { testDatabase } from '../database.ts';
import { memoryScanStore } from '../memory-scans.ts';
import { freePort } from '../signing-world.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from '../temporary.ts';

/** Monday 23 November 2026, 10:00 in Kazakhstan. */
const START = new Date('2026-11-23T05:00:00Z');
const TOKEN = '7000000002:screens';
const SUPPORT_PHONE = '1414';
const CROWD = 60;

/** Who fills in the form: they are in the state's bases and have never used the bot. */
export const NEWCOMERS = {
  kk: {
    person: { id: 700_000_301, first_name: 'Айжан', last_name: 'Үлгіова', phone: '+77000000901' },
    born: '1993-04-12',
    names: { surname: 'Үлгіова', name: 'Айжан', patronymic: 'Мысалқызы' },
    children: [
      { surname: 'Үлгіов', name: 'Нұрсұлтан', patronymic: 'Мысалұлы', born: '2023-05-14', sex: 'male' },
      { surname: 'Үлгіова', name: 'Раяна', patronymic: 'Мысалқызы', born: '2024-08-02', sex: 'female' },
    ],
  },
  ru: {
    person: { id: 700_000_302, first_name: 'Марина', last_name: 'Тестова', phone: '+77000000902' },
    born: '1991-09-30',
    names: { surname: 'Тестова', name: 'Марина', patronymic: 'Тестовна' },
    children: [
      { surname: 'Тестов', name: 'Александр', patronymic: 'Тестович', born: '2023-05-14', sex: 'male' },
      { surname: 'Тестова', name: 'Вероника', patronymic: 'Тестовна', born: '2024-08-02', sex: 'female' },
    ],
  },
} as const;

/** Stands still until the test moves it: every hour on a screen is the same in every run. */
function standingClock() {
  let at = START;
  const moveTo = (target: Date) => {
    at = target > at ? target : at;
  };
  return { now: () => at, moveTo, step: () => moveTo(new Date(at.getTime() + 60_000)) };
}

/** A database without a row, and the program that is going to work over it. */
export interface Ground {
  readonly databaseUrl: string;
  readonly dataKey: Buffer;
  readonly publicUrl: string;
  readonly scanStore: ScanStore;
  /** The moment at which one begins to play. */
  readonly now: Date;
}

/** The region of `npm start`. */
async function inventedRegion({ now, ...ground }: Ground): Promise<PersonInput[]> {
  const more = { supportPhone: SUPPORT_PHONE, log: (line: string) => void line, children: CROWD };
  return fillInvented({ ...ground, ...more, now });
}

/** IINs from this number on are nobody's in the invented region, which begins at 9000. */
const FIRST_SERIAL = 4100;
const NEXT_FAMILY = 100;

/** The first free IIN from this number on. */
export function iinOf(birth: string, sex: 'male' | 'female', serial: number): Iin {
  for (let tried = serial; ; tried += 1) {
    const iin = makeIin(civil(birth), sex, tried);
    if (iin !== undefined) return iin;
  }
}

async function makeNewcomers(sandbox: Awaited<ReturnType<typeof openSandboxRegistry>>) {
  const people: PersonInput[] = [];
  for (const [n, { person, born, names, children }] of Object.values(NEWCOMERS).entries()) {
    const serial = FIRST_SERIAL + n * NEXT_FAMILY;
    const own = iinOf(born, 'female', serial);
    const kids = children.map(({ sex, ...child }, at) => ({
      ...child,
      iin: iinOf(child.born, sex, serial + 10 * (at + 1)),
      birthDate: civil(child.born),
    }));
    await sandbox.add({
      persons: [{ ...names, iin: own, birthDate: civil(born) }, ...kids],
      phones: [{ iin: own, phone: person.phone }],
      parents: kids.map(({ iin }) => ({ child: iin, parent: own })),
    });
    const facts = [own, ...kids.map(({ iin }) => iin)].map((value) => ({ label: 'ЖСН · ИИН', value }));
    people.push({ ...person, facts });
  }
  return people;
}

const places = districts.flatMap(({ settlements }) =>
  settlements.map(({ kk, ru, latitude, longitude }) => ({ label: { kk, ru }, latitude, longitude })),
);

export type ScreensWorld = Awaited<ReturnType<typeof screensWorld>>;

/**
 * The whole program in this process – bot, worker, web, Telegram's stand-in with its chat page, NCALayer – with a clock
 * that stands still: the same screens in every run. `fill` makes the region and answers whom one can play; without it, it is
 * the invented one. Call at the top level of a test file.
 */
export async function screensWorld(fill: (ground: Ground) => Promise<PersonInput[]> = inventedRegion) {
  const database = await testDatabase();
  const closing: (() => unknown)[] = [];
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
  });
  const clock = standingClock();
  const dataKey = Buffer.alloc(32, 1);
  const scanStore = memoryScanStore();
  const publicUrl = `http://localhost:${await freePort()}`;
  const faults: string[] = [];
  const note = (fields: object, message: string) => void faults.push(`${message} ${JSON.stringify(fields)}`);
  const log = { info: () => undefined, warn: note, error: note };
  const outbox = openOutbox(clock);
  const played = await fill({ databaseUrl: database.url, dataKey, publicUrl, scanStore, now: START });
  const db = openDb(database.url, { max: 8 });
  closing.push(() => db.close());
  const sandbox = await openSandboxRegistry(db.pool);
  const people = [...played, ...(await makeNewcomers(sandbox))];
  const { registry, mobileBase } = sandbox;
  const core = createCore({
    ...{ db, clock, log, scanStore },
    config: { dataKey, publicUrl, supportPhone: SUPPORT_PHONE, digitalSignature: true },
    ports: { registry, mobileBase, sms: outbox.sms },
  });
  const telegram = await startTelegram({
    ...{ port: 0, token: TOKEN, botUsername: 'kezek_test_bot', botName: 'Кезек', people, clock },
    log: (error) => note({ error: String(error) }, 'the stand-in failed'),
    world: { links: [], places, clock: { now: clock.now, actions: [] }, inbox: () => [...outbox.items()] },
  });
  closing.push(() => telegram.close());
  const reach = { token: TOKEN, apiRoot: telegram.apiRoot };
  const jobs = await core.jobs.start();
  closing.push(() => jobs.stop());
  const delivery = startDelivery({
    ...{ core, log, telegram: reach, world: { clock, outbox } },
    config: { mail: undefined, sms: undefined, supportPhone: SUPPORT_PHONE },
  });
  closing.push(() => delivery.stop());
  const sessions = core.sessions<Session>();
  const bot = createBot({ ...{ core, clock, log, supportPhone: SUPPORT_PHONE, sessions }, ...reach });
  const language = async (address: string) => (await core.people.account(address)).language;
  const intake = startIntake({ ...{ bot, inbox: core.inbox, log, language }, mode: { kind: 'polling' } });
  closing.push(() => intake.stop(5_000));
  await intake.ready;
  await setUp(bot.api, log);
  const ncalayer = await openPages({ core, clock, log, note, publicUrl, sandbox, closing });
  const moveTo = async (target: Date) => {
    await letCrowdConfirm(db.pool, clock.now(), target);
    await travel({ pool: db.pool, clock, sweep: () => core.jobs.sweep() }, target);
  };
  return { core, db, clock, sandbox, telegram, people, faults, outbox, publicUrl, ncalayer, moveTo };
}

/** The signing page with whom it trusts, and NCALayer with the keys of everybody of the region. */
async function openPages(world: {
  readonly core: ReturnType<typeof createCore>;
  readonly clock: { now(): Date };
  readonly log: Parameters<typeof mountWeb>[1]['log'];
  readonly note: (fields: object, message: string) => void;
  readonly publicUrl: string;
  readonly sandbox: Awaited<ReturnType<typeof openSandboxRegistry>>;
  readonly closing: (() => unknown)[];
}) {
  const { core, clock, log, note, publicUrl, sandbox, closing } = world;
  const authority = await createAuthority({ clock, baseUrl: 'http://authority.test', keys: fewRsaKeys() });
  const folder = makeTemporaryFolder();
  const trustDir = join(folder, 'trust');
  mkdirSync(trustDir);
  for (const { file, der } of authority.trust()) writeFileSync(join(trustDir, file), der);
  closing.push(() => removeTemporaryFolder(folder));
  const { verifier } = openVerifier({ trustDir, clock, log, fetch: authorityFetch(authority) });
  const lookUp = async (iin: string) => {
    const person = await sandbox.registry.person(iin as Iin);
    return person && { ...person, role: { kk: 'ата-ана', ru: 'родитель' } };
  };
  const keyring = createKeyring({ authority, clock, holders: [], lookUp });
  const ncalayer = await startNcaLayer({ keyring, authority, clock, port: 0 });
  closing.push(() => ncalayer.close());
  const onError = (error: unknown) => note({ error: String(error) }, 'a page failed');
  const app = await createWebServer({ health: async () => ({ status: 'ok' }), onError });
  const settings = {
    publicUrl,
    ncalayerUrl: ncalayer.url,
    egovMobileLink: `${publicUrl}/phone?link=`,
    organisation: { nameKk: 'Кезек', nameRu: 'Кезек', nameEn: 'Kezek', bin: '000000000000' },
    botUrl: 'https://t.me/kezek_test_bot',
  };
  closing.push(mountWeb(app, { core, clock, log, signing: { verifier, settings } }));
  await app.listen({ port: Number(new URL(publicUrl).port), host: 'localhost' });
  closing.push(() => app.close());
  return ncalayer;
}
