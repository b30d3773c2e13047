import { beforeAll, describe, expect, it } from 'vitest';
import { testBrowser } from './testing/browser.ts';
import { Phone } from './testing/screens/phone.ts';
import { enter, logInByCode, paperText, toMenu } from './testing/screens/steps.ts';
import { castOf, type RoleName } from './testing/screens/transfer-cast.ts';
import { meansOf } from './testing/screens/transfer-means.ts';
import { transferRegion } from './testing/screens/transfer-region.ts';
import { decides, goes, isTold, leaves, refuses, takes } from './testing/screens/transfer-staff.ts';
import {
  choose,
  logInByKey,
  NOTICE,
  type Stage,
  signByCode,
  signByCodeAfterAll,
  signByKey,
  toWindow,
} from './testing/screens/transfer-steps.ts';
import { screensWorld } from './testing/screens/world.ts';

const browser = await testBrowser();
const worlds = {
  kk: await screensWorld(transferRegion('kk')),
  ru: await screensWorld(transferRegion('ru')),
};
/** Every chapter begins at its own hour, however many taps the one before had. */
const HOURS = {
  place: '2026-11-24T04:00:00Z',
  atOnce: '2026-11-25T06:00:00Z',
  declined: '2026-11-26T04:00:00Z',
  reminded: '2026-11-27T05:30:00Z',
  unanswered: '2026-12-01T04:00:00Z',
  refused: '2026-12-02T04:00:00Z',
  late: '2026-12-03T04:00:00Z',
  lateReminded: '2026-12-04T05:30:00Z',
} as const;
/** Terms end at midnight, when nobody is woken. */
const HALF_A_DAY_MS = 12 * 60 * 60 * 1000;
/** The places in the lists, and the one that moved while others came and went. */
async function waits({ world, phone, child }: Stage): Promise<void> {
  const means = meansOf(world, phone.language);
  await phone.look('s2-joined', [{ key: 'waitlist.joined' }, { key: 'waitlist.lists' }]);
  await phone.tap('🕘 Балапан');
  await phone.look('s2-place', [{ key: 'waitlist.entry.still' }]);
  await phone.tap({ key: 'button.map' });
  await phone.sees({ key: 'waitlist.entry.still' });
  await means.join('large', 'wished');
  await means.leave('next', 'wished');
  await means.leave('third', 'wished');
  await world.moveTo(new Date(HOURS.place));
  await phone.tap({ key: 'button.back' });
  await phone.sees({ key: 'waitlist.lists' });
  await phone.tap('🕘 Балапан');
  await phone.look('s2-place-why', [{ key: 'waitlist.entry.help' }, child]);
}

/** A place for everybody before and for this child: the notice, the menu, the offer. */
async function offered({ world, phone }: Stage): Promise<void> {
  await meansOf(world, phone.language).publish('wished', 3);
  const notice = await phone.look('s2-offer-notice', [{ key: 'notice.N28.title' }], NOTICE);
  await toMenu(phone);
  await phone.look('s2-offer-menu', [{ key: 'menu.until' }], { wayBack: false });
  await phone.tap({ key: 'notice.button.wloffer' }, notice);
  await phone.look('s2-offer', [{ key: 'waitlist.offer.silent' }]);
  await phone.tap({ key: 'waitlist.offer.accept' });
  await phone.look('s2-accept', [{ key: 'waitlist.accept.what' }]);
}

/** «Басқа мектепке дейінгі ұйымға жолдама берілді»: the checklist, the paper, the three tabs. */
async function referred({ world, phone, child }: Stage): Promise<void> {
  await phone.look('s2-transfer', [{ key: 'transfer.issued' }]);
  const { referralNumber, voucherNumber } = await meansOf(world, phone.language).transferOf('main');
  await phone.sees({ key: 'transfer.issued' }, referralNumber, voucherNumber);
  const isPaper = async () => {
    const text = await paperText(world, phone);
    for (const part of [child, referralNumber, voucherNumber, 'Балапан', 'Күншуақ'])
      expect(text).toContain(part);
  };
  const paper = phone.page.locator('.message', { has: phone.id('document') }).last();
  await phone.lookAt('s2-transfer-paper', paper, { wayBack: false });
  await isPaper();
  await phone.tap({ key: 'button.back' });
  await phone.look('s2-application-transfer', [{ key: 'waitlist.bar.TRANSFER' }]);
  await phone.tap({ key: 'card.tab.card' });
  await phone.look('s2-card', [{ key: 'card.registered' }]);
  await phone.tap({ key: 'card.tab.history' });
  await phone.look('s2-history', [{ key: 'history.title' }]);
  await phone.tap({ key: 'card.tab.docs' });
  await phone.look('s2-documents', [{ key: 'documents.title' }]);
  await phone.tap(`1. ${phone.words({ key: 'documents.short.REFERRAL' })}`);
  await phone.look('s2-document-sent', [{ key: 'documents.sent' }], { wayBack: false });
  await isPaper();
}

