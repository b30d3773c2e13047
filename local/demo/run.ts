import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makeTemporaryFolder, removeTemporaryFolder } from '../testing/temporary.ts';
import { StepFailed } from './failed.ts';
import { openJournal } from './journal.ts';
import { startProgram } from './program.ts';
import { tellStory } from './story.ts';
import { tellTransfer } from './transfer-story.ts';

// Monday 23 November 2026, 09:00 in Kazakhstan.
const START = new Date('2026-11-23T04:00:00Z');
const OUT = resolve('out');

const STORIES = { queue: tellStory, transfer: tellTransfer } as const;

/** Undefined when what was typed is no story. */
function storyOf(args: readonly string[]): (typeof STORIES)[keyof typeof STORIES] | undefined {
  try {
    const { story = 'queue' } = parseArgs({ args: [...args], options: { story: { type: 'string' } } }).values;
    return Object.hasOwn(STORIES, story) ? STORIES[story as keyof typeof STORIES] : undefined;
  } catch {
    return undefined;
  }
}

/**
 * `npm run demo`: a parent's whole story through the bot, on a database that is thrown away; the chat on standard
 * output, papers and signed statements under `out/`. `npm run demo -- --story transfer` tells of the waiting list. Ends
 * with 1 and one line when a step is not as told.
 */
async function main(args: readonly string[]): Promise<number> {
  const tell = storyOf(args);
  if (tell === undefined) {
    process.stderr.write(`demo: it must be --story with one of ${Object.keys(STORIES).join(', ')}.\n`);
    return 1;
  }
  const folder = makeTemporaryFolder();
  const began = performance.now();
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(join(OUT, 'trust'), { recursive: true });
  const steps: string[] = [];
  let program: Awaited<ReturnType<typeof startProgram>> | undefined;
  try {
    program = await startProgram(folder, START);
    const journal = openJournal(program.sim, program.clock, (line) => process.stdout.write(`${line}\n`));
    const keep = (name: string, content: Buffer | string) => writeFileSync(join(OUT, name), content);
    try {
      await tell(program, journal, { counted: (step) => steps.push(step), keep });
    } finally {
      journal.flush();
    }
    if (program.faults.length > 0) throw new StepFailed(`a fault was logged: ${program.faults[0]}`);
    const seconds = Math.round((performance.now() - began) / 1000);
    process.stdout.write(`\ndemo: ${steps.length} steps as told, in ${seconds} s; papers are in out/\n`);
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const fault = program?.faults[0];
    process.stderr.write(`\ndemo: step ${steps.length + 1} is not as told: ${message.split('\n')[0]}\n`);
    if (fault !== undefined) process.stderr.write(`demo: the program logged: ${fault}\n`);
    if (!(error instanceof StepFailed))
      process.stderr.write(`${error instanceof Error ? error.stack : ''}\n`);
    return 1;
  } finally {
    await program?.close();
    removeTemporaryFolder(folder);
  }
}

process.exit(await main(process.argv.slice(2)));
