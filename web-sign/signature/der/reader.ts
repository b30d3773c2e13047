/**
 * DER (X.690) read strictly: one encoding per value. What BER would allow beside it is refused, because two programs
 * that read the same bytes differently are how a signature comes to cover something else than what is shown.
 * Nothing is copied: `bytes` and `content` are views into the input.
 */

export { Fields, fieldsOf } from './fields.ts';
export { contextTag, DerError, type DerNode, Tag } from './node.ts';
export { children, type DerLimits, eachChild, parseDer } from './tree.ts';
export {
  integerBytes,
  readBits,
  readBoolean,
  readInteger,
  readNull,
  readOctets,
  readOid,
  readText,
  readTime,
} from './values.ts';
