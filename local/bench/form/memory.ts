import { setInterval as every } from 'node:timers/promises';
import { median } from '../report.ts';
import type { Child } from '../updates/child.ts';

interface Told {
  readonly rss: number;
  readonly heap: number;
  readonly scansAtMost: number;
  readonly scanBytesAtMost: number;
}

/** Megabytes of the bot's process in each fifth of a run, and what it held of scans at most. */
export interface Memory {
  readonly rss: readonly number[];
  readonly heap: readonly number[];
  readonly rssAtMost: number;
  readonly scansAtMost: number;
  readonly scanMbAtMost: number;
}

const LOOK_MS = 500;
const FIFTHS = [0, 1, 2, 3, 4];
const MB = 1024 * 1024;

/** Looks at the bot's memory while `work` goes on. */
export async function watchMemory<T>(bot: Child, work: () => Promise<T>): Promise<[T, Memory]> {
  const samples: Told[] = [];
  const over = new AbortController();
  const watching = (async () => {
    for await (const _ of every(LOOK_MS, undefined, { signal: over.signal }))
      samples.push((await (await fetch(`${bot.url}/memory`, { signal: over.signal })).json()) as Told);
  })().catch((error: unknown) => {
    if (!over.signal.aborted) throw error;
  });
  try {
    const result = await work();
    return [result, summary(samples)];
  } finally {
    over.abort();
    await watching;
  }
}

function summary(samples: readonly Told[]): Memory {
  const fifth = (n: number) =>
    samples.filter((_, at) => Math.floor((at * FIFTHS.length) / samples.length) === n);
  const megabytes = (of: (told: Told) => number) =>
    FIFTHS.map((n) => Math.round(median(fifth(n).map(of)) / MB));
  const most = (of: (told: Told) => number) => Math.max(0, ...samples.map(of));
  return {
    rss: megabytes(({ rss }) => rss),
    heap: megabytes(({ heap }) => heap),
    rssAtMost: Math.round(most(({ rss }) => rss) / MB),
    scansAtMost: most(({ scansAtMost }) => scansAtMost),
    scanMbAtMost: most(({ scanBytesAtMost }) => scanBytesAtMost) / MB,
  };
}
