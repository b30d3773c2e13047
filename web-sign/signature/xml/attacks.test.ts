import { describe, expect, test } from 'vitest';
import { mutations, part, swap } from './testing/mutations.ts';
import { reasonOf } from './testing/reason.ts';
import { C14N, type Layout, rewritten, signXml } from './testing/sign.ts';
import { gost, rsa, statement, stranger } from './testing/statement.ts';
import { verifySignedXml, verifyStatementXml } from './verify-xml.ts';

const content = statement();
const signers = [
  { algorithm: 'RSA', signer: rsa },
  { algorithm: 'GOST', signer: gost },
] as const;

describe.each(signers)('the attack matrix over a statement, $algorithm', ({ signer }) => {
  const layouts: readonly Layout[] = ['COMPACT', 'LINES_CR'];
  const signed = layouts.map((layout) => signXml(rewritten(content), signer, { layout }));

  test('without a change it is accepted', () => {
    for (const text of signed) expect(reasonOf(() => verifyStatementXml(text, content))).toBe('accepted');
  });

  test.each(mutations)('$name: $reason', ({ change, reason, inDocument = reason }) => {
    for (const text of signed) {
      const changed = change(text);
      expect(changed).not.toBe(text);
      expect(reasonOf(() => verifyStatementXml(changed, content))).toBe(reason);
      expect(reasonOf(() => verifySignedXml(changed))).toBe(inDocument);
    }
  });
});

describe('white space inside SignedInfo is signed', () => {
  test.each(signers)('$algorithm', ({ signer }) => {
    const signed = signXml(content, signer, { layout: 'LINES' });
    const compact = swap(signed, part.signedInfo(signed), part.signedInfo(signed).replace(/>\n</g, '><'));
    expect(reasonOf(() => verifyStatementXml(compact, content))).toBe('signature-mismatch');
    expect(
      reasonOf(() =>
        verifyStatementXml(swap(signed, '</ds:SignatureValue>\n', '</ds:SignatureValue>'), content),
      ),
    ).toBe('accepted');
  });
});

describe('the value of a signature', () => {
  const signed = signXml(content, rsa);
  const value = part.signatureValue(signed);
  const verdict = (to: string) => reasonOf(() => verifyStatementXml(swap(signed, value, to), content));

  test.each([
    [
      'another signature of the same key',
      part.signatureValue(signXml(statement(undefined, '2026-000124'), rsa)),
      'signature-mismatch',
    ],
    ['a short one', '<ds:SignatureValue>AAAA</ds:SignatureValue>', 'signature-mismatch'],
    ['none', '<ds:SignatureValue></ds:SignatureValue>', 'signature-shape'],
    ['no element', '', 'signature-shape'],
    ['no base64', '<ds:SignatureValue>!!!!</ds:SignatureValue>', 'signature-shape'],
    ['base64 with bits to spare', '<ds:SignatureValue>AB==</ds:SignatureValue>', 'signature-shape'],
    ['base64 without its end', '<ds:SignatureValue>AAA</ds:SignatureValue>', 'signature-shape'],
  ] as const)('%s', (_name, to, reason) => {
    expect(verdict(to)).toBe(reason);
  });

  test('zeros in place of a GOST signature', () => {
    const gostSigned = signXml(content, gost);
    const zeros = `<ds:SignatureValue>${Buffer.alloc(128).toString('base64')}</ds:SignatureValue>`;
    const changed = swap(gostSigned, part.signatureValue(gostSigned), zeros);
    expect(reasonOf(() => verifyStatementXml(changed, content))).toBe('signature-mismatch');
  });
});

