import { StepFailed } from './failed.ts';
import { applicationOf, logIn, mustBe, signByKey } from './scenes.ts';
import type { Stage } from './stage.ts';
import { reminded } from './transfer-natalya.ts';
import {
  atDesk,
  houseOf,
  type ListsCast,
  mustHave,
  openDesk,
  openLists,
  pickKindergartens,
  placeLine,
  placesIn,
  recordDeparture,
  roomIn,
  shortOf,
  signByCode,
  transferMustBe,
} from './transfer-scenes.ts';
import { lineOf } from './words.ts';

const MIRAS = 'Мирас';
const MIRAS_BORN = 2022;

export async function asemJoins({ program, journal }: Stage, cast: ListsCast): Promise<void> {
  const { asem, daulet, present, wished, second } = cast;
  journal.scene('4. Әсем екі тізімге тұрады: жеңілдігі бар бала алға шығады');
  await logIn(asem, null);
  await openLists(asem, MIRAS, present);
  await asem.sees('the child is in no list yet', { key: 'waitlist.status.NONE' });
  await pickKindergartens(asem, [wished, second]);
  await asem.sees(
    'what will be signed',
    { key: 'waitlist.sum.what' },
    houseOf(wished).kk,
    houseOf(second).kk,
  );
  await signByCode(asem);
  await asem.sees(
    'the places in both lists',
    { key: 'waitlist.joined' },
    placeLine(asem, wished, 2, 11),
    placeLine(asem, second, 1, 6),
  );
  const { id } = await applicationOf(program, asem, MIRAS);
  await mustBe(program, 'while waiting', id, 'ENROLLED');
  await logIn(daulet, 'daulet@mysal.example');
  await openLists(daulet, MIRAS, present);
  await daulet.sees('the second parent sees the same, and who acts', placeLine(daulet, wished, 2, 11), {
    key: 'waitlist.bar.ONLY_OWNER',
  });
}

export async function somebodyAhead({ program, journal }: Stage, { asem, wished }: ListsCast): Promise<void> {
  journal.scene('5. Орын босады, алдағы балаға ұсынылды: Мирастың орны өзгерді');
  await atDesk(wished, 'lyudmila@primer.example');
  await recordDeparture(program, wished);
  // Asked of the screen that was open: a button tells how it is now, not how it was.
  await asem.tap(`🕘 ${shortOf(wished, asem)}`);
  await asem.sees(
    'the new place, and why',
    lineOf('kk', 'waitlist.entry.place', { n: 1, length: 10 }),
    lineOf('kk', 'waitlist.entry.moved', { before: 2, now: 1 }),
    { key: 'waitlist.cause.OFFERED.one' },
  );
}

export async function asemAccepts(stage: Stage, { asem, daulet, natalya, wished }: ListsCast): Promise<void> {
  const { program, journal, keep, counted } = stage;
  journal.scene('7. Алдағы отбасы жауап бермеді: орын Мирасқа ұсынылды, Әсем ЭЦҚ-мен қабылдайды');
  await reminded(stage, natalya);
  const name = houseOf(wished).kk;
  const offered = await asem.sees('the notice that a place has appeared', { key: 'notice.N28.title' }, name);
  await daulet.sees('the second parent has it too', { key: 'notice.N28.title' }, name);
  await asem.tap({ key: 'notice.button.wloffer' }, offered);
  await asem.sees('the place, and until when it is kept', { key: 'waitlist.offer.silent' }, name);
  await asem.tap({ key: 'waitlist.offer.accept' });
  await asem.sees('what accepting means', { key: 'waitlist.accept.what' }, { key: 'transfer.safe' });
  keep('3-oryndy-qabyldau-qol-qoyylgan.xml', await signByKey(program, asem));
  const told = await asem.sees('the chat learns of the signature by itself', {
    key: 'notice.N41.TRANSFER.title',
  });
  await asem.sees('the referral to the other organisation (S2)', { key: 'notice.N29.title' }, name);
  await asem.tap({ key: 'notice.button.transfer' }, told);
  const { id, personId } = await applicationOf(program, asem, MIRAS);
  const { transfer } = await program.core.waitlists.of(personId, id);
  if (transfer === null) throw new StepFailed('the acceptance has given no transfer');
  await asem.sees(
    'the checklist, with referral and voucher',
    { key: 'transfer.leave' },
    { key: 'transfer.file' },
    transfer.referralNumber,
    transfer.voucherNumber,
  );
  const after = asem.lastMessageId;
  await asem.tap({ key: 'button.pdf' });
  keep('4-zholdama-vauchermen-kk.pdf', (await asem.paper('the referral as a PDF', after)).bytes);
  const page = await program.page(`/check/${transfer.referralId}`);
  if (page.statusCode !== 200) throw new StepFailed(`the page behind the QR code answers ${page.statusCode}`);
  counted('kk the page behind the QR code knows the paper');
}

