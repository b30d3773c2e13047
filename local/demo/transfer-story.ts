import { sanityChecks } from '../../core/audit/sanity.ts';
import { StepFailed } from './failed.ts';
import type { Journal } from './journal.ts';
import { Player } from './player.ts';
import type { DemoProgram } from './program.ts';
import type { Stage, Telling } from './stage.ts';
import { afterThat, asemAccepts, asemJoins, checklist, somebodyAhead } from './transfer-asem.ts';
import { freeAtOnce, natalyaIsLate, placeForNatalya, reminded } from './transfer-natalya.ts';
import { type ListsCast, mustHave } from './transfer-scenes.ts';

/**
 * Document S2 as two families live it: in Russian a place that is free at once and given back, then an accepted one that
 * comes to nothing; in Kazakh waiting, a place, and the way to the other kindergarten.
 */
export async function tellTransfer(program: DemoProgram, journal: Journal, telling: Telling): Promise<void> {
  const stage: Stage = { program, journal, ...telling };
  const player = (firstName: string, language: 'kk' | 'ru') =>
    new Player(program, journal, { firstName, language }, telling.counted);
  const cast: ListsCast = {
    asem: player('Әсем', 'kk'),
    daulet: player('Дәулет', 'kk'),
    natalya: player('Наталья', 'ru'),
    present: player('Салтанат', 'kk'),
    wished: player('Людмила', 'ru'),
    second: player('Светлана', 'ru'),
    free: player('Райхан', 'kk'),
  };
  await freeAtOnce(stage, cast);
  await placeForNatalya(stage, cast);
  await asemJoins(stage, cast);
  await somebodyAhead(stage, cast);
  journal.scene('6. Рабочие дни идут: Наталье напоминают каждый день');
  await reminded(stage, cast.natalya);
  await reminded(stage, cast.natalya);
  await asemAccepts(stage, cast);
  await checklist(stage, cast);
  await afterThat(stage, cast);
  await natalyaIsLate(stage, cast);
  const broken = await sanityChecks(program.db);
  mustHave(stage, 'the data keep their promises', broken.length === 0);
  await keepStatements(stage);
}

/** The exact bytes that were signed. */
async function keepStatements({ program, keep }: Stage): Promise<void> {
  const statements = await program.db.prisma.statement.findMany({
    where: {
      signed_at: { not: null },
      created_at: { gte: program.start },
      kind: { in: ['WAITLIST', 'TRANSFER'] },
    },
    select: { kind: true, content: true },
    orderBy: { created_at: 'asc' },
  });
  const kinds = statements.map(({ kind }) => kind).join(' ');
  if (kinds !== 'WAITLIST TRANSFER WAITLIST TRANSFER') throw new StepFailed(`signed was: ${kinds}`);
  for (const [index, { kind, content }] of statements.entries())
    keep(`statement-${index + 1}-${kind.toLowerCase()}.xml`, content);
}
