import { addDays, daysBetween } from '../../core/calendar/civil-date.ts';
import type { Forecast, NoForecast } from '../../core/forecast/api.ts';
import { forecastOf } from '../../core/forecast/simulate.ts';
import { TUNING } from '../../core/forecast/tuning.ts';
import { naiveForecast } from './forecast/naive.ts';
import { collectSamples, type Sample } from './forecast/samples.ts';
import { atLeast, atMost, type Benchmark, median, quantile, rounded } from './report.ts';

type Method = (sample: Sample) => Forecast | { readonly none: NoForecast };

const SEED = 'back-test';

/**
 * Back-test of the forecast (F-29): an invented region lives fourteen birth years long by the queue's own rules – families
 * come, rise, leave, lapse, miss, while places come in seasons and differently every year – and children of eight birth
 * years are asked about on days of their wait, with what was known on that day. Held against the day of their turn.
 */
export const run: Benchmark = async (say) => {
  const { samples, queues, moves } = collectSamples(SEED);
  const known = samples.filter(({ real }) => real !== undefined);
  say(`${queues} queues lived by the rules, ${moves} moves; ${samples.length} children asked about`);
  say(
    `${samples.length - known.length} of them left without a turn for other reasons: nothing to compare with`,
  );
  const ours = measure(known, ({ input }) => forecastOf(input));
  say(`forecast: ${told(ours)}`);
  const naive = measure(known, naiveForecast);
  say(`place ÷ mean flow of 12 months: ${told(naive)}`);
  const variants = {
    'without older cohorts': measure(known, ({ input }) =>
      forecastOf({ ...input, cohorts: input.cohorts.filter(({ older }) => older === 0) }),
    ),
    'without children under age': measure(known, ({ input }) => forecastOf({ ...input, coming: [] })),
    'without a pace of its own': measure(known, ({ input }) =>
      forecastOf(input, { ...TUNING, lasting: 0, yearly: 0 }),
    ),
  };
  for (const [name, one] of Object.entries(variants)) say(`${name}: ${told(one)}`);
  return {
    name: 'forecast',
    figures: {
      asked: known.length,
      ...figuresOf(ours),
      littleHistory: ours.none.LITTLE_HISTORY,
      notBeforeAgeLimit: ours.none.NOT_BEFORE_AGE_LIMIT,
      ofThoseTheTurnCame: rounded(ours.cameNevertheless / Math.max(1, ours.none.NOT_BEFORE_AGE_LIMIT)),
      msP50: rounded(median(ours.durations)),
      msP99: rounded(quantile(ours.durations, 0.99)),
    },
    baseline: { ...figuresOf(naive), withoutOlderCohortsP80: share(variants['without older cohorts'].p80) },
    targets: [
      atLeast('share of turns before P50, at least', 0.4, share(ours.p50)),
      atMost('share of turns before P50, at most', 0.6, share(ours.p50)),
      atLeast('share of turns before P80, at least', 0.72, share(ours.p80)),
      atMost('share of turns before P80, at most', 0.88, share(ours.p80)),
      atMost('ms of processor time of one forecast, p99', 30, quantile(ours.durations, 0.99)),
    ],
  };
};

interface Measured {
  /** Whether the turn came by P50, by P80. */
  readonly p50: boolean[];
  readonly p80: boolean[];
  /** Weeks between the two dates, and between P50 and the turn. */
  readonly widths: number[];
  readonly misses: number[];
  readonly none: Record<NoForecast, number>;
  /** No forecast because of the age limit, and yet a turn. */
  cameNevertheless: number;
  /** Milliseconds of the processor. */
  readonly durations: number[];
}

function measure(samples: readonly Sample[], method: Method): Measured {
  const measured: Measured = {
    p50: [],
    p80: [],
    widths: [],
    misses: [],
    none: { LITTLE_HISTORY: 0, NOT_COUNTED: 0, TURN_IS_OPEN: 0, NOT_BEFORE_AGE_LIMIT: 0 },
    cameNevertheless: 0,
    durations: [],
  };
  for (const sample of samples) {
    const began = process.threadCpuUsage().user;
    const told = method(sample);
    measured.durations.push((process.threadCpuUsage().user - began) / 1000);
    hold(measured, sample, told);
  }
  return measured;
}

function hold(measured: Measured, { input, real }: Sample, told: ReturnType<Method>): void {
  if (real === undefined) return;
  if ('none' in told) {
    measured.none[told.none] += 1;
    if (told.none === 'NOT_BEFORE_AGE_LIMIT' && Number.isFinite(real)) measured.cameNevertheless += 1;
    return;
  }
  const cameOn = Number.isFinite(real) ? addDays(input.today, real) : undefined;
  measured.p50.push(cameOn !== undefined && cameOn <= told.p50);
  measured.p80.push(cameOn !== undefined && cameOn <= told.p80);
  measured.widths.push(daysBetween(told.p50, told.p80) / 7);
  if (cameOn !== undefined) measured.misses.push(Math.abs(daysBetween(told.p50, cameOn)) / 7);
}

const share = (held: readonly boolean[]): number =>
  Number((held.filter(Boolean).length / Math.max(1, held.length)).toFixed(3));

const figuresOf = ({ p50, p80, widths, misses }: Measured) => ({
  forecasts: p50.length,
  beforeP50: share(p50),
  beforeP80: share(p80),
  betweenP50AndP80: Number((share(p80) - share(p50)).toFixed(3)),
  medianWidthWeeks: rounded(median(widths)),
  medianMissWeeks: rounded(median(misses)),
});

function told(measured: Measured): string {
  const { LITTLE_HISTORY: little, NOT_BEFORE_AGE_LIMIT: late } = measured.none;
  return (
    `${measured.p50.length} dates; the turn came before P50 in ${percent(measured.p50)}, before P80 in ` +
    `${percent(measured.p80)}; median width ${rounded(median(measured.widths))} weeks, median miss of P50 ` +
    `${rounded(median(measured.misses))} weeks; none: ${little} little history, ${late} not likely enough before the ` +
    `age limit (${measured.cameNevertheless} of them came)`
  );
}

const percent = (held: readonly boolean[]): string => `${(100 * share(held)).toFixed(1)} %`;
