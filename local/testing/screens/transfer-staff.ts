import type { TextKey } from '../../../locales/index.ts';
import { toMenu } from './steps.ts';
import { NOTICE, type Stage } from './transfer-steps.ts';

const NOTES = { kk: 'Қараша айының төлемі түспеген', ru: 'Нет оплаты за ноябрь' } as const;

/** The present kindergarten registers that the child leaves. */
export async function leaves({ phone, child }: Stage): Promise<void> {
  await phone.look('s2-leaving-notice', [{ key: 'notice.N36.LEAVING.title' }], NOTICE);
  await toMenu(phone);
  await phone.tap({ key: 'menu.staff' });
  await phone.look('s2-desk-head', [{ key: 'staff.title' }]);
  await phone.tap({ key: 'leaving.button' });
  await phone.look('s2-leavings', [{ key: 'leaving.help' }]);
  await phone.tap(child);
  await phone.look('s2-leaving', [{ key: 'leaving.notFiled' }, child]);
  await phone.tap({ key: 'leaving.confirm' });
  await phone.look('s2-leaving-ask', [{ key: 'leaving.confirmAsk' }]);
  await phone.tap({ key: 'leaving.confirmYes' });
  await phone.look('s2-leaving-done', [{ key: 'leaving.confirmed' }]);
}

/** The new one takes the papers, and the child. */
export async function takes({ phone, child }: Stage): Promise<void> {
  await phone.look('s2-referral-notice', [{ key: 'notice.N36.NEW.title' }], NOTICE);
  await toMenu(phone);
  await phone.tap({ key: 'menu.staff' });
  await phone.tap({ key: 'staff.referrals' });
  await phone.look('s2-referrals', [{ key: 'staff.chooseReferral' }]);
  await phone.tap(child);
  await phone.look('s2-referral', [{ key: 'staff.transfer' }, child]);
  await phone.tap({ key: 'staff.arrived' });
  await phone.look('s2-referral-arrived', [{ key: 'staff.arrivedHelp' }]);
  await phone.tap({ key: 'staff.accept' });
  await phone.look('s2-referral-ask', [{ key: 'staff.acceptAskTransfer' }]);
  await phone.tap({ key: 'staff.acceptYes' });
  await phone.look('s2-referral-done', [{ key: 'staff.accepted' }]);
}

/** The head says no, with words of her own. */
export async function refuses({ phone, child }: Stage): Promise<void> {
  await phone.tap({ key: 'menu.staff' });
  await phone.tap({ key: 'leaving.button' });
  await phone.tap(child);
  await phone.sees({ key: 'leaving.notFiled' }, child);
  await phone.tap({ key: 'leaving.refuse' });
  await phone.look('s2-refuse', [{ key: 'leaving.why' }]);
  await phone.tap({ key: 'reason.DEBT' });
  await phone.look('s2-refuse-reason', [{ key: 'leaving.refuseAsk' }]);
  await phone.type(NOTES[phone.language]);
  await phone.look('s2-refuse-note', [{ key: 'leaving.refuseAsk' }, NOTES[phone.language]]);
  await phone.tap({ key: 'leaving.refuseYes' });
  await phone.look('s2-refuse-done', [{ key: 'leaving.refused' }]);
}

/** The department decides for the child. */
export async function decides({ phone, child }: Stage): Promise<void> {
  await phone.tap({ key: 'menu.staff' });
  await phone.look('s2-desk-operator', [{ key: 'staff.title' }]);
  await phone.tap({ key: 'leaving.disputed' });
  await phone.look('s2-disputes', [{ key: 'leaving.disputedHelp' }]);
  await phone.tap(child);
  await phone.look('s2-dispute', [{ key: 'leaving.notFiled' }, child]);
  await phone.tap({ key: 'leaving.confirm' });
  await phone.look('s2-dispute-ask', [{ key: 'leaving.confirmAsk' }]);
  await phone.tap({ key: 'leaving.confirmYes' });
  await phone.look('s2-dispute-done', [{ key: 'leaving.confirmed' }]);
}

/** The head tells of a child that has gone for good. */
export async function goes({ phone }: Stage, name: string): Promise<void> {
  await toMenu(phone);
  await phone.tap({ key: 'menu.staff' });
  await phone.tap({ key: 'leaving.kids' });
  await phone.look('s2-kids', [{ key: 'leaving.kidsHelp' }]);
  await phone.tap(name);
  await phone.look('s2-gone', [{ key: 'leaving.goneWhy' }]);
  await phone.tap({ key: 'reason.MOVED' });
  await phone.look('s2-gone-ask', [{ key: 'leaving.goneAsk' }]);
  await phone.tap({ key: 'leaving.goneYes' });
  await phone.look('s2-gone-done', [{ key: 'leaving.goneDone' }]);
}

export const isTold = ({ phone }: Stage, picture: string, title: TextKey) =>
  phone.look(picture, [{ key: title }], NOTICE);
