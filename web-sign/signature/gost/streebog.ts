import { ITERATION_CONSTANTS, LPS_HIGH, LPS_LOW } from './streebog-tables.ts';

const BLOCK = 64;
const WORDS = 16;

/** A hash that takes its data in pieces. `digest` may be asked once; what is fed after it is refused. */
export interface Streebog {
  update(data: Uint8Array): this;
  digest(): Uint8Array;
}

/**
 * GOST R 34.11-2012 (RFC 6986), in Kazakhstan ГОСТ 34.11-2015. 64 or 32 bytes, the lowest byte of the standard's number
 * first: the order in which digests stand in CMS and XMLDSIG and in which a signature reads them as a little-endian number
 * (EDS §4). RFC 6986 prints the same digest the other way round.
 */
export function streebog(bits: 256 | 512, data: Uint8Array): Uint8Array {
  return createStreebog(bits).update(data).digest();
}

/** The same hash for data that come in pieces. */
export function createStreebog(bits: 256 | 512): Streebog {
  return new StreamingStreebog(bits);
}

class StreamingStreebog implements Streebog {
  readonly #bits: 256 | 512;
  readonly #hash = new Int32Array(WORDS);
  readonly #sum = new Int32Array(WORDS);
  /** Number of bits taken so far: whole blocks only until the digest. */
  readonly #length = new Int32Array(WORDS);
  readonly #rest = new Uint8Array(BLOCK);
  #restLength = 0;
  #done = false;

  constructor(bits: 256 | 512) {
    this.#bits = bits;
    this.#hash.fill(bits === 512 ? 0 : 0x01010101);
  }

