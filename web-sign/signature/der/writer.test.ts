import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  children,
  integerBytes,
  parseDer,
  readBits,
  readBoolean,
  readInteger,
  readOctets,
  readOid,
  readText,
  readTime,
  Tag,
} from './reader.ts';
import {
  bits,
  bool,
  context,
  generalizedTime,
  integer,
  nullValue,
  octets,
  oid,
  printable,
  sequence,
  setOf,
  time,
  utf8,
} from './writer.ts';

const arcs = fc.array(fc.oneof(fc.nat(200), fc.nat()), { minLength: 1, maxLength: 8 });

test('what is written is read back', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(2n ** 600n), max: 2n ** 600n }),
      fc.uint8Array({ maxLength: 400 }),
      fc.string(),
      fc.boolean(),
      (number, bytes, text, flag) => {
        const [a, b, c, d, e] = children(
          parseDer(
            sequence(integer(number), octets(bytes), utf8(text.toWellFormed()), bool(flag), bits(bytes)),
          ),
        );
        if (!a || !b || !c || !d || !e) throw new Error('five values were written');
        expect(readInteger(a)).toBe(number);
        expect(Buffer.compare(readOctets(b), bytes)).toBe(0);
        expect(readText(c)).toBe(text.toWellFormed());
        expect(readBoolean(d)).toBe(flag);
        expect(Buffer.compare(readBits(e), bytes)).toBe(0);
      },
    ),
  );
});

test('identifiers and big-endian numbers are read back', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 }),
      fc.nat(39),
      arcs,
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      (root, second, rest, bytes) => {
        const dotted = [root, second, ...rest].join('.');
        expect(readOid(parseDer(oid(dotted)))).toBe(dotted);
        const plain = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
        expect(BigInt(`0x${Buffer.from(integerBytes(parseDer(integer(bytes)))).toString('hex')}`)).toBe(
          plain,
        );
      },
    ),
  );
});

test('times are UTCTime until 2049 and GeneralizedTime from 2050', () => {
  for (const [text, tag] of [
    ['2049-12-31T23:59:59.000Z', Tag.UTC_TIME],
    ['2050-01-01T00:00:00.000Z', Tag.GENERALIZED_TIME],
    ['1949-12-31T23:59:59.000Z', Tag.GENERALIZED_TIME],
  ] as const) {
    const node = parseDer(time(new Date(text)));
    expect(node.tag).toBe(tag);
    expect(readTime(node).toISOString()).toBe(text);
  }
  expect(readTime(parseDer(generalizedTime(new Date('2026-07-20T08:30:15Z')))).toISOString()).toBe(
    '2026-07-20T08:30:15.000Z',
  );
});

test('a set is put into its order', () => {
  const set = parseDer(setOf(utf8('b'), integer(2), utf8('a'), integer(1)));
  expect(children(set).map((node) => node.bytes[2])).toEqual([1, 2, 0x61, 0x62]);
});

test('wrong identifiers are a bug of the caller', () => {
  for (const wrong of ['1', '3.1', '1.40', '1.02', '1.2.x', '']) expect(() => oid(wrong)).toThrow(RangeError);
});

test('tags of context, null, printable', () => {
  expect([...context(1, false, Uint8Array.of(5))]).toEqual([0x81, 1, 5]);
  expect([...context(0, true, nullValue())]).toEqual([0xa0, 2, 5, 0]);
  expect([...printable('KZ')]).toEqual([0x13, 2, 0x4b, 0x5a]);
});
