import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import kk from '../../locales/calendar.kk.json' with { type: 'json' };
import ru from '../../locales/calendar.ru.json' with { type: 'json' };
import { addDays, at, civil } from './civil-date.ts';
import {
  countInWords,
  dateInWords,
  dateTimeInWords,
  dateWithoutWeekday,
  dayAndMonth,
  holidayName,
  remainingInWords,
  shortDate,
  shortDateTime,
  shortWeekday,
  weekdayAndTime,
  weekdayName,
} from './format.ts';

const day = civil('2026-03-27');
const evening = at(day, '18:00');

describe('dates in words', () => {
  it('are written as each language writes them', () => {
    expect(dateInWords(day, 'kk')).toBe('27 наурыз 2026 ж., жұма');
    expect(dateInWords(day, 'ru')).toBe('пятница, 27 марта 2026 г.');
    expect(dateTimeInWords(evening, 'kk')).toBe('27 наурыз 2026 ж., жұма, 18:00');
    expect(dateTimeInWords(evening, 'ru')).toBe('пятница, 27 марта 2026 г., 18:00');
    expect(dateWithoutWeekday(civil('2023-05-04'), 'kk')).toBe('4 мамыр 2023 ж.');
    expect(dateWithoutWeekday(civil('2023-05-04'), 'ru')).toBe('4 мая 2023 г.');
    expect(dayAndMonth(day, 'kk')).toBe('27 наурыз');
    expect(dayAndMonth(day, 'ru')).toBe('27 марта');
    expect(shortDate(day)).toBe('27.03.2026');
    expect(shortDateTime(evening)).toBe('27.03.2026 18:00');
    expect([weekdayName(day, 'kk'), weekdayName(day, 'ru')]).toEqual(['жұма', 'пятница']);
    expect(weekdayAndTime(evening, 'kk')).toBe('жұма, 18:00');
    expect([shortWeekday(day, 'kk'), shortWeekday(day, 'ru')]).toEqual(['жм', 'пт']);
  });

  it('show a deadline of the end of a day as 23:59 of that day', () => {
    const deadline = new Date('2026-03-27T18:59:59.999Z');
    expect(dateTimeInWords(deadline, 'ru')).toBe('пятница, 27 марта 2026 г., 23:59');
  });

  it('have a month and a weekday for every day, in both languages', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), (n) => {
        const date = addDays(civil('1990-01-01'), n);
        for (const language of ['kk', 'ru'] as const) {
          expect(dateInWords(date, language)).not.toMatch(/undefined|\{|\}/);
        }
      }),
    );
  });

  it('name the holidays', () => {
    expect(holidayName('nauryz', 'kk')).toBe('Наурыз мейрамы');
    expect(holidayName('kurbanAit', 'ru')).toBe('Первый день Курбан-айта');
  });
});

describe('counts in words', () => {
  it('decline in Russian and do not in Kazakh', () => {
    const ruWords = [0, 1, 2, 5, 11, 12, 14, 21, 22, 111, 101].map((n) =>
      countInWords(n, 'workingDay', 'ru'),
    );
    expect(ruWords).toEqual([
      '0 рабочих дней',
      '1 рабочий день',
      '2 рабочих дня',
      '5 рабочих дней',
      '11 рабочих дней',
      '12 рабочих дней',
      '14 рабочих дней',
      '21 рабочий день',
      '22 рабочих дня',
      '111 рабочих дней',
      '101 рабочий день',
    ]);
    expect([1, 2, 5].map((n) => countInWords(n, 'workingDay', 'kk'))).toEqual([
      '1 жұмыс күні',
      '2 жұмыс күні',
      '5 жұмыс күні',
    ]);
  });

  it('decline as the language data of Node does', () => {
    const rules = new Intl.PluralRules('ru');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), (n) => {
        const form = rules.select(n) as 'one' | 'few' | 'many';
        expect(countInWords(n, 'day', 'ru')).toBe(ru.count.day[form].replace('{{n}}', String(n)));
      }),
    );
  });
});

describe('time remaining', () => {
  const left = (minutes: number, language: 'kk' | 'ru'): string =>
    remainingInWords(new Date(evening.getTime() - minutes * 60_000), evening, language);

  it('names the two largest parts', () => {
    expect(left(2 * 1440 + 3 * 60 + 59, 'ru')).toBe('2 дня 3 часа');
    expect(left(2 * 1440 + 3 * 60 + 59, 'kk')).toBe('2 күн 3 сағат');
    expect(left(1440, 'ru')).toBe('1 день');
    expect(left(5 * 60 + 21, 'ru')).toBe('5 часов 21 минута');
    expect(left(60, 'kk')).toBe('1 сағат');
    expect(left(1, 'ru')).toBe('1 минута');
    expect(left(0.5, 'kk')).toBe('бір минуттан аз');
    expect(left(0, 'ru')).toBe('меньше минуты');
    expect(left(-0.5, 'ru')).toBe('срок истёк');
    expect(left(-1, 'kk')).toBe('мерзімі өтті');
  });
});

describe('the words themselves', () => {
  const keys = (value: unknown, path = ''): string[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => keys(inner, `${path}.${key}`))
      : [path];

  it('are the same set in both languages', () => {
    expect(keys(kk)).toEqual(keys(ru));
  });
});
