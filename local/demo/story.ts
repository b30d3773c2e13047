import { join } from 'node:path';
import { addDays, at, localDate } from '../../core/calendar/civil-date.ts';
import { StepFailed } from './failed.ts';
import { tellOfForm } from './form-story.ts';
import type { Journal } from './journal.ts';
import { tellOfOutage } from './outage-story.ts';
import { tellOfEveryDay, whyItMoved } from './place-story.ts';
import { Player } from './player.ts';
import type { DemoProgram } from './program.ts';
import { applicationOf, chooseAndSign, chooseAndSignOnPage, logIn, morningAfter, mustBe } from './scenes.ts';
import type { Cast, Stage, Telling } from './stage.ts';

/** The story of DOMAIN §2.1 and §2.2 as two families live it, one in Kazakh and one in Russian. */
export async function tellStory(program: DemoProgram, journal: Journal, telling: Telling): Promise<void> {
  const stage: Stage = { program, journal, ...telling };
  const player = (firstName: string, language: 'kk' | 'ru') =>
    new Player(program, journal, { firstName, language }, telling.counted);
  const cast: Cast = {
    aigul: player('Айгүл', 'kk'),
    nurlan: player('Нұрлан', 'kk'),
    sergey: player('Сергей', 'ru'),
    zhanar: player('Жанар', 'kk'),
    irina: player('Ирина', 'ru'),
    elena: player('Елена', 'ru'),
  };
  const { aigul, sergey } = cast;
  await tellOfForm(stage, cast);
  await tellOfOutage(stage, cast);
  await tellOfEveryDay(stage, cast);
  await publication(stage, cast.zhanar);
  await turnAndChoice(stage, aigul);
  await secondThoughts(stage, aigul);
  await russianFamily(stage, sergey);
  await admission(stage, sergey, cast.elena);
  await noShow(stage, aigul);
  await whyItMoved(stage, aigul);
  await interest(stage, aigul);
  await keepStatements(stage);
}

const CHILD = 'Әлихан';

/** The place on the screen is the place that core counts. */
async function seesPlace(program: DemoProgram, aigul: Player): Promise<void> {
  const { id, personId } = await applicationOf(program, aigul, CHILD);
  const { position } = await program.core.queues.position(personId, id);
  await aigul.tap({ key: 'menu.position' });
  await aigul.sees('the place in the queue, explained', `: ${position?.service}\n`, {
    key: 'position.commonHelp',
  });
}

async function publication({ journal, program }: Stage, operator: Player): Promise<void> {
  journal.scene('7. Аудан маманы бос орын жариялайды');
  operator.command('menu');
  await operator.sees('the menu', { key: 'menu.choose' });
  await operator.tap({ key: 'menu.staff' });
  await operator.sees('the desk of staff', { key: 'staff.title' });
  await operator.tap({ key: 'staff.places' });
  await operator.sees('the kindergartens of the district', { key: 'staff.gardensHelp' });
  const garden = await gardenWithRoom(program);
  await operator.tap(garden);
  await operator.sees('its groups', { key: 'staff.groupsHelp' });
  await operator.tap('2023');
  await operator.sees('the group and how much may be published', { key: 'staff.publishHelp' });
  await operator.tap('➕ 1');
  await operator.sees('the question whether to publish', { key: 'staff.publishAsk' });
  await operator.tap({ key: 'staff.publishYes' });
  await operator.sees(
    'the places are published, and when choosing begins',
    { key: 'staff.published' },
    '07:00',
  );
}

/** The name of a kindergarten on the list's first page whose groups of 2023 have room. */
async function gardenWithRoom({ db }: DemoProgram): Promise<string> {
  const { rows } = await db.pool.query<{ name: string }>(
    `SELECT k.name_kk AS name
       FROM (SELECT k.* FROM kindergarten k JOIN district d ON d.id = k.district_id WHERE d.code = 'TSL'
              ORDER BY k.name_kk, k.id LIMIT 6) AS k
       JOIN kindergarten_group g ON g.kindergarten_id = k.id AND g.birth_year = 2023
      GROUP BY k.name_kk HAVING bool_and(g.capacity - g.enrolled > 0
        ) ORDER BY 1 LIMIT 1`,
  );
  const name = /«.+»/.exec(rows[0]?.name ?? '')?.[0];
  if (name === undefined) throw new StepFailed('no kindergarten has room');
  return name;
}

async function turnAndChoice({ program, journal, keep }: Stage, aigul: Player): Promise<void> {
  journal.scene('8. Келесі күн, 07:00: кезек келді, таңдау, қол қою, жолдама');
  await morningAfter(program, program.clock.now());
  const turn = await aigul.sees('the notice that the turn has come', { key: 'notice.N10.title' }, CHILD);
  await aigul.tap({ key: 'notice.button.free' }, turn);
  keep('5-zholdama-kk.pdf', await chooseAndSign(aigul));
  const { id } = await applicationOf(program, aigul, CHILD);
  await mustBe(program, 'after the signature', id, 'REFERRED');
}

async function secondThoughts({ program, journal, keep, counted }: Stage, aigul: Player): Promise<void> {
  journal.scene('9. 24 сағат ішінде бас тарту, қайта таңдау');
  await aigul.tap({ key: 'cancel.button' });
  await aigul.sees('what cancelling means', { key: 'cancel.warning' });
  await aigul.tap({ key: 'cancel.yes' });
  await aigul.sees('the turn is kept', { key: 'cancel.doneTurn' });
  await aigul.tap({ key: 'choose.button' });
  keep('6-zholdama-kk.pdf', await chooseAndSign(aigul));
  const { id, personId } = await applicationOf(program, aigul, CHILD);
  await mustBe(program, 'after the second signature', id, 'REFERRED');
  const referral = await program.core.referrals.ofApplication(personId, id);
  const page = await program.page(`/check/${referral?.id}`);
  if (page.statusCode !== 200) throw new StepFailed(`the page behind the QR code answers ${page.statusCode}`);
  counted('kk the page behind the QR code knows the paper');
}

