import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
const READY_WITHIN_MS = 60_000;

export interface Child {
  /** Without a slash at the end. */
  readonly url: string;
  end(): Promise<void>;
}

/** Starts a program of ours as a process of its own, with nothing of this one's settings, and waits until it tells its address. */
export async function startChild(
  file: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<Child> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [join(ROOT, file), ...args], {
    cwd: ROOT,
    env: { PATH, HOME, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await addressOf(child, file);
  return {
    url,
    end: async () => {
      const gone = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGTERM');
      await gone;
    },
  };
}

function addressOf(child: ChildProcess, file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${file} was not ready in time`));
    }, READY_WITHIN_MS);
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      const [, found] = /health\s+(\S+)\/health/.exec(text) ?? [];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found.replace('localhost', '127.0.0.1'));
    });
    child.once('close', () => reject(new Error(`${file} ended before it was ready`)));
  });
}
