import type { Screen } from '../screen.ts';
import { nearFindScreen } from './find.ts';
import { houseScreen } from './house.ts';
import { nearListScreen, nearYearScreen } from './list.ts';
import { nearDistrictScreen, nearHereScreen, nearScreen } from './near.ts';
import { subscribeLanguageScreen, subscribeWhereScreen, subscribeYearScreen } from './subscribe.ts';
import { subscriptionsScreen } from './subscriptions.ts';

/** Looking for kindergartens and being told of free places, in the order in which one meets the screens. */
export const placesScreens: readonly Screen[] = [
  ...[nearScreen, nearHereScreen, nearDistrictScreen, nearListScreen, nearYearScreen, nearFindScreen],
  ...[houseScreen, subscribeYearScreen, subscribeLanguageScreen, subscribeWhereScreen, subscriptionsScreen],
];
