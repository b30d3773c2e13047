import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const READY_WITHIN_MS = 60_000;

export interface Program {
  readonly child: ChildProcess;
  /** Address of the process, without a slash at the end. */
  readonly url: string;
  /** What it has written so far, of both streams. */
  output(): string;
  /** Sends the signal and waits for the end; the exit code, or null when the signal ended it. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

const running = new Set<ChildProcess>();

/** Starts `main.ts` as a process of its own and waits until it says that it is ready. Killed after the file's last test. */
export async function startProgram(args: readonly string[], env: Record<string, string>): Promise<Program> {
  const { child, output, ended } = launch(args, env);
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready: ${output()}`)), READY_WITHIN_MS);
    const look = () => {
      const [, found] = /health\s+(\S+)\/health/.exec(output()) ?? [];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    };
    child.stdout?.on('data', look);
    void ended.then(() => reject(new Error(`ended at once: ${output()}`)));
  });
  const end = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    return ended;
  };
  return { child, url, output, end };
}

/** Runs `main.ts` to its end. */
export async function runProgram(args: readonly string[], env: Record<string, string>): Promise<Ended> {
  const { output, ended } = launch(args, env);
  const code = await ended;
  return { code, output: output() };
}

function launch(args: readonly string[], env: Record<string, string>) {
  // Nothing of the machine's own settings: a BOT_TOKEN in somebody's shell must not reach a test.
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [join(ROOT, 'main.ts'), ...args], {
    cwd: ROOT,
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (more: string) => {
      text += more;
    });
  }
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  return { child, ended, output: () => text };
}

/** Ends what a test left running. Called once by a file that starts programs. */
export function endProgramsAfterTests(): void {
  afterAll(async () => {
    const ends = [...running].map((child) => new Promise((resolve) => child.once('close', resolve)));
    for (const child of running) child.kill('SIGKILL');
    await Promise.all(ends);
  });
}
