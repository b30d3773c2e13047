import { SimError } from './errors.ts';
import { inlineMessageId } from './inline.ts';
import { SimFiles } from './sim-files.ts';
import { userOf } from './store.ts';
import type { InlineAnswer, TgMessage } from './types.ts';

/** What the person sees over the input line. */
export interface InlineShown extends InlineAnswer {
  queryId: string;
  /** The server still kept an answer: the bot was not asked. */
  cached: boolean;
}

/** How long Telegram's app waits for results, in milliseconds. */
const PATIENCE_MS = 10_000;

/** Inline mode: the bot is asked from the input line of a chat. */
export class SimInline extends SimFiles {
  /**
   * Types `@bot query` and waits for the results. `offset` is the `nextOffset` of the results before, to get more.
   * `chatType` is 'sender' in the bot's own chat and 'private' in any other.
   * @throws SimError 409 when the bot takes no inline queries, 504 when it did not answer in `wait` milliseconds
   */
  async inline(
    id: number,
    query: string,
    options: { offset?: string; wait?: number; chatType?: 'sender' | 'private' } = {},
  ): Promise<InlineShown> {
    const person = this.store.person(id);
    if (person.deactivated) throw new SimError('this account is deleted', 409);
    if ([...query].length > 256) throw new SimError('an inline query has at most 256 characters');
    const { inline, updates } = this.parts.context;
    const { offset = '', wait = PATIENCE_MS, chatType = 'sender' } = options;
    const asked = inline.open(id, query, offset);
    if (asked.answer) return { ...asked.answer, queryId: asked.id, cached: true };
    const inline_query = { id: asked.id, from: userOf(person), query, offset, chat_type: chatType };
    if (updates.push('inline_query', id, { inline_query }) === undefined)
      throw new SimError('the bot does not take inline_query updates', 409, 'no-inline');
    const answer = await inline.wait(asked.id, wait);
    if (!answer) throw new SimError('the bot did not answer the inline query', 504, 'no-answer');
    return { ...answer, queryId: asked.id, cached: false };
  }

  /**
   * Sends a result into the chat with the bot, which gets it as a message with `via_bot`; or `elsewhere`, into the person's
   * chat with themselves, of which the bot sees nothing. `chosen_inline_result` comes either way when the bot asks for
   * that kind. @throws SimError 404 when the person was not shown such a result
   */
  inlineChoose(
    id: number,
    queryId: string,
    resultId: string,
    options: { elsewhere?: boolean } = {},
  ): TgMessage {
    const { inline, updates } = this.parts.context;
    const shown = inline.shown(id, queryId, resultId);
    if (!shown) throw new SimError(`no result "${resultId}" was shown`, 404);
    const content = { ...structuredClone(shown.result.content), via_bot: this.store.bot };
    const message = options.elsewhere ? this.keepNote(id, content) : this.say(id, content);
    const name = message.reply_markup ? { inline_message_id: inlineMessageId(message) } : {};
    updates.push('chosen_inline_result', id, {
      chosen_inline_result: {
        result_id: resultId,
        from: userOf(this.store.person(id)),
        query: shown.query,
        ...name,
      },
    });
    return message;
  }
}
