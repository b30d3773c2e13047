import { photo, sheet } from '../../core/scan/testing/papers.ts';
import { StepFailed } from './failed.ts';
import type { Player } from './player.ts';
import { applicationOf, HIDDEN_IIN, logIn, mustBe } from './scenes.ts';
import type { Cast, Stage } from './stage.ts';

const CHILD = 'Сезім';
/** Where the family lives: a point in Kokshetau. */
const HOME = { latitude: 53.283_35, longitude: 69.400_07 };

/** The whole of document S1, the desk that checks the benefit, and the second parent (S3). */
export async function tellOfForm(stage: Stage, { aigul, zhanar, nurlan }: Cast): Promise<void> {
  stage.journal.scene('1. Айгүл Сезімді кезекке қояды');
  await logIn(aigul, 'aigul@mysal.example');
  await beginForm(aigul, 'Целиноград ауданы');
  await fillChild(aigul);
  await sendScans(aigul);
  await restOfForm(aigul);
  await correct(aigul);
  await signForm(stage, aigul);
  await checkBenefit(stage, zhanar, aigul);
  await secondParent(stage, nurlan, aigul);
}

/** From the menu to the data of the applicant: district, the description of the service, the manual. */
export async function beginForm(player: Player, district: string): Promise<void> {
  await player.tap({ key: 'menu.register' });
  await player.sees('the district or city is asked', { key: 'form.district.ask' });
  await player.tapInList(district);
  await player.sees('what the service is, and the terms of this district', { key: 'form.terms.title' });
  await player.tap({ key: 'form.intro.manual' });
  await player.sees('the manual', { key: 'manual.queue.title' });
  await player.tap({ key: 'button.back' });
  await player.sees('that the manual is confirmed as read by the next button', { key: 'form.intro.confirm' });
  await player.tap({ key: 'form.intro.go' });
  await player.sees(
    'the applicant, prefilled by the registry',
    { key: 'form.applicant.title' },
    { key: 'form.applicant.registry' },
  );
  await player.tap({ key: 'form.next' });
  await player.sees('the IIN of the child is asked', { key: 'form.iin.title' });
}

async function fillChild(aigul: Player): Promise<void> {
  aigul.type(aigul.fact(3), HIDDEN_IIN.kk);
  await aigul.sees('the child as the registry knows it', CHILD, { key: 'form.child.registry' });
  await aigul.tap({ key: 'form.child.yes' });
  await aigul.sees('the question about a benefit', { key: 'form.benefit.ask' });
  await aigul.tap({ key: 'form.benefit.yes' });
  await aigul.sees('the dictionary of benefits, and the warning about copies', {
    key: 'form.category.copies',
  });
  await aigul.tapInList('Көпбалалы');
  await aigul.sees('what paper is wanted, and how', { key: 'scans.how' });
}

/** Two photos together: the good one is kept and leaves the chat, the blurred one stays with its reason. */
async function sendScans(aigul: Player): Promise<void> {
  const paper = sheet();
  const [good, blurred, again] = await Promise.all([
    photo(paper),
    photo(paper, { blur: 6 }),
    photo(paper, { askew: -2, seed: 2 }),
  ]);
  const [first = 0] = await aigul.sendPhotos([good, blurred]);
  await aigul.sees(
    'one page is kept, the blurred one refused with its reason',
    '№2',
    { key: 'refusal.scan.blurred' },
    '✅ 1 ',
  );
  await aigul.gone('the picture that was kept has left the chat', [first]);
  const second = await aigul.sendPhotos([again]);
  await aigul.sees('both pages are kept', '✅ 2 ');
  await aigul.gone('the new picture has left the chat too', second);
  await aigul.tap({ key: 'scans.done' });
}

async function restOfForm(aigul: Player): Promise<void> {
  await aigul.sees('the language of instruction is asked', { key: 'form.language.ask' });
  await aigul.tap({ key: 'form.language.choose.kk' });
  await aigul.sees('the list of children', { key: 'form.children.title' }, CHILD);
  await aigul.tap({ key: 'form.next' });
  await aigul.sees('where the home is', { key: 'form.home.why' });
  await aigul.tap({ key: 'form.home.share' });
  await aigul.shareLocation({ key: 'form.home.here' }, HOME);
  await aigul.sees('the home is kept, about a hundred metres exact', { key: 'form.home.known' });
  await aigul.tap({ key: 'form.next' });
  await aigul.sees('everything once more', { key: 'form.summary.title' }, CHILD, {
    key: 'form.summary.home',
  });
}

