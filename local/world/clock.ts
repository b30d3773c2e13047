import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addDays, addMonths, at, localDate } from '../../core/calendar/civil-date.ts';
import { createWorkingCalendar } from '../../core/calendar/working-calendar.ts';
import type { Clock } from '../../core/clock.ts';

/** A clock that runs with the machine's, some time ahead of it. How far survives a restart. */
export interface MovableClock extends Clock {
  /** Moves on to `target`; never back, because what happened has happened. */
  moveTo(target: Date): void;
}

/** Where a button of the chat page moves the clock to. */
export interface ClockAction {
  readonly name: string;
  readonly label: { readonly kk: string; readonly ru: string };
  readonly target: (now: Date) => Date;
}

/** `dataDir` keeps `clock.json`; undefined keeps nothing. */
export function movableClock(dataDir: string | undefined): MovableClock {
  const file = dataDir === undefined ? undefined : join(dataDir, 'clock.json');
  let aheadMs = file === undefined ? 0 : readAhead(file);
  const now = () => new Date(Date.now() + aheadMs);
  return {
    now,
    moveTo: (target) => {
      aheadMs = Math.max(aheadMs, target.getTime() - Date.now());
      if (dataDir === undefined || file === undefined) return;
      mkdirSync(dataDir, { recursive: true });
      writeFileSync(`${file}.new`, JSON.stringify({ aheadMs }));
      renameSync(`${file}.new`, file);
    },
  };
}

const calendar = createWorkingCalendar();

/** In the order of the buttons. */
export const clockActions: readonly ClockAction[] = [
  {
    name: 'hour',
    label: { kk: '+1 сағат', ru: '+1 час' },
    target: (now) => new Date(now.getTime() + 3_600_000),
  },
  {
    name: 'morning',
    label: { kk: 'Ертең, 07:00', ru: 'Завтра, 07:00' },
    target: (now) => at(addDays(localDate(now), 1), '07:00'),
  },
  {
    name: 'working-day',
    label: { kk: 'Келесі жұмыс күні, 10:00', ru: 'Следующий рабочий день, 10:00' },
    target: (now) => at(calendar.nextWorkingDay(localDate(now)), '10:00'),
  },
  {
    name: 'year',
    label: { kk: '+12 ай', ru: '+12 месяцев' },
    target: (now) =>
      new Date(
        now.getTime() +
          at(addMonths(localDate(now), 12), '00:00').getTime() -
          at(localDate(now), '00:00').getTime(),
      ),
  },
];

/** A file that cannot be read is as good as none: the clock then shows the machine's time. */
function readAhead(file: string): number {
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const ahead = typeof kept === 'object' && kept !== null && 'aheadMs' in kept ? Number(kept.aheadMs) : 0;
    return Number.isFinite(ahead) ? Math.max(0, ahead) : 0;
  } catch {
    return 0;
  }
}
