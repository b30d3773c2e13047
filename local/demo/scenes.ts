import { addDays, at, localDate } from '../../core/calendar/civil-date.ts';
import type { ApplicationId, PersonId } from '../../core/ids.ts';
import { StepFailed } from './failed.ts';
import type { Player } from './player.ts';
import type { DemoProgram } from './program.ts';
import { type KeyOwner, signOnPage } from './signer.ts';

/** What the transcript shows of a typed IIN, which the bot deletes. */
export const HIDDEN_IIN = { kk: '············ (12 сан)', ru: '············ (12 цифр)' } as const;

/** Language, consent, contact, IIN, code and, where it is not known, the e-mail, up to the menu. */
export async function logIn(player: Player, email: string | null): Promise<void> {
  player.command('start');
  await player.sees('the language is asked', { key: 'language.question' });
  await player.tap(player.language === 'kk' ? 'Қазақша' : 'Русский');
  await player.sees('what the bot does, and consent', { key: 'hello.consentTwo' });
  await player.tap({ key: 'hello.agreePhone' });
  await player.sees('the own number is asked', { key: 'phone.why' });
  await player.shareContact();
  await player.sees('the IIN is asked', { key: 'iin.format' });
  const before = player.smsCount;
  player.type(player.fact(0), HIDDEN_IIN[player.language]);
  await player.sees('the code from the SMS is asked', { key: 'code.title' });
  player.type(await player.code('login', before));
  if (email !== null) {
    await player.sees('the e-mail is asked at the first login', { key: 'email.why' });
    player.type(email);
  }
  await player.sees('the menu', { key: 'menu.choose' });
}

/** Language, consent, the page that a key signs in on, and the code it shows, up to the menu. */
export async function logInOnPage(program: DemoProgram, player: Player): Promise<void> {
  player.command('start');
  await player.sees('the language is asked', { key: 'language.question' });
  await player.tap(player.language === 'kk' ? 'Қазақша' : 'Русский');
  await player.sees('what the bot does, and consent', { key: 'hello.consentTwo' });
  await player.tap({ key: 'hello.agreeEds' });
  await player.sees('what happens on the page of the login', { key: 'edslogin.title' });
  const link = await player.link({ key: 'edslogin.open' });
  const owner = await ownerOf(program, player);
  const { view } = await signOnPage(program.web, link, owner, 'RSA-AUTH');
  if (view.outcome?.kind !== 'LOGIN') throw new StepFailed('the page shows no code after a signed login');
  const { confirm } = view.outcome as { confirm: { code: string } };
  player.type(confirm.code);
  await player.sees('the menu', { key: 'menu.choose' });
}

/** Free places, one of them, the signature by a code, the referral with its paper. */
export async function chooseAndSign(player: Player): Promise<Buffer> {
  await player.sees('free places, with the advice to look at language and place', { key: 'free.mind' });
  await player.tap('1. ');
  await player.sees('the kindergarten with its free places', { key: 'group.free' });
  await player.tap({ key: 'choose.this' });
  await player.sees('the choice is shown once more', { key: 'choose.title' });
  const before = player.smsCount;
  const after = player.lastMessageId;
  await player.tap({ key: 'sign.byCode' });
  await player.sees('the signing code is asked', { key: 'code.signTitle' });
  player.type(await player.code('signature', before));
  const { bytes } = await player.paper('the referral as a PDF', after);
  await player.sees('the referral', { key: 'referral.title' });
  return bytes;
}

/** Free places, one of them, the signature by ЭЦҚ on the page, the referral. Answers the signed text. */
export async function chooseAndSignOnPage(program: DemoProgram, player: Player): Promise<string> {
  await player.sees('free places, with the advice to look at language and place', { key: 'free.mind' });
  await player.tap('1. ');
  await player.sees('the kindergarten with its free places', { key: 'group.free' });
  await player.tap({ key: 'choose.this' });
  await player.sees('the choice is shown once more', { key: 'choose.title' });
  const signed = await signByKey(program, player);
  const told = await player.sees('the chat learns of the signature by itself', {
    key: 'notice.N41.CHOICE.title',
  });
  await player.tap({ key: 'notice.button.refof' }, told);
  await player.sees('the referral', { key: 'referral.title' });
  return signed;
}

/** From the button of ЭЦҚ to the signature on the page. Answers the signed text. */
export async function signByKey(program: DemoProgram, player: Player): Promise<string> {
  await player.tap({ key: 'sign.byEds' });
  await player.sees('what happens on the page', { key: 'esign.title' });
  const link = await player.link({ key: 'esign.open' });
  const { view, signed } = await signOnPage(program.web, link, await ownerOf(program, player), 'GOST');
  if (view.state !== 'DONE') throw new StepFailed(`after the signature the page is ${view.state}`);
  return signed;
}

/** The person as the state's base knows them: whose name stands in the key. */
async function ownerOf({ db }: DemoProgram, player: Player): Promise<KeyOwner> {
  const { rows } = await db.pool.query<KeyOwner>(
    'SELECT iin, surname, name FROM sandbox.person WHERE iin = $1',
    [player.fact(0)],
  );
  if (rows[0] === undefined) throw new StepFailed('the state base does not know the signer');
  return rows[0];
}

/** The application of a parent whose child has this name. */
export async function applicationOf(
  program: DemoProgram,
  player: Player,
  childName: string,
): Promise<{ id: ApplicationId; personId: PersonId }> {
  const row = await program.db.prisma.application.findFirstOrThrow({
    where: { child: { name: childName }, applicant: { contacts: { some: { value: player.phone } } } },
    select: { id: true, applicant_id: true },
  });
  return { id: row.id as ApplicationId, personId: row.applicant_id as PersonId };
}

/** Holds what the database knows against what is told. */
export async function mustBe(
  program: DemoProgram,
  step: string,
  id: ApplicationId,
  state: string,
): Promise<void> {
  const row = await program.db.prisma.application.findUniqueOrThrow({ where: { id } });
  if (row.state !== state) throw new StepFailed(`${step}: the application is ${row.state}, not ${state}`);
}

/** Half a minute past seven of the morning after this day: what was due is done, and nobody sleeps any more. */
export async function morningAfter(program: DemoProgram, day: Date): Promise<void> {
  const seven = at(addDays(localDate(day), 1), '07:00');
  await program.moveTo(new Date(seven.getTime() + 30_000));
}