export async function checklist({ journal }: Stage, { asem, present, wished }: ListsCast): Promise<void> {
  journal.scene('8. Қазіргі балабақша шығарады, жаңасы құжат алып, қабылдайды');
  await atDesk(present, 'saltanat@mysal.example');
  await present.tap({ key: 'leaving.button' });
  await present.sees('the children who leave', { key: 'leaving.help' });
  await present.tap(MIRAS);
  await present.sees('the child, and that its place is kept', MIRAS, { key: 'leaving.safe' });
  await present.tap({ key: 'leaving.confirm' });
  await present.sees('the question once more', { key: 'leaving.confirmAsk' });
  await present.tap({ key: 'leaving.confirmYes' });
  await present.sees('the leaving is registered', { key: 'leaving.confirmed' });
  await asem.sees('the first tick', { key: 'notice.N29e.LEFT.title' });
  await openDesk(wished);
  await wished.tap({ key: 'staff.referrals' });
  await wished.sees('the referrals to the own kindergarten', { key: 'staff.chooseReferral' });
  await wished.tap(MIRAS);
  await wished.sees('the child’s referral', MIRAS, { key: 'staff.referral' });
  await wished.tap({ key: 'staff.arrived' });
  await wished.sees('the papers are taken', { key: 'staff.arrivedDone' });
  await asem.sees('the second tick', { key: 'notice.N29e.FILED.title' });
  await wished.tap({ key: 'staff.accept' });
  await wished.sees('the question about the contract', { key: 'staff.acceptAskTransfer' });
  await wished.tap({ key: 'staff.acceptYes' });
  await wished.sees('the child is admitted', { key: 'staff.accepted' });
  await asem.sees('the congratulation', { key: 'notice.N16.title' }, houseOf(wished).kk);
}

/** The present place was kept until now, and goes to the next child of that kindergarten's own list. */
export async function afterThat(stage: Stage, cast: ListsCast): Promise<void> {
  const { asem, present, wished, second } = cast;
  const { program, journal } = stage;
  journal.scene('9. Мирас жаңа балабақшада; босаған орын келесі балаға ұсынылды');
  const { id } = await applicationOf(program, asem, MIRAS);
  await mustBe(program, 'after the transfer', id, 'ENROLLED');
  const done = { transfer: 'COMPLETED', referral: 'ACCEPTED', voucher: 'ACTIVE' };
  await transferMustBe(program, 'after the admission', id, done);
  await present.sees('the old kindergarten is told that the child has gone', {
    key: 'notice.N36.MOVED.title',
  });
  mustHave(
    stage,
    'the freed place is offered to the next of its list',
    (await placesIn(program, present, 'OFFERED')) === 1,
  );
  mustHave(stage, 'the new group is full again', (await roomIn(program, wished, MIRAS_BORN)) === 0);
  await asem.sees('the other list has ended', { key: 'notice.N28x.title' }, houseOf(second).kk);
  const shown = await openLists(asem, MIRAS, wished);
  await asem.seesAfter(
    shown,
    'the transfer is over, and the other list with it',
    { key: 'transfer.end.COMPLETED' },
    { key: 'waitlist.state.CANCELLED' },
  );
}
