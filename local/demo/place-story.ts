import { StepFailed } from './failed.ts';
import type { Player } from './player.ts';
import { downloadOnPage } from './signer.ts';
import type { Cast, Stage } from './stage.ts';

/** In the middle of Akmol, where kindergartens of the district stand. */
const SOMEWHERE = { latitude: 51.03, longitude: 70.99 };

/** What a parent can look up at any time: all children, their deadlines as a file, free places near by, the own data. */
export async function tellOfEveryDay(stage: Stage, { aigul }: Cast): Promise<void> {
  stage.journal.scene('6. Балаларым, мерзімдер, маңайдағы орындар, дербес деректер');
  await family(stage, aigul);
  await near(aigul);
  await ownData(stage, aigul);
}

async function family({ keep }: Stage, aigul: Player): Promise<void> {
  aigul.command('menu');
  await aigul.sees('the menu', { key: 'menu.choose' });
  await aigul.tap({ key: 'menu.family' });
  await aigul.sees('all children on one screen', { key: 'family.title' }, 'Әлихан', 'Інжу', 'Сезім');
  const after = aigul.lastMessageId;
  await aigul.tap('📅');
  await aigul.sees('the deadlines of one of them', { key: 'family.icsExplain' });
  await aigul.tap({ key: 'family.icsAll' });
  const { bytes, messageId } = await aigul.file('the calendar file', after, 'BEGIN:VALARM');
  keep('3-merzimder.ics', bytes);
  await aigul.below(messageId);
}

async function near(aigul: Player): Promise<void> {
  aigul.command('near');
  await aigul.sees('from where shall be looked', { key: 'near.title' });
  await aigul.tap({ key: 'near.here' });
  await aigul.shareLocation({ key: 'near.shareButton' }, SOMEWHERE);
  await aigul.sees('kindergartens with free places by distance', { key: 'near.from' }, 'км');
}

/** The files hold the IIN: they are had on the page, and no chat has them. */
async function ownData({ program, keep, counted }: Stage, aigul: Player): Promise<void> {
  aigul.command('privacy');
  await aigul.sees('what is stored and what one may do about it', { key: 'privacy.rights' });
  await aigul.tap({ key: 'privacy.looks' });
  await aigul.sees(
    'who looked at the data',
    { key: 'privacy.who.OPERATOR' },
    { key: 'privacy.whatSeen.SCAN' },
  );
  await aigul.tap({ key: 'button.back' });
  await aigul.tap({ key: 'privacy.mine' });
  await aigul.sees('how much is stored', { key: 'privacy.mineExplain' });
  await aigul.tap({ key: 'link.new' });
  const files = await downloadOnPage(program.web, await aigul.link({ key: 'privacy.open' }));
  for (const { name, bytes } of files) keep(`4-${name}`, bytes);
  const data = files.find(({ name }) => name.endsWith('.json'))?.bytes.toString() ?? '';
  if (!data.includes(aigul.fact(3))) throw new StepFailed('the file of the own data does not have the child');
  if (!files.some(({ name }) => name.endsWith('.pdf')))
    throw new StepFailed('there is no PDF of the own data');
  counted('kk everything stored is downloaded on the page');
}

/** Why the number changed, step by step, and the picture of it. */
export async function whyItMoved({ journal, keep }: Stage, aigul: Player): Promise<void> {
  journal.scene('13. Нөмір неге өзгерді?');
  await aigul.tap({ key: 'moved.button' });
  await aigul.sees('what moved the number in a month', { key: 'moved.help' });
  await aigul.tap({ key: 'moved.period.a' });
  await aigul.sees(
    'what moved it from the beginning',
    { key: 'moved.own.CAME_OF_AGE' },
    { key: 'moved.own.RETURNED' },
  );
  const after = aigul.lastMessageId;
  await aigul.tap({ key: 'moved.chart' });
  const { bytes, messageId } = await aigul.picture('the number over the time as a picture', after);
  if (bytes.subarray(1, 4).toString() !== 'PNG') throw new StepFailed('the picture is no PNG');
  keep('8-oryn.png', bytes);
  await aigul.below(messageId);
}
