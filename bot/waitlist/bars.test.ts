import { describe, expect, test } from 'vitest';
import { texts } from '../../locales/index.ts';
import type { ApplicationId, TransferId, WaitlistBar, WaitlistSummary, WaitlistView } from '../core.ts';
import { render } from './application.ts';
import { statusText } from './words.ts';

const NOW = new Date('2026-11-23T05:00:00Z');
const ID = '0195a6f0-0000-7000-8000-000000000001';

const view = (more: Partial<WaitlistView> = {}): WaitlistView => ({
  applicationId: ID as ApplicationId,
  role: 'OWNER',
  number: 'AKM-TSL-2023-004512',
  childName: 'Айша',
  district: { kk: 'Целиноград ауданы', ru: 'Целиноградский район' },
  birthYear: 2022,
  attends: { kk: '«Балдырған» балабақшасы', ru: 'Детский сад «Балдырған»' },
  lists: 0,
  status: 'NONE',
  deadline: null,
  canSign: true,
  bar: null,
  terms: {
    answer: '2WD',
    admission: '5WD',
    safe: true,
    onExpire: 'ARCHIVE',
    maxKindergartens: 4,
    order: 'CLASSES',
    siblingsFirst: false,
  },
  entries: [],
  transfer: null,
  ...more,
});

const BARS: Record<WaitlistBar, readonly [kk: string, ru: string]> = {
  OFF: ['күту тізімі жүргізілмейді', 'лист ожидания не ведётся'],
  NOT_ATTENDING: ['барып жүрген бала ғана', 'только ребёнок, который ходит'],
  ARCHIVED: ['Өтініш мұрағатта', 'Заявление в архиве'],
  TRANSFER: ['ауысып жатыр', 'Идёт перевод'],
  HAS_REFERRAL: ['басқа өтініш бойынша жолдама', 'направление по другому заявлению'],
  ANSWER_FIRST: ['жауабыңыз күтіледі', 'Ждём вашего ответа'],
  FULL: ['саны: 4', 'Наибольшее число листов одновременно – 4'],
  ONLY_OWNER: ['бірінші берген ата-ана', 'родитель, который подал заявление'],
};

describe('«Күту тізіміне тұру»', () => {
  test.each(Object.entries(BARS))('says why not when %s, and offers no button', (bar, [kk, ru]) => {
    for (const [language, said] of [
      ['kk', kk],
      ['ru', ru],
    ] as const) {
      const t = texts(language);
      const { text, keyboard } = render({ view: view({ bar: bar as WaitlistBar }), now: NOW }, t);
      expect(text).toContain(said);
      expect(keyboard.flat().map((button) => button.text)).not.toContain(t.plain('waitlist.join'));
    }
  });

  test('is offered where nothing bars it', () => {
    const { keyboard } = render({ view: view(), now: NOW }, texts('kk'));
    expect(keyboard.flat().map((button) => button.text)).toContain('➕ Күту тізіміне тұру');
  });
});

describe('how an application stands', () => {
  const summary = (more: Partial<WaitlistSummary>): string => statusText(view(more), texts('kk'));

  test('is told with the deadline where one runs', () => {
    const deadline = new Date('2026-11-25T18:59:59Z');
    expect(summary({ status: 'PLACE_AVAILABLE', deadline })).toContain('25 қараша 2026 ж., сәрсенбі, 23:59');
    expect(summary({ status: 'TRANSFER', deadline })).toContain('Рәсімдеу мерзімі');
    expect(summary({ status: 'TRANSFER', deadline: null })).toBe('🔄 Басқа балабақшаға ауысуда');
    expect(summary({ status: 'WAITING', lists: 3 })).toContain('<b>3</b>');
  });

  test('tells of the last transfer what came of it', () => {
    const name = { kk: '«Жұлдыз» балабақшасы', ru: 'Детский сад «Жұлдыз»' };
    const transfer = {
      id: ID as TransferId,
      state: 'FAILED',
      to: name,
      from: name,
      endedAt: NOW,
    } as unknown as NonNullable<WaitlistView['transfer']>;
    const { text } = render({ view: view({ transfer, status: 'ARCHIVED' }), now: NOW }, texts('ru'));
    expect(text).toContain('Приём не оформлен в срок');
    expect(text).toContain('Заявление в архиве');
  });
});
