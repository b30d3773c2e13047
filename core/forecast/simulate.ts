import { addDays, daysBetween } from '../calendar/civil-date.ts';
import type { CycleState } from '../queue/order.ts';
import type { Forecast, NoForecast } from './api.ts';
import { type Chance, createChance } from './chance.ts';
import { type FlowWeek, type ForecastInput, type Line, lineOf, SEASON } from './flow.ts';
import { serve } from './serve.ts';
import { createSources, type Sources } from './sources.ts';
import { TUNING, type Tuning } from './tuning.ts';

/**
 * When the turn is likely to come: many futures of the queue are played through, week by week, and their dates sorted.
 * A future is a row of pieces of the past, each from the same season and, where it is known, from children of the same
 * age (a seasonal block bootstrap over the cohorts of the district); turns are given by the service order of §7.2; every
 * future has a pace of its own, because one year of a district is not like the next.
 *
 * Chosen by back-testing (`npm run -s bench -- forecast`): the real date fell before P50 in 49 % and before P80 in 82 % of
 * the cases. Beside it, P80 held in 34 % where the queue's own two years had to do without the older cohorts (intake
 * depends on age more than on anything else), in 68 % without the children under age who will stand ahead, in 75 %
 * without a pace of its own, in 22 % for the place divided by the mean weekly flow. To scale the older cohorts by how the
 * own queue has gone so far made the misses larger: it follows chance.
 *
 * The same numbers are drawn for everybody, so that of two children of one line the one behind never has the earlier
 * date, and the same child asked twice has the same one. Not known here: the language a family waits for.
 */
export function forecastOf(
  input: ForecastInput,
  tuning: Tuning = TUNING,
): Forecast | { readonly none: NoForecast } {
  const sources = createSources(input.cohorts, tuning);
  if (sources.weeks < tuning.leastWeeks || sources.turns < tuning.leastTurns)
    return { none: 'LITTLE_HISTORY' };
  const last = daysBetween(input.today, input.ageLimitOn);
  const days = futures(input, sources, tuning, last);
  const within = (share: number) => days[Math.ceil(share * tuning.futures) - 1] ?? Number.POSITIVE_INFINITY;
  const [p50, p80] = [within(0.5), within(0.8)];
  if (p80 > last) return { none: 'NOT_BEFORE_AGE_LIMIT' };
  return { p50: addDays(input.today, p50), p80: addDays(input.today, p80), weeks: sources.weeks };
}

/** In how many days the turn comes, soonest first; given up when it is clear that fewer than four of five bring it. */
function futures(input: ForecastInput, sources: Sources, tuning: Tuning, last: number): number[] {
  const ofAge = Map.groupBy(input.coming, ({ week }) => week);
  const days: number[] = [];
  for (let seed = 0; seed < tuning.futures; seed += 1) {
    const found = daysToTurn(input, ofAge, sources, tuning, createChance(seed), last);
    if (found <= last) days.push(found);
    else if (seed + 1 - days.length > 0.2 * tuning.futures) return [];
  }
  return days.sort((a, b) => a - b);
}

const LINES = ['restored', 'extraordinary', 'priority', 'common'] as const;

type OfAge = ReadonlyMap<number, ForecastInput['coming']>;

/** The middle of a week stands for its seven days. */
const MIDDLE = 3;

/** In how many days the turn comes in one future; Infinity: not before the last day. */
function daysToTurn(
  input: ForecastInput,
  ofAge: OfAge,
  sources: Sources,
  tuning: Tuning,
  chance: Chance,
  last: number,
): number {
  const { published } = input;
  const queue = createQueue(input, ofAge);
  if (published !== null && queue.give(published.count)) return daysBetween(input.today, published.on);
  const always = factor(tuning.lasting, chance);
  let pace = always;
  // The places of tomorrow are the first of those the weeks to come would bring.
  let owed = -(published?.count ?? 0);
  let flowOf = sources.piece(0, chance);
  for (let week = 0; week * 7 + MIDDLE <= last; week += 1) {
    if (week % tuning.block === 0) flowOf = sources.piece(week, chance);
    if (week % SEASON === 0) pace = always * factor(tuning.yearly, chance);
    const flow = flowOf(week);
    queue.pass(week, flow);
    owed += flow.turns > 0 ? flow.turns * pace : flow.turns;
    const turns = Math.max(0, Math.floor(owed + chance.next()));
    owed -= turns;
    if (queue.give(turns)) return week * 7 + MIDDLE;
  }
  return Number.POSITIVE_INFINITY;
}

/** Of mean 1. */
const factor = (deviation: number, chance: Chance): number =>
  Math.exp(deviation * chance.normal() - deviation ** 2 / 2);

/** The queue as the child sees it: who is ahead in the own line, which does not end while the child waits; the others whole. */
function createQueue({ child, waiting, cycle, ratio }: ForecastInput, ofAge: OfAge) {
  const own = lineOf[child.line];
  const lines = { ...waiting, [own]: Number.POSITIVE_INFINITY };
  let { ahead } = child;
  let state: CycleState = cycle;
  const change = (line: Line, count: number) => {
    lines[line] = Math.max(0, lines[line] + count);
  };
  const rise = (line: 'extraordinary' | 'priority', count: number) => {
    change(line, count);
    if (line === own) ahead = Math.max(0, ahead + count * child.before);
  };
  return {
    /** A week in which some come of age, some get a benefit, some go. */
    pass: (week: number, { joined, risen, left, waiting: there }: FlowWeek) => {
      for (const { line, count } of ofAge.get(week) ?? []) {
        change(line, count);
        if (line === own) ahead += count;
      }
      change('extraordinary', joined.extraordinary);
      change('priority', joined.priority);
      change('common', joined.common);
      rise('extraordinary', risen.extraordinary);
      rise('priority', risen.priority);
      const share = (gone: number) => (there > 0 ? Math.min(1, Math.max(0, 1 - gone / there)) : 1);
      const stay = share(left);
      const stayCommon = share(left + risen.extraordinary + risen.priority);
      ahead *= own === 'common' ? stayCommon : stay;
      lines.restored *= stay;
      lines.extraordinary *= stay;
      lines.priority *= stay;
      lines.common *= stayCommon;
      // A week that everybody left ends every line but the one in which the child itself still waits.
      lines[own] = Number.POSITIVE_INFINITY;
    },
    /** Opens turns; whether the child's was among them. */
    give: (turns: number): boolean => {
      if (turns === 0) return false;
      // More turns than others could take: they need not be given out one by one, however many the history has.
      const others = LINES.reduce((sum, line) => sum + (line === own ? 0 : lines[line]), 0);
      if (turns > others + ahead) return true;
      const served = serve(state, ratio, whole(lines), turns);
      state = served.state;
      lines.restored -= served.taken.restored;
      lines.extraordinary -= served.taken.extraordinary;
      lines.priority -= served.taken.priority;
      lines.common -= served.taken.common;
      ahead -= served.taken[own];
      return ahead < 0;
    },
  };
}

const whole = (lines: Readonly<Record<'restored' | Line, number>>) => ({
  restored: Math.floor(lines.restored),
  extraordinary: Math.floor(lines.extraordinary),
  priority: Math.floor(lines.priority),
  common: Math.floor(lines.common),
});