async function russianFamily({ program, journal, keep }: Stage, sergey: Player): Promise<void> {
  journal.scene('10. Вторая семья, по-русски: выбор, направление, продление');
  sergey.command('menu');
  await sergey.sees('the menu', { key: 'menu.choose' });
  await sergey.tap({ key: 'menu.urgentButton.TURN_WINDOW' });
  keep('7-podpisano.xml', await chooseAndSignOnPage(program, sergey));
  for (const { file, der } of program.web.authority.trust()) keep(join('trust', file), Buffer.from(der));
  const { id, personId } = await applicationOf(program, sergey, 'Артём');
  const referral = await program.core.referrals.ofApplication(personId, id);
  if (referral?.documentId == null) throw new StepFailed('the signed choice has no paper');
  keep(
    '7-napravlenie-ru.pdf',
    (await program.core.documents.file(personId, referral.documentId, 'ru')).content,
  );
  await sergey.tap({ key: 'extend.button' });
  await sergey.sees('the days an extension may name', { key: 'extend.chooseDay' });
  await sergey.tap('.12');
  await sergey.sees('the reasons of an extension', { key: 'extend.chooseReason' });
  await sergey.tap('Командировка');
  await sergey.sees('the new term is shown once more', { key: 'extend.until' });
  await sergey.tap({ key: 'extend.yes' });
  await sergey.sees('the referral is extended', { key: 'extend.done' });
  await mustBe(program, 'after the extension', id, 'REFERRED');
}

async function admission({ program, journal }: Stage, sergey: Player, head: Player): Promise<void> {
  journal.scene('11. Заведующая принимает документы и зачисляет');
  await logIn(head, 'elena@primer.example');
  await head.tap({ key: 'menu.staff' });
  await head.sees('the desk of staff', { key: 'staff.title' });
  await head.tap({ key: 'staff.referrals' });
  await head.sees('the referrals to the own kindergarten', { key: 'staff.chooseReferral' });
  await head.tap('Образцов Артём');
  await head.sees('the child’s referral', 'Образцов Артём', { key: 'staff.referral' });
  await head.tap({ key: 'staff.arrived' });
  await head.sees('the child came', { key: 'staff.arrivedDone' });
  await head.tap({ key: 'staff.accept' });
  await head.sees('the question about the contract', { key: 'staff.acceptAsk' });
  await head.tap({ key: 'staff.acceptYes' });
  await head.sees('the child is admitted', { key: 'staff.accepted' });
  await sergey.sees('the congratulation', { key: 'notice.N16.title' });
  const { id } = await applicationOf(program, sergey, 'Артём');
  await mustBe(program, 'after the admission', id, 'ENROLLED');
}

async function noShow({ program, journal }: Stage, aigul: Player): Promise<void> {
  journal.scene('12. Келмеді: стоп-тізім, одан шығу, орын сақталды');
  const { id, personId } = await applicationOf(program, aigul, CHILD);
  const referral = await program.core.referrals.ofApplication(personId, id);
  if (referral === null) throw new StepFailed('there is no referral to miss');
  await morningAfter(program, referral.comeUntil);
  await aigul.sees('the notice of the stop-list', { key: 'notice.N15.title' });
  await mustBe(program, 'after the missed term', id, 'STOP_LISTED');
  const { stopListedUntil } = await program.core.applications.card(personId, id);
  if (stopListedUntil === null) throw new StepFailed('the stop-list has no end');
  await morningAfter(program, stopListedUntil);
  const over = await aigul.sees('the notice that the stop-list is over', { key: 'notice.N20.title' });
  await mustBe(program, 'after the stop-list', id, 'QUEUED');
  await aigul.tap({ key: 'notice.button.card' }, over);
  await aigul.sees('the card, back in the queue', CHILD, { key: 'card.registered' });
  await seesPlace(program, aigul);
}

async function interest({ program, journal }: Stage, aigul: Player): Promise<void> {
  journal.scene('14. 12 ай жақындады: мүдделілікті растау');
  const { id, personId } = await applicationOf(program, aigul, CHILD);
  const { interestDueAt } = await program.core.applications.card(personId, id);
  const reminder = at(addDays(localDate(interestDueAt), -14), '10:00');
  await program.moveTo(new Date(reminder.getTime() + 30_000));
  const reminded = await aigul.sees('the reminder to confirm interest', { key: 'notice.N21r.title' }, CHILD);
  await aigul.tap({ key: 'notice.button.interest' }, reminded);
  await aigul.sees('one tap on the reminder confirmed it', { key: 'interest.done' });
  const after = await program.core.applications.card(personId, id);
  if (after.interestDueAt <= interestDueAt) throw new StepFailed('the confirmation has no new term');
}

/** The exact bytes that were signed. */
async function keepStatements({ program, keep }: Stage): Promise<void> {
  const phones = program.people.flatMap(({ phone }) => (phone === undefined ? [] : [phone]));
  const statements = await program.db.prisma.statement.findMany({
    where: {
      signed_at: { not: null },
      created_at: { gte: program.start },
      person: { contacts: { some: { value: { in: phones } } } },
    },
    select: { kind: true, content: true },
    orderBy: { created_at: 'asc' },
  });
  if (statements.length !== 5) throw new StepFailed(`${statements.length} statements were signed, not 5`);
  for (const [index, { kind, content }] of statements.entries()) {
    keep(`statement-${index + 1}-${kind.toLowerCase()}.xml`, content);
  }
}
