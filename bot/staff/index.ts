import type { Screen } from '../screen.ts';
import { attendingScreen, departureConfirmScreen, departureScreen } from './attending.ts';
import { castConfirmScreen, castControlScreen, castPreviewScreen, castStopScreen } from './cast-send.ts';
import { castAudienceScreen, castFilterScreen, castKazakhScreen, castRussianScreen } from './cast-write.ts';
import { claimCopyScreen, claimScreen, claimsScreen } from './claims.ts';
import { claimConfirmedScreen, claimConfirmScreen } from './claims-confirm.ts';
import { claimDeclinedScreen, claimDeclineScreen } from './claims-decline.ts';
import { deskScreen, gardensScreen, groupsScreen } from './desk.ts';
import { disputeDistrictsScreen, disputesScreen } from './disputes.ts';
import { leavingConfirmScreen, leavingScreen, leavingsScreen } from './leaving.ts';
import { leavingRefuseConfirmScreen, leavingRefuseScreen } from './leaving-refuse.ts';
import { linkDecisionScreen, linkScreen, linksScreen } from './links.ts';
import {
  groupScreen,
  publishScreen,
  withdrawConfirmScreen,
  withdrawReasonScreen,
  withdrawScreen,
} from './places.ts';
import { acceptScreen, referralScreen, referralsScreen } from './referrals.ts';
import { refuseConfirmScreen, refuseScreen } from './refuse.ts';
import { restoreConfirmScreen, restoreScreen, restoreWhyScreen } from './restore.ts';
import { reviewApproveScreen, reviewScreen, reviewsScreen } from './reviews.ts';
import { reviewRejectConfirmScreen, reviewRejectScreen } from './reviews-reject.ts';

/** The screens of the desk, with access STAFF. What a person may do there is decided by core, action by action. */
export const staffScreens: readonly Screen[] = [
  deskScreen,
  gardensScreen,
  groupsScreen,
  groupScreen,
  publishScreen,
  withdrawScreen,
  withdrawReasonScreen,
  withdrawConfirmScreen,
  restoreScreen,
  restoreWhyScreen,
  restoreConfirmScreen,
  linksScreen,
  linkScreen,
  linkDecisionScreen,
  reviewsScreen,
  reviewScreen,
  reviewApproveScreen,
  reviewRejectScreen,
  reviewRejectConfirmScreen,
  referralsScreen,
  referralScreen,
  acceptScreen,
  refuseScreen,
  refuseConfirmScreen,
  leavingsScreen,
  leavingScreen,
  leavingConfirmScreen,
  leavingRefuseScreen,
  leavingRefuseConfirmScreen,
  attendingScreen,
  departureScreen,
  departureConfirmScreen,
  disputeDistrictsScreen,
  disputesScreen,
  claimsScreen,
  claimScreen,
  claimCopyScreen,
  claimConfirmScreen,
  claimConfirmedScreen,
  claimDeclineScreen,
  claimDeclinedScreen,
  castKazakhScreen,
  castRussianScreen,
  castAudienceScreen,
  castFilterScreen,
  castPreviewScreen,
  castConfirmScreen,
  castControlScreen,
  castStopScreen,
];
