import type { InlineQueries } from '../inline.ts';
import type { Limiter } from '../limiter.ts';
import type { Queries } from '../queries.ts';
import type { Store } from '../store.ts';
import type { Params } from '../types.ts';
import type { Updates } from '../updates.ts';

/** What a Bot API method works on. */
export interface Context {
  readonly store: Store;
  readonly updates: Updates;
  readonly queries: Queries;
  readonly inline: InlineQueries;
  limiter: Limiter | undefined;
}

/** `gone` is aborted when the caller hangs up. The value returned is the `result` of the answer. */
export type Method = (context: Context, params: Params, gone: AbortSignal) => unknown;
