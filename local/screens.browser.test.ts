import { describe, it } from 'vitest';
import { testBrowser } from './testing/browser.ts';
import { papers } from './testing/screens/papers.ts';
import { applyUnproven, claimBenefit } from './testing/screens/paperwork.ts';
import { Phone } from './testing/screens/phone.ts';
import { screensWorld } from './testing/screens/world.ts';

const browser = await testBrowser();
const world = await screensWorld();
const { good, better } = await papers();

/** Who plays: a parent with two children or a turn, the other parent, a stranger, the staff of the district. */
const CAST = {
  kk: {
    parent: 'Айгүл',
    child: 'Әлихан',
    second: 'Нұрлан',
    staff: 'Жанар',
    district: 'TSL',
    place: 'Көкшетау қаласы',
  },
  ru: {
    parent: 'Сергей',
    child: 'Артём',
    second: 'Нұрлан',
    staff: 'Ирина',
    district: 'KOK',
    place: 'город Кокшетау',
  },
} as const;

const factsOf = (name: string) => {
  const person = world.people.find(({ first_name }) => first_name === name);
  if (person?.id === undefined) throw new Error(`nobody is called ${name}`);
  const [own = '', ...more] = person.facts?.map(({ value }) => value) ?? [];
  return { id: person.id, own, more, phone: person.phone ?? '' };
};

/** Opens the chat of somebody and logs in by the code of the SMS, up to the menu. */
async function enter(language: 'kk' | 'ru', name: string): Promise<Phone> {
  const { id, own } = factsOf(name);
  const phone = await Phone.open(browser, world, language, id);
  const begun = world.telegram.sim.messages(id).length > 0;
  if (begun) await phone.type('/language');
  else await phone.id('start').click();
  await phone.tap(language === 'kk' ? 'Қазақша' : 'Русский');
  if (begun) {
    await phone.type('/menu');
    await phone.sees({ key: 'menu.choose' });
    return phone;
  }
  await phone.tap({ key: 'hello.agreePhone' });
  await phone.id('reply-button').first().click();
  await phone.id('dialog-ok').click();
  await phone.sees({ key: 'iin.title' });
  await phone.type(own);
  await phone.sees({ key: 'code.title' });
  await phone.id('sms').click();
  await phone.id('use-code').first().click();
  await phone.id('send').click();
  const menu = phone.message({ key: 'menu.choose' });
  const email = phone.message({ key: 'email.why' });
  await menu.or(email).first().waitFor();
  if (await email.isVisible()) await phone.type(`u${id}@mysal.example`);
  await phone.sees({ key: 'menu.choose' });
  return phone;
}

