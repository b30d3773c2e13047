import { DOMParser } from '@xmldom/xmldom';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SignedXml } from 'xml-crypto';
import type { TestKey } from '../certificate/testing/make.ts';
import { canonicalXml } from './canonical.ts';
import { DOCUMENT_BOUNDS, scanXml } from './scan.ts';
import { part } from './testing/mutations.ts';
import { reasonOf } from './testing/reason.ts';
import { C14N, rewritten, signXml } from './testing/sign.ts';
import { gost, rsa, statement } from './testing/statement.ts';
import { verifySignedXml, verifyStatementXml, type XmlSignature } from './verify-xml.ts';

const content = statement();
/** Made by another parser and another canonical form than ours. */
const canonicalContent = stock(content);

function stock(text: string): string {
  return new SignedXml().getCanonXml([C14N], new DOMParser().parseFromString(text).documentElement, {});
}

/** Undefined when it is refused; whatever else is thrown fails the test. */
function accepted<T>(check: () => T): T | undefined {
  let found: T | undefined;
  reasonOf(() => {
    found = check();
  });
  return found;
}

/** Pieces of markup, so that nonsense has a chance to be well-formed. */
const piece = fc.oneof(
  {
    arbitrary: fc.constantFrom(
      '<a>',
      '</a>',
      '<b c="1">',
      '</b>',
      '<d/>',
      '<p:e xmlns:p="urn:p" p:f=\'&lt;\'/>',
    ),
    weight: 6,
  },
  {
    arbitrary: fc.constantFrom(
      'text',
      '&amp;',
      '&#13;',
      '&#10;',
      '\r\n',
      '\t',
      ' ',
      'ә',
      '😀',
      '\u2028',
      '\u0085',
      '>',
    ),
    weight: 4,
  },
  {
    arbitrary: fc.constantFrom('<', '&', '"', "'", '=', '/', '<?xml version="1.0"?>', ']]>', '\0', '\ud800'),
    weight: 1,
  },
  {
    arbitrary: fc.constantFrom('<!--', '-->', '<![CDATA[', ']]>', '<!DOCTYPE a>', '<?p?>', '&#x41;', '&b;'),
    weight: 1,
  },
  { arbitrary: fc.string({ unit: 'binary', maxLength: 4 }), weight: 1 },
);
const markup = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(''));
const wrapped = markup.map((text) => `<r xmlns="urn:r">${text}</r>`);

describe('nonsense', () => {
  test('is refused with a reason', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), markup, wrapped), (text) => {
        expect(accepted(() => verifyStatementXml(text, content))).toBeUndefined();
        expect(accepted(() => verifySignedXml(text))).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });

  test('what our reader accepts, another reads in the same way, and what we write of it stays the same', () => {
    fc.assert(
      fc.property(fc.oneof(markup, wrapped), (text) => {
        const root = accepted(() => scanXml(text, DOCUMENT_BOUNDS));
        if (!root) return;
        const canonical = canonicalXml(root);
        expect(canonicalXml(scanXml(canonical, DOCUMENT_BOUNDS))).toBe(canonical);
        // xmldom takes these for line ends, as XML 1.1 would.
        expect(stock(text.replace(/[\u0085\u2028]/g, (sign) => `&#${sign.charCodeAt(0)};`))).toBe(canonical);
      }),
      { numRuns: 3_000 },
    );
  });
});

interface Change {
  readonly kind: 'insert' | 'delete' | 'replace' | 'duplicate' | 'move';
  readonly at: number;
  readonly length: number;
  readonly to: number;
  readonly text: string;
}

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('insert', 'delete', 'replace', 'duplicate', 'move'),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  length: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 600 })),
  to: fc.double({ min: 0, max: 1, noNaN: true }),
  text: fc.oneof(piece, fc.string({ maxLength: 2 }), fc.constantFrom('A', '+', '\n', ' ')),
});

function changed(text: string, changes: readonly Change[]): string {
  return changes.reduce((before, { kind, at, length, to, text: added }) => {
    const from = Math.floor(at * before.length);
    const slice = before.slice(from, from + length);
    const target = Math.floor(to * before.length);
    const cut = before.slice(0, from) + before.slice(from + length);
    if (kind === 'insert') return before.slice(0, from) + added + before.slice(from);
    if (kind === 'delete') return cut;
    if (kind === 'replace') return before.slice(0, from) + added + before.slice(from + length);
    if (kind === 'duplicate') return before.slice(0, target) + slice + before.slice(target);
    return cut.slice(0, target) + slice + cut.slice(target);
  }, text);
}

/**
 * Same bytes, same key: whatever was changed in the text does not matter to what was signed. The rest of the certificate
 * is not signed here; its issuer's signature is looked at with the chain.
 */
function expectSame(found: XmlSignature | undefined, key: TestKey): void {
  if (!found) return;
  expect(Buffer.from(found.signedBytes).toString()).toBe(canonicalContent);
  expect(Buffer.from(found.certificate.publicKey?.spki ?? []).equals(key.spki)).toBe(true);
}

describe('a signed statement with parts changed, lost, moved and doubled', () => {
  test.each([
    { algorithm: 'RSA', signer: rsa, numRuns: 2_000 },
    { algorithm: 'GOST', signer: gost, numRuns: 300 },
  ])('$algorithm: refused, or the same bytes were signed', ({ signer, numRuns }) => {
    const signed = signXml(rewritten(content), signer, { layout: 'LINES_CR' });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const text = changed(signed, changes);
        expectSame(
          accepted(() => verifyStatementXml(text, content)),
          signer.key,
        );
        const found = accepted(() => verifySignedXml(text)) ?? [];
        for (const one of found) expectSame(one, signer.key);
      }),
      { numRuns },
    );
  });

  test('one sign of the signature or of the certificate at a time', () => {
    const signed = signXml(content, rsa);
    const start = signed.indexOf(part.signature(signed));
    const length = part.signature(signed).length;
    const other = fc.constantFrom('A', 'z', '0', '/', '<', '>', '"', '&', ' ', '\n', '\u0000', 'Я');
    fc.assert(
      fc.property(fc.nat({ max: length - 1 }), other, (offset, sign) => {
        const at = start + offset;
        const text = signed.slice(0, at) + sign + signed.slice(at + 1);
        if (text === signed) return;
        expectSame(
          accepted(() => verifyStatementXml(text, content)),
          rsa.key,
        );
      }),
      { numRuns: 1_500 },
    );
  });
});
