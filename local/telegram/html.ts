import { bad } from './errors.ts';
import type { TgEntity } from './types.ts';

const TAGS: Record<string, string> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  'tg-spoiler': 'spoiler',
  span: 'spoiler',
  blockquote: 'blockquote',
  code: 'code',
  pre: 'pre',
  a: 'text_link',
  'tg-emoji': 'custom_emoji',
};
const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };

interface Open {
  tag: string;
  start: number;
  attribute: string;
}

interface Cursor {
  source: string;
  at: number;
  text: string;
  stack: Open[];
  entities: TgEntity[];
}

const fail = (text: string) => bad(`can't parse entities: ${text}`);
const bytesBefore = (source: string, index: number) => Buffer.byteLength(source.slice(0, index));
const isSpace = (char: string | undefined) => char !== undefined && /\s/.test(char);

function decodeEntity(source: string, at: number): { value: string; length: number } | undefined {
  const match = /^&(?:#(\d{1,8})|#x([0-9a-f]{1,6})|(lt|gt|amp|quot));/i.exec(source.slice(at, at + 12));
  if (!match) return undefined;
  const named = match[3] === undefined ? undefined : NAMED[match[3].toLowerCase()];
  if (named !== undefined) return { value: named, length: match[0].length };
  const code = match[1] === undefined ? Number.parseInt(match[2] ?? '', 16) : Number(match[1]);
  if (!(code > 0 && code <= 0x10ffff)) return undefined;
  return { value: String.fromCodePoint(code), length: match[0].length };
}

function decodeAll(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; ) {
    const decoded = text[i] === '&' ? decodeEntity(text, i) : undefined;
    out += decoded ? decoded.value : text[i];
    i += decoded ? decoded.length : 1;
  }
  return out;
}

function readValue(cursor: Cursor, begin: number): string {
  const { source } = cursor;
  const quote = source[cursor.at];
  if (quote !== '"' && quote !== "'") {
    const from = cursor.at;
    while (/[a-z0-9.-]/i.test(source[cursor.at] ?? '')) cursor.at++;
    if (!isSpace(source[cursor.at]) && source[cursor.at] !== '>') {
      throw fail(`Unexpected end of name token at byte offset ${bytesBefore(source, from)}`);
    }
    return source.slice(from, cursor.at).toLowerCase();
  }
  const end = source.indexOf(quote, cursor.at + 1);
  if (end < 0) throw fail(`Unclosed start tag at byte offset ${bytesBefore(source, begin)}`);
  const value = decodeAll(source.slice(cursor.at + 1, end));
  cursor.at = end + 1;
  return value;
}

function readAttributes(cursor: Cursor, tag: string, begin: number): Record<string, string> {
  const { source } = cursor;
  const skip = () => {
    while (isSpace(source[cursor.at])) cursor.at++;
    if (cursor.at >= source.length) {
      throw fail(`Unclosed start tag "${tag}" at byte offset ${bytesBefore(source, begin)}`);
    }
  };
  const found: Record<string, string> = {};
  for (skip(); source[cursor.at] !== '>'; skip()) {
    const from = cursor.at;
    while (cursor.at < source.length && !/[\s=>]/.test(source[cursor.at] ?? '')) cursor.at++;
    const name = source.slice(from, cursor.at).toLowerCase();
    if (name === '') {
      throw fail(`Empty attribute name in the tag "${tag}" at byte offset ${bytesBefore(source, begin)}`);
    }
    skip();
    found[name] = '';
    if (source[cursor.at] !== '=') continue;
    cursor.at++;
    skip();
    found[name] = readValue(cursor, begin);
  }
  cursor.at++;
  return found;
}

function attributeOf(tag: string, all: Record<string, string>, offset: number): string {
  if (tag === 'a') return all.href ?? '';
  if (tag === 'code') return all.class?.startsWith('language-') ? all.class.slice(9) : '';
  if (tag === 'tg-emoji') return all['emoji-id'] ?? '';
  if (tag === 'blockquote') return 'expandable' in all ? 'expandable' : '';
  if (tag === 'span' && all.class !== 'tg-spoiler') {
    throw fail(`Tag "span" must have class "tg-spoiler" at byte offset ${offset}`);
  }
  return '';
}

