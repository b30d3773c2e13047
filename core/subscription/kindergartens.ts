import { type Page, pageOf } from '../act.ts';
import type { QueueDeps } from '../context.ts';
import type { WriteTx } from '../db/db.ts';
import type { Point } from '../draft/api.ts';
import type { KindergartenId } from '../ids.ts';
import { Refusal } from '../refusal.ts';
import type { Kindergartens, KindergartenView, NearFilter } from './api.ts';
import { createFinder } from './finder.ts';
import { offersOf, originsOf } from './origins.ts';
import { subscribe, subscriptionsOf, unsubscribe } from './subscribe.ts';
import { nearQuery, theseQuery, type ViewRow, viewOf } from './view.ts';

const PAGE = 5;
/** At most so many kindergartens in one answer. */
const MOST = 20;

/** Kindergartens as everybody may see them, and the subscriptions to their free places (K12, F-25, F-26, F-31). */
export function createKindergartens(deps: QueueDeps): Kindergartens {
  const { db, clock } = deps;
  const search = createFinder(deps);
  const change = <T>(work: (tx: WriteTx, at: Date) => Promise<T>): Promise<T> => {
    const at = clock.now();
    return db.write((tx) => work(tx, at));
  };

  async function near(
    point: Point,
    filter: NearFilter,
    page: number,
    pageSize = PAGE,
  ): Promise<Page<KindergartenView>> {
    const size = Math.min(pageSize, MOST);
    const rows = await db.rows<ViewRow>(nearQuery, [
      point.latitude,
      point.longitude,
      filter.birthYear ?? null,
      filter.language ?? null,
      filter.onlyFree === true,
      size,
      page * size,
    ]);
    const [first] = rows;
    // The list became shorter while somebody leafed through it.
    if (first === undefined && page > 0) return near(point, filter, 0, pageSize);
    return pageOf(rows.map(viewOf), page, size, first?.total ?? 0);
  }

  async function these(ids: readonly KindergartenId[], from?: Point): Promise<readonly KindergartenView[]> {
    if (ids.length === 0) return [];
    const asked = ids.slice(0, MOST);
    const rows = await db.rows<ViewRow>(theseQuery, [asked, from?.latitude ?? null, from?.longitude ?? null]);
    return rows.map(viewOf);
  }

  return {
    near,
    these,
    find: async (text, limit = MOST) => these(await search(text, Math.min(limit, MOST))),
    one: async (id, from) => {
      const [view] = await these([id], from);
      if (view === undefined) throw new Refusal('kindergarten.unknown');
      return view;
    },
    origins: (personId) => originsOf(db, personId),
    offers: (personId, id) => offersOf(db, personId, id),
    subscriptions: (act) => subscriptionsOf(deps, act.personId),
    subscribe: (act, wish) => change((tx, at) => subscribe(tx, at, act, wish)),
    unsubscribe: (act, id) => change((tx, at) => unsubscribe(tx, at, act, id)),
  };
}
