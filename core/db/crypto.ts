import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
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
  /** Encrypts the payload of a message that came in; it opens only under the same `messageId`. */
  sealPayload(messageId: bigint, payload: string): Bytes;
  openPayload(messageId: bigint, sealed: Uint8Array): string;
  /** The hash of a one-time code. It is good for the row `codeId` alone, and six digits cannot be guessed from it without the key. */
  codeHash(codeId: string, code: string): Bytes;
  /** Encrypts a person's address; it opens only under the same person's id. */
  sealAddress(personId: string, address: string): Bytes;
  openAddress(personId: string, sealed: Uint8Array): string;
  /** Encrypts the proof of a digital signature (certificates hold IIN and name); it opens only under the same `id`. */
  sealProof(id: string, proof: string): Bytes;
  openProof(id: string, sealed: Uint8Array): string;
  /** What a phone must show to read and sign what the link `phoneHash` passes to it; nothing of it is stored. */
  phoneAuth(linkId: string, phoneHash: Uint8Array): string;
  /** What the page tells the person who has signed a login, to be brought to the chat: six digits, and 43 signs for a link. */
  loginProof(linkId: string): { readonly code: string; readonly start: string };
  /** The keyed hash under which a scan is kept, of its content piece by piece: without the key nobody can ask for a known paper. */
  scanHash(): { update(piece: Uint8Array): void; digest(): Bytes };
  /** The key of one file of the scan `hash`; `salt` is random and stands in the file. */
  scanFileKey(hash: Uint8Array, salt: Uint8Array): KeyObject;
}

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** `dataKey`: 32 random bytes that live in the configuration, never in the database. Throws RangeError for another length. */
export function createSecrets(dataKey: Uint8Array): Secrets {
  if (dataKey.length !== KEY_BYTES) throw new RangeError(`the data key must have ${KEY_BYTES} bytes`);
  // Made once: from bare bytes every message would pay for a key of its own, three times the price of its encryption.
  const subkey = (use: string): KeyObject =>
    createSecretKey(
      Buffer.from(hkdfSync('sha256', dataKey, new Uint8Array(0), `kezek ${use} v${VERSION}`, KEY_BYTES)),
    );
  const keys = {
    iin: subkey('iin encryption'),
    iinLookup: subkey('iin lookup'),
    payload: subkey('message encryption'),
    code: subkey('one-time code'),
    address: subkey('address encryption'),
    proof: subkey('signature encryption'),
    phone: subkey('phone authorization'),
    login: subkey('login confirmation'),
    scanLookup: subkey('scan lookup'),
    scan: subkey('scan encryption'),
  };
  const iinHash = (iin: Iin): Bytes => hmac(keys.iinLookup, iin);
  return {
    iinHash,
    sealIin: (iin) => {
      const hash = iinHash(iin);
      return { iin_cipher: seal(keys.iin, hash, iin), iin_hash: hash };
    },
    openIin: ({ iin_cipher, iin_hash }) => open(keys.iin, iin_hash, iin_cipher) as Iin,
    sealPayload: (messageId, payload) => seal(keys.payload, Buffer.from(`${messageId}`), payload),
    openPayload: (messageId, sealed) => open(keys.payload, Buffer.from(`${messageId}`), sealed),
    codeHash: (codeId, code) => hmac(keys.code, `${codeId}\n${code}`),
    sealAddress: (personId, address) => seal(keys.address, Buffer.from(personId), address),
    openAddress: (personId, sealed) => open(keys.address, Buffer.from(personId), sealed),
    sealProof: (id, proof) => seal(keys.proof, Buffer.from(id), proof),
    openProof: (id, sealed) => open(keys.proof, Buffer.from(id), sealed),
    phoneAuth: (linkId, phoneHash) =>
      hmac(keys.phone, `${linkId}\n${Buffer.from(phoneHash).toString('hex')}`).toString('base64url'),
    loginProof: (linkId) => {
      // 48 bits: taken from the rest of a million, no code is likelier than another by more than one in 10⁸.
      const number = hmac(keys.login, `code\n${linkId}`).readUIntBE(0, 6) % 1_000_000;
      return {
        code: String(number).padStart(6, '0'),
        start: hmac(keys.login, `start\n${linkId}`).toString('base64url'),
      };
    },
    scanHash: () => {
      const hash = createHmac('sha256', keys.scanLookup);
      return { update: (piece) => void hash.update(piece), digest: () => hash.digest() };
    },
    scanFileKey: (hash, salt) =>
      createSecretKey(createHmac('sha256', keys.scan).update(hash).update(salt).digest()),
  };
}

/** Of bytes, or of a text in UTF-8. */
export function sha256(data: Uint8Array | string): Bytes {
  return createHash('sha256').update(data).digest();
}

/** Compares without telling by its duration where the two differ. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function hmac(key: KeyObject, text: string): Buffer<ArrayBuffer> {
  return createHmac('sha256', key).update(text).digest();
}

/** version (1 byte) · nonce (12) · ciphertext · tag (16), AES-256-GCM; `context` is authenticated and not stored. */
function seal(key: KeyObject, context: Uint8Array, text: string): Bytes {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(context);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), nonce, body, cipher.getAuthTag()]);
}

function open(key: KeyObject, context: Uint8Array, sealed: Uint8Array): string {
  const bytes = Buffer.from(sealed);
  if (bytes[0] !== VERSION || bytes.length < 1 + NONCE_BYTES + TAG_BYTES) {
    throw new Error('not data that this program encrypted');
  }
  const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
  const body = bytes.subarray(1 + NONCE_BYTES, -TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(context)
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
}
