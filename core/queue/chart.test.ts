import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { coreWorld } from '../../local/testing/core-world.ts';
import { chartPng } from './chart.ts';
import { rangeOf, ticksOf } from './chart-scale.ts';
import { drawChart } from './chart-svg.ts';

const UNTIL = new Date('2026-11-23T05:00:00Z');
const DAY = 86_400_000;
const daysAgo = (days: number) => new Date(UNTIL.getTime() - days * DAY);
const data = (...points: [number, number | null][]) => ({
  childName: 'Айша',
  digits: '4512',
  points: points.map(([days, place]) => ({ at: daysAgo(days), place })),
  until: UNTIL,
});
const words = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, word]) => word);

describe('the chart of a place', () => {
  it('names the first and the last number and the days in the language', () => {
    const kk = words(drawChart(data([14, 120], [10, 119], [3, 118]), 'kk'));
    expect(kk).toEqual(
      expect.arrayContaining([
        'Кезектегі орын',
        'Айша · №4512',
        '120',
        '118',
        '9 қараша',
        '23 қараша',
        '2026',
      ]),
    );
    expect(words(drawChart(data([400, 9], [3, 8]), 'ru'))).toEqual(
      expect.arrayContaining(['Место в очереди', '19 октября', '23 ноября', '2025', '2026', '9', '8']),
    );
  });

  it('draws the first place above the others: a line that rises is good news', () => {
    const path = /d="M\S+ ([\d.]+)([^"]*)" fill="none" stroke="\S+" stroke-width="6"/.exec(
      drawChart(data([14, 120], [10, 80]), 'kk'),
    );
    const last = [...(path?.[2] ?? '').matchAll(/V([\d.]+)/g)].at(-1)?.[1];
    expect(Number(last)).toBeLessThan(Number(path?.[1]));
  });

  it('leaves a gap where the child was not counted, and says so', () => {
    const whole = drawChart(data([30, 9], [12, 5]), 'ru');
    const gap = drawChart(data([30, 9], [20, null], [12, 5]), 'ru');
    expect(words(whole).some((word) => word?.includes('не считалось'))).toBe(false);
    expect(words(gap).some((word) => word?.includes('не считалось'))).toBe(true);
    expect(gap.match(/fill="none"[^>]*stroke-width="6"/g)?.length).toBe(2);
    expect(whole.match(/fill="none"[^>]*stroke-width="6"/g)?.length).toBe(1);
  });

  it('keeps no more of a hundred thousand changes than the picture can show', () => {
    const points = Array.from({ length: 100_000 }, (_, n): [number, number] => [
      700 - n / 150,
      1 + ((n * 7919) % 3000),
    ]);
    expect(drawChart(data(...points), 'kk').length).toBeLessThan(120_000);
  });

  it('takes a name as it comes, in the length that fits', () => {
    const long = { ...data([14, 2]), childName: `<Аб & ${'у'.repeat(60)}` };
    const svg = drawChart(long, 'kk');
    expect(svg).toContain('&lt;Аб &amp; у');
    expect(svg).toContain('у… · №4512');
  });

  it('has round numbers on its axis, and the first place instead of none', () => {
    expect(ticksOf(rangeOf([120, 118]), 4)).toEqual([118, 120]);
    expect(ticksOf(rangeOf([1, 2, 2400]), 4)).toEqual([1, 1000, 2000]);
    expect(ticksOf(rangeOf([12]), 4)).toEqual([11, 12, 13]);
    for (const worst of [3, 17, 99, 640, 5_000, 88_000]) {
      const ticks = ticksOf(rangeOf([1, worst]), 4);
      expect(ticks.length, `${worst}`).toBeGreaterThan(1);
      expect(ticks.length, `${worst}`).toBeLessThan(8);
    }
  });

  it('is a picture with every letter of Kazakh drawn', async () => {
    const png = await chartPng(data([14, 120], [3, 118]), 'kk');
    const { width, height, format } = await sharp(png).metadata();
    expect({ width, height, format }).toEqual({ width: 1080, height: 840, format: 'png' });
    // A letter that the font does not have would be drawn as the same box as any other such letter.
    const letters = await Promise.all(
      ['ә', 'ғ', 'қ', 'ң', 'ө', 'ұ', 'ү', 'һ', 'і', '\u{10FFFF}'].map(async (letter) =>
        Buffer.from(await chartPng({ ...data([14, 120]), childName: letter }, 'kk')).toString('base64'),
      ),
    );
    expect(new Set(letters).size).toBe(letters.length);
  });
});

describe('a chart that is asked for', async () => {
  const world = await coreWorld();

  it('is of the own children, and only when there is something to draw', async () => {
    const [mother, stranger] = [await world.person(), await world.person()];
    const id = await world.enqueue(mother, '2023-03-01');
    await expect(world.core.queues.chart(mother.personId, id, 'kk')).rejects.toThrow('chart.little');
    await world.moveTo('2026-12-07T05:00:00Z');
    const png = await world.core.queues.chart(mother.personId, id, 'kk');
    expect((await sharp(png).metadata()).format).toBe('png');
    for (const ask of [
      () => world.core.queues.chart(stranger.personId, id, 'kk'),
      () => world.core.queues.history(stranger.personId, id, new Date(0)),
      () => world.core.queues.explain(stranger.personId, id, new Date(0)),
    ]) {
      await expect(ask()).rejects.toThrow('application.unknown');
    }
  });
});
