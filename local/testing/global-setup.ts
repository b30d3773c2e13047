import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../core/db/migrate.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../postgres/embedded.ts';
import { makeTemporaryFolder, removeTemporaryFolder, sweepTemporaryFolders } from './temporary.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The maintenance database of the throw-away server: where test databases are made from the template. */
    databaseServer: string;
  }
}

export const TEMPLATE = 'kezek_template';

interface Shared {
  users: number;
  server: Promise<{ postgres: EmbeddedPostgres; folder: string }>;
}

// Every project that names this file runs it, in one process: they share one server, the last one out stops it.
const place: { [key: symbol]: Shared | undefined } = globalThis;
const KEY = Symbol.for('kezek.testing.server');

export async function setup(project: TestProject): Promise<void> {
  const shared = place[KEY] ?? { users: 0, server: startServer() };
  place[KEY] = shared;
  shared.users += 1;
  const { postgres } = await shared.server.catch((error: unknown) => {
    place[KEY] = undefined;
    throw error;
  });
  project.provide('databaseServer', databaseUrl(postgres.url, 'postgres'));
}

export async function teardown(): Promise<void> {
  const shared = place[KEY];
  if (!shared) return;
  shared.users -= 1;
  if (shared.users > 0) return;
  place[KEY] = undefined;
  const { postgres, folder } = await shared.server;
  await postgres.stop();
  removeTemporaryFolder(folder);
}

async function startServer(): Promise<{ postgres: EmbeddedPostgres; folder: string }> {
  await sweepTemporaryFolders();
  const folder = makeTemporaryFolder();
  const postgres = await startEmbeddedPostgres({
    dataDir: folder,
    log: (line) => process.stderr.write(`${line}\n`),
    fsync: false,
    maxConnections: 300,
  });
  try {
    await makeTemplate(postgres.url);
  } catch (error) {
    await postgres.stop();
    removeTemporaryFolder(folder);
    throw error;
  }
  return { postgres, folder };
}

async function makeTemplate(url: string): Promise<void> {
  const server = new pg.Client({ connectionString: databaseUrl(url, 'postgres') });
  await server.connect();
  try {
    await server.query(`CREATE DATABASE ${TEMPLATE}`);
    await migrate(databaseUrl(url, TEMPLATE));
  } finally {
    await server.end();
  }
}

function databaseUrl(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
