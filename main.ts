import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { chatAddress } from './bot/address.ts';
import { createBot } from './bot/bot.ts';
import { smsGateway, startDelivery } from './bot/delivery/index.ts';
import { type Intake, startIntake } from './bot/intake/intake.ts';
import { mountWebhook, WEBHOOK_PATH } from './bot/intake/mount.ts';
import { openRedis, redisSessions } from './bot/intake/redis-sessions.ts';
import type { Session } from './bot/session.ts';
import { setUp } from './bot/set-up.ts';
import { complaint } from './core/complaint.ts';
import { type Config, loadConfig, ROLES, type Role, withEnvFile } from './core/config.ts';
import { createSecrets } from './core/db/crypto.ts';
import { type Db, openDb } from './core/db/db.ts';
import { migrate } from './core/db/migrate.ts';
import { describeFault } from './core/inbox/faults.ts';
import { type Core, createCore } from './core/index.ts';
import { openLog } from './core/log.ts';
import { createRedisLimits } from './core/people/limits.ts';
import { createOwnRecords } from './core/people/own-records.ts';
import { runPolicyCommand } from './core/policy/command.ts';
import { runStaffCommand, UsageError } from './core/staff/command.ts';
import { LocalDatabaseError } from './local/postgres/errors.ts';
import { type Desk, openWorld, type World } from './local/world.ts';
import { createWebServer, type Health } from './web-sign/server.ts';
import { TrustError } from './web-sign/signature/open.ts';
import { startWeb } from './web-sign/start.ts';

const GRACE_MS = 10_000;
// Longer than every grace together: what then still hangs is not waited for.
const GIVE_UP_MS = 25_000;
const DEFAULT_SUPPORT_PHONE = '1414';

/** What is open, to be closed in the opposite order. */
type Closing = (() => Promise<unknown>)[];

/** What every role shares. */
interface Base {
  readonly config: Config;
  readonly log: Logger;
  readonly world: World;
  readonly db: Db;
  readonly redis: Redis | undefined;
  readonly core: Core;
  readonly closing: Closing;
}

async function main(args: readonly string[]): Promise<void> {
  const env = withEnvFile(process.env);
  const config = loadConfig(env);
  const command = args[0];
  if (command === 'grant' || command === 'revoke' || command === 'policy')
    return onServer(config, command, args.slice(1));
  const roles = args.length > 0 ? args.map(roleOf) : config.roles;
  const log = openOwnLog(config, env.LOG_LEVEL === undefined && config.databaseUrl === undefined);
  const closing: Closing = [];
  const state: { status: Health['status'] } = { status: 'starting' };
  const stop = stopOnce(log, closing, () => {
    state.status = 'stopping';
  });
  try {
    const base = await openBase(config, log, closing);
    const app = await openServer(base, roles, () => state.status);
    const { desk, intake, trusted } = await startRoles(base, roles, app);
    // Before listening: whatever fails from here on finds everything that runs, and ends it.
    closing.push(async () => {
      await intake?.stop(GRACE_MS);
      await app.close();
    });
    const address = await app.listen({
      port: config.port,
      host: roles.includes('web') || intake?.webhook ? '0.0.0.0' : '127.0.0.1',
    });
    await intake?.ready;
    if (state.status !== 'starting') return;
    state.status = 'ok';
    const here = localAddress(address);
    await base.world.announce(here);
    tell(roles, here, desk, trusted);
  } catch (error) {
    if (state.status === 'stopping') return;
    await stop(1, error);
  }
}

function roleOf(arg: string): Role {
  const role = ROLES.find((one) => one === arg);
  if (!role)
    throw new UsageError(
      `unknown role "${arg}": it must be some of ${ROLES.join(', ')}, or the command grant, revoke or policy.`,
    );
  return role;
}

/** With nothing configured the console is for the person who has just started it. */
function openOwnLog(config: Config, quiet: boolean): Logger {
  return openLog(quiet && config.logLevel === 'info' ? 'warn' : config.logLevel);
}

async function openBase(config: Config, log: Logger, closing: Closing, beside = false): Promise<Base> {
  const world = await openWorld(config, (line) => process.stderr.write(`${line}\n`), beside);
  closing.push(() => world.stop());
  await migrate(world.databaseUrl, undefined, (line) => log.info(line));
  const db = openDb(world.databaseUrl, {
    onError: (error) => log.warn(describeFault(error), 'a database connection was lost'),
  });
  closing.push(() => db.close());
  const redis = config.redisUrl
    ? openRedis(config.redisUrl, (error) => log.warn(describeFault(error), 'Redis cannot be reached'))
    : undefined;
  if (redis) closing.push(async () => redis.disconnect());
  const { dataKey, clock, outbox } = world;
  const { publicUrl, supportPhone = DEFAULT_SUPPORT_PHONE } = config;
  const core = createCore({
    db,
    clock,
    log,
    config: { dataKey, publicUrl, supportPhone, digitalSignature: signs(config) },
    ports: { ...(await registriesOf(config, world, db)), sms: smsGateway(config, outbox) },
    scanStore: world.scanStore,
    ...(redis ? { limits: createRedisLimits(redis, clock) } : {}),
  });
  return { config, log, world, db, redis, core, closing };
}

/** Invented families are for the local world: a real bot over a real database believes the department's own records alone. */
function registriesOf(config: Config, world: World, db: Db): ReturnType<World['registries']> {
  const isReal = config.databaseUrl !== undefined && config.botToken !== undefined;
  return isReal
    ? Promise.resolve(createOwnRecords(db, createSecrets(world.dataKey)))
    : world.registries(db.pool);
}

