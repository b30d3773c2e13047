import { addDays, at, type CivilDate, localDate } from '../calendar/civil-date.ts';
import { hoursAfter, type WorkingCalendar } from '../calendar/working-calendar.ts';

export type TimerKind =
  | 'TURN_WINDOW'
  | 'SELF_CANCEL'
  | 'SHOW_UP'
  | 'EXTENSION'
  | 'STOP_LIST'
  | 'INTEREST'
  | 'AGE_LIMIT'
  | 'BENEFIT'
  | 'BENEFIT_COPY'
  | 'GUARDIAN'
  | 'WAITLIST_OFFER'
  | 'TRANSFER';

const MORNING = '10:00';

/**
 * The moments at which a parent is reminded of a deadline, in order, each strictly between its start and its end
 * (DOMAIN §5.4, column "Reminders").
 */
export function reminderMoments(
  kind: TimerKind,
  start: Date,
  deadline: Date,
  calendar: WorkingCalendar,
): Date[] {
  const moments = momentsOf(kind, start, deadline, calendar);
  return moments
    .filter((moment) => moment > start && moment < deadline)
    .sort((a, b) => a.getTime() - b.getTime());
}

/** When the timer must wake next, seen from `now`: the next reminder, or the deadline itself. */
export function nextDue(
  kind: TimerKind,
  start: Date,
  deadline: Date,
  now: Date,
  calendar: WorkingCalendar,
): Date {
  return reminderMoments(kind, start, deadline, calendar).find((moment) => moment > now) ?? deadline;
}

function momentsOf(kind: TimerKind, start: Date, deadline: Date, calendar: WorkingCalendar): Date[] {
  const last = localDate(deadline);
  const daysBefore = (days: readonly number[]) => days.map((n) => at(addDays(last, -n), MORNING));
  switch (kind) {
    case 'TURN_WINDOW':
    case 'WAITLIST_OFFER':
      return [
        at(calendar.nextWorkingDay(localDate(start)), MORNING),
        at(last, MORNING),
        hoursAfter(deadline, -3),
      ];
    case 'SELF_CANCEL':
      return [hoursAfter(deadline, -3)];
    case 'SHOW_UP': {
      const nth = (n: number): CivilDate => calendar.addWorkingDays(localDate(start), n);
      return [at(nth(1), '09:00'), at(nth(3), '09:00'), at(last, '09:00')];
    }
    case 'EXTENSION':
      return daysBefore([7, 3, 1]);
    case 'STOP_LIST':
      return [];
    case 'INTEREST':
      return daysBefore([60, 30, 14, 7, 3, 1]);
    case 'AGE_LIMIT':
      return daysBefore([90, 30]);
    case 'BENEFIT':
      return daysBefore([14, 3]);
    case 'BENEFIT_COPY':
      return daysBefore([1]);
    case 'TRANSFER':
      return workingMornings(start, last, calendar);
    case 'GUARDIAN':
      return [];
  }
}

/** T8: a checklist is asked for on every working day of its term, the last one included. */
function workingMornings(start: Date, last: CivilDate, calendar: WorkingCalendar): Date[] {
  const mornings: Date[] = [];
  for (let day = calendar.nextWorkingDay(localDate(start)); day <= last; day = calendar.nextWorkingDay(day))
    mornings.push(at(day, MORNING));
  return mornings;
}
