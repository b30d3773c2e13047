import { join } from 'node:path';
import type pg from 'pg';
import { s3ScanStore } from '../bot/scans/s3-store.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import type { Config } from '../core/config.ts';
import { fileScanStore, type ScanStore } from '../core/index.ts';
import { localDataKey } from '../core/local-key.ts';
import type { MobileBase, PersonRegistry } from '../core/ports.ts';
import { fillInvented } from './invented/fill.ts';
import { type Outbox, openOutbox } from './outbox/outbox.ts';
import { startEmbeddedPostgres } from './postgres/embedded.ts';
import { openSandboxRegistry } from './registry/sandbox.ts';
import type { PersonInput } from './telegram/server.ts';
import { movableClock } from './world/clock.ts';
import { closeDesk, type Desk, type Inside, openDesk, type Parts } from './world/desk.ts';
import { runningDatabase } from './world/running-database.ts';

export type { Desk, Inside } from './world/desk.ts';
export type { LocalSigning } from './world/signing.ts';

/** What the configuration leaves open, filled from this machine. */
export interface World {
  readonly databaseUrl: string;
  readonly dataKey: Buffer;
  readonly clock: Clock;
  /** The bucket that the configuration names, or a folder of this machine. */
  readonly scanStore: ScanStore;
  /** SMS and letters that have no real way out; undefined where both database and Telegram are real: nothing is pretended. */
  readonly outbox: Outbox | undefined;
  /** The state bases, in the schema `sandbox` of the database; there is no real adapter yet. */
  registries(pool: pg.Pool): Promise<{ readonly registry: PersonRegistry; readonly mobileBase: MobileBase }>;
  /**
   * Starts what stands in for the outside and the pages of this machine; their addresses. Undefined token: Telegram is
   * real.
   */
  open(inside: Inside): Promise<Desk>;
  /** Tells a second start on the same data folder, and the phone, where this program answers. */
  announce(address: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Fills what the configuration leaves open: the embedded database without DATABASE_URL, the Telegram stand-in without
 * BOT_TOKEN, an inbox page for SMS and mail that have no gateway, sandbox registries, and, when both database and Telegram
 * are ours, a clock that can be moved and a test authority with NCALayer and eGov Mobile. `beside` joins the database of a
 * program that is running, for a command.
 * @throws LocalDatabaseError, AlreadyRunning (one line each).
 */
export async function openWorld(config: Config, log: (line: string) => void, beside = false): Promise<World> {
  const joined = beside && !config.databaseUrl ? runningDatabase(config.dataDir) : undefined;
  const postgres =
    config.databaseUrl || joined ? undefined : await startEmbeddedPostgres({ dataDir: config.dataDir, log });
  const databaseUrl = config.databaseUrl ?? joined ?? postgres?.url;
  const dataKey = config.dataKey ?? localDataKey(config.dataDir);
  if (databaseUrl === undefined) throw new Error('no database');
  const movable = config.databaseUrl || config.botToken ? undefined : movableClock(config.dataDir);
  const clock = movable ?? systemClock;
  const real = config.databaseUrl !== undefined && config.botToken !== undefined;
  const outbox = real || beside ? undefined : openOutbox(clock, join(config.dataDir, 'outbox.jsonl'));
  const scanStore = config.s3 ? s3ScanStore(config.s3) : fileScanStore(join(config.dataDir, 'scans'));
  const parts: Parts = {
    config,
    movable,
    clock,
    outbox,
    people: [],
    program: undefined,
    signing: undefined,
    telegram: undefined,
    server: undefined,
  };
  // Only where everything is ours: invented families have no place beside real ones.
  const invent = async (): Promise<PersonInput[]> => {
    if (movable === undefined) return [];
    const { publicUrl, supportPhone = '1414' } = config;
    const now = movable.now();
    return fillInvented({ databaseUrl, dataKey, scanStore, publicUrl, supportPhone, now, log });
  };
  return {
    databaseUrl,
    dataKey,
    clock,
    scanStore,
    outbox,
    registries: (pool) => openSandboxRegistry(pool),
    open: async (inside) => {
      parts.people = await invent();
      return openDesk(parts, inside);
    },
    announce: async (address) => {
      parts.program = address;
      await postgres?.announce(address);
    },
    stop: async () => {
      await closeDesk(parts);
      await postgres?.stop();
    },
  };
}
