import { expect, it } from 'vitest';
import kk from '../../locales/calendar.kk.json' with { type: 'json' };
import ru from '../../locales/calendar.ru.json' with { type: 'json' };
import { civilDateOf } from './civil-date.ts';
import { dateWithoutWeekday } from './format.ts';
import { readCivilDate } from './read-date.ts';

it.each([
  ['12.03.2026', '2026-03-12'],
  [' 12.3.26 ', '2026-03-12'],
  ['12/03/2026', '2026-03-12'],
  ['12-03-2026', '2026-03-12'],
  ['12, 03, 2026', '2026-03-12'],
  ['12 03 2026', '2026-03-12'],
  ['2026-03-12', '2026-03-12'],
  ['12.03.2026 ж.', '2026-03-12'],
  ['12.03.2026г', '2026-03-12'],
  ['12 наурыз 2026 ж.', '2026-03-12'],
  ['«12» Наурыз 2026 жыл', '2026-03-12'],
  ['12 марта 2026 года', '2026-03-12'],
  ['29.02.2028', '2028-02-29'],
])('reads «%s»', (text, date) => {
  expect(readCivilDate(text)).toBe(date);
});

it.each([
  '',
  '12.03',
  '31.02.2026',
  '29.02.2026',
  '12.13.2026',
  '12 марс 2026 кеш',
  'кеше',
  '120326',
  '12 foo 2026',
])('does not take «%s» for a date', (text) => {
  expect(readCivilDate(text)).toBeUndefined();
});

it('reads every month as our own texts write it', () => {
  expect(Object.keys(kk.month)).toHaveLength(12);
  expect(Object.keys(ru.month)).toHaveLength(12);
  for (let month = 1; month <= 12; month += 1) {
    const date = civilDateOf(2027, month, 9);
    if (date === undefined) throw new Error('no date');
    for (const language of ['kk', 'ru'] as const)
      expect(readCivilDate(dateWithoutWeekday(date, language))).toBe(date);
  }
});
