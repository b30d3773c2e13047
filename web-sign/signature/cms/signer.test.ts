import { describe, expect, it } from 'vitest';
import { parseCertificate } from '../certificate/certificate.ts';
import { context, integer, nullValue, octets, oid, printable, sequence } from '../der/writer.ts';
import { digestOf, oidOfHash } from '../keys.ts';
import type { Reason } from '../reasons.ts';
import { reasonOf } from '../xml/testing/reason.ts';
import { CmsOid } from './oids.ts';
import { serialOf } from './signing-certificate.ts';
import { gostSigner, rsaSigner } from './testing/keys.ts';
import { algorithmId, attribute, makeCms, type SignerFaults, type TestSigner } from './testing/make-cms.ts';
import { verifyCms, verifyStatementCms } from './verify-cms.ts';

const CONTENT = Buffer.from('Өтініш № 17');
const gost = gostSigner(512);
const other = gostSigner(512);
const rsa = rsaSigner('SHA256');

function withFaults(faults: SignerFaults, signer: TestSigner = gost): Uint8Array {
  return makeCms({ content: CONTENT, signers: [{ ...signer, faults }] });
}

const SHA1 = algorithmId('1.3.14.3.2.26');
const essV2 = (...parts: Uint8Array[]) =>
  attribute(CmsOid.SIGNING_CERTIFICATE_V2, sequence(sequence(sequence(...parts))));
const hashed = (signer: TestSigner) => octets(digestOf('SHA256', signer.certificate));
const issuerSerial = ({ certificate }: TestSigner, serial: bigint) =>
  sequence(sequence(context(4, true, parseCertificate(certificate).issuerDer)), integer(serial));

describe('signed attributes', () => {
  const refused: [string, Reason, SignerFaults][] = [
    ['no content type', 'content-type', { attributes: (usual) => usual.slice(1) }],
    [
      'another content type',
      'content-type',
      { attributes: (usual) => [attribute(CmsOid.CONTENT_TYPE, oid(CmsOid.TST_INFO)), ...usual.slice(1)] },
    ],
    ['no message digest', 'message-digest', { attributes: (usual) => usual.slice(0, 2) }],
    ['one of them twice', 'not-cms', { attributes: (usual) => [...usual, ...usual.slice(0, 1)] }],
    [
      'two message digests, the right one first',
      'not-cms',
      {
        attributes: (usual) => [...usual, attribute(CmsOid.MESSAGE_DIGEST, octets(Buffer.alloc(64)))],
      },
    ],
    [
      'two values of one',
      'not-cms',
      {
        attributes: ([type, clock]) => [
          ...[type, clock].filter((one) => one !== undefined),
          attribute(
            CmsOid.MESSAGE_DIGEST,
            octets(digestOf('STREEBOG512', CONTENT)),
            octets(Buffer.alloc(64)),
          ),
        ],
      },
    ],
    ['an attribute without a value', 'not-cms', { attributes: (usual) => [...usual, attribute('1.2.3')] }],
    ['none in the set', 'not-cms', { attributes: () => [] }],
    [
      'a time that is none',
      'not-cms',
      {
        attributes: (usual) => [
          ...usual.filter((_, i) => i !== 1),
          attribute(CmsOid.SIGNING_TIME, printable('now')),
        ],
      },
    ],
  ];

  it.each(refused)('%s: %s', (_, reason, faults) => {
    expect(reasonOf(() => verifyCms(withFaults(faults)))).toBe(reason);
    expect(reasonOf(() => verifyStatementCms(withFaults(faults), CONTENT))).toBe(reason);
  });

  it.each([
    ['by SHA-256', [hashed(gost)]],
    [
      'with issuer and serial number',
      [hashed(gost), issuerSerial(gost, serialOf(parseCertificate(gost.certificate)))],
    ],
    [
      'by a named hash',
      [algorithmId(oidOfHash('STREEBOG512')), octets(digestOf('STREEBOG512', gost.certificate))],
    ],
  ])('name the certificate %s', (_, parts) => {
    const cms = withFaults({ attributes: (usual) => [...usual, essV2(...parts)] });
    expect(verifyStatementCms(cms, CONTENT)).toBeDefined();
  });

  it.each([
    ['another certificate', [hashed(other)]],
    ['by SHA-1', [SHA1, octets(digestOf('SHA1', gost.certificate))]],
    ['by an unknown hash', [algorithmId('1.2.398.3.10.1.3.1'), hashed(gost)]],
    ['with another serial number', [hashed(gost), issuerSerial(gost, 1n)]],
    ['with nothing', []],
  ])('name a certificate that is not his: %s', (_, parts) => {
    const cms = withFaults({ attributes: (usual) => [...usual, essV2(...parts)] });
    expect(reasonOf(() => verifyCms(cms))).toBe('signing-certificate');
  });

  it('of the first version name the certificate by SHA-1', () => {
    const named = (signer: TestSigner) =>
      attribute(
        CmsOid.SIGNING_CERTIFICATE,
        sequence(sequence(sequence(octets(digestOf('SHA1', signer.certificate))))),
      );
    expect(verifyCms(withFaults({ attributes: (usual) => [...usual, named(gost)] }))).toHaveLength(1);
    expect(reasonOf(() => verifyCms(withFaults({ attributes: (usual) => [...usual, named(other)] })))).toBe(
      'signing-certificate',
    );
  });
});

describe('algorithms', () => {
  it.each([
    ['SHA-1 with RSA', { signatureAlgorithm: algorithmId('1.2.840.113549.1.1.5'), digestAlgorithm: SHA1 }],
    ['RSA over SHA-1', { signatureAlgorithm: algorithmId('1.2.840.113549.1.1.1'), digestAlgorithm: SHA1 }],
    ['a digest unlike that of the signature', { digestAlgorithm: algorithmId(oidOfHash('SHA512')) }],
    ['an unknown digest', { digestAlgorithm: algorithmId('1.2.3.4') }],
    ['MD5', { digestAlgorithm: algorithmId('1.2.840.113549.2.5') }],
    ['PSS', { signatureAlgorithm: algorithmId('1.2.840.113549.1.1.10') }],
    ['parameters', { signatureAlgorithm: sequence(oid('1.2.840.113549.1.1.11'), sequence(nullValue())) }],
  ])('%s', (_, faults) => {
    expect(reasonOf(() => verifyCms(withFaults(faults, rsa)))).toBe('algorithm');
  });

  it('GOST-2004', () => {
    const faults = {
      digestAlgorithm: algorithmId('1.2.398.3.10.1.3.1'),
      signatureAlgorithm: algorithmId('1.2.398.3.10.1.1.1.2'),
    };
    expect(reasonOf(() => verifyCms(withFaults(faults)))).toBe('algorithm');
  });

  it('of another kind of key', () => {
    const cms = makeCms({ content: CONTENT, signers: [{ ...gost, algorithm: 'RSA-SHA256' }] });
    expect(reasonOf(() => verifyCms(cms))).toBe('signature-mismatch');
  });
});
