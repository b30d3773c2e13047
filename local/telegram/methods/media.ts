import { Upload } from '../body.ts';
import { ApiError, bad } from '../errors.ts';
import { pictureSize, type StoredFile } from '../files.ts';
import { isRecord, json, str } from '../params.ts';
import type { Params, TgFile, TgMessage } from '../types.ts';
import type { Context, Method } from './context.ts';
import { captionFields, deliver } from './send.ts';

export type Kind = 'photo' | 'document' | 'voice' | 'audio' | 'video' | 'animation' | 'sticker';
const FOLDERS: Record<Kind, string> = {
  photo: 'photos',
  document: 'documents',
  voice: 'voice',
  audio: 'music',
  video: 'videos',
  animation: 'animations',
  sticker: 'stickers',
};
const MB = 1024 * 1024;

/** Stores bytes as a file of this kind, with the fields Telegram gives it. @throws 400, 413 */
export function storeFile(
  context: Context,
  kind: Kind,
  name: string,
  mime: string,
  bytes: Buffer,
): StoredFile {
  if (bytes.length === 0) throw bad('file must be non-empty');
  if (bytes.length > (kind === 'photo' ? 10 : 50) * MB) throw new ApiError(413, 'Request Entity Too Large');
  const extra: Partial<TgFile> = {};
  if (kind === 'photo') {
    const size = pictureSize(bytes);
    if (!size) throw bad('IMAGE_PROCESS_FAILED');
    const { width, height } = size;
    const long = Math.max(width, height) / Math.max(1, Math.min(width, height));
    if (width + height > 10_000 || long > 20) throw bad('PHOTO_INVALID_DIMENSIONS');
    Object.assign(extra, size);
  } else if (kind === 'sticker') {
    Object.assign(extra, { width: 512, height: 512, type: 'regular', is_animated: false, is_video: false });
  } else {
    if (kind === 'voice' || kind === 'audio' || kind === 'video') extra.duration = 1;
    if (kind !== 'voice') extra.file_name = name;
  }
  const stored = context.store.files.add(FOLDERS[kind], name, mime, bytes, extra);
  if (kind !== 'photo' && kind !== 'sticker') stored.file.mime_type = stored.mime;
  return stored;
}

function resolveFile(context: Context, kind: Kind, params: Params, value: unknown): StoredFile {
  if (value instanceof Upload) return storeFile(context, kind, value.name, value.mime, value.bytes);
  const text = typeof value === 'string' ? value : '';
  if (text === '') throw bad(`there is no ${kind} in the request`);
  if (text.startsWith('attach://')) {
    const upload = params[text.slice(9)];
    if (!(upload instanceof Upload)) throw bad(`can't parse ${kind}: attached file not found`);
    return storeFile(context, kind, upload.name, upload.mime, upload.bytes);
  }
  // The stand-in asks nobody outside: a file by address is refused as one that could not be fetched.
  if (/^https?:/i.test(text)) throw bad('failed to get HTTP URL content');
  const known = context.store.files.find(text);
  if (!known) throw bad('wrong file identifier/HTTP URL specified');
  if ((kind === 'photo') !== known.path.startsWith('photos/')) throw bad('type of file mismatch');
  return known;
}

export function mediaFields(kind: Kind, stored: StoredFile): Partial<TgMessage> {
  return kind === 'photo' ? { photo: [stored.file] } : { [kind]: stored.file };
}

const sender =
  (kind: Kind): Method =>
  (context, params) => {
    const caption = kind === 'sticker' ? {} : captionFields(params);
    // The chat first: bytes for a chat that cannot be reached are not kept.
    context.store.reachable(params);
    const stored = resolveFile(context, kind, params, params[kind]);
    return deliver(context, params, { ...mediaFields(kind, stored), ...caption });
  };

function isKind(value: unknown): value is Kind {
  return typeof value === 'string' && value in FOLDERS;
}

/** One item of sendMediaGroup, or the new content of editMessageMedia. */
export function inputMedia(context: Context, params: Params, item: unknown): Partial<TgMessage> {
  if (!isRecord(item) || !isKind(item.type)) throw bad("can't parse InputMedia: type must be specified");
  const kind = item.type;
  const caption = captionFields(item);
  return { ...mediaFields(kind, resolveFile(context, kind, params, item.media)), ...caption };
}

const sendMediaGroup: Method = (context, params) => {
  const items = json(params, 'media');
  if (!Array.isArray(items)) throw bad("can't parse media JSON object");
  if (items.length < 2 || items.length > 10) throw bad('media group must include 2-10 items');
  context.store.reachable(params);
  const contents = items.map((item) => inputMedia(context, params, item));
  const group = `${Date.now()}${Math.floor(Math.random() * 1000)}`;
  const { reply_markup: _, ...rest } = params;
  return contents.map((content) => deliver(context, rest, { ...content, media_group_id: group }));
};

const getFile: Method = (context, params) => {
  const id = str(params, 'file_id') ?? '';
  const stored = context.store.files.find(id);
  if (!stored)
    throw bad(id === '' ? 'file_id is empty' : 'wrong file_id or the file is temporarily unavailable');
  if (stored.bytes.length > 20 * MB) throw bad('file is too big');
  const { file_id, file_unique_id, file_size } = stored.file;
  return { file_id, file_unique_id, file_size, file_path: stored.path };
};

export const mediaMethods: Record<string, Method> = {
  sendPhoto: sender('photo'),
  sendDocument: sender('document'),
  sendVoice: sender('voice'),
  sendAudio: sender('audio'),
  sendVideo: sender('video'),
  sendAnimation: sender('animation'),
  sendSticker: sender('sticker'),
  sendMediaGroup,
  getFile,
};
