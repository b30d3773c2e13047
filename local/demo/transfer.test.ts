import { afterAll, expect, it } from 'vitest';
import { makeTemporaryFolder, removeTemporaryFolder } from '../testing/temporary.ts';
import { openJournal } from './journal.ts';
import { startProgram } from './program.ts';
import { tellTransfer } from './transfer-story.ts';

const folder = makeTemporaryFolder();
afterAll(() => removeTemporaryFolder(folder));

// Friday: the first working day after it is not the next one, and the story's terms go over two weekends.
const START = new Date('2026-11-27T04:00:00Z');

it('is told to its end whatever day it begins on, in both languages, with its papers', {
  timeout: 240_000,
}, async () => {
  const program = await startProgram(folder, START);
  try {
    const lines: string[] = [];
    const steps: string[] = [];
    const kept = new Map<string, Buffer | string>();
    const journal = openJournal(program.sim, program.clock, (line) => lines.push(line));
    await tellTransfer(program, journal, {
      counted: (step) => steps.push(step),
      keep: (name, content) => kept.set(name, content),
    });
    journal.flush();
    expect(program.faults).toEqual([]);
    for (const language of ['kk', 'ru'])
      expect(steps.filter((step) => step.startsWith(`${language} `)).length).toBeGreaterThan(40);
    expect([...kept.keys()].filter((name) => !name.startsWith('trust'))).toEqual([
      '1-list-ozhidaniya-podpisano.xml',
      '2-napravlenie-s-vaucherom-ru.pdf',
      '3-oryndy-qabyldau-qol-qoyylgan.xml',
      '4-zholdama-vauchermen-kk.pdf',
      'statement-1-waitlist.xml',
      'statement-2-transfer.xml',
      'statement-3-waitlist.xml',
      'statement-4-transfer.xml',
    ]);
    const told = lines.join('\n');
    // Nobody else's data: whose children wait ahead is not told, and no IIN is.
    for (const person of program.people) expect(told).not.toContain(person.facts?.[0]?.value ?? 'nobody');
  } finally {
    await program.close();
  }
});
