import { type ClaimedDelivery, describeFault, type Log, type Outcome } from './core.ts';
import { classify, type Failure } from './failure.ts';

/** Tries after which a delivery is given up, when nothing was ever handed over: a day and a half for a legal one. */
const TRIES = { legal: 110, ordinary: 12 } as const;
const FIRST_MS = 5_000;
const LONGEST_MS = 20 * 60_000;
/** Our own mistake is repaired by a new version: until then a legal notice is owed. */
const BUG_MS = 20 * 60_000;
const AMBIGUOUS_MS = 5_000;

/** 5, 10, 20 … seconds, at most 20 minutes, a tenth of it by chance so that not all come back at once. */
export function backOff(attempt: number, chance: number): number {
  return Math.round(Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 20)) * (0.9 + 0.2 * chance));
}

/** What becomes of a delivery after a failure (STYLE 13, 16; DOMAIN §9). */
export function outcomeOf(
  failure: Failure,
  { attempt, content }: ClaimedDelivery,
  now: Date,
  chance: number,
): Outcome {
  const { error } = failure;
  const tries = content.legal ? TRIES.legal : TRIES.ordinary;
  const at = (ms: number) => new Date(now.getTime() + ms);
  switch (failure.kind) {
    case 'WAIT':
      return { kind: 'RETRY', at: at(failure.ms), error, free: true };
    case 'AMBIGUOUS':
      return { kind: 'AMBIGUOUS', at: at(AMBIGUOUS_MS), error };
    case 'UNREACHABLE':
      return { kind: 'UNREACHABLE', error };
    case 'RETRY':
      return attempt < tries
        ? { kind: 'RETRY', at: at(backOff(attempt, chance)), error }
        : { kind: 'FAILED', error };
    case 'BUG':
      return content.legal && attempt < tries
        ? { kind: 'RETRY', at: at(BUG_MS), error }
        : { kind: 'FAILED', error };
  }
}

/** Classifies what was thrown, and tells the server's operator what only a person can repair. */
export function failureOf(error: unknown, log: Log, about: object): Failure {
  const failure = classify(error);
  if (failure.kind === 'BUG')
    log.error({ ...about, failure: failure.error, ...describeFault(error) }, 'a message was refused');
  else if (/ (?:401|404)$|code (?:8|9|13|14)$/.test(failure.error)) {
    log.error({ ...about, failure: failure.error }, 'the channel does not accept our key');
  }
  return failure;
}
