import { join } from 'node:path';
import { at, type CivilDate, localDate } from '../../core/calendar/civil-date.ts';
import { createWorkingCalendar } from '../../core/calendar/working-calendar.ts';
import type { Player } from './player.ts';
import { applicationOf, logInOnPage, morningAfter, mustBe, signByKey } from './scenes.ts';
import type { Stage } from './stage.ts';
import {
  atDesk,
  attends,
  houseOf,
  type ListsCast,
  mustHave,
  openLists,
  pickKindergartens,
  placeLine,
  placesIn,
  recordDeparture,
  signByCode,
  timesTold,
  transferMustBe,
} from './transfer-scenes.ts';

const TIMOFEY = 'Тимофей';

/** Joining a list with a free place is getting the referral (S2); within the hours of cancelling it may be given back. */
export async function freeAtOnce({ program, journal, keep }: Stage, cast: ListsCast): Promise<void> {
  const { natalya, present, second, free } = cast;
  journal.scene('1. Наталья, с ЭЦП: место свободно, направление сразу, и передумала');
  await logInOnPage(program, natalya);
  const first = await openLists(natalya, TIMOFEY, present);
  await natalya.seesAfter(first, 'the child is the first of a list', placeLine(natalya, second, 1, 6));
  await pickKindergartens(natalya, [free]);
  await natalya.sees(
    'that the signature takes the free place',
    { key: 'waitlist.sum.atOnce' },
    houseOf(free).ru,
    { key: 'transfer.late.ARCHIVE' },
  );
  keep('1-list-ozhidaniya-podpisano.xml', await signByKey(program, natalya));
  for (const { file, der } of program.web.authority.trust()) keep(join('trust', file), Buffer.from(der));
  const told = await natalya.sees('the chat learns of the signature by itself', {
    key: 'notice.N41.WAITLIST.title',
  });
  await natalya.sees(
    'the referral to the other organisation (S2)',
    { key: 'notice.N29.title' },
    houseOf(free).ru,
  );
  const { id } = await applicationOf(program, natalya, TIMOFEY);
  const issued = { transfer: 'OPEN', referral: 'ISSUED', voucher: 'ISSUED' };
  await transferMustBe(program, 'after joining a list with a free place', id, issued);
  await natalya.tap({ key: 'notice.button.wl' }, told);
  const shown = await natalya.sees('that a transfer is under way', { key: 'waitlist.bar.TRANSFER' });
  await natalya.tap({ key: 'waitlist.transferButton' }, shown);
  await natalya.sees('what is to be done until when', { key: 'transfer.leave' }, { key: 'transfer.file' });
  await natalya.tap({ key: 'transfer.cancel.button' });
  await natalya.sees('what giving it back means', { key: 'transfer.cancel.warning' });
  await natalya.tap({ key: 'transfer.cancel.yes' });
  await natalya.sees('the transfer is given back', { key: 'transfer.cancel.done' });
  const over = { transfer: 'CANCELLED', referral: 'CANCELLED_BY_APPLICANT', voucher: 'CANCELLED' };
  await transferMustBe(program, 'after giving it back', id, over);
  await mustBe(program, 'after giving it back', id, 'ENROLLED');
  const again = await openLists(natalya, TIMOFEY, present);
  await natalya.seesAfter(again, 'the place in the list was kept', placeLine(natalya, second, 1, 6));
}

export async function placeForNatalya(stage: Stage, { natalya, second, present }: ListsCast): Promise<void> {
  const { program, journal, keep } = stage;
  journal.scene('2. Заведующая отмечает: ребёнок ушёл. Место предлагают первой в листе');
  await atDesk(second, 'svetlana@primer.example');
  await recordDeparture(program, second);
  const offered = await natalya.sees(
    'the notice that a place has appeared',
    { key: 'notice.N28.title' },
    houseOf(second).ru,
  );
  journal.scene('3. Наталья принимает место кодом из SMS – и больше ничего не делает');
  await natalya.tap({ key: 'notice.button.wloffer' }, offered);
  await natalya.sees('the place, and until when it is kept', { key: 'waitlist.offer.silent' });
  await natalya.tap({ key: 'waitlist.offer.accept' });
  await natalya.sees('what accepting means', { key: 'waitlist.accept.what' }, { key: 'transfer.safe' });
  const after = natalya.lastMessageId;
  await signByCode(natalya);
  keep(
    '2-napravlenie-s-vaucherom-ru.pdf',
    (await natalya.paper('the referral with its voucher', after)).bytes,
  );
  await natalya.sees('the referral was issued (S2)', { key: 'transfer.issued' }, { key: 'transfer.leave' });
  const { id } = await applicationOf(program, natalya, TIMOFEY);
  const issued = { transfer: 'OPEN', referral: 'ISSUED', voucher: 'ISSUED' };
  await transferMustBe(program, 'after the acceptance', id, issued);
  mustHave(stage, 'the child still goes where it went', (await attends(program, id)) === houseOf(present).kk);
}

/** Ten o'clock and half a minute of the working day after the one that is. */
async function nextWorkingMorning({ program }: Stage): Promise<CivilDate> {
  const calendar = createWorkingCalendar();
  const day = calendar.nextWorkingDay(localDate(program.clock.now()));
  await program.moveTo(new Date(at(day, '10:00').getTime() + 30_000));
  return day;
}

export async function reminded(stage: Stage, natalya: Player): Promise<void> {
  const before = natalya.lastMessageId;
  const day = await nextWorkingMorning(stage);
  await natalya.seesAfter(before, `the reminder of ${day}`, { key: 'notice.N29r.title' });
}

/** T8 (S2): not completed in time. The present place was never given up, so the child goes on going there. */
export async function natalyaIsLate(stage: Stage, { natalya, present, second }: ListsCast): Promise<void> {
  const { program, journal } = stage;
  journal.scene('10. Наталья ничего не сделала: направление и ваучер аннулированы, заявление в архиве');
  await reminded(stage, natalya);
  await reminded(stage, natalya);
  const { id, personId } = await applicationOf(program, natalya, TIMOFEY);
  await mustBe(program, 'on the last day', id, 'ENROLLED');
  const times = await timesTold(program, id, personId, 'N29r');
  mustHave(stage, 'a reminder on each of the five working days', times === 5);
  await morningAfter(program, program.clock.now());
  const told = await natalya.sees('that the term is over', { key: 'notice.N29x.title' }, houseOf(second).ru);
  await mustBe(program, 'after the term', id, 'ARCHIVED');
  const late = { transfer: 'FAILED', referral: 'EXPIRED', voucher: 'CANCELLED' };
  await transferMustBe(program, 'after the term', id, late);
  mustHave(stage, 'the child still goes where it went', (await attends(program, id)) === houseOf(present).kk);
  mustHave(
    stage,
    'the place is offered to the next of the list',
    (await placesIn(program, second, 'OFFERED')) === 1,
  );
  await present.sees('the old kindergarten is told that the child stays', { key: 'notice.N36.STAYS.title' });
  await natalya.tap({ key: 'notice.button.transfer' }, told);
  await natalya.sees(
    'what came of it, and where the child goes',
    { key: 'transfer.end.FAILED' },
    { key: 'transfer.archived' },
    houseOf(present).ru,
  );
}
