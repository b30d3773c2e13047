import { inboxScreen } from '../delivery/inbox-screen.ts';
import { formScreens } from '../form/index.ts';
import { placesScreens } from '../places/index.ts';
import type { Screen } from '../screen.ts';
import { waitlistScreens } from '../waitlist/index.ts';
import { againScreen } from './again.ts';
import { applicationsScreen } from './applications.ts';
import { benefitCategoryScreen, benefitScreen, scansOfScreen } from './benefit.ts';
import { cardScreen } from './card.ts';
import { chooseScreen } from './choose.ts';
import { codeScreen } from './code.ts';
import {
  addEmailScreen,
  addPhoneScreen,
  contactRemoveScreen,
  contactScreen,
  contactsScreen,
} from './contacts.ts';
import { documentsScreen } from './documents.ts';
import { edsLoginScreen } from './eds-login.ts';
import { emailScreen } from './email.ts';
import { esignScreen } from './esign.ts';
import { extendReasonScreen, extendScreen, extendSummaryScreen } from './extend.ts';
import { familyScreen, icsScreen } from './family.ts';
import { freeScreen } from './free.ts';
import { groupScreen } from './group.ts';
import { guardianAskedScreen, guardianScreen } from './guardian.ts';
import {
  guardianAskScreen,
  guardianLeaveScreen,
  guardianOutScreen,
  guardiansScreen,
} from './guardian-owner.ts';
import { helloScreen } from './hello.ts';
import { helpScreen, manualScreen } from './help.ts';
import { historyScreen } from './history.ts';
import { iinScreen } from './iin.ts';
import { languageScreen } from './language.ts';
import { menuScreen } from './menu.ts';
import { phoneScreen } from './phone.ts';
import { pickScreen, statusScreen } from './pick.ts';
import { placeHistoryScreen } from './place-history.ts';
import { positionScreen } from './position.ts';
import { forgetScreen, looksScreen, mineScreen, privacyScreen } from './privacy.ts';
import { proofScreen } from './proof.ts';
import { referralOfScreen, referralScreen } from './referral.ts';
import { referralCancelScreen } from './referral-cancel.ts';
import { scanScreen, scansScreen } from './scans.ts';
import { logoutScreen, notificationsScreen, settingsScreen } from './settings.ts';
import { signScreen } from './sign.ts';
import { declineScreen, interestScreen, undoScreen, withdrawScreen } from './steps.ts';
import { whyScreen } from './why.ts';
import { wishesScreen } from './wishes.ts';

/** The screens of parents, in the order in which one meets them. */
export const parentScreens: readonly Screen[] = [
  ...[languageScreen, helloScreen, phoneScreen, iinScreen, codeScreen, emailScreen],
  ...[edsLoginScreen, againScreen],
  ...[menuScreen, pickScreen, statusScreen, inboxScreen],
  ...[applicationsScreen, familyScreen, icsScreen, cardScreen, historyScreen, documentsScreen, proofScreen],
  ...[benefitScreen, benefitCategoryScreen, scansOfScreen, scansScreen, scanScreen],
  ...[positionScreen, placeHistoryScreen, whyScreen],
  ...[freeScreen, groupScreen, chooseScreen, wishesScreen, signScreen, esignScreen],
  ...placesScreens,
  ...[referralScreen, referralOfScreen, referralCancelScreen],
  ...[extendScreen, extendReasonScreen, extendSummaryScreen],
  ...[interestScreen, declineScreen, withdrawScreen, undoScreen],
  ...waitlistScreens,
  ...formScreens,
  ...[guardianScreen, guardianAskedScreen, guardiansScreen],
  ...[guardianAskScreen, guardianOutScreen, guardianLeaveScreen],
  ...[settingsScreen, notificationsScreen, contactsScreen, contactScreen, contactRemoveScreen],
  ...[addPhoneScreen, addEmailScreen, logoutScreen],
  ...[helpScreen, manualScreen],
  ...[privacyScreen, mineScreen, looksScreen, forgetScreen],
];
