import { describe, expect, test } from 'vitest';
import { texts } from '../../locales/index.ts';
import type { ApplicationCard, PlaceExplained, PlaceStep } from '../core.ts';
import { botStage } from '../testing/stage.ts';
import { caption } from './place-chart.ts';
import { render } from './place-history.ts';

const stage = await botStage();
const { world } = stage;

const card = { id: world.random(), childName: 'Айша', number: 'AKM-TSL-2026-004512' } as ApplicationCard;
const at = new Date('2026-11-20T05:00:00Z');
const now = new Date('2026-11-23T05:00:00Z');
const step = (from: number, to: number, cause: PlaceStep['cause'], children: number): PlaceStep => ({
  from,
  to,
  cause,
  own: false,
  children,
  at,
});

function shown(steps: readonly PlaceStep[], language: 'kk' | 'ru', causes: PlaceExplained['causes'] = []) {
  const explained = {
    since: new Date('2026-10-24T05:00:00Z'),
    from: steps[0]?.from ?? 118,
    to: steps.at(-1)?.to ?? 118,
    steps,
    causes,
  };
  return render({ card, explained, period: 'm', now }, texts(language)).text;
}

describe('why a number changed, in words', () => {
  test('counts children as one says it', () => {
    const steps = [
      step(120, 118, 'RECEIVED', 2),
      step(118, 121, 'BENEFIT', 3),
      step(121, 122, 'BENEFIT_REGISTERED', 1),
      step(122, 101, 'LEFT', 21),
    ];
    const kk = shown(steps, 'kk');
    expect(kk).toContain('▲ <b>120 → 118</b>: екі бала жолдама алды (20.11.2026)');
    expect(kk).toContain('▼ <b>118 → 121</b>: үш баланың жеңілдігі расталды');
    expect(kk).toContain('жеңілдігі бар бір бала тіркелді');
    expect(kk).toContain('21 бала кезектен шықты');
    const ru = shown(steps, 'ru');
    expect(ru).toContain('▲ <b>120 → 118</b>: двое детей получили направление (20.11.2026)');
    expect(ru).toContain('▼ <b>118 → 121</b>: трое детей получили подтверждение льготы');
    expect(ru).toContain('зарегистрирован один ребёнок с льготой');
    expect(ru).toContain('21 ребёнок выбыл из очереди');
    expect(shown([step(30, 8, 'RECEIVED', 22)], 'ru')).toContain('22 ребёнка получили направление');
    expect(shown([step(30, 18, 'RECEIVED', 12)], 'ru')).toContain('12 детей получили направление');
  });

  test('has words for every cause, others’ and own', () => {
    const causes = [
      'REGISTERED',
      'BENEFIT',
      'BENEFIT_ENDED',
      'CAME_OF_AGE',
      'TURN',
      'RECEIVED',
      'LEFT',
    ] as const;
    const more = [
      'RETURNED',
      'BENEFIT_REGISTERED',
      'EARLIER_REGISTERED',
      'RULES',
      'TURN_CAME',
      'TURN_ENDED',
    ] as const;
    for (const language of ['kk', 'ru'] as const) {
      const seen = new Set<string>();
      for (const cause of [...causes, ...more]) {
        for (const own of [false, true]) {
          const text = shown([{ ...step(5, 4, cause, 2), own, ...(own ? { to: null } : {}) }], language);
          const line = text.split('\n').find((found) => found.includes('(20.11.2026)'));
          expect(line, cause).toBeDefined();
          seen.add(line ?? '');
        }
      }
      // One's own registration is told the same whoever it put whom before.
      expect(seen.size).toBe(22);
    }
  });

  test('tells many steps by cause and the last few of them', () => {
    const steps = Array.from({ length: 40 }, (_, n) =>
      n % 2 === 0 ? step(340 - n, 337 - n, 'RECEIVED', 3) : step(338 - n, 339 - n, 'BENEFIT', 1),
    );
    const text = shown(steps, 'ru', [
      { cause: 'RECEIVED', own: false, by: -60, children: 58 },
      { cause: 'BENEFIT', own: false, by: 20, children: 20 },
    ]);
    expect(text).toContain('▲ 60: 58 детей получили направление');
    expect(text).toContain('▼ 20: 20 детей получили подтверждение льготы');
    expect(text).toContain('До этого: 340 → 304');
    expect(text.match(/\(20\.11\.2026\)/g)?.length).toBe(4);
    expect(text.length).toBeLessThan(1200);
  });

  test('says when nothing changed', () => {
    expect(shown([], 'kk')).toContain('Кезектегі орын: <b>118</b>. Бұл кезеңде өзгерген жоқ.');
  });

  test('the caption of the chart says what the picture shows', () => {
    const points = [
      { at: new Date('2026-03-27T05:00:00Z'), place: 120 },
      { at: new Date('2026-04-20T05:00:00Z'), place: null },
      { at: new Date('2026-05-20T05:00:00Z'), place: 131 },
      { at: new Date('2026-11-20T05:00:00Z'), place: 118 },
    ];
    expect(caption(card, points, texts('kk'))).toBe(
      '📈 <b>Айша</b> · №4512\n27 наурыз 2026 ж.: орын 120\nҚазір: орын 118\nОсы уақыттағы ең жақын орын: 118, ең алыс орын: 131',
    );
    expect(caption(card, points.slice(0, 2), texts('ru'))).toBe(
      '📈 <b>Айша</b> · №4512\n27 марта 2026 г.: место 120\nСейчас место не считается.',
    );
  });
});

