import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { makeTemporaryFolder, removeTemporaryFolder } from '../testing/temporary.ts';
import { atMost, type Benchmark, median, rounded } from './report.ts';
import { residentMb, type Started, start } from './start/process.ts';
import { useAll } from './start/use.ts';
import { START_FLAGS } from './updates/child.ts';

const ROOT = resolve(import.meta.dirname, '../..');
// As `npm start` says, flags included.
const PROGRAM = [...START_FLAGS, join(ROOT, 'main.ts')];
const BARE = join(import.meta.dirname, 'start', 'bare.ts');
const STARTS = 5;
const SETTLED_MS = 3_000;

/**
 * How soon the whole program answers on data it has already, and how much memory it holds, after its start and after everybody of
 * the chat page has been through the bot; a bare Node and a bare Fastify, started by turns with it, beside it. The
 * embedded database's own processes are not counted.
 */
export const run: Benchmark = async (say) => {
  const folder = makeTemporaryFolder();
  const env = { DATA_DIR: folder };
  try {
    const first = await start(PROGRAM, env);
    await first.stop();
    say(`first start, with the invented region: ${Math.round(first.readyMs)} ms`);
    const own: number[] = [];
    const bare: number[] = [];
    const node: number[] = [];
    for (let i = 0; i < STARTS; i += 1) {
      own.push(await timed(() => start(PROGRAM, env)));
      bare.push(await timed(() => start([BARE, 'fastify'], {})));
      node.push(await timed(() => start([BARE, 'node'], {})));
      say(
        `start ${i + 1}: ${Math.round(own.at(-1) ?? 0)} ms, bare Fastify ${Math.round(bare.at(-1) ?? 0)} ms`,
      );
    }
    const memory = await measureMemory(env, say);
    return {
      name: 'start',
      figures: {
        firstStartMs: rounded(first.readyMs),
        startMedianMs: rounded(median(own)),
        startMaxMs: rounded(Math.max(...own)),
        residentAfterStartMb: rounded(memory.afterStart),
        residentAfterUseMb: rounded(memory.afterUse),
        residentHighestMb: rounded(memory.highest),
        messagesInUse: memory.messages,
      },
      baseline: {
        fastifyStartMedianMs: rounded(median(bare)),
        nodeStartMedianMs: rounded(median(node)),
        fastifyResidentMb: rounded(memory.fastify),
        nodeResidentMb: rounded(memory.node),
      },
      targets: [
        atMost('a start on existing data answers /health, seconds', 5, Math.max(...own) / 1000),
        atMost(
          'resident memory of the whole program after use, MB',
          300,
          Math.max(memory.afterStart, memory.afterUse),
        ),
      ],
    };
  } finally {
    removeTemporaryFolder(folder);
  }
};

async function timed(begin: () => Promise<Started>): Promise<number> {
  const started = await begin();
  await started.stop();
  return started.readyMs;
}

async function measureMemory(env: NodeJS.ProcessEnv, say: (line: string) => void) {
  const node = await settledMemory(() => start([BARE, 'node'], {}));
  const fastify = await settledMemory(() => start([BARE, 'fastify'], {}));
  const program = await start(PROGRAM, env);
  try {
    await wait(SETTLED_MS);
    const afterStart = residentMb(program.pid);
    say(`memory after the start: ${Math.round(afterStart)} MB`);
    const { messages, highest, afterUse } = await watched(program, () => useAll(chatOf(program)));
    say(
      `memory after ${messages} messages and taps: ${Math.round(afterUse)} MB, at most ${Math.round(highest)} MB`,
    );
    return { node, fastify, afterStart, afterUse, highest, messages };
  } finally {
    await program.stop();
  }
}

/** The chat page is on the next port. */
function chatOf({ url }: Started): string {
  const address = new URL(url);
  return `http://127.0.0.1:${Number(address.port) + 1}`;
}

/** The highest of what is seen every tenth of a second, and some seconds on. */
async function watched(program: Started, work: () => Promise<number>) {
  let highest = 0;
  const look = () => {
    highest = Math.max(highest, residentMb(program.pid));
  };
  const timer = setInterval(look, 100);
  try {
    const messages = await work().catch((error: unknown) => {
      throw new Error(`the program could not be used; it wrote: ${program.words()}`, { cause: error });
    });
    await wait(SETTLED_MS);
    look();
    return { messages, highest, afterUse: residentMb(program.pid) };
  } finally {
    clearInterval(timer);
  }
}

async function settledMemory(begin: () => Promise<Started>): Promise<number> {
  const started = await begin();
  await wait(SETTLED_MS / 3);
  const resident = residentMb(started.pid);
  await started.stop();
  return resident;
}
