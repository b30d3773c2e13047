import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Secrets } from '../db/crypto.ts';

const VERSION = 1;
const SALT_BYTES = 16;
const HEAD_BYTES = 1 + SALT_BYTES;
const TAG_BYTES = 16;
const CHUNK_BYTES = 64 * 1024;

type Keys = Pick<Secrets, 'scanFileKey'>;

/** How many bytes `sealed` gives for a content of so many. */
export function sealedLength(bytes: number): number {
  return HEAD_BYTES + bytes + chunksOf(bytes) * TAG_BYTES;
}

/**
 * A scan as it is stored, chunk by chunk: version (1 byte) · salt (16) · chunks of 64 KiB, each with a tag (16),
 * AES-256-GCM. The key is made of the scan's hash and the salt, the nonce of the chunk's number and of whether it is the
 * last (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár): a file that is cut, reordered or another
 * scan's does not open. Each reading is sealed anew.
 */
export function sealed(keys: Keys, hash: Uint8Array, content: Uint8Array): AsyncIterable<Uint8Array> {
  return {
    async *[Symbol.asyncIterator]() {
      const salt = randomBytes(SALT_BYTES);
      const key = keys.scanFileKey(hash, salt);
      yield Buffer.concat([Buffer.of(VERSION), salt]);
      const chunks = chunksOf(content.length);
      for (let index = 0; index < chunks; index += 1) {
        const cipher = createCipheriv('aes-256-gcm', key, nonceOf(index, index === chunks - 1));
        const body = cipher.update(content.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES));
        yield Buffer.concat([body, cipher.final(), cipher.getAuthTag()]);
      }
    },
  };
}

/** The content of a stored scan of `bytes` bytes. Throws when it is not what was sealed under `hash`, whole and unchanged. */
export async function opened(
  keys: Keys,
  hash: Uint8Array,
  pieces: AsyncIterable<Uint8Array>,
  bytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const source = pieces[Symbol.asyncIterator]();
  try {
    return await openChunks(keys, hash, reader(source), bytes);
  } finally {
    await source.return?.();
  }
}

async function openChunks(
  keys: Keys,
  hash: Uint8Array,
  take: (length: number) => Promise<Buffer>,
  bytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const content = Buffer.alloc(bytes);
  const head = await take(HEAD_BYTES);
  if (head[0] !== VERSION) throw new Error('not a scan that this program stored');
  const key = keys.scanFileKey(hash, head.subarray(1));
  const chunks = chunksOf(bytes);
  for (let index = 0; index < chunks; index += 1) {
    const from = index * CHUNK_BYTES;
    const length = Math.min(CHUNK_BYTES, bytes - from);
    const chunk = await take(length + TAG_BYTES);
    const nonce = nonceOf(index, index === chunks - 1);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAuthTag(
      chunk.subarray(length),
    );
    content.set(decipher.update(chunk.subarray(0, length)), from);
    decipher.final();
  }
  await take(0);
  return content;
}

/** Hands out exactly as many bytes as are asked for; asked for none, it makes sure that none are left. */
function reader(source: AsyncIterator<Uint8Array>): (length: number) => Promise<Buffer> {
  let rest = Buffer.alloc(0);
  return async (length) => {
    while (rest.length < length || length === 0) {
      const { value, done } = await source.next();
      if (done === true) break;
      rest = Buffer.concat([rest, value]);
      if (length === 0 && rest.length > 0) break;
    }
    if (rest.length < length) throw new Error('a stored scan is cut off');
    if (length === 0 && rest.length > 0) throw new Error('a stored scan is longer than it was');
    const taken = rest.subarray(0, length);
    rest = rest.subarray(length);
    return taken;
  };
}

function chunksOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / CHUNK_BYTES));
}

function nonceOf(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 7);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}
