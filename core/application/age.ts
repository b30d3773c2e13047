import { addMonths, type CivilDate, civil, daysInMonth, localDate, partsOf } from '../calendar/civil-date.ts';
import type { Policy } from '../policy/policy.ts';
import { Refusal } from '../refusal.ts';

type AgePolicy = Pick<Policy, 'age.maxYears' | 'age.removalMode'>;

/** The day on which the queue ends for a child (T9, K3): by `age.removalMode` after the birthday of `age.maxYears`. */
export function ageLimit(birth: CivilDate, policy: AgePolicy): CivilDate {
  const birthday = addMonths(birth, policy['age.maxYears'] * 12);
  const { year, month } = partsOf(birthday);
  if (policy['age.removalMode'] === 'END_OF_MONTH') {
    return civil(`${birthday.slice(0, 8)}${String(daysInMonth(year, month)).padStart(2, '0')}`);
  }
  const september = civil(`${birthday.slice(0, 4)}-09-01`);
  return birthday <= september ? september : civil(`${year + 1}-09-01`);
}

/** The limit of a child who may still join the queue. Refusal: child.tooOld {limit}. */
export function assertYoungEnough(birth: CivilDate, policy: AgePolicy, at: Date): CivilDate {
  const limit = ageLimit(birth, policy);
  if (limit < localDate(at)) throw new Refusal('child.tooOld', { limit });
  return limit;
}
