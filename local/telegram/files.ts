import { createHash } from 'node:crypto';
import type { Blobs } from './blobs.ts';
import type { TgFile } from './types.ts';

export interface StoredFile {
  file: TgFile;
  /** 'documents/file_3.pdf', as getFile answers it. */
  path: string;
  name: string;
  mime: string;
  bytes: Buffer;
  /** SHA-256 of the bytes, in hex. */
  hash: string;
  /** Of a photo: the file_ids of all its sizes, the largest last. */
  sizes?: string[];
}

const EXTENSIONS: Record<string, string> = {
  'application/pdf': 'pdf',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'audio/ogg': 'ogg',
  'text/plain': 'txt',
  'text/xml': 'xml',
  'application/xml': 'xml',
  'text/calendar': 'ics',
  'image/heic': 'heic',
  'image/heif': 'heif',
  'application/zip': 'zip',
  'application/json': 'json',
};
const MIMES: Record<string, string> = Object.fromEntries(
  Object.entries(EXTENSIONS).map(([mime, extension]) => [extension, mime]),
);

const extensionOf = (name: string) => /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase();

function guessMime(name: string, mime: string): string {
  if (mime !== '' && mime !== 'application/octet-stream') return mime;
  return MIMES[extensionOf(name) ?? ''] ?? 'application/octet-stream';
}

function jpegSize(bytes: Buffer): { width: number; height: number } | undefined {
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; ) {
    const kind = bytes[at + 1] ?? 0;
    const isFrame = kind >= 0xc0 && kind <= 0xcf && kind !== 0xc4 && kind !== 0xc8 && kind !== 0xcc;
    if (isFrame) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

/** Width and height from the first bytes of a picture; undefined when it is none. */
export function pictureSize(bytes: Buffer): { width: number; height: number } | undefined {
  if (bytes.length < 16) return undefined;
  if (bytes.readUInt32BE(0) === 0x89504e47 && bytes.length >= 24) {
    return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  }
  if (bytes.readUInt16BE(0) === 0xffd8) return jpegSize(bytes) ?? { width: 640, height: 480 };
  if (bytes.toString('latin1', 0, 3) === 'GIF') {
    return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  }
  if (bytes.toString('latin1', 8, 12) === 'WEBP') return { width: 640, height: 480 };
  return undefined;
}

/** A file as the state file keeps it: the bytes lie beside it under their hash, or here in state files of before. */
export type SavedFile = Omit<StoredFile, 'bytes' | 'hash'> & { hash?: string; bytes?: string };

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const MAX_FILES = 20_000;

/** Files sent by either side, in memory; the oldest are forgotten past `limit` bytes. */
export class Files {
  readonly #files = new Map<string, StoredFile>();
  readonly #paths = new Map<string, StoredFile>();
  readonly #shared = new Map<string, { bytes: Buffer; uses: number }>();
  readonly #limit: number;
  #bytes = 0;
  #count = 0;

  constructor(limit = 256 * 1024 * 1024) {
    this.#limit = limit;
  }

  add(kind: string, name: string, givenMime: string, bytes: Buffer, extra: Partial<TgFile> = {}): StoredFile {
    const mime = guessMime(name, givenMime);
    const n = ++this.#count;
    const hash = sha256(bytes);
    const id = createHash('sha256').update(`${n}:${hash}`).digest('base64url').slice(0, 40);
    const file: TgFile = {
      file_id: `BQAC${id}${n}`,
      file_unique_id: `Ag${id.slice(0, 14)}`,
      file_size: bytes.length,
      ...extra,
    };
    const extension = extensionOf(name) ?? EXTENSIONS[mime] ?? 'bin';
    const stored = { file, path: `${kind}/file_${n}.${extension}`, name, mime, bytes, hash };
    this.#keep(stored);
    return stored;
  }

  #keep(stored: StoredFile): void {
    this.#files.set(stored.file.file_id, stored);
    this.#paths.set(stored.path, stored);
    this.#share(stored);
    for (const [id, old] of this.#files) {
      const fits = this.#bytes <= this.#limit && this.#files.size <= MAX_FILES;
      if (fits || this.#files.size === 1) return;
      this.#files.delete(id);
      this.#paths.delete(old.path);
      this.#release(old);
    }
  }

  /** The same bytes sent again take no room again. */
  #share(stored: StoredFile): void {
    const known = this.#shared.get(stored.hash);
    if (known) {
      stored.bytes = known.bytes;
      known.uses += 1;
      return;
    }
    this.#shared.set(stored.hash, { bytes: stored.bytes, uses: 1 });
    this.#bytes += stored.bytes.length;
  }

  #release({ hash, bytes }: StoredFile): void {
    const shared = this.#shared.get(hash);
    if (!shared || --shared.uses > 0) return;
    this.#shared.delete(hash);
    this.#bytes -= bytes.length;
  }

  find(id: string): StoredFile | undefined {
    return this.#files.get(id);
  }

  byPath(path: string): StoredFile | undefined {
    return this.#paths.get(path);
  }

  /** What the state file keeps. The bytes go to `blobs`, those of forgotten files go from there. */
  save(blobs: Blobs): SavedFile[] {
    const files = [...this.#files.values()];
    for (const { hash, bytes } of files) blobs.put(hash, bytes);
    blobs.keepOnly(new Set(files.map(({ hash }) => hash)));
    return files.map(({ bytes: _, ...rest }) => rest);
  }

  /** Files whose bytes are gone are forgotten. */
  restore(list: readonly SavedFile[], blobs: Blobs): void {
    for (const item of list) {
      const bytes = item.bytes === undefined ? blobs.get(item.hash ?? '') : Buffer.from(item.bytes, 'base64');
      this.#count = Math.max(this.#count, Number(/_(\d+)\./.exec(item.path)?.[1] ?? 0));
      if (bytes) this.#keep({ ...item, bytes, hash: item.hash ?? sha256(bytes) });
    }
  }
}