/** ЭЦҚ needs authorities to trust: the operator's, or those of a world where everything is ours. */
function signs({ signature, databaseUrl, botToken }: Config): boolean {
  return signature.trustDir !== undefined || (databaseUrl === undefined && botToken === undefined);
}

async function openServer(
  { db, log }: Base,
  roles: readonly Role[],
  state: () => Health['status'],
): Promise<FastifyInstance> {
  const health = async (): Promise<Health> => {
    const answers = await Promise.race([
      db.pool.query('SELECT 1').then(
        () => true,
        () => false,
      ),
      wait(3_000, false, { ref: false }),
    ]);
    const status = state() === 'ok' && !answers ? 'unavailable' : state();
    return { status, roles, database: answers ? 'ok' : 'unreachable' };
  };
  return createWebServer({ health, onError: (error) => log.error(describeFault(error), 'a page failed') });
}

async function startRoles(
  base: Base,
  roles: readonly Role[],
  app: FastifyInstance,
): Promise<{ desk: Desk; intake: Intake | undefined; trusted: readonly string[] }> {
  const { core, db, world, config, log, closing } = base;
  const desk = await world.open({ pool: db.pool, sweep: () => core.jobs.sweep() });
  const telegram = desk.telegram ?? { token: config.botToken ?? '', apiRoot: config.telegramApiRoot };
  // Letters and pages lead back to the chat; who only answers people need not ask where it is.
  const leadsBack = roles.includes('worker') || roles.includes('web');
  const asked = leadsBack && !desk.telegram ? await chatAddress(telegram, log) : undefined;
  const botUrl = desk.telegram ? desk.addresses[0]?.url : asked;
  // First, as it may find nobody to trust: nothing that talks to people has begun yet.
  const pages = roles.includes('web')
    ? startWeb(app, { config, core, clock: world.clock, log, local: desk.signing, botUrl })
    : undefined;
  if (pages) closing.push(pages.stop);
  if (roles.includes('worker')) {
    const jobs = await core.jobs.start();
    closing.push(() => jobs.stop());
    const delivery = startDelivery({ ...base, telegram: { ...telegram, botUrl } });
    closing.push(() => delivery.stop());
  }
  // Nobody else can hold a lane of the embedded database: whoever did was killed.
  if (config.databaseUrl === undefined) await core.inbox.takeOver();
  const intake = roles.includes('bot') ? startBot(base, telegram) : undefined;
  if (intake?.webhook) mountWebhook(app, intake.webhook);
  return { desk, intake, trusted: pages?.trusted ?? [] };
}

function startBot(
  { config, core, world, log, redis }: Base,
  telegram: NonNullable<Desk['telegram']>,
): Intake {
  const { supportPhone = DEFAULT_SUPPORT_PHONE, publicUrl, webhookSecret } = config;
  const sessions = redis ? redisSessions<Session>(redis) : core.sessions<Session>();
  const bot = createBot({ core, clock: world.clock, log, supportPhone, sessions, ...telegram });
  const webhook = config.botMode === 'webhook' && webhookSecret !== undefined;
  const intake = startIntake({
    bot,
    inbox: core.inbox,
    log,
    mode: webhook
      ? { kind: 'webhook', url: `${publicUrl}${WEBHOOK_PATH}`, secret: webhookSecret }
      : { kind: 'polling' },
    language: async (address) => (await core.people.account(address)).language,
  });
  void intake.ready.then(
    () => setUp(bot.api, log),
    () => undefined,
  );
  return intake;
}

function stopOnce(
  log: Logger,
  closing: Closing,
  begin: () => void,
): (code: number, error?: unknown) => Promise<void> {
  let stopping: Promise<void> | undefined;
  const stop = async (code: number, error?: unknown) => {
    begin();
    if (error !== undefined) complain(error);
    setTimeout(() => process.exit(1), GIVE_UP_MS).unref();
    for (const close of closing.reverse()) {
      await close().catch((fault: unknown) =>
        log.warn(describeFault(fault), 'something did not stop cleanly'),
      );
    }
    process.exit(code);
  };
  const once = (code: number, error?: unknown) => {
    stopping ??= stop(code, error);
    return stopping;
  };
  let signals = 0;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      signals += 1;
      if (signals > 1) process.exit(1);
      void once(0);
    });
  }
  process.on('unhandledRejection', (error) => {
    log.error(describeFault(error), 'a fault that nobody handles: the program stops');
    void once(1, error);
  });
  return once;
}

/** A command of the server's console, beside a program that may be running. */
async function onServer(
  config: Config,
  command: 'grant' | 'revoke' | 'policy',
  args: readonly string[],
): Promise<void> {
  const closing: Closing = [];
  const log = openOwnLog(config, true);
  try {
    const { core } = await openBase(config, log, closing, true);
    const answer =
      command === 'policy'
        ? await runPolicyCommand(core, args)
        : await runStaffCommand(core.staff, command, args);
    process.stdout.write(`${answer}\n`);
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

function tell(roles: readonly Role[], here: string, desk: Desk, trusted: readonly string[]): void {
  const lines = [
    ['Kezek is ready', roles.join(', ')],
    ...desk.addresses.map(({ what, url }) => [what, url]),
    ['health', `${here}/health`],
    ...trusted.map((line) => ['trusted', line]),
  ];
  const width = Math.max(...lines.map(([what = '']) => what.length));
  process.stdout.write(
    `\n${lines.map(([what = '', value]) => `  ${what.padEnd(width)}  ${value}`).join('\n')}\n\n`,
  );
}

function localAddress(address: string): string {
  return `http://localhost:${new URL(address).port}`;
}

function complain(error: unknown): void {
  process.stderr.write(`kezek: ${complaint(error, [LocalDatabaseError, TrustError])}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  complain(error);
  process.exit(1);
});
