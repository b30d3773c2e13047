import { type FieldCode, fieldCode, LIMB_BITS, LIMB_BYTES } from './field-code.ts';

const PAGE = 65_536;
const LIMB = BigInt(LIMB_BITS);

/** Numbers modulo p in the memory of their own code, by address. */
export interface Field {
  readonly code: FieldCode;
  /** Bytes of one number. */
  readonly size: number;
  /** The number at an address, 0 to p − 1, whatever its limbs. */
  read(address: number): bigint;
  /** 0 to p − 1. */
  write(address: number, value: bigint): void;
  copy(to: number, from: number, numbers: number): void;
}

/** p must lie a little below a power of two (see `fieldCode`); `numbers` is how many the memory must hold. */
export function createField(p: bigint, bits: number, numbers: number): Field {
  const limbs = Math.ceil(bits / LIMB_BITS);
  const size = limbs * LIMB_BYTES;
  const fold = Number(2n ** (LIMB * BigInt(limbs)) % p);
  const code = fieldCode(limbs, fold, Math.ceil((numbers * size) / PAGE));
  const memory = new Int32Array(code.memory.buffer);
  return {
    code,
    size,
    read(address) {
      const first = address / LIMB_BYTES;
      let value = 0n;
      for (let i = limbs - 1; i >= 0; i -= 1) value = (value << LIMB) + BigInt(memory[first + i] ?? 0);
      value %= p;
      return value < 0n ? value + p : value;
    },
    write(address, value) {
      const first = address / LIMB_BYTES;
      let rest = value;
      for (let i = 0; i < limbs; i += 1) {
        const limb = BigInt.asIntN(LIMB_BITS, rest);
        memory[first + i] = Number(limb);
        rest = (rest - limb) >> LIMB;
      }
    },
    copy(to, from, count) {
      memory.copyWithin(to / LIMB_BYTES, from / LIMB_BYTES, (from + count * size) / LIMB_BYTES);
    },
  };
}
