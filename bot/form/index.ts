import type { Screen } from '../screen.ts';
import { addressPartScreen, addressScreen } from './address.ts';
import { applicantScreen } from './applicant.ts';
import { barredScreen } from './barred.ts';
import { childBenefitScreen } from './benefit.ts';
import { categoryScreen } from './category.ts';
import { childDropScreen, childScreen } from './child.ts';
import { childIinScreen } from './child-iin.ts';
import { childNameScreen } from './child-name.ts';
import { childrenScreen } from './children.ts';
import { claimOfFormScreen } from './claim.ts';
import { districtScreen } from './district.ts';
import { doneScreen } from './done.ts';
import { homePointScreen, homeScreen } from './home.ts';
import { introScreen } from './intro.ts';
import { childLanguageScreen } from './language.ts';
import { anewScreen, queueScreen } from './queue.ts';
import { summaryScreen } from './summary.ts';

/** The form by which a child is put in the queue (S1 steps 6–13), in its order. */
export const formScreens: readonly Screen[] = [
  ...[queueScreen, anewScreen, districtScreen, introScreen],
  ...[applicantScreen, addressScreen, addressPartScreen],
  ...[childIinScreen, barredScreen, childrenScreen, childScreen, childDropScreen, childNameScreen],
  ...[childBenefitScreen, categoryScreen, claimOfFormScreen, childLanguageScreen],
  ...[homeScreen, homePointScreen, summaryScreen, doneScreen],
];
