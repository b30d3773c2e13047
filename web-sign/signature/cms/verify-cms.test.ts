import { describe, expect, it } from 'vitest';
import { parseCertificate } from '../certificate/certificate.ts';
import { context, der, integer, octets, oid, sequence, setOf, time } from '../der/writer.ts';
import { digestOf, oidOfHash } from '../keys.ts';
import type { Reason } from '../reasons.ts';
import { reasonOf } from '../xml/testing/reason.ts';
import { CmsOid } from './oids.ts';
import { gostSigner, rsaSigner } from './testing/keys.ts';
import {
  algorithmId,
  attribute,
  issuerAndSerial,
  keyIdentifier,
  makeCms,
  type Recipe,
  SIGNED_AT,
  type SignerFaults,
  type TestSigner,
} from './testing/make-cms.ts';
import { verifyCms, verifyStatementCms } from './verify-cms.ts';

const CONTENT = Buffer.from('Өтініш № 17');
const gost = gostSigner(512);
const other = gostSigner(512);
const gost256 = gostSigner(256);
const rsa = rsaSigner('SHA256');

function withFaults(
  faults: SignerFaults,
  signer: TestSigner = gost,
  recipe: Partial<Recipe> = {},
): Uint8Array {
  return makeCms({ content: CONTENT, ...recipe, signers: [{ ...signer, faults }] });
}

describe('a right CMS', () => {
  const signers = [gost, gost256, rsa, rsaSigner('SHA384'), rsaSigner('SHA512')];
  const cases = signers.flatMap((signer) => [
    { signer, detached: false, name: `${signer.algorithm} attached` },
    { signer, detached: true, name: `${signer.algorithm} detached` },
  ]);

  it.each(cases)('$name', ({ signer, detached }) => {
    const cms = makeCms({ content: CONTENT, detached, signers: [signer] });
    const [found] = verifyCms(cms, detached ? CONTENT : undefined);
    expect(found?.algorithm).toBe(signer.algorithm);
    expect(found?.signingTime).toEqual(SIGNED_AT);
    expect(Buffer.from(found?.certificate.der ?? [])).toEqual(Buffer.from(signer.certificate));
    expect(verifyStatementCms(cms, CONTENT).algorithm).toBe(signer.algorithm);
  });

  it.each([
    ['RSA by its key and SHA-256', rsa, '1.2.840.113549.1.1.1'],
    ['RSA by its key and SHA-512', rsaSigner('SHA512'), '1.2.840.113549.1.1.1'],
    ['GOST-512 by its key', gost, '1.2.398.3.10.1.1.2.2'],
    ['GOST-256 by its key', gost256, '1.2.398.3.10.1.1.2.1'],
  ])('names its algorithm: %s', (_, signer, key) => {
    const cms = withFaults({ signatureAlgorithm: algorithmId(key) }, signer);
    expect(verifyCms(cms)[0]?.algorithm).toBe(signer.algorithm);
  });

  it('names its certificate by the key identifier', () => {
    const cms = withFaults({ identifier: keyIdentifier(gost.certificate), version: 3 }, gost, { version: 3 });
    expect(verifyStatementCms(cms, CONTENT).algorithm).toBe(gost.algorithm);
  });

  it('brings its certificate twice, and others beside it', () => {
    const certificates = [other.certificate, gost.certificate, gost.certificate];
    const signature = verifyStatementCms(
      makeCms({ content: CONTENT, certificates, signers: [gost] }),
      CONTENT,
    );
    expect(signature.extraCertificates).toHaveLength(1);
  });

  it('may have algorithms without parameters, no claimed time, revocation lists, an empty document', () => {
    const plain = {
      digestAlgorithm: sequence(oid(oidOfHash('STREEBOG512'))),
      attributes: ([type, , digest]: readonly Uint8Array[]) =>
        [type, digest].filter((one) => one !== undefined),
    };
    expect(verifyCms(withFaults(plain))[0]?.signingTime).toBeNull();
    const empty = new Uint8Array();
    expect(verifyStatementCms(makeCms({ content: empty, signers: [gost] }), empty)).toBeDefined();
  });

  it('has several signers for whoever allows that', () => {
    const cms = makeCms({ content: CONTENT, signers: [gost, rsa, gost256] });
    expect(
      verifyCms(cms)
        .map(({ algorithm }) => algorithm)
        .toSorted(),
    ).toEqual(['GOST3410-2015-256', 'GOST3410-2015-512', 'RSA-SHA256']);
    expect(reasonOf(() => verifyStatementCms(cms, CONTENT))).toBe('signers');
  });

  it('lists other digests for whoever allows that', () => {
    const cms = makeCms({ content: CONTENT, digestOids: [oidOfHash('SHA256')], signers: [gost] });
    expect(verifyCms(cms)).toHaveLength(1);
    expect(reasonOf(() => verifyStatementCms(cms, CONTENT))).toBe('not-cms');
  });

  it('has no signed attributes for whoever allows that', () => {
    const cms = withFaults({ attributes: null });
    expect(verifyCms(cms)[0]?.signingTime).toBeNull();
    expect(reasonOf(() => verifyStatementCms(cms, CONTENT))).toBe('message-digest');
  });

  it('has signed attributes in another order for whoever allows that', () => {
    const cms = withFaults({ unsorted: true, attributes: (usual) => usual.toReversed() });
    expect(verifyCms(cms)).toHaveLength(1);
    expect(reasonOf(() => verifyStatementCms(cms, CONTENT))).toBe('not-der');
  });
});

