import type { Update } from 'grammy/types';
import { z } from 'zod';
import type { IncomingMessage } from '../../core/index.ts';

/** The kinds of update the bot answers; Telegram keeps the others to itself. */
export const ALLOWED_UPDATES = [
  'message',
  'edited_message',
  'callback_query',
  'my_chat_member',
  'inline_query',
] as const;

const Chat = z.looseObject({ id: z.int() });
const InChat = z.looseObject({ chat: Chat });

// Only what the intake itself reads: a field that Telegram adds or drops tomorrow must not stop a parent's message.
const UpdateShape = z.looseObject({
  update_id: z.int().nonnegative(),
  message: InChat.optional(),
  edited_message: InChat.optional(),
  my_chat_member: InChat.optional(),
  callback_query: z
    .looseObject({ from: z.looseObject({ id: z.int() }), message: InChat.optional() })
    .optional(),
});

/**
 * Takes what Telegram sent as a message of the inbox, its chat being the lane; undefined when it is not an update. The
 * payload is the update itself, field by field as it came.
 */
export function toMessage(body: unknown): IncomingMessage | undefined {
  const parsed = UpdateShape.safeParse(body);
  if (!parsed.success) return undefined;
  const { update_id, message, edited_message, my_chat_member, callback_query } = parsed.data;
  const place = message ?? edited_message ?? my_chat_member ?? callback_query?.message;
  const lane = place?.chat.id ?? callback_query?.from.id;
  return { id: BigInt(update_id), lane: String(lane ?? 'other'), payload: body };
}

/** The update of a message that `toMessage` made: the inbox gives back what it was given. */
export function toUpdate(payload: unknown): Update {
  return payload as Update;
}
