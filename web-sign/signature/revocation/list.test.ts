import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExtensionOid } from '../certificate/extensions.ts';
import { makeExtension, newGostKey, webAddress } from '../certificate/testing/make.ts';
import { DerError } from '../der/reader.ts';
import { bits, context, integer, octets, sequence, utf8 } from '../der/writer.ts';
import { Entries } from './entries.ts';
import { checkListDates, checkListScope, checkListSignature, parseRevocationList } from './list.ts';
import { NoAnswer } from './no-answer.ts';
import { type ListOptions, makeList } from './testing/answers.ts';
import { CRL_URL, createWorld, minutes, NOW } from './testing/world.ts';

const gost = createWorld('GOST');
const rsa = createWorld('RSA');

function list(options: Partial<ListOptions> = {}, world = gost): Uint8Array {
  const { key, certificate } = world.root;
  return makeList({ key, issuer: certificate.subjectDer, thisUpdate: minutes(-60), number: 5, ...options });
}

const SCOPE = '2.5.29.28';
const scope = (...parts: Uint8Array[]) => [makeExtension(SCOPE, sequence(...parts), true)];
const yes = Uint8Array.of(0xff);

describe('whose list it is', () => {
  test.each([
    ['GOST', gost],
    ['RSA', rsa],
  ] as const)('%s', async (_, world) => {
    const parsed = parseRevocationList(list({}, world));
    await checkListSignature(parsed, world.root.certificate);
    expect(parsed).toMatchObject({ number: 5n, deltaBase: null, deltaUrls: [], thisUpdate: minutes(-60) });
  });

  test('signed with another key, by another name, naming another key, by one who may not', async () => {
    const check = (options: Partial<ListOptions>, issuer = gost.root.certificate) =>
      checkListSignature(parseRevocationList(list(options)), issuer);
    await expect(check({ key: newGostKey() })).rejects.toThrow(/signature of the list/);
    await expect(check({ issuer: gost.person.certificate.subjectDer })).rejects.toThrow(/another issuer/);
    const otherKey = makeExtension(
      ExtensionOid.AUTHORITY_KEY_ID,
      sequence(context(0, false, new Uint8Array(20))),
    );
    await expect(check({ extensions: [otherKey] })).rejects.toThrow(/another key/);
    const mute = gost.issue({ subject: gost.root.certificate.subjectDer, keyUsage: ['keyCertSign'] });
    await expect(check({ key: mute.key }, mute.certificate)).rejects.toThrow(/does not sign lists/);
  });
});

test('a list speaks between its updates', () => {
  const parsed = parseRevocationList(list({ thisUpdate: minutes(-60), nextUpdate: minutes(60) }));
  const at = (date: Date) => () => checkListDates(parsed, date);
  expect(at(NOW)).not.toThrow();
  expect(at(minutes(64))).not.toThrow();
  expect(at(minutes(66))).toThrow(/out of date/);
  expect(at(minutes(-66))).toThrow(/from the future/);
});

describe('lists that cannot be relied on', () => {
  test.each([
    ['without a next update', list({ nextUpdate: null }), /until when/],
    ['of version 1', list({ version: new Uint8Array() }), /version 2/],
    ['of version 3', list({ version: integer(2) }), /version 2/],
    [
      'with a critical extension',
      list({ extensions: [makeExtension('1.2.3', utf8(''), true)] }),
      /critical extension/,
    ],
    [
      'of some reasons only',
      list({ extensions: scope(context(3, false, Uint8Array.of(6, 0x40))) }),
      /only a part/,
    ],
    ['of others’ certificates', list({ extensions: scope(context(4, false, yes)) }), /only a part/],
    ['of attributes', list({ extensions: scope(context(5, false, yes)) }), /only a part/],
  ])('%s', (_, bytes, why) => {
    expect(() => parseRevocationList(bytes)).toThrow(NoAnswer);
    expect(() => parseRevocationList(bytes)).toThrow(why);
  });
});