describe('in the chat', () => {
  test('a parent sees who received a place before and who came with a benefit, and gets the chart', async () => {
    const { chat, ...family } = await stage.loggedIn();
    const operator = await world.staff({ operator: true });
    const group = await world.group(await world.kindergarten('Балдырған'), 2023, 'mixed');
    const [first, second] = [await world.person(), await world.person()];
    const ahead = [await world.enqueue(first, '2023-02-01'), await world.enqueue(second, '2023-02-02')];
    const id = await world.enqueue(family, '2023-05-14');
    await chat.type('/menu');
    await chat.tap('Кезектегі орным');
    await chat.tap('График');
    expect(chat.lastToast).toContain('График салуға әлі ерте');
    const { pickOpensAt } = await world.core.staff.publish(operator, group, 2);
    await world.moveTo(new Date(pickOpensAt.getTime() + 60_000));
    await world.choose(first, ahead[0] as never, group);
    await world.choose(second, ahead[1] as never, group);
    world.clock.set('2026-11-26T05:00:00Z');
    await world.enqueue(await world.person(), '2023-06-01', { benefit: 'EXTRAORDINARY' });

    await chat.tap('Неге өзгерді');
    expect(chat.text).toContain('Кезектегі орын: <b>3 → 2</b>');
    expect(chat.text).toContain('▲ <b>3 → 1</b>: екі бала жолдама алды');
    expect(chat.text).toMatch(
      /▼ <b>1 → 2<\/b>: (бір баланың жеңілдігі расталды|жеңілдігі бар бір бала тіркелді)/,
    );
    await chat.tap('7 күн');
    expect(chat.labels).toContain('• 7 күн');
    await chat.tap('График');
    const photo = chat.seen.at(-2);
    expect(photo?.kind).toBe('photo');
    expect(photo?.text).toContain('Қазір: орын 2');
    expect(chat.text).toContain('Нөмір неге өзгерді');
    expect(chat.live.id).toBeGreaterThan(photo?.id ?? Number.POSITIVE_INFINITY);
    await chat.tap('Артқа');
    await chat.tap('График');
    expect(chat.seen.filter(({ kind }) => kind === 'photo').length).toBe(2);
    expect(await world.stateOf(id)).toBe('QUEUED');
  });
});