describe('the certificate', () => {
  const signed = signXml(content, rsa);
  const other = part.certificate(signXml(content, stranger));
  const own = part.certificate(signed);
  const verdict = (from: string, to: string) =>
    reasonOf(() => verifyStatementXml(swap(signed, from, to), content));

  test('of another person', () => expect(verdict(own, other)).toBe('signature-mismatch'));
  test('two of them, whichever comes first', () => {
    expect(verdict(own, own + other)).toBe('several-certificates');
    expect(verdict(own, other + own)).toBe('several-certificates');
    expect(verdict('</ds:X509Data>', `</ds:X509Data><ds:X509Data>${other}</ds:X509Data>`)).toBe(
      'several-certificates',
    );
  });
  test('none', () => {
    expect(verdict(own, '')).toBe('certificate-missing');
    expect(verdict(own, '<ds:X509Certificate> </ds:X509Certificate>')).toBe('certificate-missing');
    expect(verdict(part.keyInfo(signed), '')).toBe('certificate-missing');
    expect(verdict(part.keyInfo(signed), '<ds:KeyInfo></ds:KeyInfo>')).toBe('certificate-missing');
  });
  test('not readable', () => {
    expect(verdict(own, '<ds:X509Certificate>AAAA</ds:X509Certificate>')).toBe('certificate-malformed');
    expect(verdict(own, '<ds:X509Certificate>certificate</ds:X509Certificate>')).toBe(
      'certificate-malformed',
    );
  });
  test('a key beside it', () => {
    expect(verdict('<ds:KeyInfo>', '<ds:KeyInfo><ds:KeyValue></ds:KeyValue>')).toBe('foreign-element');
    expect(verdict('<ds:KeyInfo>', '<ds:KeyInfo><evil></evil>')).toBe('foreign-element');
  });
  test('signed anew by another', () => {
    const resigned = signXml(content, { key: stranger.key, certificate: rsa.certificate });
    expect(reasonOf(() => verifyStatementXml(resigned, content))).toBe('signature-mismatch');
  });
});

describe('a reference by Id', () => {
  const xml = '<root><a Id="part"><x>1</x></a><b/></root>';
  const signed = signXml(xml, gost, { reference: 'part' });
  const element = '<a Id="part"><x>1</x></a>';
  const verdict = (text: string) => reasonOf(() => verifySignedXml(text));

  test('is never a statement', () => {
    expect(reasonOf(() => verifyStatementXml(signed, xml))).toBe('canonicalization');
    const inclusive = signXml(xml, gost, { reference: 'part', canonicalization: C14N });
    expect(reasonOf(() => verifyStatementXml(inclusive, xml))).toBe('reference');
  });

  test('the signed element moved away, a twin in its place', () => {
    const evil = element.replace('1', '2');
    expect(verdict(swap(signed, element, `${evil}<wrap>${element}</wrap>`))).toBe('duplicate-id');
    expect(verdict(swap(signed, element, `${evil.replace('Id=', 'ID=')}${element}`))).toBe('duplicate-id');
    expect(verdict(swap(signed, element, `${evil.replace('Id=', 'xml:id=')}${element}`))).toBe(
      'duplicate-id',
    );
    expect(verdict(swap(signed, element, `${evil.replace('Id=', 'iD=')}${element}`))).toBe('duplicate-id');
    expect(verdict(swap(signed, element, `<a Id="part" id="part"><x>1</x></a>`))).toBe('digest-mismatch');
  });

  test('unsigned siblings are told as such', () => {
    const found = verifySignedXml(swap(signed, '<b/>', '<a Id="other"><x>2</x></a>'));
    expect(found.map(({ covers, reference }) => [covers, reference])).toEqual([['ELEMENT', 'part']]);
  });

  test('to nothing, to the signature itself, by a query', () => {
    expect(verdict(signed.replace('Id="part"', 'Id="parts"'))).toBe('reference');
    expect(verdict(swap(signed, 'URI="#part"', `URI="#xpointer(id('part'))"`))).toBe('reference');
    expect(verdict(swap(signed, 'URI="#part"', `URI="#'] | //*['"`))).toBe('reference');
    expect(
      verdict(swap(swap(signed, 'URI="#part"', 'URI="#own"'), '<ds:KeyInfo>', '<ds:KeyInfo Id="own">')),
    ).toBe('reference');
    expect(verdict(swap(signed, 'URI="#part"', 'URI="#"'))).toBe('reference');
    expect(verdict(swap(signed, ' URI="#part"', ''))).toBe('reference');
  });
});
