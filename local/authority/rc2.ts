/**
 * RC2 in CBC mode (RFC 2268), reading only: the certificates in .p12 files of НУЦ РК are encrypted with 40 bits of it,
 * and OpenSSL 3, which Node.js stands on, has put it away.
 */

const PITABLE = Buffer.from(
  'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2' +
    '179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82' +
    '54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626' +
    '6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7' +
    '08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec' +
    'c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731' +
    '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9' +
    '0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad',
  'hex',
);

const BLOCK = 8;

/** The 64 words of the key schedule for a key of `bits` effective bits. */
function schedule(key: Uint8Array, bits: number): Uint16Array {
  const bytes = new Uint8Array(128);
  bytes.set(key);
  const pi = (index: number) => PITABLE[index & 0xff] ?? 0;
  const at = (index: number) => bytes[index] ?? 0;
  for (let i = key.length; i < 128; i++) bytes[i] = pi(at(i - 1) + at(i - key.length));
  const length = (bits + 7) >> 3;
  bytes[128 - length] = pi(at(128 - length) & (0xff >> (8 * length - bits)));
  for (let i = 127 - length; i >= 0; i--) bytes[i] = pi(at(i + 1) ^ at(i + length));
  return Uint16Array.from({ length: 64 }, (_, i) => at(2 * i) | (at(2 * i + 1) << 8));
}

const ROTATIONS = [1, 2, 3, 5];

function decryptBlock(words: Uint16Array, keys: Uint16Array): void {
  const word = (index: number) => words[index & 3] ?? 0;
  const key = (index: number) => keys[index] ?? 0;
  for (let round = 15; round >= 0; round--) {
    for (let i = 3; i >= 0; i--) {
      const rotation = ROTATIONS[i] ?? 0;
      const turned = (word(i) >>> rotation) | (word(i) << (16 - rotation));
      const mixed = (word(i + 3) & word(i + 2)) + (~word(i + 3) & word(i + 1));
      words[i] = turned - key(4 * round + i) - mixed;
    }
    // RFC 2268 §4.3: the mashing rounds stand after the fifth and the eleventh mixing round.
    if (round !== 11 && round !== 5) continue;
    for (let i = 3; i >= 0; i--) words[i] = word(i) - key(word(i + 3) & 63);
  }
}

/** Without the PKCS#7 padding. @throws RangeError when length or padding is wrong. */
export function decryptRc2(data: Uint8Array, key: Uint8Array, iv: Uint8Array, bits: number): Uint8Array {
  if (data.length === 0 || data.length % BLOCK !== 0) throw new RangeError('not whole blocks');
  const keys = schedule(key, bits);
  const out = new Uint8Array(data.length);
  for (let start = 0; start < data.length; start += BLOCK) {
    const words = new Uint16Array(4);
    const view = Buffer.from(data.subarray(start, start + BLOCK));
    for (let i = 0; i < 4; i++) words[i] = view.readUInt16LE(2 * i);
    decryptBlock(words, keys);
    const before = start === 0 ? iv : data.subarray(start - BLOCK, start);
    for (let i = 0; i < BLOCK; i++) {
      const octet = ((words[i >> 1] ?? 0) >> (8 * (i & 1))) & 0xff;
      out[start + i] = octet ^ (before[i] ?? 0);
    }
  }
  const padding = out.at(-1) ?? 0;
  if (padding === 0 || padding > BLOCK || !out.subarray(-padding).every((one) => one === padding)) {
    throw new RangeError('wrong padding');
  }
  return out.subarray(0, -padding);
}
