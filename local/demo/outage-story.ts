import { civil } from '../../core/calendar/civil-date.ts';
import { makeIin } from '../../core/people/iin.ts';
import { StepFailed } from './failed.ts';
import { beginForm } from './form-story.ts';
import type { Player } from './player.ts';
import { applicationOf, HIDDEN_IIN, logIn, logInOnPage, mustBe, signByKey } from './scenes.ts';
import type { Cast, Stage } from './stage.ts';

const CHILD = 'Алиса';
const BORN = '2025-03-12';

/** The form by ЭЦҚ while the state's base is silent: the application is looked at first, its time is kept (A2, A3). */
export async function tellOfOutage(stage: Stage, { sergey, irina }: Cast): Promise<void> {
  const { program, journal, keep } = stage;
  journal.scene('4. Сергей: заявление с ЭЦП, а государственная база молчит');
  await logInOnPage(program, sergey);
  await beginForm(sergey, 'Кокшетау');
  await program.sandbox.setDown('REGISTRY', true);
  await childByHand(sergey);
  const signed = await signByKey(program, sergey);
  keep('2-zayavlenie-podpisano.xml', signed);
  await sergey.sees('the chat learns of the signature by itself', { key: 'notice.N41.REGISTRATION.title' });
  const { id } = await applicationOf(program, sergey, CHILD);
  await mustBe(program, 'while the base is silent', id, 'IN_REVIEW');
  const sent = await registeredAt(stage, sergey);
  await program.sandbox.setDown('REGISTRY', false);
  program.forgive('the registry did not answer');
  journal.scene('5. Специалист города проверяет заявление');
  await review(irina);
  await sergey.sees('the parent is told of the number', { key: 'notice.N1.title' }, CHILD);
  await mustBe(program, 'after the review', id, 'QUEUED');
  if ((await registeredAt(stage, sergey)) !== sent)
    throw new StepFailed('the time of the application was not kept');
}

async function childByHand(sergey: Player): Promise<void> {
  const iin = makeIin(civil(BORN), 'female', 4321) ?? '';
  sergey.type(iin, HIDDEN_IIN.ru);
  await sergey.sees('the base is silent, the name is typed', { key: 'form.name.ask.surname' });
  sergey.type('Образцова', '·········');
  await sergey.sees('the first name is asked', { key: 'form.name.ask.name' });
  sergey.type(CHILD, '·····');
  await sergey.sees('the patronymic is asked', { key: 'form.name.ask.patronymic' });
  sergey.type('Сергеевна', '·········');
  await sergey.sees('the child, and what happens now', CHILD, { key: 'form.child.UNKNOWN' });
  await sergey.tap({ key: 'form.child.yes' });
  await sergey.sees('the question about a benefit', { key: 'form.benefit.ask' });
  await sergey.tap({ key: 'form.benefit.no' });
  await sergey.sees('the language of instruction is asked', { key: 'form.language.ask' });
  await sergey.tap({ key: 'form.language.choose.any' });
  await sergey.sees('the list of children', { key: 'form.children.title' }, CHILD);
  await sergey.tap({ key: 'form.next' });
  await sergey.sees('where the home is', { key: 'form.home.why' });
  await sergey.tap({ key: 'form.skip' });
  await sergey.sees('everything once more', { key: 'form.summary.title' }, CHILD);
}

async function review(irina: Player): Promise<void> {
  await logIn(irina, 'irina@primer.example');
  await irina.tap({ key: 'menu.staff' });
  await irina.sees('the desk of staff', { key: 'staff.title' });
  await irina.tap({ key: 'staff.reviews' });
  await irina.sees('the applications that wait', { key: 'reviews.title' });
  await irina.tapInList(CHILD);
  await irina.sees('the application, and what the base did not say', CHILD, {
    key: 'reviews.relation.UNKNOWN',
  });
  await irina.tap({ key: 'reviews.approve' });
  await irina.sees('the decision once more', { key: 'reviews.approveAsk' });
  await irina.tap({ key: 'reviews.approveYes' });
  await irina.sees('the child is in the queue', { key: 'reviews.approved' });
}

async function registeredAt({ program }: Stage, sergey: Player): Promise<number> {
  const { id } = await applicationOf(program, sergey, CHILD);
  const row = await program.db.prisma.application.findUniqueOrThrow({ where: { id } });
  return row.registered_at.getTime();
}
