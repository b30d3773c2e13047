import { bad } from './errors.ts';
import { parseHtml } from './html.ts';
import { isRecord, json, longerThan, str } from './params.ts';
import type { Params, TgEntity } from './types.ts';

const PATTERN = new RegExp(
  [
    '(?<url>https?:\\/\\/[^\\s<>"«»]*[^\\s<>"«».,:;!?)\\]])',
    '(?<email>[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+)',
    '(?<bot_command>(?<![\\p{L}\\p{N}_/<>])\\/[a-zA-Z0-9_]{1,64}(?:@\\w{3,32})?(?![\\p{L}\\p{N}_/]))',
    '(?<mention>(?<![\\p{L}\\p{N}_@])@[a-zA-Z]\\w{2,31})',
    '(?<hashtag>(?<![\\p{L}\\p{N}_#])#[\\p{L}\\p{N}_]*\\p{L}[\\p{L}\\p{N}_]*)',
    '(?<bare>(?<![\\p{L}\\p{N}_@.\\/-])(?:[a-z0-9-]+\\.)+(?:kz|ru|com|org|net|me|info)(?:\\/[^\\s<>"«»]*[^\\s<>"«».,:;!?)\\]])?(?![\\p{L}\\p{N}_-]))',
  ].join('|'),
  'giu',
);
const SOLID = new Set(['code', 'pre', 'text_link', 'text_mention']);

/** What Telegram itself finds in a text: commands, addresses, mentions, tags; never inside code or a link. */
export function detect(text: string, given: TgEntity[] = []): TgEntity[] {
  if (!/[/@#.]/.test(text)) return given;
  const solid = given.filter((entity) => SOLID.has(entity.type));
  const found: TgEntity[] = [];
  for (const match of text.matchAll(PATTERN)) {
    const key = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined)?.[0] ?? 'url';
    const entity = { type: key === 'bare' ? 'url' : key, offset: match.index, length: match[0].length };
    const crosses = solid.some(
      (other) => entity.offset < other.offset + other.length && other.offset < entity.offset + entity.length,
    );
    if (!crosses) found.push(entity);
  }
  if (found.length === 0) return given;
  return [...given, ...found].sort((a, b) => a.offset - b.offset || b.length - a.length);
}

function givenEntities(params: Params, key: string): TgEntity[] {
  const list = json(params, key);
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw bad("can't parse entities: expected an Array of MessageEntity");
  const entities: TgEntity[] = [];
  for (const item of list) {
    if (!isRecord(item) || typeof item.type !== 'string') throw bad("can't parse entities");
    const { type, offset, length, url, language } = item;
    if (typeof offset !== 'number' || typeof length !== 'number') throw bad("can't parse entities");
    const entity: TgEntity = { type, offset, length };
    if (typeof url === 'string') entity.url = url;
    if (typeof language === 'string') entity.language = language;
    entities.push(entity);
  }
  return entities;
}

function trim(text: string, entities: TgEntity[]): { text: string; entities: TgEntity[] } {
  const trimmed = text.trim();
  if (trimmed.length === text.length) return { text, entities };
  const shift = text.length - text.trimStart().length;
  const kept: TgEntity[] = [];
  for (const entity of entities) {
    const from = Math.max(0, entity.offset - shift);
    const to = Math.min(trimmed.length, entity.offset + entity.length - shift);
    if (to > from) kept.push({ ...entity, offset: from, length: to - from });
  }
  return { text: trimmed, entities: kept };
}

export interface Formatted {
  text: string;
  entities: TgEntity[];
}

function format(params: Params, source: string, entitiesKey: string): Formatted {
  const mode = str(params, 'parse_mode')?.toLowerCase() ?? '';
  // Only HTML is spoken here: a forgotten Markdown mode is told loudly rather than shown as stars.
  if (mode !== '' && mode !== 'html') throw bad('unsupported parse_mode');
  const parsed =
    mode === 'html' ? parseHtml(source) : { text: source, entities: givenEntities(params, entitiesKey) };
  const { text, entities } = trim(parsed.text, parsed.entities);
  return { text, entities: detect(text, entities) };
}

/** The text of sendMessage and editMessageText: not empty, at most 4096 characters after parsing. */
export function messageText(params: Params): Formatted {
  const source = str(params, 'text') ?? '';
  if (source === '') throw bad('message text is empty');
  const formatted = format(params, source, 'entities');
  if (formatted.text === '') throw bad('text must be non-empty');
  if (longerThan(formatted.text, 4096)) throw bad('message is too long');
  return formatted;
}

/** The caption of a file: may be absent, at most 1024 characters after parsing. */
export function captionText(params: Params): Formatted {
  const formatted = format(params, str(params, 'caption') ?? '', 'caption_entities');
  if (longerThan(formatted.text, 1024)) throw bad('message caption is too long');
  return formatted;
}
