import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  children,
  contextTag,
  DerError,
  fieldsOf,
  integerBytes,
  parseDer,
  readBits,
  readBoolean,
  readInteger,
  readOid,
  readText,
  readTime,
  Tag,
} from './reader.ts';
import { context, der, integer, octets, oid, sequence, utf8 } from './writer.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const latin1 = (text: string) => Buffer.from(text, 'latin1');

/** A wide tree of all kinds of values, with every length form that DER has. */
const sample = sequence(
  integer(1n),
  oid('1.2.398.3.10.1.1.2.3.2'),
  der(Tag.SET, utf8('Ақтөбе'), der(Tag.BOOLEAN, hex('ff')), der(Tag.NULL)),
  context(0, true, octets(new Uint8Array(200))),
  der(Tag.BIT_STRING, hex('06 c0')),
  octets(new Uint8Array(300).fill(7)),
);

describe('what is not DER', () => {
  test.each([
    ['nothing', ''],
    ['half a header', '30'],
    ['an indefinite length', '30 80 02 01 01 00 00'],
    ['an indefinite length further in', '30 06 30 80 02 01 00 00'],
    ['a long form of a short length', '30 81 03 02 01 01'],
    ['a length with a leading zero', `30 82 00 83 ${'05 00'.repeat(65)} 00`],
    ['a length of five octets', '30 85 00 00 00 00 01 00'],
    ['a reserved length', '30 ff 01'],
    ['a value that runs past the end', '30 05 02 01 01'],
    ['a value that runs past its container', '30 03 02 02 01'],
    ['bytes after the value', '02 01 01 00'],
    ['bytes after the last value inside', '30 04 02 01 01 05'],
    ['a high tag number', '1f 81 01 01 00'],
    ['an end of contents', '30 02 00 00'],
    ['a sequence without its bit', '10 00'],
    ['a constructed octet string', '24 05 04 03 01 02 03'],
    ['a constructed bit string', '23 04 03 02 00 01'],
    ['an integer without octets', '02 00'],
    ['an integer with a zero too many', '02 02 00 7f'],
    ['an integer with ones too many', '02 02 ff 80'],
    ['a boolean that is neither 00 nor ff', '01 01 01'],
    ['a boolean of two octets', '01 02 00 00'],
    ['a null with content', '05 01 00'],
    ['a bit string without its count', '03 00'],
    ['a bit string with eight unused bits', '03 02 08 00'],
    ['an empty bit string with unused bits', '03 01 01'],
    ['a bit string padded with ones', '03 02 04 0f'],
    ['an identifier that breaks off', '06 02 2a 86'],
    ['an empty identifier', '06 00'],
  ])('%s is refused', (_, bytes) => {
    expect(() => parseDer(hex(bytes))).toThrow(DerError);
  });

  test('32 levels are read, 33 are not', () => {
    const nested = (levels: number): Uint8Array => (levels === 0 ? integer(1) : sequence(nested(levels - 1)));
    expect(parseDer(nested(32)).tag).toBe(Tag.SEQUENCE);
    expect(() => parseDer(nested(33))).toThrow(/deeper/);
  });

  test('more values than allowed are refused', () => {
    const many = sequence(...Array.from({ length: 200 }, () => integer(1)));
    expect(children(parseDer(many, { maxElements: 200 }))).toHaveLength(200);
    expect(() => parseDer(many, { maxElements: 199 })).toThrow(/more than 199/);
  });
});

describe('values', () => {
  test('integers of any sign and size', () => {
    for (const [bytes, value] of [
      ['02 01 00', 0n],
      ['02 01 7f', 127n],
      ['02 02 00 80', 128n],
      ['02 01 80', -128n],
      ['02 01 ff', -1n],
      ['02 09 00 ff ff ff ff ff ff ff ff', 0xffffffffffffffffn],
    ] as const) {
      expect(readInteger(parseDer(hex(bytes)))).toBe(value);
    }
  });

  test('bytes of an integer come without the sign octet, and negative ones not at all', () => {
    expect([...integerBytes(parseDer(hex('02 02 00 80')))]).toEqual([0x80]);
    expect([...integerBytes(parseDer(hex('02 01 00')))]).toEqual([0]);
    expect(() => integerBytes(parseDer(hex('02 01 80')))).toThrow(DerError);
  });

  test('identifiers, also with large arcs', () => {
    expect(readOid(parseDer(hex('06 0a 2a 83 0e 03 0a 01 01 02 03 02')))).toBe('1.2.398.3.10.1.1.2.3.2');
    expect(readOid(parseDer(hex('06 03 88 37 03')))).toBe('2.999.3');
    expect(() => readOid(parseDer(hex('06 03 2a 80 01')))).toThrow(/minimal/);
    expect(() => readOid(parseDer(der(Tag.OID, new Uint8Array(65).fill(1))))).toThrow(/long/);
  });

  test('keys and signatures are whole octets, named bits need not be', () => {
    const bitString = parseDer(hex('03 02 06 c0'));
    expect(() => readBits(bitString)).toThrow(DerError);
    expect([...readBits(bitString, true)]).toEqual([0xc0]);
  });

  test('a value of another type is refused', () => {
    expect(() => readInteger(parseDer(hex('04 01 01')))).toThrow(DerError);
    expect(() => children(parseDer(hex('04 01 01')))).toThrow(DerError);
    expect(readBoolean(parseDer(hex('81 01 ff')), contextTag(1, false))).toBe(true);
  });
});

