import type { Chance } from './chance.ts';
import { type Cohort, type FlowWeek, SEASON, WINDOW } from './flow.ts';
import type { Tuning } from './tuning.ts';

export interface Sources {
  /** How many weeks back the history goes, and the turns of the queue and of the two cohorts before it. */
  readonly weeks: number;
  readonly turns: number;
  /** A piece of the past for the weeks to come from `start` on: what stands for each of them. */
  piece(start: number, chance: Chance): (week: number) => FlowWeek;
}

const QUIET: FlowWeek = {
  turns: 0,
  left: 0,
  waiting: 0,
  joined: { extraordinary: 0, priority: 0, common: 0 },
  risen: { extraordinary: 0, priority: 0 },
};

interface Candidate {
  readonly cohort: Cohort;
  /** The week of the window, 0 … WINDOW − 1, that stands for the asked one. */
  readonly index: number;
  readonly weight: number;
}

/**
 * Where the weeks to come are taken from: always the same season, by preference children of the same age – what this
 * queue will see next autumn, the cohort a year older saw last autumn and the one two years older the autumn before.
 */
export function createSources(cohorts: readonly Cohort[], tuning: Tuning): Sources {
  const kept = new Map<number, readonly Candidate[]>();
  const candidates = (week: number): readonly Candidate[] => {
    const found = kept.get(week) ?? candidatesOf(cohorts, week, tuning);
    kept.set(week, found);
    return found;
  };
  return {
    weeks: Math.max(0, ...cohorts.map(({ weeks }) => weeks.length)),
    turns: cohorts.filter(({ older }) => older <= 2).reduce((sum, { weeks }) => sum + turnsOf(weeks), 0),
    piece: (start, chance) => {
      const chosen = choose(candidates(start), chance);
      const moved = Math.round((chance.next() * 2 - 1) * tuning.moved);
      return (week) => (chosen === undefined ? QUIET : stand(chosen, week - start + moved));
    },
  };
}

const turnsOf = (weeks: readonly FlowWeek[]): number => weeks.reduce((sum, { turns }) => sum + turns, 0);

/** `index` 0 … WINDOW − 1, the last week ends today; undefined before the queue is known. */
const weekOf = ({ weeks }: Cohort, index: number): FlowWeek | undefined =>
  weeks[index - WINDOW + weeks.length];

/** Past the end of what is known the season before is taken, before its beginning the season after. */
function stand({ cohort, index }: Candidate, later: number): FlowWeek {
  const wanted = index + later;
  const at = wanted < WINDOW ? wanted : wanted - SEASON;
  return weekOf(cohort, at) ?? weekOf(cohort, at + SEASON) ?? weekOf(cohort, index) ?? QUIET;
}

function candidatesOf(cohorts: readonly Cohort[], week: number, { otherAge }: Tuning): Candidate[] {
  const season = week % SEASON;
  const found = cohorts.flatMap((cohort) =>
    [season, season + SEASON]
      .filter((index) => weekOf(cohort, index) !== undefined)
      .map((index) => ({
        cohort,
        index,
        apart: Math.abs(cohort.older - (WINDOW + week - index) / SEASON),
      })),
  );
  const nearest = Math.min(...found.map(({ apart }) => apart));
  return found
    .map(({ cohort, index, apart }) => ({ cohort, index, weight: otherAge ** (apart - nearest) }))
    .filter(({ weight }) => weight > 0);
}

function choose(candidates: readonly Candidate[], chance: Chance): Candidate | undefined {
  let left = chance.next() * candidates.reduce((sum, { weight }) => sum + weight, 0);
  for (const candidate of candidates) {
    left -= candidate.weight;
    if (left < 0) return candidate;
  }
  return candidates.at(-1);
}
