import { Tag } from './node.ts';

/** DER built from the inside out: each function gives one whole value. Wrong arguments throw RangeError: a bug of the caller. */

function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function lengthOctets(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Uint8Array.of(0x80 | octets.length, ...octets);
}

/** A value with the identifier octet `tag` whose content is the parts one after another. */
export function der(tag: number, ...parts: Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return join([Uint8Array.of(tag), lengthOctets(length), ...parts]);
}

export function sequence(...parts: Uint8Array[]): Uint8Array {
  return der(Tag.SEQUENCE, ...parts);
}

/** SET OF: the parts are put into the order that DER prescribes. */
export function setOf(...parts: Uint8Array[]): Uint8Array {
  return der(Tag.SET, ...parts.toSorted(Buffer.compare));
}

/** From a bigint, or from the big-endian bytes of a non-negative number (leading zeros allowed). */
export function integer(value: bigint | number | Uint8Array): Uint8Array {
  if (value instanceof Uint8Array) return der(Tag.INTEGER, unsigned(value));
  const number = BigInt(value);
  const magnitude = number < 0n ? -number - 1n : number;
  const text = magnitude.toString(16);
  const bytes = unsigned(Buffer.from(text.length % 2 === 0 ? text : `0${text}`, 'hex'));
  return der(Tag.INTEGER, number < 0n ? bytes.map((octet) => octet ^ 0xff) : bytes);
}

function unsigned(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((octet) => octet !== 0);
  if (start === -1) return Uint8Array.of(0);
  const body = bytes.subarray(start);
  return (body[0] ?? 0) >= 0x80 ? join([Uint8Array.of(0), body]) : Uint8Array.from(body);
}

function base128(arc: bigint): number[] {
  const octets = [Number(arc & 0x7fn)];
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) octets.unshift(Number(rest & 0x7fn) | 0x80);
  return octets;
}

/** From the dotted form. */
export function oid(dotted: string): Uint8Array {
  if (!/^[0-2](\.(0|[1-9]\d*))+$/.test(dotted)) throw new RangeError(`not an object identifier: ${dotted}`);
  const [root = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt);
  if (root < 2n && second > 39n) throw new RangeError(`not an object identifier: ${dotted}`);
  return der(Tag.OID, Uint8Array.from([root * 40n + second, ...rest].flatMap(base128)));
}

export function octets(...parts: Uint8Array[]): Uint8Array {
  return der(Tag.OCTET_STRING, ...parts);
}

export function bits(bytes: Uint8Array, unused = 0): Uint8Array {
  return der(Tag.BIT_STRING, Uint8Array.of(unused), bytes);
}

export function utf8(text: string): Uint8Array {
  return der(Tag.UTF8, Buffer.from(text, 'utf8'));
}

export function printable(text: string): Uint8Array {
  return der(Tag.PRINTABLE, Buffer.from(text, 'latin1'));
}

export function ia5(text: string): Uint8Array {
  return der(Tag.IA5, Buffer.from(text, 'latin1'));
}

/** YYYYMMDDHHMMSS in UTC; fractions of a second are dropped. */
function digits(date: Date): string {
  return date.toISOString().slice(0, 19).replace(/\D/g, '');
}

/** As certificates want it: UTCTime before 2050, GeneralizedTime from then on; whole seconds. */
export function time(date: Date): Uint8Array {
  const year = date.getUTCFullYear();
  if (year < 1950 || year >= 2050) return generalizedTime(date);
  return der(Tag.UTC_TIME, Buffer.from(`${digits(date).slice(2)}Z`, 'latin1'));
}

/** Whole seconds. */
export function generalizedTime(date: Date): Uint8Array {
  return der(Tag.GENERALIZED_TIME, Buffer.from(`${digits(date)}Z`, 'latin1'));
}

export function bool(value: boolean): Uint8Array {
  return der(Tag.BOOLEAN, Uint8Array.of(value ? 0xff : 0));
}

export function nullValue(): Uint8Array {
  return der(Tag.NULL);
}

/** [n]: constructed for EXPLICIT tags and tagged sequences, primitive for tagged strings and numbers. */
export function context(n: number, constructed: boolean, ...parts: Uint8Array[]): Uint8Array {
  return der((constructed ? 0xa0 : 0x80) | n, ...parts);
}