describe('times', () => {
  const utc = (text: string) => readTime(parseDer(der(Tag.UTC_TIME, latin1(text))));
  const generalized = (text: string) => readTime(parseDer(der(Tag.GENERALIZED_TIME, latin1(text))));

  test('two digits of a year mean 1950 to 2049', () => {
    expect(utc('491231235959Z').toISOString()).toBe('2049-12-31T23:59:59.000Z');
    expect(utc('500101000000Z').toISOString()).toBe('1950-01-01T00:00:00.000Z');
  });

  test('a time stamp may have a fraction, without zeros at its end', () => {
    expect(generalized('20260720083015.25Z').toISOString()).toBe('2026-07-20T08:30:15.250Z');
    expect(() => generalized('20260720083015.250Z')).toThrow(DerError);
    expect(() => generalized('20260720083015.Z')).toThrow(DerError);
  });

  test.each([
    '2607200830Z',
    '260720083015',
    '260720083015+0500',
    '260230000000Z',
    '260720240000Z',
    '260720083060Z',
    '26072008301 Z',
  ])('%s is no time', (text) => {
    expect(() => utc(text)).toThrow(DerError);
  });
});

test('text in its own encoding only', () => {
  expect(readText(parseDer(utf8('ҰЛТТЫҚ')))).toBe('ҰЛТТЫҚ');
  expect(readText(parseDer(der(Tag.BMP, hex('04 b0'))))).toBe('Ұ');
  expect(() => readText(parseDer(der(Tag.UTF8, hex('c3 28'))))).toThrow(DerError);
  expect(() => readText(parseDer(der(Tag.PRINTABLE, hex('d2 b0'))))).toThrow(DerError);
  expect(() => readText(parseDer(der(Tag.BMP, hex('04'))))).toThrow(DerError);
  expect(() => readText(parseDer(integer(1)))).toThrow(DerError);
});

test('fields in their order, none missing, none left over', () => {
  const fields = fieldsOf(parseDer(sequence(integer(1), utf8('a'), integer(2))));
  expect(fields.optional(Tag.UTF8)).toBeUndefined();
  expect(readInteger(fields.next(Tag.INTEGER))).toBe(1n);
  expect(fields.optional(Tag.UTF8)?.tag).toBe(Tag.UTF8);
  expect(() => fields.end()).toThrow(/unexpected/);
  fields.next();
  fields.end();
  expect(() => fields.next()).toThrow(/missing/);
});

/** Reads everything that can be read of a tree, as what it says it is. */
function readAll(bytes: Uint8Array): number {
  const nodes = [parseDer(bytes)];
  let read = 0;
  for (let node = nodes.pop(); node; node = nodes.pop()) {
    read += 1;
    if ((node.tag & 0x20) !== 0) nodes.push(...children(node));
    for (const reader of [readInteger, integerBytes, readOid, readBits, readBoolean, readTime, readText]) {
      try {
        reader(node);
      } catch (error) {
        if (!(error instanceof DerError)) throw error;
      }
    }
  }
  return read;
}

function onlyDerErrors(bytes: Uint8Array): void {
  try {
    readAll(bytes);
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
  }
}

describe('any bytes at all', () => {
  test('give a tree or a DerError', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), onlyDerErrors), { numRuns: 2_000 });
  });

  test('so do changed, cut and lengthened ones', () => {
    const change = fc.tuple(fc.nat(sample.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), fc.nat(sample.length), (changes, length) => {
        const bytes = Uint8Array.from(sample);
        for (const [at, value] of changes) bytes[at] = value;
        onlyDerErrors(bytes);
        onlyDerErrors(bytes.subarray(0, length));
      }),
      { numRuns: 2_000 },
    );
  });

  test('what is read is written back as the same bytes', () => {
    const again = (bytes: Uint8Array): Uint8Array => {
      const node = parseDer(bytes);
      return (node.tag & 0x20) === 0
        ? der(node.tag, node.content)
        : der(node.tag, ...children(node).map((child) => again(child.bytes)));
    };
    fc.assert(
      fc.property(fc.nat(sample.length - 1), fc.integer({ min: 0, max: 255 }), (at, value) => {
        const bytes = Uint8Array.from(sample);
        bytes[at] = value;
        let parsed = true;
        try {
          parseDer(bytes);
        } catch {
          parsed = false;
        }
        if (parsed) expect(Buffer.from(again(bytes)).equals(bytes)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