describe('the document', () => {
  it.each([true, false])('is another one (detached: %s)', (detached) => {
    const cms = makeCms({ content: CONTENT, detached, signers: [gost] });
    expect(reasonOf(() => verifyCms(cms, Buffer.from('Өтініш № 18')))).toBe('other-document');
    expect(reasonOf(() => verifyStatementCms(cms, Buffer.from('Өтініш № 18')))).toBe('other-document');
  });

  it('is missing', () => {
    expect(reasonOf(() => verifyCms(makeCms({ content: CONTENT, detached: true, signers: [gost] })))).toBe(
      'content-missing',
    );
  });

  it('was changed inside', () => {
    const cms = makeCms({ content: CONTENT, signers: [gost] });
    const at = Buffer.from(cms).indexOf(CONTENT);
    cms[at] = (cms[at] ?? 0) ^ 1;
    expect(reasonOf(() => verifyCms(cms))).toBe('digest-mismatch');
    expect(reasonOf(() => verifyStatementCms(cms, CONTENT))).toBe('digest-mismatch');
  });

  it('was changed under a signature without signed attributes', () => {
    const cms = withFaults({ attributes: null });
    const at = Buffer.from(cms).indexOf(CONTENT);
    cms[at] = (cms[at] ?? 0) ^ 1;
    expect(reasonOf(() => verifyCms(cms))).toBe('signature-mismatch');
  });

  it('is the signed attributes of another signature', () => {
    const attributes = setOf(
      attribute(CmsOid.CONTENT_TYPE, oid(CmsOid.DATA)),
      attribute(CmsOid.MESSAGE_DIGEST, octets(digestOf('STREEBOG512', CONTENT))),
    );
    const cms = withFaults({ attributes: null }, gost, { content: attributes });
    expect(reasonOf(() => verifyCms(cms))).toBe('message-digest');
  });

  it('is not plain data', () => {
    const cms = makeCms({ content: CONTENT, contentType: CmsOid.TST_INFO, version: 3, signers: [gost] });
    expect(reasonOf(() => verifyCms(cms))).toBe('content-type');
    expect(reasonOf(() => verifyStatementCms(cms, CONTENT))).toBe('content-type');
  });
});