describe.each(['kk', 'ru'] as const)('further screens, in %s', (language) => {
  const { parent, child, second, staff, district, place } = CAST[language];

  it('the place explained and drawn, the family, deadlines for the calendar', {
    timeout: 300_000,
  }, async () => {
    const phone = await enter(language, parent);
    await phone.walk(async () => {
      await phone.look('parent-menu', [{ key: 'menu.choose' }], { wayBack: false });
      await phone.tap({ key: 'menu.applications' });
      await phone.look('parent-journal', [{ key: 'applications.title' }]);
      await phone.tap(child);
      await phone.look('parent-card', [{ key: 'card.registered' }]);
      await phone.tap({ key: 'card.tab.history' });
      await phone.look('parent-history', [{ key: 'history.title' }]);
      await phone.tap({ key: 'card.tab.card' });
      await phone.sees({ key: 'card.registered' });
      await phone.tap({ key: 'menu.position' });
      await phone.look('place', [{ key: 'position.commonHelp' }]);
      await phone.tap({ key: 'moved.button' });
      await phone.look('place-moved', [{ key: 'moved.title' }]);
      await phone.tap({ key: 'moved.period.a' });
      await phone.look('place-moved-all', [
        { key: 'moved.title' },
        `• ${phone.words({ key: 'moved.period.a' })}`,
      ]);
      await phone.tap({ key: 'moved.chart' });
      await phone.look('place-chart', [{ key: 'moved.caption.now' }], { wayBack: false });
      await phone.tap({ key: 'button.home' });
      await phone.tap({ key: 'menu.family' });
      await phone.look('family', [{ key: 'family.title' }]);
      await phone.tap('📅');
      await phone.look('calendar', [{ key: 'family.icsExplain' }]);
      await phone.tap({ key: 'family.icsButton.INTEREST' });
      await phone.look('calendar-file', [{ key: 'family.icsCaption' }], { wayBack: false });
    });
  });

  it('free places near by and subscriptions', { timeout: 300_000 }, async () => {
    const phone = await enter(language, parent);
    await phone.walk(async () => {
      await phone.tap({ key: 'menu.near' });
      await phone.look('near', [{ key: 'near.privacy' }]);
      await phone.tap({ key: 'near.here' });
      await phone.look('near-share', [{ key: 'near.share' }], { wayBack: false });
      await phone.id('reply-button').last().click();
      await phone.sees({ key: 'near.privacy' });
      await phone.tap({ key: 'near.district' });
      await phone.look('near-district', [{ key: 'near.askDistrict' }]);
      await phone.tap(place);
      await phone.look('near-list', [{ key: 'near.from' }]);
      await phone.tap('📅');
      await phone.look('near-year', [{ key: 'near.askYear' }]);
      await phone.tap({ key: 'near.anyYear' });
      await phone.sees({ key: 'near.from' });
      await phone.tap('1. ');
      await phone.look('kindergarten', [{ key: 'near.groups' }]);
      await phone.tap({ key: 'subs.tell' });
      await phone.look('subscribe-year', [{ key: 'subs.askYear' }]);
      await phone.tap('2023');
      await phone.look('subscribe-language', [{ key: 'subs.askLanguage' }]);
      await phone.tap({ key: 'filter.any' });
      await phone.look('subscribe-where', [{ key: 'subs.promise' }]);
      await phone.tap({ key: 'subs.make' });
      await phone.look('subscriptions', [{ key: 'subs.made' }]);
    });
  });

  it('the second parent', { timeout: 300_000 }, async () => {
    const other = await enter(language, second);
    await other.walk(async () => {
      await other.tap({ key: 'menu.settings' });
      await other.tap({ key: 'settings.guardian' });
      await other.look('guardian', [{ key: 'guardian.explain' }]);
      await other.type(factsOf('Айгүл').more[language === 'kk' ? 0 : 1] ?? '');
      await other.look('guardian-joined', [{ key: 'guardian.joined' }]);
    });
    const stranger = await enter(language, 'Дана');
    await stranger.walk(async () => {
      await stranger.type('/menu');
      await stranger.tap({ key: 'menu.settings' });
      await stranger.look('settings', [{ key: 'settings.title' }]);
      await stranger.tap({ key: 'settings.guardian' });
      await stranger.sees({ key: 'guardian.explain' });
      await stranger.type(factsOf(parent).more[language === 'kk' ? 1 : 0] ?? '');
      await stranger.look('guardian-asked', [{ key: 'guardian.askedNext' }]);
    });
    const phone = await enter(language, parent);
    await phone.walk(async () => {
      await phone.look('guardian-notice', [{ key: 'notice.N35.title' }], { wayBack: false });
      await phone.tap({ key: 'notice.button.guardask' });
      await phone.look('guardian-answer', [{ key: 'guardian.askGives' }]);
      await phone.tap({ key: 'guardian.agree' });
      await phone.look('guardian-agreed', [{ key: 'guardian.agreed' }]);
      await phone.tap({ key: 'guardian.takeOut' });
      await phone.look('guardian-out', [{ key: 'guardian.outWarning' }]);
    });
  });

  it('own data', { timeout: 300_000 }, async () => {
    const phone = await enter(language, parent);
    await phone.walk(async () => {
      await phone.type('/privacy');
      await phone.look('privacy', [{ key: 'privacy.chat' }]);
      await phone.tap({ key: 'privacy.mine' });
      await phone.look('privacy-mine', [{ key: 'privacy.mineExplain' }]);
      await phone.tap({ key: 'button.back' });
      await phone.tap({ key: 'privacy.looks' });
      await phone.look('privacy-looks', [{ key: 'privacy.looksExplain' }]);
      await phone.tap({ key: 'button.back' });
      await phone.tap({ key: 'privacy.forget' });
      await phone.look('privacy-forget', [{ key: 'privacy.forgetKept' }]);
    });
  });

  it('the desk: benefits with their pictures, reviews', { timeout: 300_000 }, async () => {
    await claimBenefit(world, district, [good, better]);
    await applyUnproven(world, district);
    const phone = await enter(language, staff);
    await phone.walk(async () => {
      await phone.tap({ key: 'menu.staff' });
      await phone.look('desk', [{ key: 'staff.title' }]);
      await phone.tap('🎖');
      await phone.look('desk-claims', [{ key: 'claims.help' }]);
      await phone.tap('🎖');
      await phone.look('desk-claim', [{ key: 'claims.compare' }]);
      await phone.lookAt('desk-claim-pictures', phone.id('album').last(), { wayBack: false, silent: true });
      await phone.tap({ key: 'claims.decline' });
      await phone.look('desk-claim-decline', [{ key: 'claims.declineWhy' }]);
      await phone.tap({ key: 'button.back' });
      await phone.tap({ key: 'claims.copy' });
      await phone.look('desk-claim-copy', [{ key: 'claims.copyAsk' }]);
      await phone.tap({ key: 'button.back' });
      await phone.tap({ key: 'claims.confirm' });
      await phone.look('desk-claim-confirm', [{ key: 'claims.askEnd' }]);
      await phone.tap({ key: 'button.home' });
      await phone.tap({ key: 'menu.staff' });
      await phone.tap({ key: 'staff.reviews' });
      await phone.look('desk-reviews', [{ key: 'reviews.help' }]);
      await phone.tap('Ерасыл');
      await phone.look('desk-review', [{ key: 'reviews.time' }]);
      await phone.tap({ key: 'reviews.reject' });
      await phone.look('desk-review-reject', [{ key: 'reviews.rejectWhy' }]);
    });
  });

  it('interest, confirmed in time', { timeout: 300_000 }, async () => {
    const phone = await enter(language, 'Ольга');
    await phone.walk(async () => {
      await phone.look('urgent-menu', [{ key: 'menu.until' }], { wayBack: false });
      await phone.tap({ key: 'menu.position' });
      await phone.look('urgent-pick', [{ key: 'pick.choose' }]);
      await phone.tap('Полина');
      await phone.tap({ key: 'moved.button' });
      await phone.tap({ key: 'moved.period.a' });
      await phone.look('urgent-moved', [{ key: 'moved.help' }]);
      await phone.tap({ key: 'button.home' });
      await phone.sees({ key: 'menu.until' });
      await phone.tap({ key: 'menu.urgentButton.INTEREST' });
      await phone.look('interest', [{ key: 'interest.explain' }]);
      // Who has confirmed once is asked no more: the other language comes to the same screen.
      if (language === 'kk') return;
      await phone.tap({ key: 'interest.yes' });
      await phone.look('interest-done', [{ key: 'interest.done' }]);
    });
  });
});
