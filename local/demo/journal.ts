import { dateTimeInWords } from '../../core/calendar/format.ts';
import type { Clock } from '../../core/clock.ts';
import type { Sim } from '../telegram/server.ts';
import type { TgMessage } from '../telegram/types.ts';

/** Writes down what is seen in the chats, as it is seen, one chat's stretch after another. */
export interface Journal {
  /** A heading between the scenes. */
  scene(title: string): void;
  /** Somebody did this in the own chat. What the bot showed until now is written first. */
  did(id: number, what: string): void;
  /** Writes what has been shown and not yet written. */
  flush(): void;
}

const INDENT = '    ';

/** A new heading when as much time has passed since the last one. */
const PAUSE_MS = 30 * 60_000;

export function openJournal(sim: Sim, clock: Clock, write: (line: string) => void): Journal {
  const pending = new Map<number, Map<number, TgMessage>>();
  const written = new Map<string, string>();
  let speaking: { readonly id: number; readonly at: number } | undefined;
  sim.on((event) => {
    if ((event.type !== 'message' && event.type !== 'edit') || !event.message.from.is_bot) return;
    const shown = pending.get(event.chatId) ?? new Map<number, TgMessage>();
    // An edit of what nobody has looked at yet takes its place; it stays in the order of the first sight.
    shown.set(event.message.message_id, event.message);
    pending.set(event.chatId, shown);
  });
  const turnTo = (id: number, at: number) => {
    if (speaking?.id === id && at - speaking.at < PAUSE_MS) return;
    speaking = { id, at };
    const { first_name, last_name = '', language_code } = sim.person(id);
    const language = language_code === 'ru' ? 'ru' : 'kk';
    write(`\n  ${first_name} ${last_name} · ${dateTimeInWords(new Date(at), language)}`);
  };
  const show = (id: number, message: TgMessage) => {
    const key = `${id}/${message.message_id}`;
    const text = message.text ?? message.caption ?? '';
    // That an old screen lost its buttons is nothing to read.
    const onlyClosed = written.get(key) === text && message.reply_markup === undefined;
    written.set(key, text);
    if (onlyClosed) return;
    turnTo(id, (message.edit_date ?? message.date) * 1000);
    for (const line of linesOf(message)) write(line);
  };
  const flush = () => {
    for (const [id, shown] of pending) for (const message of shown.values()) show(id, message);
    pending.clear();
  };
  return {
    scene: (title) => {
      flush();
      speaking = undefined;
      write(`\n── ${title} ${'─'.repeat(Math.max(0, 100 - title.length))}`);
    },
    did: (id, what) => {
      flush();
      turnTo(id, clock.now().getTime());
      write(`  › ${what}`);
    },
    flush,
  };
}

function linesOf(message: TgMessage): string[] {
  const document = message.document === undefined ? [] : [`📎 ${message.document.file_name ?? ''}`];
  const file = message.photo === undefined ? document : ['🖼'];
  const text = message.text ?? message.caption ?? '';
  const rows = message.reply_markup?.inline_keyboard ?? [];
  const buttons = rows.map((row) => row.map((button) => `[${button.text}]`).join(' '));
  return [...file, ...text.split('\n').filter((line) => line.trim() !== ''), ...buttons].map(
    (line) => `${INDENT}${line}`,
  );
}
