import { addDays, at, localDate, localTime } from '../calendar/civil-date.ts';

/** Nobody is woken between these local times (DOMAIN §9). Both are the same all over Kazakhstan. */
export const quietHours = { from: '22:00', to: '07:00' } as const;

/** A legal notice is worth waking somebody when less than this is left (DOMAIN §9). */
const URGENT_MS = 12 * 60 * 60 * 1000;

/** The first moment from `moment` on at which people may be written to: `moment` itself, or 07:00. */
export function awakeFrom(moment: Date): Date {
  const time = localTime(moment);
  if (time < quietHours.to) return at(localDate(moment), quietHours.to);
  if (time >= quietHours.from) return at(addDays(localDate(moment), 1), quietHours.to);
  return moment;
}

/** Less than 12 hours to a deadline that has not passed. */
export function isUrgent(moment: Date, deadline: Date): boolean {
  const left = deadline.getTime() - moment.getTime();
  return left >= 0 && left < URGENT_MS;
}
