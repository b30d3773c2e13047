/** Bytes as a number, the lowest byte first: the order of НУЦ РК in keys, signatures and digests (EDS §4). */
export function numberOf(bytes: Uint8Array): bigint {
  const hex = Buffer.from(bytes).reverse().toString('hex');
  return hex === '' ? 0n : BigInt(`0x${hex}`);
}

/** The number in `length` bytes, the lowest first. Throws RangeError when it needs more. */
export function bytesOf(value: bigint, length: number): Uint8Array {
  const hex = value.toString(16).padStart(2 * length, '0');
  if (value < 0n || hex.length > 2 * length) throw new RangeError(`not a number of ${length} bytes`);
  return new Uint8Array(Buffer.from(hex, 'hex').reverse());
}
