/**
 * As much of a WebAssembly assembler as the field arithmetic needs: functions of 32-bit parameters without results, 64-bit
 * locals, one memory. Instructions are arrays of bytes, so that code is put together as one puts together arrays.
 */
export type Code = readonly number[];

export interface WasmFunction {
  readonly name: string;
  /** How many 32-bit parameters; they are the first locals. */
  readonly parameters: number;
  /** How many 64-bit locals, numbered on from the parameters. */
  readonly locals: number;
  readonly body: Code;
}

const I32 = 0x7f;
const I64 = 0x7e;

/** Pushes a local. */
export const get = (local: number): Code => [0x20, ...unsigned(local)];
/** Pops into a local. */
export const set = (local: number): Code => [0x21, ...unsigned(local)];
/** Stores into a local and leaves it on the stack. */
export const tee = (local: number): Code => [0x22, ...unsigned(local)];
/** Pops an address, pushes the signed 32-bit number at `address + offset` as 64 bits. */
export const load32 = (offset: number): Code => [0x34, 2, ...unsigned(offset)];
/** Pops a 64-bit number and an address under it, writes its low 32 bits to `address + offset`. */
export const store32 = (offset: number): Code => [0x3e, 2, ...unsigned(offset)];
export const constant = (value: number): Code => [0x42, ...signed(value)];
export const ADD: Code = [0x7c];
export const SUB: Code = [0x7d];
export const MULTIPLY: Code = [0x7e];
export const SHIFT_LEFT: Code = [0x86];
/** Keeps the sign. */
export const SHIFT_RIGHT: Code = [0x87];
/** A signed 32-bit number as 64 bits. */
export const EXTEND: Code = [0xac];
const END: Code = [0x0b];

/** A module that exports its functions and `memory` of so many pages of 64 KiB, which cannot grow. */
export function assemble(pages: number, functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [0x60, ...vector(Array(parameters).fill([I32])), 0]);
  const exports = functions.map(({ name }, i) => [...text(name), 0, ...unsigned(i)]);
  const bodies = functions.map(({ locals, body }) =>
    sized([...vector(locals === 0 ? [] : [[...unsigned(locals), I64]]), ...body, ...END]),
  );
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(
      3,
      functions.map((_, i) => unsigned(i)),
    ),
    ...section(5, [[1, ...unsigned(pages), ...unsigned(pages)]]),
    ...section(7, [...exports, [...text('memory'), 2, 0]]),
    ...section(10, bodies),
  ]);
}

const section = (id: number, items: readonly Code[]): Code => [id, ...sized(vector(items))];

const vector = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];

const sized = (content: Code): Code => [...unsigned(content.length), ...content];

const text = (ascii: string): Code => sized([...Buffer.from(ascii, 'ascii')]);

/** LEB128 without a sign. */
function unsigned(value: number): Code {
  return value < 128 ? [value] : [(value % 128) + 128, ...unsigned(Math.floor(value / 128))];
}

/** LEB128 with a sign; numbers of 32 bits. */
function signed(value: number): Code {
  return value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)];
}
