import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSecrets } from '../db/crypto.ts';
import { opened, sealed, sealedLength } from './cipher.ts';

const secrets = createSecrets(Buffer.alloc(32, 7));
const CHUNK = 64 * 1024;
const hashOf = (content: Uint8Array) => {
  const hash = secrets.scanHash();
  hash.update(content);
  return hash.digest();
};
const seal = async (content: Uint8Array, hash = hashOf(content)) => {
  const pieces: Uint8Array[] = [];
  for await (const piece of sealed(secrets, hash, content)) pieces.push(piece);
  return Buffer.concat(pieces);
};
async function* inPieces(file: Uint8Array, length = 10_000) {
  for (let at = 0; at < file.length; at += length) yield file.subarray(at, at + length);
}
const open = (file: Uint8Array, hash: Uint8Array, bytes: number, keys = secrets) =>
  opened(keys, hash, inPieces(file), bytes);

describe('a sealed scan', () => {
  it.each([1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 5 * CHUNK + 17])(
    'of %i bytes opens again, and is as long as was told before',
    async (bytes) => {
      const content = randomBytes(bytes);
      const file = await seal(content);
      expect(file.length).toBe(sealedLength(bytes));
      expect(Buffer.compare(await open(file, hashOf(content), bytes), content)).toBe(0);
      // A single byte is found anywhere.
      expect(bytes > 8 && file.includes(content.subarray(0, 64))).toBe(false);
    },
  );

  it('opens from pieces of any length', async () => {
    const content = randomBytes(2 * CHUNK + 5);
    const file = await seal(content);
    for (const length of [1_000, CHUNK, CHUNK + 16, file.length])
      expect(
        Buffer.compare(
          await opened(secrets, hashOf(content), inPieces(file, length), content.length),
          content,
        ),
      ).toBe(0);
  });

  it('can be read twice, sealed anew each time', async () => {
    const content = randomBytes(100);
    const hash = hashOf(content);
    const twice = sealed(secrets, hash, content);
    const read = async () => {
      const pieces: Uint8Array[] = [];
      for await (const piece of twice) pieces.push(piece);
      return Buffer.concat(pieces);
    };
    const [first, second] = [await read(), await read()];
    expect(first.equals(second)).toBe(false);
    expect(Buffer.compare(await open(first, hash, 100), await open(second, hash, 100))).toBe(0);
  });
});

describe('what was changed does not open', () => {
  const content = randomBytes(3 * CHUNK + 100);
  const hash = hashOf(content);
  const bytes = content.length;
  const HEAD = 17;
  const SEALED = CHUNK + 16;

  it('a bit, in the head, a chunk, a tag or the end', async () => {
    const file = await seal(content);
    for (const at of [0, 1, 16, HEAD, HEAD + CHUNK, HEAD + SEALED + 5, file.length - 1]) {
      const changed = Buffer.from(file);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(open(changed, hash, bytes)).rejects.toThrow();
    }
  });

  it('its end is missing, or more was put there', async () => {
    const file = await seal(content);
    await expect(open(file.subarray(0, -1), hash, bytes)).rejects.toThrow('cut off');
    await expect(open(file.subarray(0, HEAD), hash, bytes)).rejects.toThrow('cut off');
    await expect(open(Buffer.concat([file, Buffer.of(0)]), hash, bytes)).rejects.toThrow('longer');
  });

  it('whole chunks are missing, though the size was changed with them', async () => {
    const whole = randomBytes(3 * CHUNK);
    const file = await seal(whole);
    const shorter = file.subarray(0, HEAD + 2 * SEALED);
    await expect(open(shorter, hashOf(whole), 2 * CHUNK)).rejects.toThrow();
  });

  it('two chunks changed places', async () => {
    const file = await seal(content);
    const swapped = Buffer.concat([
      file.subarray(0, HEAD),
      file.subarray(HEAD + SEALED, HEAD + 2 * SEALED),
      file.subarray(HEAD, HEAD + SEALED),
      file.subarray(HEAD + 2 * SEALED),
    ]);
    await expect(open(swapped, hash, bytes)).rejects.toThrow();
  });

  it('it is another scan’s file, or another key’s', async () => {
    const other = randomBytes(bytes);
    await expect(open(await seal(other), hash, bytes)).rejects.toThrow();
    const stranger = createSecrets(Buffer.alloc(32, 8));
    await expect(open(await seal(content), hash, bytes, stranger)).rejects.toThrow();
  });

  it('a chunk comes from another file of the same scan', async () => {
    const [one, two] = [await seal(content), await seal(content)];
    const mixed = Buffer.concat([one.subarray(0, HEAD + SEALED), two.subarray(HEAD + SEALED)]);
    await expect(open(mixed, hash, bytes)).rejects.toThrow();
  });

  it('the source is closed when it does not open', async () => {
    let closed = false;
    async function* source() {
      try {
        for (;;) yield Buffer.alloc(1_000);
      } finally {
        closed = true;
      }
    }
    await expect(opened(secrets, hash, source(), bytes)).rejects.toThrow();
    expect(closed).toBe(true);
  });
});
