import type { WriteTx } from '../db/db.ts';
import type { Guardians } from './api.ts';
import { answerLink, decideLink, unlink } from './decide.ts';
import { type GuardianDeps, requestLink } from './request.ts';
import { createGuardianViews } from './views.ts';

export function createGuardians(deps: GuardianDeps): Guardians {
  const change = (work: (tx: WriteTx, at: Date) => Promise<void>): Promise<void> => {
    const at = deps.clock.now();
    return deps.db.write((tx) => work(tx, at));
  };
  return {
    ...createGuardianViews(deps),
    request: (act, childIin) => requestLink(deps, act, childIin),
    answer: (act, id, agrees) => change((tx, at) => answerLink(tx, at, act, id, agrees)),
    unlink: (act, id) => change((tx, at) => unlink(tx, at, act, id)),
    decide: (act, id, agrees) => change((tx, at) => decideLink(tx, at, act, id, agrees)),
  };
}
