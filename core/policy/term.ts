import type { WorkingCalendar } from '../calendar/working-calendar.ts';
import type { Term } from './presets.ts';

/** The end of a term that an event starts: `3WD` is the end of the third working day after it (DOMAIN §5.1). */
export function termEnd(calendar: WorkingCalendar, event: Date, term: Term): Date {
  const days = Number.parseInt(term, 10);
  return term.endsWith('WD')
    ? calendar.deadlineWorkingDays(event, days)
    : calendar.deadlineCalendarDays(event, days, days >= 28);
}
