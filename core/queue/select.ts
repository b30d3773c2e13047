import { type CycleState, nextTurn, type Ratio, type Slot } from './order.ts';

export type PlaceLanguage = 'kk' | 'ru' | 'mixed';

/** A child who may be given a turn, in the order of its class. */
export interface Candidate {
  readonly id: string;
  readonly preferred: 'kk' | 'ru' | null;
}

/** The heads of a queue's four lines; `more` names the lines that have further candidates behind those loaded. */
export interface Lines {
  readonly restored: readonly Candidate[];
  readonly extraordinary: readonly Candidate[];
  readonly priority: readonly Candidate[];
  readonly common: readonly Candidate[];
  readonly more: readonly Slot[];
}

export interface Turn {
  readonly applicationId: string;
  readonly slot: Slot;
  readonly fromCredit: boolean;
  readonly preferred: 'kk' | 'ru' | null;
}

/**
 * Chooses whose turns a number of places opens (§7.4): in service order, passing over a child whose preferred language
 * no remaining place has. The passed-over child keeps the place in the queue, and its class the slot.
 * `short`: a line ran out of those loaded although it is longer, so that whose turn it is cannot be told – load more
 * and ask again.
 */
export function selectTurns(
  start: CycleState,
  ratio: Ratio,
  lines: Lines,
  places: readonly PlaceLanguage[],
): { turns: Turn[]; state: CycleState; short: boolean } {
  const seats = seatsOf(places);
  const line = {
    RESTORED: [...lines.restored],
    EXTRAORDINARY: [...lines.extraordinary],
    PRIORITY: [...lines.priority],
    COMMON: [...lines.common],
  };
  const turns: Turn[] = [];
  let state = start;
  while (turns.length < places.length) {
    for (const slot of ['RESTORED', 'EXTRAORDINARY', 'PRIORITY', 'COMMON'] as const) {
      while (line[slot][0] !== undefined && !seats.fits(line[slot][0].preferred)) line[slot].shift();
      if (line[slot].length === 0 && lines.more.includes(slot)) return { turns, state, short: true };
    }
    const next = nextTurn(state, ratio, {
      restored: line.RESTORED.length,
      extraordinary: line.EXTRAORDINARY.length,
      priority: line.PRIORITY.length,
      common: line.COMMON.length,
    });
    const child = next === undefined ? undefined : line[next.slot].shift();
    if (next === undefined || child === undefined) break;
    seats.take(child.preferred);
    turns.push({
      applicationId: child.id,
      slot: next.slot,
      fromCredit: next.fromCredit,
      preferred: child.preferred,
    });
    state = next.state;
  }
  return { turns, state, short: false };
}

/**
 * Which of the places the chosen turns are for: first those whose language was asked for, then mixed ones, then any.
 * The others are the surplus. Returns indexes into `places`, as many as there are turns.
 */
export function placesOfTurns(turns: readonly Turn[], places: readonly PlaceLanguage[]): Set<number> {
  const used = new Set<number>();
  const use = (languages: readonly PlaceLanguage[]) => {
    const index = places.findIndex((language, i) => !used.has(i) && languages.includes(language));
    if (index >= 0) used.add(index);
    return index >= 0;
  };
  const asked = turns.filter((turn) => turn.preferred !== null);
  for (const turn of asked) if (!use([turn.preferred ?? 'mixed'])) use(['mixed']);
  for (let rest = turns.length - asked.length; rest > 0; rest -= 1) use(['kk', 'ru', 'mixed']);
  return used;
}

/** Which languages the places can still serve: a child without a wish takes any, a mixed group serves both. */
function seatsOf(places: readonly PlaceLanguage[]) {
  const free = { kk: 0, ru: 0, mixed: 0 };
  for (const language of places) free[language] += 1;
  const needs = { kk: 0, ru: 0, any: 0 };
  const take = (preferred: 'kk' | 'ru' | null) => {
    needs[preferred ?? 'any'] += 1;
  };
  const fits = (preferred: 'kk' | 'ru' | null) => {
    const kk = needs.kk + (preferred === 'kk' ? 1 : 0);
    const ru = needs.ru + (preferred === 'ru' ? 1 : 0);
    const total = needs.kk + needs.ru + needs.any + 1;
    const fromMixed = Math.max(0, kk - free.kk) + Math.max(0, ru - free.ru);
    return fromMixed <= free.mixed && total <= free.kk + free.ru + free.mixed;
  };
  return { take, fits };
}
