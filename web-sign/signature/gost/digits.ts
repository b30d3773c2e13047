/**
 * Digits of a scalar, the lowest first: each is 0 or odd and within ±2^(width − 1), and of any `width` neighbours at most one
 * is not 0 (width-w non-adjacent form). One digit more than the scalar has bits, as the last may carry.
 */
export function digitsOf(scalar: bigint, bits: number, width: number): Int8Array {
  const bytes = new Uint8Array(bits / 8 + 2);
  bytes.set(Buffer.from(scalar.toString(16).padStart(bits / 4, '0'), 'hex').reverse());
  const digits = new Int8Array(bits + 1);
  let carry = 0;
  for (let at = 0; at <= bits; ) {
    const window =
      (((bytes[at >> 3] ?? 0) | ((bytes[(at >> 3) + 1] ?? 0) << 8)) >> (at & 7)) & ((1 << width) - 1);
    if (((window + carry) & 1) === 0) {
      at += 1;
      continue;
    }
    const digit = window + carry;
    carry = digit >> (width - 1);
    digits[at] = digit - (carry << width);
    at += width;
  }
  return digits;
}