async function leftOld({ phone }: Stage): Promise<void> {
  await phone.look('s2-left-notice', [{ key: 'notice.N29e.LEFT.title' }], NOTICE);
  await phone.tap({ key: 'notice.button.transfer' });
  await phone.look('s2-left', [{ key: 'transfer.file' }]);
}

async function completed({ phone, child }: Stage): Promise<void> {
  await phone.look('s2-filed-notice', [{ key: 'notice.N29e.FILED.title' }], NOTICE);
  await phone.look('s2-completed-notice', [{ key: 'notice.N16.title' }], NOTICE);
  await toMenu(phone);
  await phone.tap({ key: 'menu.waitlist' });
  await phone.look('s2-lists-completed', [{ key: 'waitlist.what' }]);
  await phone.tap(child);
  await phone.look('s2-application-completed', [{ key: 'waitlist.earlier' }]);
  await phone.tap({ key: 'waitlist.transferButton' });
  await phone.look('s2-completed', [{ key: 'transfer.title' }, '🎉']);
}

/** A place that nobody waits for: joining gives the referral, which is given back. */
async function atOnce({ world, phone, child }: Stage, sign: () => Promise<void>): Promise<void> {
  await phone.tap({ key: 'menu.waitlist' });
  await phone.tap(child);
  await phone.tap({ key: 'waitlist.join' });
  await phone.tap({ key: 'waitlist.info.ok' });
  await phone.look('s2-free-choose', [{ key: 'waitlist.pick.title' }, '🟢']);
  await phone.tap('☐ Айгөлек');
  await phone.tap('☐ Жұлдыз');
  await phone.sees({ key: 'waitlist.pick.title' }, '2');
  await phone.tap({ key: 'waitlist.pick.next' });
  await phone.look('s2-free-summary', [{ key: 'waitlist.sum.what' }, '❗']);
  await sign();
  await phone.look('s2-free-transfer', [{ key: 'transfer.issued' }]);
  const { voucherNumber } = await meansOf(world, phone.language).transferOf('free');
  expect(await paperText(world, phone)).toContain(voucherNumber);
  await phone.tap({ key: 'transfer.cancel.button' });
  await phone.look('s2-cancel', [{ key: 'transfer.cancel.title' }]);
  await phone.tap({ key: 'transfer.cancel.yes' });
  await phone.look('s2-cancelled', [{ key: 'transfer.cancel.done' }]);
  await phone.tap({ key: 'button.back' });
  await phone.look('s2-application-cancelled', [{ key: 'waitlist.lists' }]);
}

/** The offer is declined, the other list is left. */
async function declines({ phone, child }: Stage): Promise<void> {
  await toMenu(phone);
  await phone.tap({ key: 'menu.urgentButton.OFFER', values: { child } });
  await phone.sees({ key: 'waitlist.offer.silent' });
  await phone.tap({ key: 'waitlist.offer.decline' });
  await phone.look('s2-decline', [{ key: 'waitlist.decline.warning' }]);
  await phone.tap({ key: 'waitlist.decline.yes' });
  await phone.look('s2-declined', [{ key: 'waitlist.earlier' }]);
  await phone.tap('🕘 Айгөлек');
  await phone.sees({ key: 'waitlist.entry.title' });
  await phone.tap({ key: 'waitlist.leave.button' });
  await phone.look('s2-leave', [{ key: 'waitlist.leave.warning' }]);
  await phone.tap({ key: 'waitlist.leave.yes' });
  await phone.look('s2-left-list', [{ key: 'waitlist.earlier' }, { key: 'waitlist.status.NONE' }]);
}

/** The offer to which nobody answered. */
async function lapsed({ world, phone }: Stage): Promise<void> {
  await world.moveTo(new Date(HOURS.reminded));
  await phone.look('s2-offer-reminder', [{ key: 'notice.N28r.title' }], NOTICE);
  await world.moveTo(new Date(HOURS.unanswered));
  await phone.look('s2-lapsed-notice', [{ key: 'notice.N28l.title' }], NOTICE);
  await phone.tap({ key: 'notice.button.wl' });
  await phone.look('s2-lapsed', [{ key: 'waitlist.state.LAPSED' }]);
}

async function isRefused({ phone }: Stage): Promise<void> {
  await phone.look('s2-refused-notice', [{ key: 'notice.N29e.LEAVING_REFUSED.title' }], NOTICE);
  await phone.tap({ key: 'notice.button.transfer' });
  await phone.look('s2-refused', [{ key: 'transfer.refusedDo.DEBT' }]);
}

