import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import type { Iin } from '../people/iin.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** The two columns in which an IIN is kept: what it is, and how it is found (DOMAIN §6.1). */
export interface IinColumns {
  readonly iin_cipher: Bytes;
  readonly iin_hash: Bytes;
}

/** What the data key protects. Every use has a subkey of its own, so that one's output tells nothing about another's. */
export interface Secrets {
  /** Both columns of a new row of `person` or `child`. */
  sealIin(iin: Iin): IinColumns;
  /** Throws when the row was changed, mixed up with another's, or written under another data key. */
  openIin(columns: IinColumns): Iin;
  /** The keyed hash by which a person or child is looked up: the same IIN always gives the same 32 bytes. */
  iinHash(iin: Iin): Bytes;
  /** The hash of a one-time code. It is good for the row `codeId` alone, and six digits cannot be guessed from it without the key. */
  codeHash(codeId: string, code: string): Bytes;
}

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const NO_CONTEXT = new Uint8Array(0);

/** `dataKey`: 32 random bytes that live in the configuration, never in the database. Throws RangeError for another length. */
export function createSecrets(dataKey: Uint8Array): Secrets {
  const keys = {
    iin: subkey(dataKey, 'iin encryption'),
    iinLookup: subkey(dataKey, 'iin lookup'),
    code: subkey(dataKey, 'one-time code'),
  };
  const iinHash = (iin: Iin): Bytes => hmac(keys.iinLookup, iin);
  return {
    iinHash,
    sealIin: (iin) => {
      const hash = iinHash(iin);
      return { iin_cipher: encrypt(keys.iin, hash, Buffer.from(iin)), iin_hash: hash };
    },
    openIin: ({ iin_cipher, iin_hash }) => decrypt(keys.iin, iin_hash, iin_cipher).toString() as Iin,
    codeHash: (codeId, code) => hmac(keys.code, `${codeId}\n${code}`),
  };
}

/** Encrypts what came in, as it waits in the inbox: people type IINs and codes into chats. */
export function seal(dataKey: Uint8Array, payload: Uint8Array): Bytes {
  return encrypt(payloadKey(dataKey), NO_CONTEXT, payload);
}

/** The payload again. Throws when it was changed, or written under another data key. */
export function open(dataKey: Uint8Array, sealed: Uint8Array): Buffer {
  return decrypt(payloadKey(dataKey), NO_CONTEXT, sealed);
}

/** Compares without telling by its duration where the two differ. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function hmac(key: Buffer, text: string): Bytes {
  return createHmac('sha256', key).update(text).digest();
}

/** version (1 byte) · nonce (12) · ciphertext · tag (16), AES-256-GCM; `context` is authenticated and not stored. */
function encrypt(key: Buffer, context: Uint8Array, clear: Uint8Array): Bytes {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(context);
  const body = Buffer.concat([cipher.update(clear), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), nonce, body, cipher.getAuthTag()]);
}

function decrypt(key: Buffer, context: Uint8Array, sealed: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed);
  if (bytes[0] !== VERSION || bytes.length < 1 + NONCE_BYTES + TAG_BYTES) {
    throw new Error('not data that this program encrypted');
  }
  const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
  const body = bytes.subarray(1 + NONCE_BYTES, -TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(context)
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(body), decipher.final()]);
}

function subkey(dataKey: Uint8Array, use: string): Buffer {
  if (dataKey.length !== KEY_BYTES) throw new RangeError(`the data key must have ${KEY_BYTES} bytes`);
  return Buffer.from(hkdfSync('sha256', dataKey, NO_CONTEXT, `kezek ${use} v${VERSION}`, KEY_BYTES));
}

// The inbox seals every message: its key is derived once for each data key.
const payloadKeys = new WeakMap<Uint8Array, Buffer>();

function payloadKey(dataKey: Uint8Array): Buffer {
  const known = payloadKeys.get(dataKey);
  if (known !== undefined) return known;
  const key = subkey(dataKey, 'message encryption');
  payloadKeys.set(dataKey, key);
  return key;
}
