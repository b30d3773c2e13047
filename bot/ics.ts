import ical, { ICalAlarmType, ICalCalendarMethod } from 'ical-generator';
import type { Texts } from '../locales/index.ts';
import type { ApplicationDeadline } from './core.ts';

export interface CalendarContent {
  readonly childName: string;
  /** The last four of the application's number. */
  readonly digits: string;
  readonly deadlines: readonly ApplicationDeadline[];
}

const HOUR_S = 3600;
const LASTS_MS = 30 * 60_000;

/**
 * Deadlines as a calendar file (RFC 5545), in UTC: a phone shows them in its own zone. Each ends at its last moment and
 * reminds a day and three hours before. A deadline keeps its id, so that a file taken again replaces what is there.
 */
export function calendarFile({ childName, digits, deadlines }: CalendarContent, now: Date, t: Texts): string {
  const calendar = ical({
    name: t.plain('signPage.brand'),
    prodId: { company: 'Kezek', product: 'Kezek', language: t.language === 'kk' ? 'KK' : 'RU' },
    method: ICalCalendarMethod.PUBLISH,
  });
  for (const { id, kind, at } of deadlines) {
    const what = t.plain(`ics.${kind}`);
    const event = calendar.createEvent({
      id: `${id}@kezek`,
      stamp: now,
      start: new Date(at.getTime() - LASTS_MS),
      end: at,
      summary: t.plain('ics.summary', { what, child: childName, digits }),
      description: t.plain('ics.about', { digits }),
    });
    for (const trigger of [24 * HOUR_S, 3 * HOUR_S]) {
      event.createAlarm({ type: ICalAlarmType.display, trigger, description: what });
    }
  }
  return calendar.toString();
}
