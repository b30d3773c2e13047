import { escapeHtml, type TextKey, type Texts, texts } from '../../locales/index.ts';
import { type Button, eventButton } from '../keyboard.ts';
import {
  dateTimeInWords,
  type Language,
  type NoticeContent,
  remainingInWords,
  type StatementKind,
  shortDateTime,
} from './core.ts';
import { transferLines } from './transfer-lines.ts';

/** A notice in one language, for every channel. */
export interface RenderedNotice {
  readonly html: string;
  /** Without the reason why: for a list of many. */
  readonly brief: string;
  /** One button that acts, for Telegram. */
  readonly button: Button | null;
  /** Beside it, on what was asked for and is not owed: the one tap that ends such notices. */
  readonly stop: Button | null;
  readonly sms: string;
  readonly subject: string;
  readonly plain: string;
}

const ICONS: Record<string, string> = {
  N1: '✅',
  N3: '⚠️',
  N4: '📎',
  N5: '🎖',
  N10: '🔔',
  N10r: '⏰',
  N10w: 'ℹ️',
  N12: '📄',
  N12r: '⏰',
  N12c: '⏰',
  N13: '📄',
  N15: '⚠️',
  N16: '🎉',
  N17: '⚠️',
  N18: '⚠️',
  N20: '✅',
  N21: '✅',
  N21r: '⏰',
  N22: '⚠️',
  N23: 'ℹ️',
  N23r: '⚠️',
  N24: '⚠️',
  N25: '✅',
  N27: '🟢',
  N28: '🔔',
  N28r: '⏰',
  N28l: 'ℹ️',
  N29: '📄',
  N29e: '🔄',
  N29r: '⏰',
  N29x: '⚠️',
  N34: '🔒',
  N35: '👥',
  N35a: '👥',
  N36: '📋',
  N41: '✅',
  N42: '⚠️',
  N43: '📝',
  N44: '🕘',
  N46: 'ℹ️',
};

/** With the words of who refused. */
const NOTED: ReadonlySet<string> = new Set(['N3', 'N17', 'N29e']);

/** The screen where one acts upon the notice; the application's card where nothing else is said. */
type NoticeScreen =
  | 'free'
  | 'refof'
  | 'interest'
  | 'undo'
  | 'settings'
  | 'staff'
  | 'wishes'
  | 'queue'
  | 'scansof'
  | 'benefit'
  | 'guardask'
  | 'card'
  | 'kg'
  | 'wl'
  | 'wloffer'
  | 'transfer'
  /** the staff's desk, for what is not about a referral of theirs */
  | 'desk';

const SCREENS: Record<string, NoticeScreen> = {
  N4: 'scansof',
  N5: 'benefit',
  N10: 'free',
  N10r: 'free',
  N12: 'refof',
  N12r: 'refof',
  N12c: 'refof',
  N13: 'refof',
  N21r: 'interest',
  N27: 'kg',
  N28: 'wloffer',
  N28r: 'wloffer',
  N28l: 'wl',
  N28x: 'wl',
  N29: 'transfer',
  N29e: 'transfer',
  N29r: 'transfer',
  N29x: 'transfer',
  N19: 'undo',
  N34: 'settings',
  N35: 'guardask',
  N36: 'staff',
  N43: 'queue',
  N44: 'wl',
};

/** Throws when the catalogue has no text for the code or a value is missing: nobody gets a notice with a hole in it. */
export function renderNotice(content: NoticeContent, language: Language): RenderedNotice {
  const t = texts(language);
  const base = baseKey(content);
  const title = t.plain(keyOf(t, `${base}.title`), valuesOf(content, t));
  const body = t.html(keyOf(t, `${base}.body`), valuesOf(content, t));
  const whyKey = `${base}.why`;
  const why = t.has(whyKey) ? t.html(whyKey, valuesOf(content, t)) : undefined;
  const { childName: child, numberTail: tail, refusalNote } = content;
  const staff = content.code === 'N36';
  const head = child === null || tail === null || staff ? undefined : t.html('notice.head', { child, tail });
  const note =
    NOTED.has(content.code) && refusalNote !== null
      ? t.html('notice.note', { note: refusalNote })
      : undefined;
  const heading = `${ICONS[content.code] ?? 'ℹ️'} <b>${escapeHtml(title)}</b>`;
  const main = [
    head === undefined ? heading : `${heading}\n${head}`,
    [body, note, ...openPlaceLines(content, t), ...transferLines(content, t)]
      .filter((line) => line !== undefined)
      .join('\n'),
  ];
  const html = [...main, ...(why === undefined ? [] : [`<i>${why}</i>`])].join('\n\n');
  return {
    html,
    brief: main.join('\n'),
    button: buttonOf(content, t),
    stop: stopOf(content, t),
    sms: smsOf(content, t, title),
    subject: head === undefined ? title : `${title} · №${tail ?? ''}`,
    plain: unescaped(html.replaceAll(/<[^>]+>/g, '')),
  };
}

/** N5, N29e, N34, N35a, N36 and N41 tell of several things. */
function baseKey({ code, params }: NoticeContent): string {
  if (code === 'N5') return `notice.N5.${benefitEvent(params)}`;
  if (code === 'N36') return `notice.N36.${String(params.event ?? 'NEW')}`;
  if (code === 'N35a') return `notice.N35a.${String(params.event)}`;
  if (code === 'N29e') return `notice.N29e.${String(params.event)}`;
  if (code === 'N34') return `notice.N34.${String(params.event ?? 'CONTACT')}`;
  if (code === 'N41') return `notice.N41.${signedKind(params)}`;
  return `notice.${code}`;
}

