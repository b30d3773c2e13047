import type { Language } from '../act.ts';
import { localDate } from '../calendar/civil-date.ts';
import { dayAndMonth } from '../calendar/format.ts';
import { documentWords } from '../document/words.ts';
import { fill } from '../text/fill.ts';
import type { PlacePoint } from './api.ts';
import { rangeOf, type Stretch, stretchesOf, thinned, ticksOf } from './chart-scale.ts';

export interface ChartData {
  readonly childName: string;
  /** The last digits of the application's number. */
  readonly digits: string;
  readonly points: readonly PlacePoint[];
  readonly until: Date;
}

const WIDTH = 1080;
const HEIGHT = 840;
/** Where the line is drawn; on its right there is room for the last number. */
const PLOT = { left: 126, right: 926, top: 244, bottom: 664 } as const;
const INK = {
  text: '#1c2733',
  quiet: '#66727f',
  grid: '#e3e8ee',
  line: '#0b6b8f',
  soft: '#0b6b8f',
  gap: '#e6eaef',
};
type At = (value: number) => number;

/**
 * The place over the time as an SVG for a phone: place 1 is above, so that a line that rises is good news. Stretches in
 * which the child was not counted are left blank. At least one point must have a number.
 */
export function drawChart({ childName, digits, points, until }: ChartData, language: Language): string {
  const words = documentWords[language].chart;
  const stretches = stretchesOf(points, until);
  const counted = stretches.filter(
    (stretch): stretch is Stretch & { place: number } => stretch.place !== null,
  );
  const start = stretches[0]?.from ?? until.getTime();
  const range = rangeOf(counted.map(({ place }) => place));
  const x: At = (ms) =>
    PLOT.left + ((ms - start) / Math.max(1, until.getTime() - start)) * (PLOT.right - PLOT.left);
  const y: At = (place) =>
    PLOT.top + ((place - range.best) / (range.worst - range.best)) * (PLOT.bottom - PLOT.top);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="Noto Sans">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(56, 88, words.title, { size: 46, weight: 700 }),
    text(56, 140, fill(words.child, { child: shortened(childName), digits }), { size: 36, fill: INK.quiet }),
    `<path d="M64 196v-24m-9 10l9 -10l9 10" fill="none" stroke="${INK.soft}" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/>`,
    text(90, 196, words.up, { size: 30, fill: INK.soft }),
    ...ticksOf(range, 4).map((tick) => level(tick, y(tick))),
    ...gaps(stretches, x, words.gap),
    ...runsOf(stretches).map((run) => line(run, x, y)),
    ...ends(counted, x, y),
    ...dates(start, until.getTime(), x, language),
    '</svg>',
  ].join('\n');
}

/** A name of sixty letters would run out of the picture. */
function shortened(name: string): string {
  return name.length <= 32 ? name : `${name.slice(0, 31).trimEnd()}…`;
}

interface Style {
  readonly size: number;
  readonly weight?: 400 | 600 | 700;
  readonly fill?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
}

function text(
  x: number,
  y: number,
  words: string,
  { size, weight = 400, fill: ink = INK.text, anchor = 'start' }: Style,
) {
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" font-weight="${weight}" fill="${ink}" text-anchor="${anchor}" paint-order="stroke" stroke="#ffffff" stroke-width="7" stroke-linejoin="round">${escaped(words)}</text>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function level(tick: number, y: number): string {
  return `<path d="M${PLOT.left} ${round(y)}H${PLOT.right}" stroke="${INK.grid}" stroke-width="2"/>
${text(PLOT.left - 20, y + 11, `${tick}`, { size: 32, fill: INK.quiet, anchor: 'end' })}`;
}

/** Stretches with a number that follow one another without a gap. */
function runsOf(stretches: readonly Stretch[]): Stretch[][] {
  const runs: Stretch[][] = [[]];
  for (const stretch of stretches) {
    if (stretch.place === null) runs.push([]);
    else runs.at(-1)?.push(stretch);
  }
  return runs.filter((run) => run.length > 0);
}

