import { setImmediate as pause } from 'node:timers/promises';
import { type Extension, parseExtensions } from '../certificate/extensions.ts';
import { sameBytes } from '../certificate/link.ts';
import {
  type DerNode,
  eachChild,
  fieldsOf,
  integerBytes,
  parseDer,
  readInteger,
  readTime,
  Tag,
} from '../der/reader.ts';

/** One certificate of a list. */
export interface Entry {
  /** The day of revocation, or the earlier one since which the key is said to be in wrong hands (invalidityDate). */
  readonly revokedAt: Date;
  readonly isHold: boolean;
  /** In a delta: taken off the complete list again. */
  readonly isRemoval: boolean;
}

const REASON_CODE = '2.5.29.21';
const INVALIDITY_DATE = '2.5.29.24';
const CERTIFICATE_HOLD = 6n;
const REMOVE_FROM_CRL = 8n;
const ENTRIES_PER_STEP = 20_000;

function entryOf(node: DerNode): Entry {
  const fields = fieldsOf(node);
  fields.next(Tag.INTEGER);
  const revoked = readTime(fields.next());
  const list = fields.optional(Tag.SEQUENCE);
  fields.end();
  const extensions: ReadonlyMap<string, Extension> = list ? parseExtensions(list) : new Map();
  const reason = extensions.get(REASON_CODE);
  const code = reason ? readInteger(parseDer(reason.value), Tag.ENUMERATED) : 0n;
  const invalidity = extensions.get(INVALIDITY_DATE);
  const since = invalidity ? readTime(parseDer(invalidity.value)) : revoked;
  return {
    revokedAt: since < revoked ? since : revoked,
    isHold: code === CERTIFICATE_HOLD,
    isRemoval: code === REMOVE_FROM_CRL,
  };
}

function hashOf(serial: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const octet of serial) hash = Math.imul(hash ^ octet, 0x01000193);
  return hash >>> 0;
}

/**
 * The entries of a list by serial number, found without holding them as objects: a table of positions into the list's own
 * bytes. A list with a million entries costs its bytes and 8–16 MB.
 */
export class Entries {
  readonly #content: Uint8Array;
  readonly #table: Uint32Array;

  private constructor(content: Uint8Array, table: Uint32Array) {
    this.#content = content;
    this.#table = table;
  }

  /** Takes long lists in steps, so that others are served in between. Throws DerError. */
  static async of(list: DerNode | null): Promise<Entries> {
    if (!list) return new Entries(new Uint8Array(), new Uint32Array(1));
    const positions: number[] = [];
    const hashes: number[] = [];
    let position = 0;
    for (const node of eachChild(list)) {
      const serial = fieldsOf(node).next();
      positions.push(position);
      hashes.push(hashOf(integerBytes(serial)));
      position += node.bytes.length;
      if (positions.length % ENTRIES_PER_STEP === 0) await pause();
    }
    const table = new Uint32Array(2 ** Math.ceil(Math.log2(positions.length * 2 + 1)));
    for (const [i, hash] of hashes.entries()) {
      let slot = hash & (table.length - 1);
      while (table[slot] !== 0) slot = (slot + 1) & (table.length - 1);
      table[slot] = (positions[i] ?? 0) + 1;
    }
    return new Entries(list.content, table);
  }

  #nodeAt(position: number): DerNode | undefined {
    const rest = { tag: Tag.SEQUENCE, bytes: this.#content, content: this.#content.subarray(position) };
    for (const node of eachChild(rest)) return node;
    return undefined;
  }

  /** The entry of a serial number (hex as in Certificate.serialNumber). Throws DerError when that entry is malformed. */
  find(serialNumber: string): Entry | null {
    const serial = Buffer.from(serialNumber, 'hex');
    const mask = this.#table.length - 1;
    for (let slot = hashOf(serial) & mask; ; slot = (slot + 1) & mask) {
      const position = this.#table[slot] ?? 0;
      if (position === 0) return null;
      const node = this.#nodeAt(position - 1);
      if (node && sameBytes(integerBytes(fieldsOf(node).next()), serial)) return entryOf(node);
    }
  }
}