/** A confirmation has other words where the paper has an end. */
function benefitEvent({ event, until }: NoticeContent['params']): string {
  return event === 'CONFIRMED' && typeof until === 'string' ? 'UNTIL' : String(event);
}

function signedKind({ kind }: NoticeContent['params']): StatementKind {
  return SIGNED_KINDS.find((known) => known === kind) ?? 'CHOICE';
}

/** Until when an open place can be wished for, and how many more opened around the same point. */
function openPlaceLines(content: NoticeContent, t: Texts): string[] {
  const { code, params } = content;
  if (code !== 'N27') return [];
  const values = valuesOf(content, t);
  return [
    ...(typeof params.deadline === 'string' ? [t.html('notice.N27.until', values)] : []),
    ...(typeof params.more === 'number' && params.more > 0 ? [t.html('notice.N27.more', values)] : []),
  ];
}

function keyOf(t: Texts, key: string): TextKey {
  if (!t.has(key)) throw new Error(`no text ${key}`);
  return key;
}

function valuesOf(content: NoticeContent, t: Texts): Record<string, string | number> {
  const values: Record<string, string | number> = {
    at: dateTimeInWords(content.createdAt, t.language),
    kindergarten: content.kindergarten === null ? '—' : t.pick(content.kindergarten),
    referral: content.referralNumber ?? '—',
  };
  const { deadline } = content.params;
  if (typeof deadline === 'string')
    values.left = remainingInWords(content.createdAt, new Date(deadline), t.language);
  for (const [name, value] of Object.entries(content.params)) {
    if (name === 'reason') values.reason = reasonOf(String(value), t);
    else if (name === 'language') values.language = t.plain(keyOf(t, `teaching.${String(value)}`));
    else if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value)) values[name] = inWords(value, t);
    else if (value !== null) values[name] = value;
  }
  return values;
}

function inWords(iso: string, t: Texts): string {
  return dateTimeInWords(new Date(iso), t.language);
}

/** Sensitive reasons have neutral words (DOMAIN §8.1, A20), and so has any that is new. */
function reasonOf(code: string, t: Texts): string {
  const key = `notice.reason.${code}`;
  return t.plain(t.has(key) ? key : 'notice.reason.NEUTRAL');
}

function buttonOf(content: NoticeContent, t: Texts): Button | null {
  const { applicationId, params } = content;
  const screen = screenOf(content);
  const label = t.plain(`notice.button.${screen}`);
  if (screen === 'kg') {
    const { kindergartenId } = content;
    return kindergartenId === null ? null : eventButton(label, screen, [kindergartenId], 'success');
  }
  if (screen === 'desk') return eventButton(label, 'staff');
  if (screen === 'staff' || screen === 'settings' || screen === 'queue') return eventButton(label, screen);
  if (screen === 'wloffer') return eventButton(label, screen, [String(params.entry)], 'success');
  if (screen === 'guardask') return eventButton(label, screen, [String(params.link)], 'success');
  if (applicationId === null) return null;
  const to = content.code === 'N21r' ? 'interest/yes' : screen;
  return eventButton(label, to, [applicationId], 'success');
}

function stopOf({ code, params }: NoticeContent, t: Texts): Button | null {
  if (code !== 'N27' || typeof params.subscription !== 'string') return null;
  return eventButton(t.plain('notice.button.stop'), 'subs/stop', [params.subscription]);
}

const SIGNED = {
  CHOICE: 'refof',
  WISHES: 'wishes',
  REGISTRATION: 'card',
  WAITLIST: 'wl',
  TRANSFER: 'transfer',
} as const satisfies Record<StatementKind, NoticeScreen>;

const SIGNED_KINDS = Object.keys(SIGNED) as readonly StatementKind[];

/** What the head is told of children who leave for another kindergarten. */
const MOVES: readonly unknown[] = ['LEAVING', 'STAYS', 'LEFT_BY_DEPARTMENT', 'MOVED'];

function screenOf({ code, params }: NoticeContent): NoticeScreen {
  if (code === 'N41') return SIGNED[signedKind(params)];
  // Who was taken out of an application has no card to open, but may ask to be joined again.
  if (code === 'N35a' && params.event === 'REMOVED') return 'settings';
  if (code === 'N36' && MOVES.includes(params.event)) return 'desk';
  return SCREENS[code] ?? 'card';
}

/** Short: a part of an SMS in Cyrillic has 67 signs. */
function smsOf({ code, childName, numberTail, params }: NoticeContent, t: Texts, title: string): string {
  const deadline = typeof params.deadline === 'string' ? shortDateTime(new Date(params.deadline)) : undefined;
  const named = childName !== null && numberTail !== null && code !== 'N36';
  const words = named
    ? t.plain('notice.sms', { title: bare(title), child: childName, tail: numberTail })
    : `Kezek: ${bare(title)}.`;
  return deadline === undefined ? words : `${words} ${t.plain('notice.smsDeadline', { deadline })}`;
}

/** The sentence goes on with a full stop of its own. */
const bare = (title: string): string => title.replace(/[.!?]$/, '');

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