function line(run: readonly Stretch[], x: At, y: At): string {
  const first = run[0];
  const end = x(run.at(-1)?.to ?? 0);
  if (first === undefined) return '';
  const corners = thinned(run.map(({ from, place }) => ({ x: x(from), y: y(place ?? 1) })));
  const path = `M${round(x(first.from))} ${round(y(first.place ?? 1))}${corners
    .map((corner) => `H${round(corner.x)}V${round(corner.y)}`)
    .join('')}H${round(end)}`;
  return `<path d="${path}V${PLOT.bottom}H${round(x(first.from))}Z" fill="${INK.line}" fill-opacity="0.08"/>
<path d="${path}" fill="none" stroke="${INK.line}" stroke-width="6" stroke-linejoin="round" stroke-linecap="round"/>`;
}

function gaps(stretches: readonly Stretch[], x: At, words: string): string[] {
  const blank = stretches.filter(({ from, to, place }) => place === null && to > from);
  if (blank.length === 0) return [];
  const shade = (left: number, top: number, width: number, height: number) =>
    `<rect x="${round(left)}" y="${top}" width="${round(Math.max(width, 2))}" height="${height}" fill="${INK.gap}"/>`;
  return [
    ...blank.map(({ from, to }) => shade(x(from), PLOT.top, x(to) - x(from), PLOT.bottom - PLOT.top)),
    shade(56, HEIGHT - 54, 44, 30),
    text(116, HEIGHT - 29, words, { size: 28, fill: INK.quiet }),
  ];
}

/** The first number beside its point, away from the line; the last one to the right of the picture. */
function ends(counted: readonly (Stretch & { place: number })[], x: At, y: At): string[] {
  const [first, last] = [counted[0], counted.at(-1)];
  if (first === undefined || last === undefined) return [];
  const soon = counted.filter(({ from }) => x(from) < x(first.from) + 130);
  const rises = soon.reduce((sum, { place }) => sum + place, 0) / soon.length < first.place;
  const below = y(first.place) + (rises ? 50 : -24);
  const edge = Math.min(PLOT.bottom - 12, Math.max(PLOT.top + 34, below));
  const dot = (cx: number, cy: number, size: number) =>
    `<circle cx="${round(cx)}" cy="${round(cy)}" r="${size}" fill="#ffffff" stroke="${INK.line}" stroke-width="6"/>`;
  return [
    dot(x(first.from), y(first.place), 9),
    text(x(first.from) + 14, edge, `${first.place}`, { size: 38, weight: 600 }),
    dot(x(last.to), y(last.place), 12),
    text(x(last.to) + 28, y(last.place) + 18, `${last.place}`, { size: 52, weight: 700, fill: INK.line }),
  ];
}

function dates(start: number, end: number, x: At, language: Language): string[] {
  const shown = [0, 1, 2, 3].map((n) => start + ((end - start) * n) / 3);
  const years = new Set(shown.map((ms) => localDate(new Date(ms)).slice(0, 4)));
  let year = '';
  return shown.flatMap((ms, n) => {
    const day = localDate(new Date(ms));
    const anchor = n === 0 ? 'start' : 'middle';
    const at = n === 0 ? 56 : x(ms);
    const parts = [
      `<path d="M${round(x(ms))} ${PLOT.bottom}v12" stroke="${INK.quiet}" stroke-width="3"/>`,
      text(at, PLOT.bottom + 52, dayAndMonth(day, language), { size: 30, fill: INK.quiet, anchor }),
    ];
    if (year !== day.slice(0, 4) && (years.size > 1 || n === 0)) {
      parts.push(text(at, PLOT.bottom + 94, day.slice(0, 4), { size: 30, fill: INK.quiet, anchor }));
    }
    year = day.slice(0, 4);
    return parts;
  });
}
