import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Room } from './room.ts';
import type { Verdict } from './verdict.ts';

export type { Verdict } from './verdict.ts';

/** Looks at what strangers sent. */
export interface Inspector {
  /** Takes the memory of `buffer`, and gives it back with a scan that is good. */
  inspect(buffer: ArrayBuffer): Promise<Inspected>;
}

/** A scan that can be kept. */
export type Good = Extract<Verdict, { ok: true }>;
export type Inspected =
  | { readonly verdict: Good; readonly buffer: ArrayBuffer }
  | { readonly verdict: Exclude<Verdict, Good> };

export interface InspectorOptions {
  /** How many scans are looked at at the same time. */
  readonly threads?: number;
  /** How long one scan may take, in milliseconds. */
  readonly timeMs?: number;
  /** How much one scan may grow to in memory, in bytes, beside the pixels, which are bounded by their number. */
  readonly memory?: number;
  readonly script?: URL;
}

interface Thread {
  readonly worker: Worker;
  readonly ready: Promise<void>;
}

const SCRIPT = new URL('./inspect-worker.ts', import.meta.url);
const MAX_WAITING = 256;
const WATCH_MS = 100;
const MB = 1024 * 1024;

/**
 * One scan after another in a thread of its own, which is started at the first one and again whenever it dies. What ends
 * it, or takes too much time or memory, is damaged for all that a reader can do about it. A second thread is there for the
 * others meanwhile: of one chat's messages one is handled at a time, so nobody alone holds both.
 */
export function createInspector(options: InspectorOptions = {}): Inspector {
  const { threads = 2, timeMs = 10_000, memory = 256 * MB, script = SCRIPT } = options;
  const places = new Room(threads, MAX_WAITING);
  // The one used last is used next: a second one is begun only when it is needed.
  const idle: Thread[] = [];
  const begun = (): Thread => {
    const mine = start(script);
    mine.worker.once('exit', () => {
      const at = idle.indexOf(mine);
      if (at >= 0) idle.splice(at, 1);
    });
    return mine;
  };
  return {
    inspect: (buffer) =>
      places.inside(async () => {
        const thread = idle.pop() ?? begun();
        const { worker, ready } = thread;
        worker.ref();
        await ready;
        const watched = new AbortController();
        const overrun = overruns(worker, timeMs, memory, watched.signal);
        try {
          const inspected = await Promise.race([answerOf(worker, buffer), overrun]);
          if (inspected !== undefined) {
            idle.push(thread);
            return inspected;
          }
          // Not waited for: what it does in native code it first brings to its end.
          void worker.terminate();
          return { verdict: { ok: false, code: 'scan.damaged', params: {} } };
        } finally {
          watched.abort();
          worker.unref();
        }
      }),
  };
}

/** Resolves `ready` when it can take scans, and rejects it when it never will: that is no scan's fault. */
function start(script: URL): Thread {
  const worker = new Worker(script, {
    // Nothing of this program's settings is any business of a file that somebody sent.
    env: {},
    execArgv: [],
    // What libraries print over it neither; these streams are never read.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 },
  });
  const ready = new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.on('error', reject);
    worker.once('exit', () => reject(new Error('the inspector of scans ended while it started')));
  });
  return { worker, ready };
}

/** Undefined when the worker died over it. */
function answerOf(worker: Worker, buffer: ArrayBuffer): Promise<Inspected | undefined> {
  return new Promise((resolve) => {
    const settle = (answer: Inspected | undefined) => {
      worker.off('message', settle);
      worker.off('exit', died);
      resolve(answer);
    };
    const died = () => settle(undefined);
    worker.once('message', settle);
    worker.once('exit', died);
    worker.postMessage(buffer, [buffer]);
  });
}

/** Resolves as soon as the time is over or the memory is too much. */
async function overruns(
  worker: Worker,
  timeMs: number,
  memory: number,
  signal: AbortSignal,
): Promise<undefined> {
  const isOver = AbortSignal.any([signal, AbortSignal.timeout(timeMs)]);
  while (!isOver.aborted) {
    await wait(WATCH_MS, undefined, { signal: isOver }).catch(() => undefined);
    // Of arrays, which the limits of a worker do not count. It is told even while the worker does not listen.
    const used = await worker.getHeapStatistics().catch(() => undefined);
    if (used !== undefined && used.external_memory > memory) return;
  }
}
