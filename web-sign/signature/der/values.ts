import { DerError, type DerNode, Tag } from './node.ts';

/**
 * Content of single values. Each takes the identifier octet it expects as its last argument, for values that carry a
 * context tag instead of their own ([n] IMPLICIT). All throw DerError.
 */

function expect(node: DerNode, tag: number): Uint8Array {
  if (node.tag !== tag) throw new DerError(`type ${node.tag} where ${tag} was expected`);
  return node.content;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

function checkedInteger(node: DerNode, tag: number): Uint8Array {
  const content = expect(node, tag);
  const [first, second = 0] = content;
  if (first === undefined) throw new DerError('empty integer');
  if (content.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
    throw new DerError('integer not minimal');
  }
  return content;
}

/** A signed integer of any size. */
export function readInteger(node: DerNode, tag: number = Tag.INTEGER): bigint {
  const content = checkedInteger(node, tag);
  return BigInt.asIntN(content.length * 8, BigInt(`0x${hex(content)}`));
}

/** A non-negative integer as big-endian bytes without the sign octet; negative ones are refused. */
export function integerBytes(node: DerNode, tag: number = Tag.INTEGER): Uint8Array {
  const content = checkedInteger(node, tag);
  const first = content[0] ?? 0;
  if (first >= 0x80) throw new DerError('negative integer');
  return first === 0 && content.length > 1 ? content.subarray(1) : content;
}

const KNOWN_OIDS = new Map<string, string>();
const KNOWN_OIDS_LIMIT = 512;

function decodeOid(content: Uint8Array): string {
  const arcs: bigint[] = [];
  let arc = 0n;
  let fresh = true;
  for (const octet of content) {
    if (fresh && octet === 0x80) throw new DerError('object identifier not minimal');
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    fresh = octet < 0x80;
    if (!fresh) continue;
    arcs.push(arc);
    arc = 0n;
  }
  const [first] = arcs;
  if (first === undefined || !fresh) throw new DerError('object identifier malformed');
  const root = first < 40n ? 0n : first < 80n ? 1n : 2n;
  return [root, first - root * 40n, ...arcs.slice(1)].join('.');
}

/** Dotted form. */
export function readOid(node: DerNode, tag: number = Tag.OID): string {
  const content = expect(node, tag);
  if (content.length > 64) throw new DerError('object identifier too long');
  const key = hex(content);
  const known = KNOWN_OIDS.get(key);
  if (known !== undefined) return known;
  const dotted = decodeOid(content);
  if (KNOWN_OIDS.size < KNOWN_OIDS_LIMIT) KNOWN_OIDS.set(key, dotted);
  return dotted;
}

export function readOctets(node: DerNode, tag: number = Tag.OCTET_STRING): Uint8Array {
  return expect(node, tag);
}

/**
 * The octets of a bit string without the leading count. Keys and signatures are whole octets: a count other than zero is
 * refused unless `partial` says that this is a list of named bits.
 */
export function readBits(node: DerNode, partial = false, tag: number = Tag.BIT_STRING): Uint8Array {
  const content = expect(node, tag);
  const unused = content[0] ?? 8;
  if (unused > 7 || (unused > 0 && (content.length === 1 || !partial))) {
    throw new DerError('bit string malformed');
  }
  return content.subarray(1);
}

export function readBoolean(node: DerNode, tag: number = Tag.BOOLEAN): boolean {
  const content = expect(node, tag);
  const [value] = content;
  if (content.length !== 1 || (value !== 0 && value !== 0xff)) throw new DerError('boolean malformed');
  return value === 0xff;
}

export function readNull(node: DerNode): void {
  if (expect(node, Tag.NULL).length !== 0) throw new DerError('null with content');
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

const UTC_TIME = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,8}[1-9]))?Z$/;

/**
 * UTCTime (1950–2049) or GeneralizedTime, with seconds and Z. A fraction of a second (RFC 3161 time stamps have one) is
 * kept to the millisecond.
 */
export function readTime(node: DerNode, tag?: number): Date {
  const kind = tag ?? node.tag;
  if (kind !== Tag.UTC_TIME && kind !== Tag.GENERALIZED_TIME && tag === undefined) {
    throw new DerError(`type ${node.tag} where a time was expected`);
  }
  const text = latin1(expect(node, kind));
  const match = (kind === Tag.UTC_TIME ? UTC_TIME : GENERALIZED_TIME).exec(text);
  if (!match) throw new DerError('time malformed');
  const [years = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1, 7).map(Number);
  const year = kind === Tag.UTC_TIME ? years + (years < 50 ? 2000 : 1900) : years;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hours, minutes, seconds, Number((match[7] ?? '').padEnd(3, '0').slice(0, 3)));
  const real = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCHours() === hours;
  if (!real || minutes > 59 || seconds > 59) throw new DerError('no such time');
  return date;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const UTF16 = new TextDecoder('utf-16be', { fatal: true, ignoreBOM: true });

function decode(decoder: typeof UTF8, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new DerError('text in a wrong encoding');
  }
}

function ascii(bytes: Uint8Array): string {
  if (bytes.some((octet) => octet > 0x7f)) throw new DerError('text in a wrong encoding');
  return latin1(bytes);
}

/** UTF8String, PrintableString, NumericString, IA5String, VisibleString, BMPString or T61String (read as Latin-1). */
export function readText(node: DerNode, tag?: number): string {
  const kind = tag ?? node.tag;
  switch (kind) {
    case Tag.UTF8:
      return decode(UTF8, expect(node, kind));
    case Tag.BMP:
      return decode(UTF16, expect(node, kind));
    case Tag.T61:
      return latin1(expect(node, kind));
    case Tag.PRINTABLE:
    case Tag.NUMERIC:
    case Tag.IA5:
    case Tag.VISIBLE:
      return ascii(expect(node, kind));
    default:
      if (tag === undefined) throw new DerError(`type ${node.tag} where a text was expected`);
      return ascii(expect(node, kind));
  }
}
