import { detect } from './entities.ts';
import type { TgMessage } from './types.ts';

/** Text of a person's message with what Telegram finds in it, above all the bot_command a bot looks for. */
export function commandEntities(text: string): Pick<TgMessage, 'text' | 'entities'> {
  const entities = detect(text);
  return entities.length > 0 ? { text, entities } : { text };
}
