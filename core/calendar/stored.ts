import type { WriteTx } from '../db/db.ts';
import { civil } from './civil-date.ts';
import { governmentSwaps } from './kazakhstan.ts';
import { createWorkingCalendar, type WorkingCalendar } from './working-calendar.ts';

let built: { key: string; calendar: WorkingCalendar } | undefined;

/** The working calendar with the overrides that staff keep in `calendar_override` over the Government's known swaps. */
export async function calendarIn(tx: WriteTx): Promise<WorkingCalendar> {
  const rows = await tx.$queryRaw<{ day: string; is_working: boolean; basis: string }[]>`
    SELECT day::text, is_working, basis FROM calendar_override ORDER BY day`;
  const key = JSON.stringify(rows);
  if (built?.key !== key) {
    const kept = rows.map((row) => ({ date: civil(row.day), isWorking: row.is_working, basis: row.basis }));
    built = { key, calendar: createWorkingCalendar([...governmentSwaps, ...kept]) };
  }
  return built.calendar;
}
