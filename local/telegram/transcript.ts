import type { Person, ReplyKeyboard, TgMessage } from './types.ts';

function bodyOf(message: TgMessage): string {
  if (message.text !== undefined) return message.text;
  const caption = message.caption === undefined ? '' : ` ${message.caption}`;
  if (message.photo) return `[photo]${caption}`;
  const file = message.document ?? message.voice ?? message.audio ?? message.video ?? message.animation;
  if (file) return `[file ${file.file_name ?? file.mime_type ?? ''}]${caption}`;
  if (message.sticker) return `[sticker ${message.sticker.emoji ?? ''}]`;
  if (message.contact) return `[contact ${message.contact.first_name} ${message.contact.phone_number}]`;
  if (message.venue) return `[place ${message.venue.title}, ${message.venue.address}]`;
  if (message.location) return `[location ${message.location.latitude}, ${message.location.longitude}]`;
  return '[…]';
}

function rowLine(row: { text: string }[], open: string, close: string): string {
  return row.map((button) => `${open}${button.text}${close}`).join(' ');
}

const indent = (text: string) => text.replaceAll('\n', '\n    ');

/** One chat as plain text, oldest first: who, what, and the buttons under it. No times, so that it can be compared. */
export function transcriptText(
  person: Person,
  bot: string,
  messages: TgMessage[],
  keyboard: ReplyKeyboard | undefined,
): string {
  const lines: string[] = [];
  for (const message of messages) {
    const edited = message.edit_date === undefined || message.from.is_bot ? '' : ' (edited)';
    const via = message.via_bot ? ` (via @${message.via_bot.username})` : '';
    lines.push(`${message.from.is_bot ? bot : person.first_name}${via}${edited}: ${indent(bodyOf(message))}`);
    for (const row of message.reply_markup?.inline_keyboard ?? [])
      lines.push(`    ${rowLine(row, '[', ']')}`);
  }
  for (const row of keyboard?.keyboard ?? []) lines.push(`    ${rowLine(row, '{', '}')}`);
  return lines.join('\n');
}