  update(data: Uint8Array): this {
    if (this.#done) throw new Error('the digest was taken already');
    let at = 0;
    if (this.#restLength > 0) {
      at = Math.min(BLOCK - this.#restLength, data.length);
      this.#rest.set(data.subarray(0, at), this.#restLength);
      this.#restLength += at;
      if (this.#restLength < BLOCK) return this;
      this.#take(this.#rest, 0, BLOCK);
      this.#restLength = 0;
    }
    for (; at + BLOCK <= data.length; at += BLOCK) this.#take(data, at, BLOCK);
    this.#rest.set(data.subarray(at));
    this.#restLength = data.length - at;
    return this;
  }

  digest(): Uint8Array {
    if (this.#done) throw new Error('the digest was taken already');
    this.#done = true;
    this.#rest.fill(0, this.#restLength);
    this.#rest[this.#restLength] = 1;
    this.#take(this.#rest, 0, this.#restLength);
    compress(this.#hash, ZERO, this.#length);
    compress(this.#hash, ZERO, this.#sum);
    const bytes = toBytes(this.#hash);
    return this.#bits === 512 ? bytes : bytes.slice(BLOCK / 2);
  }

  /** One block of 64 bytes, of which `length` are the message's. */
  #take(data: Uint8Array, at: number, length: number): void {
    readBlock(data, at);
    compress(this.#hash, this.#length, message);
    addNumber(this.#length, 8 * length);
    addWords(this.#sum, message);
  }
}

const ZERO = new Int32Array(WORDS);
// One hash is computed at a time: a call never yields between filling these and reading them.
const message = new Int32Array(WORDS);
const key = new Int32Array(WORDS);
const state = new Int32Array(WORDS);

function readBlock(data: Uint8Array, at: number): void {
  for (let word = 0, i = at; word < WORDS; word += 1, i += 4) {
    message[word] =
      (data[i] ?? 0) | ((data[i + 1] ?? 0) << 8) | ((data[i + 2] ?? 0) << 16) | ((data[i + 3] ?? 0) << 24);
  }
}

/** g_N(h, m) of RFC 6986 §8, written into `hash`. */
function compress(hash: Int32Array, counter: Int32Array, block: Int32Array): void {
  lps(key, hash, counter);
  state.set(block);
  for (const constant of ITERATION_CONSTANTS) {
    lps(state, state, key);
    lps(key, key, constant);
  }
  for (let i = 0; i < WORDS; i += 1) {
    hash[i] = (hash[i] ?? 0) ^ (state[i] ?? 0) ^ (key[i] ?? 0) ^ (block[i] ?? 0);
  }
}

/**
 * LPS(a ⊕ b) of RFC 6986 §6: byte n of each 64-bit word, the eight words' together, becomes word n. `out` may be one of
 * the two. Unrolled over the words and never inlined pieces: this is where the time of the hash goes.
 */
function lps(out: Int32Array, a: Int32Array, b: Int32Array): void {
  xorWords(mixed, a, b);
  for (let n = 0; n < WORDS; n += 2) {
    // Bytes 0 to 3 of a 64-bit word are in its low half, 4 to 7 in its high half.
    const half = n >> 3;
    const shift = (n & 7) << 2;
    const i0 = ((mixed[half] ?? 0) >>> shift) & 255;
    const i1 = (((mixed[half + 2] ?? 0) >>> shift) & 255) | 256;
    const i2 = (((mixed[half + 4] ?? 0) >>> shift) & 255) | 512;
    const i3 = (((mixed[half + 6] ?? 0) >>> shift) & 255) | 768;
    const i4 = (((mixed[half + 8] ?? 0) >>> shift) & 255) | 1024;
    const i5 = (((mixed[half + 10] ?? 0) >>> shift) & 255) | 1280;
    const i6 = (((mixed[half + 12] ?? 0) >>> shift) & 255) | 1536;
    const i7 = (((mixed[half + 14] ?? 0) >>> shift) & 255) | 1792;
    out[n] =
      (LPS_LOW[i0] ?? 0) ^
      (LPS_LOW[i1] ?? 0) ^
      (LPS_LOW[i2] ?? 0) ^
      (LPS_LOW[i3] ?? 0) ^
      (LPS_LOW[i4] ?? 0) ^
      (LPS_LOW[i5] ?? 0) ^
      (LPS_LOW[i6] ?? 0) ^
      (LPS_LOW[i7] ?? 0);
    out[n + 1] =
      (LPS_HIGH[i0] ?? 0) ^
      (LPS_HIGH[i1] ?? 0) ^
      (LPS_HIGH[i2] ?? 0) ^
      (LPS_HIGH[i3] ?? 0) ^
      (LPS_HIGH[i4] ?? 0) ^
      (LPS_HIGH[i5] ?? 0) ^
      (LPS_HIGH[i6] ?? 0) ^
      (LPS_HIGH[i7] ?? 0);
  }
}

const mixed = new Int32Array(WORDS);

function xorWords(out: Int32Array, a: Int32Array, b: Int32Array): void {
  for (let i = 0; i < WORDS; i += 1) out[i] = (a[i] ?? 0) ^ (b[i] ?? 0);
}

/** Both are numbers of 512 bits, the lowest word first; what goes beyond is lost (RFC 6986 §5, ⊞). */
function addWords(sum: Int32Array, term: Int32Array): void {
  let carry = 0;
  for (let i = 0; i < WORDS; i += 1) {
    const word = ((sum[i] ?? 0) >>> 0) + ((term[i] ?? 0) >>> 0) + carry;
    sum[i] = word;
    carry = word > 0xffffffff ? 1 : 0;
  }
}

function addNumber(sum: Int32Array, term: number): void {
  let carry = term;
  for (let i = 0; carry > 0 && i < WORDS; i += 1) {
    const word = ((sum[i] ?? 0) >>> 0) + carry;
    sum[i] = word;
    carry = word > 0xffffffff ? 1 : 0;
  }
}

function toBytes(words: Int32Array): Uint8Array {
  const bytes = new Uint8Array(BLOCK);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of words.entries()) view.setInt32(4 * i, word, true);
  return bytes;
}
