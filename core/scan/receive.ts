import type { Secrets } from '../db/crypto.ts';
import { Refusal } from '../refusal.ts';
import { SCAN_RULES, type ScanSource } from './api.ts';

/** A scan as it came, in the only memory that holds it. */
export interface Received {
  readonly buffer: ArrayBuffer;
  readonly hash: Uint8Array<ArrayBuffer>;
}

const FIRST_BYTES = 256 * 1024;

/** Refusal: scan.tooLarge {limitMb}, by what the messenger says, so that nothing is fetched in vain. */
export function assertSize(size: number | undefined): void {
  if (size !== undefined && size > SCAN_RULES.maxBytes) throw tooLarge();
}

/** Fetches the content. Refusals: scan.tooLarge as soon as more comes than may, whatever was said; scan.damaged when nothing does. */
export async function receive(source: ScanSource, secrets: Pick<Secrets, 'scanHash'>): Promise<Received> {
  const hash = secrets.scanHash();
  let buffer = new ArrayBuffer(Math.min(Math.max(source.size ?? FIRST_BYTES, 1), SCAN_RULES.maxBytes));
  let bytes = 0;
  for await (const piece of await source.open()) {
    const end = bytes + piece.length;
    if (end > SCAN_RULES.maxBytes) throw tooLarge();
    if (end > buffer.byteLength) buffer = buffer.transfer(Math.min(roomFor(end), SCAN_RULES.maxBytes));
    new Uint8Array(buffer, bytes).set(piece);
    hash.update(piece);
    bytes = end;
  }
  if (bytes === 0) throw new Refusal('scan.damaged');
  return { buffer: bytes < buffer.byteLength ? buffer.transfer(bytes) : buffer, hash: hash.digest() };
}

function roomFor(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(bytes));
}

function tooLarge(): Refusal {
  return new Refusal('scan.tooLarge', { limitMb: SCAN_RULES.maxBytes / 1024 / 1024 });
}
