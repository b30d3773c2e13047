import type { Bot, Context } from 'grammy';
import type { Log } from '../../core/index.ts';
import { describeFault } from '../../core/index.ts';
import { toUpdate } from './message.ts';

/** More at a time are dropped: whoever types on asks again with the next letter. */
const AT_ONCE = 32;

/** Questions that are answered at once or never. */
export interface Passing {
  /** True when the update is such a question: it needs nothing more. Never rejects and never waits. */
  take(update: unknown): boolean;
  /** Resolves when none is being answered any more. */
  settled(): Promise<void>;
}

/**
 * Inline queries pass by the inbox: they change nothing, come with every letter that anybody in the world types after the
 * bot's name, and are of no use after a few seconds. In the inbox they would be written to disk, answered after a restart
 * when nobody waits for them, and in their thousands would make Telegram hold back the messages of parents.
 */
export function createPassing<C extends Context>(bot: Bot<C>, log: Log): Passing {
  const running = new Set<Promise<void>>();
  const answer = async (update: unknown): Promise<void> => {
    try {
      await bot.handleUpdate(toUpdate(update));
    } catch (error) {
      log.warn(describeFault(error), 'an inline query was not answered');
    }
  };
  return {
    take: (update) => {
      if (typeof update !== 'object' || update === null || !('inline_query' in update)) return false;
      if (running.size >= AT_ONCE || !bot.isInited()) return true;
      const answered = answer(update).finally(() => running.delete(answered));
      running.add(answered);
      return true;
    },
    settled: async () => {
      await Promise.all(running);
    },
  };
}
