import { describe, expect, it } from 'vitest';
import { texts } from '../../locales/index.ts';
import type { CivilDate } from '../core.ts';
import { forecastText } from './forecast.ts';

const [p50, p80] = ['2027-08-05' as CivilDate, '2027-09-20' as CivilDate];

describe('when the turn may come, in words', () => {
  it('is a range and no promise', () => {
    const kk = forecastText({ p50, p80, weeks: 104 }, texts('kk'));
    expect(kk).toContain('5 тамыз 2027 ж. – 20 қыркүйек 2027 ж. аралығында келуі мүмкін');
    expect(kk).toContain('уәде емес');
    expect(kk).toContain('соңғы 24 айда');
    const ru = forecastText({ p50, p80, weeks: 52 }, texts('ru'));
    expect(ru).toContain('5 августа 2027 г. – 20 сентября 2027 г.');
    expect(ru).toContain('не обещание');
    expect(ru).toContain('последние 12 мес.');
  });

  it('is one day where the places are published already', () => {
    expect(forecastText({ p50, p80: p50, weeks: 104 }, texts('kk'))).toContain('күн: 5 тамыз 2027 ж.');
    expect(forecastText({ p50, p80: p50, weeks: 104 }, texts('ru'))).toContain('подойти: 5 августа 2027 г.');
  });

  it('says why it is not known, and nothing where that is plain', () => {
    for (const language of ['kk', 'ru'] as const) {
      const said = (['LITTLE_HISTORY', 'NOT_BEFORE_AGE_LIMIT'] as const).map((none) =>
        forecastText({ none }, texts(language)),
      );
      expect(new Set(said).size).toBe(2);
      expect(said.every((text) => text.length > 20 && !/\d/.test(text))).toBe(true);
      expect(forecastText({ none: 'NOT_COUNTED' }, texts(language))).toBe('');
      expect(forecastText({ none: 'TURN_IS_OPEN' }, texts(language))).toBe('');
    }
  });
});
