import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import packageFile from '../../../package.json' with { type: 'json' };

const ROOT = join(import.meta.dirname, '../../..');
/** How `npm start` sets the memory of Node: whatever stands for the program is started so too. */
export const START_FLAGS = packageFile.scripts.start.split(' ').filter((word) => word.startsWith('--'));
const READY_WITHIN_MS = 60_000;

export interface Child {
  /** Without a slash at the end. */
  readonly url: string;
  /** Processor time used so far, in milliseconds; undefined where the system does not tell. */
  cpuMs(): number | undefined;
  end(): Promise<void>;
}

/** Starts a program of ours as a process of its own, with nothing of this one's settings, and waits until it tells its address. */
export async function startChild(
  file: string,
  args: readonly string[],
  env: Record<string, string>,
  flags: readonly string[] = [],
): Promise<Child> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [...flags, join(ROOT, file), ...args], {
    cwd: ROOT,
    env: { PATH, HOME, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // A run that fails half-way leaves nothing behind.
  const onExit = () => child.kill('SIGKILL');
  process.once('exit', onExit);
  const url = await addressOf(child, file);
  return {
    url,
    cpuMs: () => cpuMsOf(child.pid),
    end: async () => {
      const gone = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGTERM');
      await gone;
      process.off('exit', onExit);
    },
  };
}

/** Fields 14 and 15 of Linux's /proc/<pid>/stat, in hundredths of a second (proc(5)). */
function cpuMsOf(pid: number | undefined): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return undefined;
  }
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
