import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll } from 'vitest';
import { makeTemporaryFolder, removeTemporaryFolder } from './temporary.ts';

export type TestRedis =
  | { readonly skip: false; readonly url: string; stop(): Promise<void> }
  | { readonly skip: true; readonly why: string };

const READY_WITHIN_MS = 10_000;

/**
 * A throw-away redis-server for one test file, at its top level: `const redis = await testRedis();` and
 * `describe.skipIf(redis.skip)(…)`. It stops after the file's last test. Without redis-server on the machine it says why to skip.
 */
export async function testRedis(): Promise<TestRedis> {
  const folder = makeTemporaryFolder();
  const port = await freePort();
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
  ];
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  const started = await hasStarted(child);
  if (!started) {
    removeTemporaryFolder(folder);
    return { skip: true, why: 'redis-server is not installed' };
  }
  const onExit = () => child.kill('SIGKILL');
  process.once('exit', onExit);
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= end(child).finally(() => {
      process.off('exit', onExit);
      removeTemporaryFolder(folder);
    });
    return stopped;
  };
  afterAll(stop);
  const url = `redis://127.0.0.1:${port}`;
  await answers(url);
  return { skip: false, url, stop };
}

function hasStarted(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}

async function answers(url: string): Promise<void> {
  const until = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.ping();
      return;
    } catch (error) {
      if (performance.now() > until) throw error;
      await wait(20);
    } finally {
      client.disconnect();
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
