import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A process that answers over HTTP, and how long it took until it did. */
export interface Started {
  readonly pid: number;
  readonly url: string;
  /** From spawn to the first 200. */
  readonly readyMs: number;
  /** The last of what it wrote to standard error. */
  words(): string;
  /** SIGTERM, and the end of the process. */
  stop(): Promise<void>;
}

const LOOK_MS = 5;
const PATIENCE_MS = 120_000;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Starts `node args…` with PORT and waits until `GET path` answers 200. Throws with its own last words when it ends before. */
export async function start(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  path = '/health',
): Promise<Started> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const began = performance.now();
  const child = spawn(process.execPath, [...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    words = `${words}${chunk}`.slice(-2000);
  });
  while (!(await answers(`${url}${path}`))) {
    if (child.exitCode !== null || performance.now() - began > PATIENCE_MS) {
      child.kill('SIGKILL');
      throw new Error(`did not start: ${words}`);
    }
    await wait(LOOK_MS);
  }
  const readyMs = performance.now() - began;
  return { pid: child.pid ?? 0, url, readyMs, words: () => words, stop: () => end(child) };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** Resident memory of one process in MB (10⁶ bytes), as Linux tells it; NaN elsewhere. */
export function residentMb(pid: number): number {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return (Number(kilobytes) * 1024) / 1e6;
  } catch {
    return Number.NaN;
  }
}
