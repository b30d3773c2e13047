import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import type { SmsGateway } from '../../core/ports.ts';
import type { InboxItem } from '../telegram/types.ts';

/** A letter as a mail sender hands it over. */
export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** What would have left for the mobile network and the mail server, kept to be read in the browser. */
export interface Outbox {
  readonly sms: SmsGateway;
  /** Keeps a letter; resolves to its id. */
  mail(letter: Letter): Promise<string>;
  /** Newest first. */
  items(): readonly InboxItem[];
}

const KEPT = 500;

/** `file` keeps what was sent from one start to the next, one JSON object a line; undefined keeps it in memory alone. */
export function openOutbox(clock: Clock, file?: string): Outbox {
  const items = file === undefined ? [] : readKept(file);
  if (file !== undefined) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, items.map(line).join(''), { mode: 0o600 });
  }
  let count = 0;
  const keep = (item: Omit<InboxItem, 'at'>): string => {
    const dated = { ...item, at: clock.now().toISOString() };
    items.push(dated);
    if (items.length > KEPT) items.shift();
    if (file !== undefined) appendFileSync(file, line(dated));
    count += 1;
    return `local-${count}`;
  };
  return {
    sms: { send: async (phone, text) => keep({ to: phone, kind: 'sms', text }) },
    mail: async ({ to, subject, text }) => keep({ to, kind: 'mail', subject, text }),
    items: () => items.toReversed(),
  };
}

function line(item: InboxItem): string {
  return `${JSON.stringify(item)}\n`;
}

function readKept(file: string): InboxItem[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  const items = text.split('\n').flatMap((one): InboxItem[] => {
    try {
      return [JSON.parse(one)];
    } catch {
      // The last line of a program that was killed.
      return [];
    }
  });
  return items.slice(-KEPT);
}
