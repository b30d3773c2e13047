import type { Language } from '../act.ts';
import type { QueueDeps } from '../context.ts';
import type { ApplicationId, PersonId } from '../ids.ts';
import type { PlaceExplained, PlacePoint, Queues } from './api.ts';
import { placeChart } from './chart.ts';
import { explained } from './explain.ts';
import { readJournal } from './journal.ts';
import { createPositions } from './position.ts';
import { pointsOf, replay } from './replay.ts';

/** A child's place: now, through the time, and why (DOMAIN §7.1). */
export function createQueues(deps: QueueDeps): Queues {
  return {
    ...createPositions(deps),
    history: async (personId: PersonId, id: ApplicationId, since: Date): Promise<readonly PlacePoint[]> =>
      pointsOf(replay(await readJournal(deps, personId, id, since))),
    explain: async (personId: PersonId, id: ApplicationId, since: Date): Promise<PlaceExplained> =>
      explained(replay(await readJournal(deps, personId, id, since))),
    chart: (personId: PersonId, id: ApplicationId, language: Language): Promise<Uint8Array> =>
      placeChart(deps, personId, id, language),
  };
}
