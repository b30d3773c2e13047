import { createRequire } from 'node:module';
import { renderAsync } from '@resvg/resvg-js';
import type { Language } from '../act.ts';
import type { QueueDeps } from '../context.ts';
import type { ApplicationId, PersonId } from '../ids.ts';
import { Refusal } from '../refusal.ts';
import { type ChartData, drawChart } from './chart-svg.ts';
import { readJournal } from './journal.ts';
import { pointsOf, replay } from './replay.ts';

const DAY = 24 * 3_600_000;

const require = createRequire(import.meta.url);
const fontFiles = [
  '400Regular/NotoSans_400Regular',
  '600SemiBold/NotoSans_600SemiBold',
  '700Bold/NotoSans_700Bold',
].map((file) => require.resolve(`@expo-google-fonts/noto-sans/${file}.ttf`));

/** A chart as a PNG, drawn off the event loop: it takes longer than an answer may wait for. */
export async function chartPng(data: ChartData, language: Language): Promise<Uint8Array> {
  const image = await renderAsync(drawChart(data, language), {
    font: { loadSystemFonts: false, fontFiles, defaultFontFamily: 'Noto Sans' },
  });
  return image.asPng();
}

/** The whole time of an application, at most 24 months. Refusals: application.unknown, chart.little. */
export async function placeChart(
  deps: Pick<QueueDeps, 'db' | 'clock' | 'policies'>,
  personId: PersonId,
  id: ApplicationId,
  language: Language,
): Promise<Uint8Array> {
  const journal = await readJournal(deps, personId, id, new Date(0));
  const points = pointsOf(replay(journal));
  const time = journal.until.getTime() - journal.since.getTime();
  if (time < DAY || points.every(({ place }) => place === null)) throw new Refusal('chart.little');
  const { childName, number, until } = journal;
  return chartPng({ childName, digits: number.slice(-4), points, until }, language);
}