describe('signer and certificate', () => {
  it.each([
    ['the signature of another key', 'signature-mismatch', { signature: () => other.sign(CONTENT) }],
    ['a signature cut short', 'signature-mismatch', { signature: (right: Uint8Array) => right.subarray(1) }],
    ['an empty signature', 'signature-mismatch', { signature: () => new Uint8Array() }],
    ['zeros for a signature', 'signature-mismatch', { signature: () => new Uint8Array(128) }],
    ['an unknown version of the signer', 'not-cms', { version: 2 }],
    [
      'a certificate that is not there',
      'certificate-missing',
      { identifier: issuerAndSerial(other.certificate) },
    ],
  ] as [string, Reason, SignerFaults][])('%s: %s', (_, reason, faults) => {
    expect(reasonOf(() => verifyCms(withFaults(faults)))).toBe(reason);
  });

  it('no certificate at all', () => {
    const cms = makeCms({ content: CONTENT, certificates: [], signers: [gost] });
    expect(reasonOf(() => verifyCms(cms))).toBe('certificate-missing');
  });

  it('two different certificates of one name and number', () => {
    const { serialNumber } = parseCertificate(gost.certificate);
    const twin = gostSigner(512, { serialNumber: Buffer.from(serialNumber, 'hex') });
    const cms = makeCms({
      content: CONTENT,
      certificates: [gost.certificate, twin.certificate],
      signers: [gost],
    });
    expect(reasonOf(() => verifyCms(cms))).toBe('several-certificates');
  });

  it('a certificate that is none', () => {
    const certificates = [gost.certificate, sequence(integer(1))];
    expect(reasonOf(() => verifyCms(makeCms({ content: CONTENT, certificates, signers: [gost] })))).toBe(
      'certificate-malformed',
    );
  });

  it('nobody, or too many', () => {
    expect(reasonOf(() => verifyCms(makeCms({ content: CONTENT, signers: [] })))).toBe('signers');
    const crowd = Array.from({ length: 17 }, () => gost);
    expect(reasonOf(() => verifyCms(makeCms({ content: CONTENT, signers: crowd })))).toBe('signers');
  });

  it('one right and one wrong', () => {
    const wrong = { ...rsa, faults: { signature: () => new Uint8Array(256) } };
    expect(reasonOf(() => verifyCms(makeCms({ content: CONTENT, signers: [gost, wrong] })))).toBe(
      'signature-mismatch',
    );
  });
});

describe('bytes that are no CMS', () => {
  const right = makeCms({ content: CONTENT, signers: [gost] });
  const body = right.subarray(4);

  it.each([
    ['nothing', 'empty', new Uint8Array()],
    ['a byte after it', 'not-der', Buffer.concat([right, Uint8Array.of(0)])],
    ['a byte less', 'not-der', right.subarray(0, -1)],
    [
      'an indefinite length',
      'not-der',
      Buffer.concat([Uint8Array.of(0x30, 0x80), body, Uint8Array.of(0, 0)]),
    ],
    [
      'a length that is not minimal',
      'not-der',
      Buffer.concat([Uint8Array.of(0x30, 0x83, 0, right[2] ?? 0, right[3] ?? 0), body]),
    ],
    ['another content', 'not-cms', sequence(oid('1.2.840.113549.1.7.3'), context(0, true, sequence()))],
    ['something else', 'not-cms', sequence(time(SIGNED_AT))],
    ['an unknown version', 'not-cms', makeCms({ content: CONTENT, version: 2, signers: [gost] })],
  ] as [string, Reason, Uint8Array][])('%s: %s', (_, reason, bytes) => {
    expect(reasonOf(() => verifyCms(bytes))).toBe(reason);
    expect(reasonOf(() => verifyStatementCms(bytes, CONTENT))).toBe(reason);
  });

  it('the content in pieces', () => {
    const pieces = der(0x24, octets(CONTENT.subarray(0, 5)), octets(CONTENT.subarray(5)));
    const encapsulated = sequence(oid(CmsOid.DATA), context(0, true, pieces));
    expect(reasonOf(() => verifyCms(makeCms({ content: CONTENT, encapsulated, signers: [gost] })))).toBe(
      'not-der',
    );
  });
});
