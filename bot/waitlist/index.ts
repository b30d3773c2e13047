import type { Screen } from '../screen.ts';
import { waitlistAcceptScreen } from './accept.ts';
import { waitlistScreen } from './application.ts';
import { transferCancelScreen } from './cancel.ts';
import { waitlistDeclineScreen } from './decline.ts';
import { waitlistEntryScreen } from './entry.ts';
import { waitlistLeaveScreen } from './leave.ts';
import { waitlistsScreen } from './list.ts';
import { waitlistOfferOfScreen, waitlistOfferScreen } from './offer.ts';
import { waitlistPickScreen } from './pick.ts';
import { waitlistSummaryScreen } from './summary.ts';
import { waitlistTermsScreen } from './terms.ts';
import { transferScreen } from './transfer.ts';

/** «Күту тізімі» (S2): from one kindergarten to another. */
export const waitlistScreens: readonly Screen[] = [
  ...[waitlistsScreen, waitlistScreen, waitlistEntryScreen, waitlistLeaveScreen],
  ...[waitlistTermsScreen, waitlistPickScreen, waitlistSummaryScreen],
  ...[waitlistOfferScreen, waitlistOfferOfScreen, waitlistAcceptScreen, waitlistDeclineScreen],
  ...[transferScreen, transferCancelScreen],
];
