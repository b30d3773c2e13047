import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generalizedTime, integer, octets, oid, sequence } from '../der/writer.ts';
import { digestOf, oidOfHash } from '../keys.ts';
import { SignatureRefused } from '../reasons.ts';
import { cmsBytes } from './armour.ts';
import { CmsOid } from './oids.ts';
import { gostSigner, rsaSigner } from './testing/keys.ts';
import { algorithmId, attribute, makeCms } from './testing/make-cms.ts';
import { verifyCms, verifyStatementCms } from './verify-cms.ts';

const CONTENT = Buffer.from('Өтініш № 17');
const gost = gostSigner(512);
const rsa = rsaSigner('SHA256');

function token(signature: Uint8Array): Uint8Array {
  const imprint = sequence(algorithmId(oidOfHash('STREEBOG512')), octets(digestOf('STREEBOG512', signature)));
  const at = generalizedTime(new Date('2026-11-20T05:00:00Z'));
  const content = sequence(integer(1), oid('1.2.3'), imprint, integer(7), at);
  return makeCms({ content, contentType: CmsOid.TST_INFO, version: 3, signers: [rsa] });
}

const samples = [
  makeCms({ content: CONTENT, signers: [rsa] }),
  makeCms({ content: CONTENT, detached: true, signers: [gost] }),
  makeCms({
    content: CONTENT,
    signers: [
      {
        ...rsa,
        faults: { unsigned: (signature) => [attribute(CmsOid.TIME_STAMP_TOKEN, token(signature))] },
      },
    ],
  }),
];

/** Whatever comes in, the answer is a signature over this content or SignatureRefused. */
function isTaken(bytes: Uint8Array): boolean {
  let taken = false;
  for (const verify of [verifyCms, verifyStatementCms]) {
    try {
      verify(bytes, CONTENT);
      taken = true;
    } catch (error) {
      if (!(error instanceof SignatureRefused)) throw error;
    }
  }
  return taken;
}

const anySample = fc.constantFrom(...samples);

describe('CMS under random bytes', () => {
  it('takes the samples themselves', () => {
    expect(samples.map(isTaken)).toEqual([true, true, true]);
  });

  it('of any kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(isTaken(bytes)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('in place of some of its own', () => {
    const change = fc.record({ at: fc.nat(), value: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(anySample, fc.array(change, { minLength: 1, maxLength: 4 }), (sample, changes) => {
        const bytes = Uint8Array.from(sample);
        for (const { at, value } of changes) bytes[at % bytes.length] = value;
        isTaken(bytes);
      }),
      { numRuns: 600 },
    );
  });

  it('cut, doubled or put in', () => {
    const cut = fc.record({
      from: fc.nat(),
      length: fc.nat({ max: 200 }),
      put: fc.uint8Array({ maxLength: 40 }),
    });
    fc.assert(
      fc.property(anySample, cut, (sample, { from, length, put }) => {
        const at = from % sample.length;
        const bytes = Buffer.concat([sample.subarray(0, at), put, sample.subarray(at + length)]);
        isTaken(bytes);
      }),
      { numRuns: 400 },
    );
  });

  it('never says yes to a change of what is signed', () => {
    const [attached] = samples;
    if (attached === undefined) throw new RangeError('no sample');
    const at = Buffer.from(attached).indexOf(CONTENT);
    fc.assert(
      fc.property(fc.nat({ max: CONTENT.length - 1 }), fc.integer({ min: 1, max: 255 }), (offset, flip) => {
        const bytes = Uint8Array.from(attached);
        bytes[at + offset] = (bytes[at + offset] ?? 0) ^ flip;
        expect(isTaken(bytes)).toBe(false);
      }),
    );
  });
});

describe('armour', () => {
  it('gives DER from every form', () => {
    fc.assert(
      fc.property(
        anySample,
        fc.constantFrom(0, 64, 76),
        fc.constantFrom('\n', '\r\n'),
        (sample, width, end) => {
          const base64 = Buffer.from(sample).toString('base64');
          const lines =
            width === 0 ? base64 : (base64.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join(end);
          const forms = ['CMS', 'PKCS7'].map(
            (word) => `-----BEGIN ${word}-----${end}${lines}${end}-----END ${word}-----${end}`,
          );
          for (const text of [lines, `${lines}${end}`, `\uFEFF${lines}`, ...forms]) {
            expect(Buffer.compare(cmsBytes(text), sample)).toBe(0);
            expect(Buffer.compare(cmsBytes(Buffer.from(text, 'utf8')), sample)).toBe(0);
          }
          expect(cmsBytes(sample)).toBe(sample);
        },
      ),
      { numRuns: 20 },
    );
  });

  it.each([
    '',
    ' \n',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    'MIIB!',
    'қол',
    '{"a":1}',
    '-----BEGIN CMS-----\nMIIB',
  ])('refuses %j', (text) => {
    expect(() => cmsBytes(text)).toThrow(SignatureRefused);
  });

  it('and nothing but SignatureRefused from any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
        try {
          verifyCms(cmsBytes(text));
        } catch (error) {
          expect(error).toBeInstanceOf(SignatureRefused);
        }
      }),
    );
  });
});