describe('whom a list is about', () => {
  const point = (url: string) => context(0, true, context(0, true, webAddress(url)));
  const check = (...parts: Uint8Array[]) => {
    const parsed = parseRevocationList(list({ extensions: scope(...parts) }));
    return () => checkListScope(parsed, gost.person.certificate);
  };

  test('people or authorities', () => {
    expect(check(context(1, false, yes))).not.toThrow();
    expect(check(context(2, false, yes))).toThrow(/another kind/);
  });

  test('a part of the whole must be the one that the certificate names', () => {
    expect(check(point(CRL_URL))).not.toThrow();
    expect(check(point('http://crl.test/part2.crl'))).toThrow(/another part/);
  });
});

describe('entries', () => {
  const revokedAt = minutes(-600);

  async function find(serialNumber: string, options: Partial<ListOptions>) {
    return (await Entries.of(parseRevocationList(list(options)).entries)).find(serialNumber);
  }

  test('reasons and the time from which they count', async () => {
    const entries = [
      { serialNumber: '01', revokedAt },
      { serialNumber: '02', revokedAt, reason: 6 },
      { serialNumber: '03', revokedAt, reason: 8 },
      { serialNumber: '04', revokedAt, reason: 1, invalidSince: minutes(-900) },
      { serialNumber: 'ff05', revokedAt, invalidSince: minutes(-100) },
    ];
    const plain = { revokedAt, isHold: false, isRemoval: false };
    expect(await find('01', { entries })).toEqual(plain);
    expect(await find('02', { entries })).toEqual({ ...plain, isHold: true });
    expect(await find('03', { entries })).toEqual({ ...plain, isRemoval: true });
    expect(await find('04', { entries })).toEqual({ ...plain, revokedAt: minutes(-900) });
    expect(await find('ff05', { entries })).toEqual(plain);
    expect(await find('05', { entries })).toBeNull();
    expect(await find('01', {})).toBeNull();
  });

  test('every one of many is found, and no other', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.bigInt({ min: 0n, max: 2n ** 70n }), { minLength: 1, maxLength: 60 }),
        fc.bigInt({ min: 0n, max: 2n ** 70n }),
        async (numbers, other) => {
          const hex = (n: bigint) =>
            n.toString(16).padStart(n.toString(16).length + (n.toString(16).length % 2), '0');
          const all = sequence(...numbers.map((n) => sequence(integer(n), DATE)));
          const entries = await Entries.of({ tag: 0x30, bytes: all, content: contentOf(all) });
          for (const n of numbers) expect(entries.find(hex(n))).not.toBeNull();
          if (!numbers.includes(other)) expect(entries.find(hex(other))).toBeNull();
        },
      ),
      { numRuns: 50 },
    );
  });
});

const DATE = Uint8Array.from([0x17, 13, ...Buffer.from('260101000000Z')]);

function contentOf(value: Uint8Array): Uint8Array {
  const first = value[1] ?? 0;
  return value.subarray(first < 0x80 ? 2 : 2 + (first & 0x7f));
}

describe('any bytes at all', () => {
  const whole = list(
    {
      entries: [
        { serialNumber: '01', revokedAt: NOW, reason: 1 },
        { serialNumber: '02', revokedAt: NOW, invalidSince: NOW },
      ],
      deltaUrl: 'http://crl.test/d.crl',
      extensions: scope(context(1, false, yes)),
    },
    rsa,
  );

  async function onlyNoAnswer(bytes: Uint8Array): Promise<string> {
    try {
      const parsed = parseRevocationList(bytes);
      const entries = await Entries.of(parsed.entries);
      entries.find('01');
      entries.find('02');
      await checkListSignature(parsed, rsa.root.certificate);
      return 'accepted';
    } catch (error) {
      if (error instanceof NoAnswer || error instanceof DerError) return 'none';
      throw error;
    }
  }

  test('are no list', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect(await onlyNoAnswer(bytes)).toBe('none');
      }),
    );
  });

  test('nor are changed or cut ones', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const bytes = Uint8Array.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ change;
        expect(await onlyNoAnswer(bytes)).toBe('none');
        expect(await onlyNoAnswer(whole.subarray(0, at))).toBe('none');
      }),
      { numRuns: 500 },
    );
  });

  test('an issuer that signs bytes which are no list', async () => {
    const { key } = rsa.root;
    const tbs = sequence(octets(), bits(new Uint8Array(3)));
    expect(await onlyNoAnswer(sequence(tbs, sequence(), bits(key.sign(tbs))))).toBe('none');
  });
});
