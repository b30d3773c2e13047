/** What is measured: `main.ts bot worker` over the invented registry, which also tells what it holds in memory. */
import { createBot } from '../../../bot/bot.ts';
import { smsGateway, startDelivery } from '../../../bot/delivery/index.ts';
import { startIntake } from '../../../bot/intake/intake.ts';
import { mountWebhook } from '../../../bot/intake/mount.ts';
import type { Session } from '../../../bot/session.ts';
import { systemClock } from '../../../core/clock.ts';
import { loadConfig } from '../../../core/config.ts';
import { openDb } from '../../../core/db/db.ts';
import { createCore, fileScanStore } from '../../../core/index.ts';
import { openLog } from '../../../core/log.ts';
import { createWebServer } from '../../../web-sign/server.ts';
import { openSandboxRegistry } from '../../registry/sandbox.ts';
import { countScans } from './held.ts';

const SUPPORT_PHONE = '1414';

const config = loadConfig(process.env);
const { databaseUrl = '', dataKey = Buffer.alloc(0), botToken = '', webhookSecret = '', publicUrl } = config;
const clock = systemClock;
const log = openLog(config.logLevel);
const db = openDb(databaseUrl);
const core = createCore({
  db,
  clock,
  log,
  config: { dataKey, publicUrl, supportPhone: SUPPORT_PHONE, digitalSignature: true },
  ports: { ...(await openSandboxRegistry(db.pool)), sms: smsGateway(config, undefined) },
  scanStore: fileScanStore(`${config.dataDir}/scans`),
});
const app = await createWebServer({
  health: async () => ({ status: 'ok' }),
  onError: (error) => log.error({ error: String(error) }, 'a page failed'),
});
const scans = countScans(core.scans);
app.get('/memory', { config: { rateLimit: false } }, async () => ({
  rss: process.memoryUsage.rss(),
  heap: process.memoryUsage().heapUsed,
  scansAtMost: scans.atMost(),
  scanBytesAtMost: scans.bytesAtMost(),
}));
const telegram = { token: botToken, apiRoot: config.telegramApiRoot };
const jobs = await core.jobs.start();
const delivery = startDelivery({ core, log, config, world: { clock, outbox: undefined }, telegram });
const bot = createBot({
  core: { ...core, scans: scans.counted },
  clock,
  log,
  supportPhone: SUPPORT_PHONE,
  sessions: core.sessions<Session>(),
  ...telegram,
});
const intake = startIntake({
  bot,
  inbox: core.inbox,
  log,
  mode: { kind: 'webhook', url: `${publicUrl}/telegram`, secret: webhookSecret },
  language: async (address) => (await core.people.account(address)).language,
});
if (intake.webhook) mountWebhook(app, intake.webhook);
const address = await app.listen({ port: 0, host: '127.0.0.1' });
await intake.ready;
process.once('SIGTERM', async () => {
  await intake.stop(10_000);
  await app.close();
  await delivery.stop();
  await jobs.stop();
  await db.close();
  process.exit(0);
});
process.stdout.write(`health ${address}/health\n`);