function openTag(cursor: Cursor): void {
  const { source } = cursor;
  const begin = cursor.at++;
  while (cursor.at < source.length && !/[\s>]/.test(source[cursor.at] ?? '')) cursor.at++;
  const offset = bytesBefore(source, begin);
  if (cursor.at >= source.length) throw fail(`Unclosed start tag at byte offset ${offset}`);
  const tag = source.slice(begin + 1, cursor.at).toLowerCase();
  if (TAGS[tag] === undefined) throw fail(`Unsupported start tag "${tag}" at byte offset ${offset}`);
  const attributes = readAttributes(cursor, tag, begin);
  cursor.stack.push({ tag, start: cursor.text.length, attribute: attributeOf(tag, attributes, offset) });
}

function closeTag(cursor: Cursor): void {
  const { source } = cursor;
  const begin = cursor.at;
  const offset = bytesBefore(source, begin);
  const open = cursor.stack.pop();
  if (!open) throw fail(`Unexpected end tag at byte offset ${offset}`);
  cursor.at += 2;
  while (cursor.at < source.length && !/[\s>]/.test(source[cursor.at] ?? '')) cursor.at++;
  const name = source.slice(begin + 2, cursor.at).toLowerCase();
  while (isSpace(source[cursor.at])) cursor.at++;
  if (source[cursor.at] !== '>') throw fail(`Unclosed end tag at byte offset ${offset}`);
  if (name !== '' && name !== open.tag) {
    throw fail(`Unmatched end tag at byte offset ${offset}, expected "</${open.tag}>", found "</${name}>"`);
  }
  cursor.at++;
  pushEntity(cursor, open);
}

/** An address Telegram makes a link of; anything else leaves plain text, without an error. */
function linkOf(address: string): string | undefined {
  const withScheme = /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `http://${address}`;
  if (/^tg:\/\//i.test(withScheme)) return withScheme;
  if (!/^https?:/i.test(withScheme) || !URL.canParse(withScheme)) return undefined;
  const host = new URL(withScheme).hostname;
  return host.includes('.') || host === 'localhost' ? new URL(withScheme).href : undefined;
}

function linkEntity(base: TgEntity, address: string): TgEntity | undefined {
  const user = /^tg:\/\/user\?id=(\d+)$/.exec(address)?.[1];
  if (user !== undefined) return { ...base, type: 'text_mention', user: { id: Number(user) } };
  const url = linkOf(address);
  return url === undefined ? undefined : { ...base, url };
}

function pushEntity(cursor: Cursor, open: Open): void {
  const length = cursor.text.length - open.start;
  const type = TAGS[open.tag];
  if (length === 0 || type === undefined) return;
  const base: TgEntity = { type, offset: open.start, length };
  if (open.tag === 'a') {
    const link = linkEntity(base, open.attribute || cursor.text.slice(open.start));
    if (link) cursor.entities.push(link);
    return;
  }
  if (open.tag === 'code' && cursor.stack.at(-1)?.tag === 'pre') {
    const pre = cursor.stack.at(-1);
    if (pre && open.attribute !== '') pre.attribute = open.attribute;
    return;
  }
  if (open.tag === 'pre' && open.attribute !== '') base.language = open.attribute;
  if (open.tag === 'tg-emoji') base.custom_emoji_id = open.attribute;
  if (open.attribute === 'expandable') base.type = 'expandable_blockquote';
  cursor.entities.push(base);
}

/**
 * Text and entities of a message written in Telegram's HTML (offsets in UTF-16 units, sorted as Telegram sorts them).
 * As strict as the real parser: an unknown, unclosed or crossed tag is 400 `can't parse entities: …` with the byte offset.
 */
export function parseHtml(source: string): { text: string; entities: TgEntity[] } {
  if (!source.includes('<') && !source.includes('&')) return { text: source, entities: [] };
  const cursor: Cursor = { source, at: 0, text: '', stack: [], entities: [] };
  while (cursor.at < source.length) {
    const char = source[cursor.at];
    const decoded = char === '&' ? decodeEntity(source, cursor.at) : undefined;
    if (decoded) {
      cursor.text += decoded.value;
      cursor.at += decoded.length;
    } else if (char !== '<') {
      cursor.text += char;
      cursor.at++;
    } else if (source[cursor.at + 1] === '/') closeTag(cursor);
    else openTag(cursor);
  }
  const open = cursor.stack.pop();
  if (open) throw fail(`Can't find end tag corresponding to start tag "${open.tag}"`);
  cursor.entities.sort((a, b) => a.offset - b.offset || b.length - a.length);
  return { text: cursor.text, entities: cursor.entities };
}