/** Nothing was done in time. */
async function isLate({ world, phone, child }: Stage): Promise<void> {
  const { admitUntil } = await meansOf(world, phone.language).transferOf('late');
  await world.moveTo(new Date(HOURS.lateReminded));
  await phone.look('s2-late-reminder', [{ key: 'notice.N29r.title' }], NOTICE);
  await world.moveTo(new Date(admitUntil.getTime() + HALF_A_DAY_MS));
  await phone.look('s2-late-notice', [{ key: 'notice.N29x.title' }], NOTICE);
  await phone.tap({ key: 'notice.button.transfer' });
  await phone.look('s2-late', [{ key: 'transfer.archived' }]);
  await phone.tap({ key: 'button.back' });
  await phone.look('s2-application-archived', [{ key: 'waitlist.bar.ARCHIVED' }, child]);
  await phone.tap({ key: 'button.back' });
  await phone.look('s2-lists-archived', [{ key: 'waitlist.status.ARCHIVED' }]);
}

const atMenu = ({ phone }: Stage) => phone.sees({ key: 'menu.choose' });

describe.each(['kk', 'ru'] as const)(
  'from one kindergarten to another in the chat page, in %s',
  (language) => {
    const world = worlds[language];
    const cast = castOf(language);
    const means = meansOf(world, language);
    const byCode = language === 'kk';
    const stageOf = (phone: Phone, role: RoleName): Stage => {
      const { iin, child } = cast[role];
      return { world, phone, iin, child };
    };
    /** What somebody does in the own chat. */
    async function play(role: RoleName, steps: (stage: Stage) => Promise<unknown>): Promise<void> {
      const phone = await enter(browser, world, language, cast[role]);
      await phone.walk(async () => {
        await steps(stageOf(phone, role));
      });
    }

    // Whoever is to be told in the chat has one.
    beforeAll(async () => {
      await play('head', atMenu);
      await play('newHead', atMenu);
    }, 60_000);

    it('waits, is offered a place, accepts it and goes over', { timeout: 300_000 }, async () => {
      const { id, iin, child } = cast.main;
      const phone = await Phone.open(browser, world, language, id);
      const stage = stageOf(phone, 'main');
      await phone.walk(async () => {
        await (byCode ? logInByCode(phone, iin) : logInByKey(stage));
        await toWindow(stage);
        await choose(stage);
        await (byCode ? signByCode(stage, 's2-join') : signByKey(stage, 's2-join'));
        await waits(stage);
        await offered(stage);
        await (byCode ? signByKey(stage, 's2-accept') : signByCodeAfterAll(stage, 's2-accept'));
        await referred(stage);
      });
      await play('head', (head) => leaves({ ...head, child }));
      await play('main', leftOld);
      await play('newHead', (head) => takes({ ...head, child }));
      await play('main', completed);
      await play('head', (head) => isTold(head, 's2-moved-notice', 'notice.N36.MOVED.title'));
    });

    it('takes a place that is free at once, and gives it back', { timeout: 300_000 }, async () => {
      await world.moveTo(new Date(HOURS.atOnce));
      await means.publish('free');
      const { id, iin } = cast.free;
      const phone = await Phone.open(browser, world, language, id);
      const stage = stageOf(phone, 'free');
      await phone.walk(async () => {
        await (byCode ? logInByKey(stage) : logInByCode(phone, iin));
        await atOnce(stage, () => (byCode ? signByKey(stage, 's2-free') : signByCode(stage, 's2-free')));
      });
    });

    it('declines a place, leaves a list, does not answer', { timeout: 300_000 }, async () => {
      await world.moveTo(new Date(HOURS.declined));
      await means.join('declines', 'declined', 'second');
      await play('declines', async (stage) => {
        await means.publish('declined');
        await declines(stage);
      });
      await means.join('declines', 'silent');
      await means.publish('silent');
      await play('declines', lapsed);
    });

    it('is not let go by the head, and is by the department', { timeout: 300_000 }, async () => {
      await world.moveTo(new Date(HOURS.refused));
      await means.join('refused', 'refused');
      await means.publish('refused');
      await means.accept('refused', 'refused');
      const { child } = cast.refused;
      await play('refused', atMenu);
      await play('head', async (head) => {
        await refuses({ ...head, child });
        await goes(head, cast.third.child);
      });
      await play('refused', isRefused);
      await play('operator', (operator) => decides({ ...operator, child }));
      await play('head', (head) => isTold(head, 's2-decided-notice', 'notice.N36.LEFT_BY_DEPARTMENT.title'));
    });

    it('is too late', { timeout: 300_000 }, async () => {
      await world.moveTo(new Date(HOURS.late));
      await means.join('late', 'late');
      await means.publish('late');
      await means.accept('late', 'late');
      await play('late', atMenu);
      await play('late', isLate);
      await play('head', (head) => isTold(head, 's2-stays-notice', 'notice.N36.STAYS.title'));
    });
  },
);
