/** BER as .p12 files are written: indefinite lengths, strings in pieces. For these files alone; everything else is strict. */
export interface Ber {
  readonly tag: number;
  /** Of a value in pieces: the pieces put together. */
  readonly content: Uint8Array;
  readonly children: readonly Ber[];
}

export class BerError extends Error {}

const MAX_DEPTH = 32;
const CONSTRUCTED = 0x20;
const OCTET_STRING = 0x04;

/** The first value; what follows is not looked at. @throws BerError */
export function parseBer(bytes: Uint8Array): Ber {
  return read(bytes, 0, 0).value;
}

interface Read {
  readonly value: Ber;
  /** Where the next value starts. */
  readonly next: number;
}

function read(bytes: Uint8Array, start: number, depth: number): Read {
  const tag = bytes[start];
  const first = bytes[start + 1];
  if (tag === undefined || first === undefined) throw new BerError('cut short');
  if (depth > MAX_DEPTH || (tag & 0x1f) === 0x1f) throw new BerError('not such a file');
  if (first === 0x80) return readOpen(bytes, tag, start + 2, depth);
  const long = first > 0x80 ? first & 0x7f : 0;
  if (long > 4) throw new BerError('too large');
  const content = start + 2 + long;
  const length =
    long === 0 ? first : bytes.subarray(start + 2, content).reduce((sum, one) => sum * 256 + one, 0);
  const end = content + length;
  if (end > bytes.length) throw new BerError('cut short');
  const children: Ber[] = [];
  if (tag & CONSTRUCTED) {
    const inside = bytes.subarray(0, end);
    for (let at = content; at < end; ) {
      const one = read(inside, at, depth + 1);
      children.push(one.value);
      at = one.next;
    }
  }
  return { value: joined(tag, bytes.subarray(content, end), children), next: end };
}

/** Indefinite length: values up to the mark 00 00. */
function readOpen(bytes: Uint8Array, tag: number, start: number, depth: number): Read {
  const children: Ber[] = [];
  let at = start;
  while (bytes[at] !== 0 || bytes[at + 1] !== 0) {
    const one = read(bytes, at, depth + 1);
    children.push(one.value);
    at = one.next;
  }
  return { value: joined(tag, bytes.subarray(start, at), children), next: at + 2 };
}

/** A string in pieces, also under a context tag: its content is that of the pieces. */
function joined(tag: number, content: Uint8Array, children: readonly Ber[]): Ber {
  const inPieces = children.length > 0 && children.every((one) => one.tag === OCTET_STRING);
  const mayBe = tag === (OCTET_STRING | CONSTRUCTED) || (tag & 0xe0) === 0xa0;
  return {
    tag,
    content: inPieces && mayBe ? Buffer.concat(children.map((one) => one.content)) : content,
    children,
  };
}
