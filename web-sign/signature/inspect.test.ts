import { describe, expect, it } from 'vitest';
import type { CertificateOptions } from './certificate/testing/make.ts';
import {
  AUTHORITY,
  makeCertificate,
  makeName,
  newGostKey,
  personName,
  SIGNING,
} from './certificate/testing/make.ts';
import { createTrust } from './certificate/trust.ts';
import { makeCms } from './cms/testing/make-cms.ts';
import { inspect, MAX_FILE } from './inspect.ts';
import { signXml } from './xml/testing/sign.ts';

const NOW = new Date('2026-11-22T05:00:00Z');
const root = { key: newGostKey(), subject: makeName([['2.5.4.3', 'Root']]) };
const trust = createTrust([makeCertificate({ ...root, ...AUTHORITY })]);

function signerWith(more: Partial<CertificateOptions> = {}) {
  const key = newGostKey();
  const subject = personName('900101300017');
  return { key, certificate: makeCertificate({ key, subject, issuer: root, ...SIGNING, ...more }) };
}

const signer = signerWith();
const look = (file: Uint8Array | string) =>
  inspect(Buffer.from(file), { trust, at: undefined, now: NOW, document: undefined });

describe('a signature over one element of a document', () => {
  const partly = (xml: string) => signXml(xml, signer, { reference: 'part' });

  it.each([
    '<root><a Id="part"><x>1</x></a></root>',
    '<s:root xmlns:s="urn:s"><s:body>\n <a Id="part" b="1">words</a>\n</s:body></s:root>',
  ])('is for the whole when nothing stands around it: %s', (xml) => {
    expect(look(partly(xml))).toMatchObject({ valid: true, reason: null, signers: [{ chain: 'valid' }] });
  });

  it.each([
    '<root><a Id="part"><x>1</x></a><b/></root>',
    '<root><b>2</b><a Id="part"><x>1</x></a></root>',
    '<root>words<a Id="part"><x>1</x></a></root>',
    '<root sum="100"><a Id="part"><x>1</x></a></root>',
    '<root><w b="1"><a Id="part"><x>1</x></a></w></root>',
  ])('is not for what stands around it: %s', (xml) => {
    expect(look(partly(xml))).toMatchObject({
      valid: false,
      reason: 'reference',
      signers: [{ chain: 'valid' }],
    });
  });

  it('does not cover the twin that is put in its place', () => {
    const signed = partly('<root><a Id="part"><x>1</x></a></root>');
    const element = '<a Id="part"><x>1</x></a>';
    const moved = signed.replace(element, `<a Id="other"><x>2</x></a><w>${element}</w>`);
    expect(look(moved)).toMatchObject({ valid: false, reason: 'reference' });
  });
});

describe('a right signature by a trusted chain', () => {
  it.each([
    ['digitalSignature', true],
    ['nonRepudiation', true],
    ['keyEncipherment', false],
    ['keyAgreement', false],
  ] as const)('by a key for %s: %s', (usage, valid) => {
    const { key, certificate } = signerWith({ keyUsage: [usage] });
    const cms = makeCms({
      content: Buffer.from('1'),
      signers: [{ algorithm: key.algorithm, certificate, sign: key.sign }],
    });
    expect(look(cms)).toMatchObject({
      valid,
      reason: valid ? null : 'need-signing-key',
      signers: [{ chain: 'valid', iin: '900101300017' }],
    });
  });
});

describe('a file', () => {
  it('is bounded', () => {
    expect(look(Buffer.alloc(MAX_FILE + 1)).reason).toBe('too-large');
  });

  it.each([['Өтініш'], ['MIIB'], ['{}'], [' '], ['<'], ['<a/>'], ['%PDF-1.7'], ['-----BEGIN CMS-----']])(
    'of something else is refused, whatever it is: %j',
    (text) => {
      expect(look(text)).toMatchObject({ valid: false, signers: [] });
    },
  );
});
