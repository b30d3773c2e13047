import { Upload } from '../body.ts';
import { ApiError, bad } from '../errors.ts';
import { pictureSize, type StoredFile } from '../files.ts';
import { bool, isRecord, json, str } from '../params.ts';
import type { PhotoSize } from '../photo.ts';
import type { Params, TgFile, TgMessage } from '../types.ts';
import type { Context, Method } from './context.ts';
import { captionFields, captionPlace, deliver } from './send.ts';

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

/** The file as a message carries it: a photo in all the sizes there are of it. */
export function mediaFields(context: Context, kind: Kind, stored: StoredFile): Partial<TgMessage> {
  if (kind !== 'photo') return { [kind]: stored.file };
  const sizes = (stored.sizes ?? []).map((id) => context.store.files.find(id)?.file);
  const photo = sizes.filter((file) => file !== undefined);
  return { photo: photo.length > 0 ? photo : [stored.file] };
}

/** Keeps the sizes of one photo, smallest first; the last is the photo itself. */
export function storePhoto(context: Context, name: string, sizes: readonly PhotoSize[]): StoredFile {
  const { files } = context.store;
  const stored = sizes.map(({ bytes, width, height }) =>
    files.add(FOLDERS.photo, name, 'image/jpeg', bytes, { width, height }),
  );
  const ids = stored.map(({ file }) => file.file_id);
  for (const one of stored) one.sizes = ids;
  const largest = stored.at(-1);
  if (!largest) throw bad('IMAGE_PROCESS_FAILED');
  return largest;
}

const VEILED = new Set<Kind>(['photo', 'video', 'animation']);

function looks(kind: Kind, fields: Record<string, unknown>): Partial<TgMessage> {
  if (!VEILED.has(kind)) return {};
  return { ...(bool(fields, 'has_spoiler') ? { has_media_spoiler: true } : {}), ...captionPlace(fields) };
}

const sender =
  (kind: Kind): Method =>
  (context, params) => {
    const caption = kind === 'sticker' ? {} : captionFields(params);
    // The chat first: bytes for a chat that cannot be reached are not kept.
    context.store.reachable(params);
    const stored = resolveFile(context, kind, params, params[kind]);
    return deliver(context, params, {
      ...mediaFields(context, kind, stored),
      ...caption,
      ...looks(kind, params),
    });
  };

function isKind(value: unknown): value is Kind {
  return typeof value === 'string' && value in FOLDERS;
}

/** One item of sendMediaGroup, or the new content of editMessageMedia. */
export function inputMedia(context: Context, params: Params, item: unknown): Partial<TgMessage> {
  if (!isRecord(item) || !isKind(item.type)) throw bad("can't parse InputMedia: type must be specified");
  const kind = item.type;
  const caption = captionFields(item);
  const stored = resolveFile(context, kind, params, item.media);
  return { ...mediaFields(context, kind, stored), ...caption, ...looks(kind, item) };
}

/** Photos and videos may stand together; files and music only with their like. */
function unmixed(items: unknown[]): void {
  const kinds = new Set(items.map((item) => (isRecord(item) ? item.type : undefined)));
  if (kinds.size < 2) return;
  if (kinds.has('document')) throw bad("document can't be mixed with other media types");
  if (kinds.has('audio')) throw bad("audio can't be mixed with other media types");
}

const sendMediaGroup: Method = (context, params) => {
  const items = json(params, 'media');
  if (!Array.isArray(items)) throw bad("can't parse media JSON object");
  if (items.length < 2 || items.length > 10) throw bad('media group must include 2-10 items');
  context.store.reachable(params);
  unmixed(items);
  const contents = items.map((item) => inputMedia(context, params, item));
  const group = context.store.groupId();
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