/** One field is corrected from the summary, and leads back to it. */
async function correct(aigul: Player): Promise<void> {
  await aigul.tap({ key: 'form.edit.address' });
  await aigul.sees('the address, part by part', { key: 'form.address.masked' });
  await aigul.tap({ key: 'form.address.edit.flat' });
  await aigul.sees('the number of the flat is asked', { key: 'form.address.ask.flat' });
  aigul.type('46', '··');
  await aigul.sees('the address again', { key: 'form.address.masked' });
  await aigul.tap({ key: 'form.done' });
  await aigul.sees('the summary again', { key: 'form.summary.title' }, { key: 'form.summary.consent' });
}

async function signForm({ program, keep }: Stage, aigul: Player): Promise<void> {
  const before = aigul.smsCount;
  const after = aigul.lastMessageId;
  await aigul.tap({ key: 'sign.byCode' });
  await aigul.sees('the signing code is asked', { key: 'code.signTitle' });
  aigul.type(await aigul.code('signature', before));
  keep('1-tirkeu-kk.pdf', (await aigul.paper('the document about registration', after)).bytes);
  await aigul.sees('the child is in the queue', CHILD, { key: 'form.sent.after' });
  const { id } = await applicationOf(program, aigul, CHILD);
  await mustBe(program, 'after the signature of the form', id, 'QUEUED');
}

async function checkBenefit({ program, journal }: Stage, zhanar: Player, aigul: Player): Promise<void> {
  journal.scene('2. Аудан маманы жеңілдікті тексереді');
  await logIn(zhanar, 'zhanar@mysal.example');
  await zhanar.tap({ key: 'menu.staff' });
  await zhanar.sees('a benefit waits on the desk', { key: 'claims.waiting' });
  const after = zhanar.lastMessageId;
  await zhanar.tap({ key: 'claims.button' });
  await zhanar.sees('the benefits that wait', { key: 'claims.title' });
  await zhanar.tap(CHILD);
  await zhanar.picture('the pictures of the paper', after);
  await zhanar.sees('the names to compare them with', CHILD, { key: 'claims.compare' });
  await zhanar.tap({ key: 'claims.confirm' });
  await zhanar.sees('the end of the paper is asked', { key: 'claims.askEnd' });
  zhanar.type('23.11.2027');
  await zhanar.sees('the confirmation once more', { key: 'claims.confirmAsk' });
  await zhanar.tap({ key: 'claims.confirmYes' });
  await zhanar.sees('the benefit is confirmed', { key: 'claims.confirmed' });
  await aigul.sees('the parent is told of it', { key: 'notice.N5.UNTIL.title' }, CHILD);
  const { id } = await applicationOf(program, aigul, CHILD);
  const { benefit_class: held } = await program.db.prisma.application.findUniqueOrThrow({ where: { id } });
  if (held !== 'PRIORITY') throw new StepFailed(`after the confirmation the class is ${held}`);
}

async function secondParent({ program, journal }: Stage, nurlan: Player, aigul: Player): Promise<void> {
  journal.scene('3. Екінші ата-ана өтінішке қосылады');
  await logIn(nurlan, 'nurlan@mysal.example');
  await nurlan.tap({ key: 'settings.guardian' });
  await nurlan.sees('what joining gives', { key: 'guardian.explain' });
  nurlan.type(nurlan.fact(1), HIDDEN_IIN.kk);
  await nurlan.sees(
    'the second parent has joined',
    { key: 'guardian.joined' },
    { key: 'card.guardian' },
    CHILD,
  );
  await aigul.sees('the first one is told', { key: 'notice.N35a.LINKED.title' });
  const { id } = await applicationOf(program, aigul, CHILD);
  const links = await program.db.prisma.guardian_link.count({
    where: { application_id: id, state: 'LINKED', proof: 'REGISTRY' },
  });
  if (links !== 1) throw new StepFailed('the registry did not prove the second parent');
}
