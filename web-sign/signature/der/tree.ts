import { DerError, type DerNode, Tag } from './node.ts';

export interface DerLimits {
  /** Values in the whole tree, 100,000 unless told; a large revocation list needs more. */
  readonly maxElements?: number;
}

const MAX_DEPTH = 32;
const MAX_ELEMENTS = 100_000;
const CONSTRUCTED = 0x20;

const PRIMITIVE_UNIVERSAL: ReadonlySet<number> = new Set(
  Object.values(Tag).filter((tag) => (tag & CONSTRUCTED) === 0),
);

interface Span {
  readonly tag: number;
  readonly contentStart: number;
  readonly end: number;
}

/** Reads an identifier and a length at `at`; the value must end at or before `limit`. */
function spanAt(bytes: Uint8Array, at: number, limit: number): Span {
  const tag = bytes[at] ?? 0;
  const first = bytes[at + 1] ?? 0;
  if (limit - at < 2) throw new DerError(`cut short at ${at}`);
  if ((tag & 0x1f) === 0x1f) throw new DerError(`high tag number at ${at}`);
  let length = first;
  let contentStart = at + 2;
  if (first >= 0x80) {
    const octets = first & 0x7f;
    if (octets === 0) throw new DerError(`indefinite length at ${at}`);
    if (octets > 4) throw new DerError(`length of more than four octets at ${at}`);
    contentStart += octets;
    if (contentStart > limit) throw new DerError(`cut short at ${at}`);
    length = 0;
    for (let i = at + 2; i < contentStart; i++) length = length * 256 + (bytes[i] ?? 0);
    if (bytes[at + 2] === 0 || length < 0x80) throw new DerError(`length not minimal at ${at}`);
  }
  const end = contentStart + length;
  if (end > limit) throw new DerError(`value at ${at} runs past its container`);
  return { tag, contentStart, end };
}

function checkInteger(bytes: Uint8Array, start: number, end: number): void {
  const first = bytes[start];
  const second = bytes[start + 1] ?? 0;
  if (end === start) throw new DerError(`empty integer at ${start}`);
  if (end - start > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
    throw new DerError(`integer not minimal at ${start}`);
  }
}

function checkBits(bytes: Uint8Array, start: number, end: number): void {
  const unused = bytes[start] ?? 0;
  if (end === start || unused > 7 || (unused > 0 && end - start === 1)) {
    throw new DerError(`bit string malformed at ${start}`);
  }
  if (((bytes[end - 1] ?? 0) & ((1 << unused) - 1)) !== 0 && unused > 0) {
    throw new DerError(`bit string padded with ones at ${start}`);
  }
}

function checkPrimitive(bytes: Uint8Array, { tag, contentStart, end }: Span): void {
  switch (tag) {
    case Tag.BOOLEAN: {
      const value = bytes[contentStart];
      if (end - contentStart !== 1 || (value !== 0 && value !== 0xff)) {
        throw new DerError(`boolean malformed at ${contentStart}`);
      }
      return;
    }
    case Tag.INTEGER:
    case Tag.ENUMERATED:
      checkInteger(bytes, contentStart, end);
      return;
    case Tag.BIT_STRING:
      checkBits(bytes, contentStart, end);
      return;
    case Tag.NULL:
      if (end !== contentStart) throw new DerError(`null with content at ${contentStart}`);
      return;
    case Tag.OID:
      if (end === contentStart || (bytes[end - 1] ?? 0) >= 0x80) {
        throw new DerError(`object identifier malformed at ${contentStart}`);
      }
  }
}

/** Form and content of one value; true when it holds others. */
function checkValue(bytes: Uint8Array, span: Span): boolean {
  const constructed = (span.tag & CONSTRUCTED) !== 0;
  if (span.tag >= 0x40) return constructed;
  if (constructed) {
    if (span.tag === Tag.SEQUENCE || span.tag === Tag.SET) return true;
    throw new DerError(`constructed string or unknown type ${span.tag} at ${span.contentStart}`);
  }
  if (!PRIMITIVE_UNIVERSAL.has(span.tag)) {
    throw new DerError(`unknown type ${span.tag} at ${span.contentStart}`);
  }
  checkPrimitive(bytes, span);
  return false;
}

/** Walks the whole tree without building it: every value well-formed, depth and number bounded. */
function checkTree(bytes: Uint8Array, root: Span, maxElements: number): void {
  const ends: number[] = [];
  if (checkValue(bytes, root)) ends.push(root.end);
  let at = root.contentStart;
  for (let elements = 1; ends.length > 0; elements++) {
    while (ends.length > 0 && ends[ends.length - 1] === at) ends.pop();
    const limit = ends[ends.length - 1];
    if (limit === undefined) return;
    if (elements > maxElements) throw new DerError(`more than ${maxElements} values`);
    const span = spanAt(bytes, at, limit);
    if (checkValue(bytes, span)) {
      if (ends.length === MAX_DEPTH) throw new DerError(`nested deeper than ${MAX_DEPTH} at ${at}`);
      ends.push(span.end);
      at = span.contentStart;
    } else {
      at = span.end;
    }
  }
}

function nodeOf(bytes: Uint8Array, at: number, span: Span): DerNode {
  return {
    tag: span.tag,
    bytes: bytes.subarray(at, span.end),
    content: bytes.subarray(span.contentStart, span.end),
  };
}

/**
 * Exactly one DER value with nothing after it. The whole tree is checked here: definite minimal lengths, low tag
 * numbers, no constructed strings, minimal integers, booleans 00/ff, at most 32 levels. The order inside a SET OF is not
 * checked: signers of НУЦ do not keep it. Throws DerError.
 */
export function parseDer(bytes: Uint8Array, limits: DerLimits = {}): DerNode {
  const root = spanAt(bytes, 0, bytes.length);
  if (root.end !== bytes.length) throw new DerError(`${bytes.length - root.end} bytes after the value`);
  checkTree(bytes, root, limits.maxElements ?? MAX_ELEMENTS);
  return nodeOf(bytes, 0, root);
}

/** The values inside a constructed value, one at a time: for lists too long to hold as nodes. Throws DerError. */
export function* eachChild(node: DerNode): Generator<DerNode, void, undefined> {
  if ((node.tag & CONSTRUCTED) === 0) throw new DerError(`type ${node.tag} holds no values`);
  const { content } = node;
  for (let at = 0; at < content.length; ) {
    const span = spanAt(content, at, content.length);
    checkValue(content, span);
    yield nodeOf(content, at, span);
    at = span.end;
  }
}

/** The values inside a constructed value, in order. Throws DerError. */
export function children(node: DerNode): DerNode[] {
  return [...eachChild(node)];
}
