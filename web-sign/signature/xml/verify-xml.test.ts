import { constants, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { TestKey } from '../certificate/testing/make.ts';
import { reasonOf } from './testing/reason.ts';
import {
  C14N,
  DSIG,
  ENVELOPED,
  EXCLUSIVE,
  type Layout,
  rewritten,
  signXml,
  x509Data,
} from './testing/sign.ts';
import { gost, gost256, rsa, signerOf, statement } from './testing/statement.ts';
import { verifySignedXml, verifyStatementXml } from './verify-xml.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const layouts: readonly Layout[] = ['COMPACT', 'LINES', 'LINES_CR'];

function shaKey(bits: 384 | 512): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    algorithm: `RSA-SHA${bits}`,
    spki: Uint8Array.from(publicKey.export({ format: 'der', type: 'spki' })),
    sign: (data) => sign(`sha${bits}`, data, { key: privateKey, padding: constants.RSA_PKCS1_PADDING }),
  };
}

describe('a statement signed as NCALayer signs it', () => {
  const content = statement();

  test.each(
    layouts.flatMap((layout) =>
      (
        [
          ['RSA', rsa],
          ['GOST', gost],
        ] as const
      ).map(([name, signer]) => ({ layout, name, signer })),
    ),
  )('$layout, $name', ({ layout, signer }) => {
    const found = verifyStatementXml(signXml(rewritten(content), signer, { layout }), content);
    expect(found.algorithm).toBe(signer.key.algorithm);
    expect(Buffer.from(found.certificate.der)).toEqual(Buffer.from(signer.certificate));
    expect(found.covers).toBe('DOCUMENT');
    expect(text(found.signedBytes)).toContain(`<name xml:lang="ru">Ясли-сад № 5 &amp; 'Айголек'</name>`);
    expect(text(found.signedBytes)).not.toContain('Signature');
  });

  test('as core wrote it, without a declaration, with line ends of Windows inside the signature', () => {
    const signed = signXml(content, rsa, { layout: 'LINES' });
    for (const variant of [
      signed,
      signed.replace(/^<\?xml[^>]*\?>/, ''),
      signed.replace(/\n/g, '\r\n'),
      `${signed}\n`,
    ]) {
      expect(reasonOf(() => verifyStatementXml(variant, content))).toBe('accepted');
    }
  });

  test('another prefix, or none, or one that the statement gave', () => {
    for (const prefix of ['dsig', '']) {
      expect(reasonOf(() => verifyStatementXml(signXml(content, rsa, { prefix }), content))).toBe('accepted');
    }
    const declared = content.replace('<statement ', `<statement xmlns:ds="${DSIG}" `);
    const signed = signXml(declared, rsa, { declare: false });
    expect(reasonOf(() => verifyStatementXml(signed, declared))).toBe('accepted');
  });

  test('the other algorithms on the list', () => {
    for (const signer of [signerOf(shaKey(384)), signerOf(shaKey(512)), gost256]) {
      expect(verifyStatementXml(signXml(content, signer), content).algorithm).toBe(signer.key.algorithm);
    }
  });

  test('separators of lines that only XML 1.1 takes for line ends are letters like others', () => {
    const odd = content.replace('2026-000123', 'a\u2028b\u0085c');
    const signed = signXml(odd.replace('\u2028', '&#8232;').replace('\u0085', '&#133;'), gost);
    expect(reasonOf(() => verifyStatementXml(signed, odd))).toBe('accepted');
  });

  test('a right signature on another statement is told from a wrong one', () => {
    const signed = signXml(statement(undefined, '2026-000124'), rsa);
    expect(reasonOf(() => verifyStatementXml(signed, content))).toBe('other-document');
    expect(reasonOf(() => verifyStatementXml(signed, '%PDF-1.7'))).toBe('other-document');
    expect(reasonOf(() => verifyStatementXml(signed, statement(undefined, '2026-000124')))).toBe('accepted');
  });

  test('the key of one certificate, the certificate of another', () => {
    const signed = signXml(content, { key: rsa.key, certificate: gost.certificate });
    expect(reasonOf(() => verifyStatementXml(signed, content))).toBe('signature-mismatch');
  });
});

describe('documents of others', () => {
  const covers = (xml: string) => verifySignedXml(xml).map((found) => [found.covers, found.reference]);

  test.each([
    '<root><a>1</a><b attr="x">текст</b></root>',
    '<ns1:doc xmlns:ns1="urn:test" id="d1"><ns1:item>  spaced  </ns1:item><empty/></ns1:doc>',
    '<a xmlns="urn:a"><b xmlns=""><c xmlns="urn:c"/></b></a>',
    '<a xmlns:z="urn:z" xmlns:b="urn:b"><z:x b:y="1" a="2" z:a="3"/></a>',
    '<жол атауы="Нұр &quot;Айгөлек&quot; &lt;">\r\n  <ескерту>a\tb &gt; c</ескерту>\r\n</жол>',
    '<a>\n\t<b/>\n</a>\n',
    "<a b='\"' c='&#10;&#9;&#13;'>&#13;</a>",
    '<a>😀 &#128512;</a>',
  ])('%j', (xml) => {
    for (const layout of layouts) expect(covers(signXml(xml, rsa, { layout }))).toEqual([['DOCUMENT', '']]);
    expect(covers(signXml(xml, gost))).toEqual([['DOCUMENT', '']]);
  });

  test('a language told at the root is signed with SignedInfo, in the inclusive form', () => {
    const xml = '<a xml:lang="kk"><b xml:lang="ru"/></a>';
    const signed = signXml(xml, gost, { inherited: ' xml:lang="kk"' });
    expect(covers(signed)).toEqual([['DOCUMENT', '']]);
    expect(reasonOf(() => verifySignedXml(signXml(xml, gost)))).toBe('signature-mismatch');
    expect(covers(signXml(xml, gost, { canonicalization: EXCLUSIVE }))).toEqual([['DOCUMENT', '']]);
  });

  test('a mark of byte order and blank lines before the document', () => {
    expect(
      covers(
        `\ufeff\r\n${signXml('<?xml version="1.0" encoding="utf-8"?><a/>'.replace('<a/>', '<a></a>'), rsa)}\n`,
      ),
    ).toHaveLength(1);
  });

  test('every further signer signs the ones before: none of those can be taken away', () => {
    const one = signXml('<a><b>test</b></a>', rsa, { layout: 'LINES_CR' });
    const two = signXml(one, gost, { layout: 'LINES' });
    const three = signXml(two, gost256);
    expect(verifySignedXml(three).map(({ algorithm }) => algorithm)).toEqual([
      'RSA-SHA256',
      'GOST3410-2015-512',
      'GOST3410-2015-256',
    ]);
    const middle = three.slice(one.lastIndexOf('</'), two.lastIndexOf('</'));
    expect(middle).toMatch(/^<ds:Signature[\s\S]*<\/ds:Signature>$/);
    expect(reasonOf(() => verifySignedXml(three.replace(middle, '')))).toBe('digest-mismatch');
    expect(reasonOf(() => verifySignedXml(three.replace('test', 'text')))).toBe('digest-mismatch');
  });

  test('one element by its Id: what stands beside it is not said to be signed', () => {
    const signed = signXml('<root xmlns:q="urn:q"><a Id="part" q:r="1"><x>1</x></a><b/></root>', gost, {
      reference: 'part',
      layout: 'LINES',
    });
    expect(covers(signed)).toEqual([['ELEMENT', 'part']]);
    expect(text(verifySignedXml(signed)[0]?.signedBytes ?? new Uint8Array())).toBe(
      '<a xmlns:q="urn:q" Id="part" q:r="1"><x>1</x></a>',
    );
    expect(reasonOf(() => verifySignedXml(signed.replace('<x>1', '<x>2')))).toBe('digest-mismatch');
    expect(covers(signed.replace('<b/>', '<b>2</b>'))).toEqual([['ELEMENT', 'part']]);
  });

  test('the root by its Id is the whole document', () => {
    const signed = signXml('<a id="all"><b>test</b></a>', rsa, {
      reference: 'all',
      transforms: [ENVELOPED, EXCLUSIVE],
    });
    expect(covers(signed)).toEqual([['DOCUMENT', 'all']]);
    expect(reasonOf(() => verifySignedXml(signed.replace('</b>', '</b><c/>')))).toBe('digest-mismatch');
  });

  test('a signature that stands elsewhere than last still signs everything around it', () => {
    const signed = signXml('<a><b>1</b><c>2</c></a>', rsa, { before: '<c>' });
    expect(covers(signed)).toEqual([['DOCUMENT', '']]);
    expect(reasonOf(() => verifySignedXml(signed.replace('<c>2', '<c>3')))).toBe('digest-mismatch');
  });

  test('exclusive and unsaid canonical forms', () => {
    const xml = '<p:a xmlns:p="urn:p" xmlns:q="urn:q" xmlns="urn:d"><b q:c="1"/></p:a>';
    for (const transforms of [
      [ENVELOPED],
      [ENVELOPED, C14N],
      [ENVELOPED, EXCLUSIVE],
      [ENVELOPED, `${EXCLUSIVE}WithComments`],
    ]) {
      for (const canonicalization of [C14N, `${C14N}#WithComments`, EXCLUSIVE]) {
        expect(covers(signXml(xml, rsa, { transforms, canonicalization }))).toEqual([['DOCUMENT', '']]);
      }
    }
  });

  test('more signers, or more to look at, than anybody needs', () => {
    const one = signXml('<a><b/></a>', rsa);
    const again = (text: string, times: number) =>
      text.replace('</a>', `${one.slice(7, -4).repeat(times)}</a>`);
    expect(reasonOf(() => verifySignedXml(again(one, 8)))).toBe('several-signatures');
    expect(reasonOf(() => verifySignedXml(again(one.replace('<b/>', '<b/>'.repeat(3_000)), 5)))).toBe(
      'too-large',
    );
  });

  test('names and numbers beside the certificate are passed over', () => {
    const keyInfo = `<ds:KeyName>a</ds:KeyName>${x509Data(rsa.certificate, 'ds', 'COMPACT').replace('<ds:X509Data>', '<ds:X509Data><ds:X509SubjectName>CN=a</ds:X509SubjectName>')}`;
    const signed = signXml('<a><b/></a>', rsa, { keyInfo });
    expect(covers(signed)).toEqual([['DOCUMENT', '']]);
    expect(reasonOf(() => verifyStatementXml(signed, '<a><b/></a>'))).toBe('foreign-element');
  });

  test('what a statement may not have', () => {
    const content = '<a><b>1</b><c>2</c></a>';
    const strict = (signed: string) => reasonOf(() => verifyStatementXml(signed, content));
    expect(strict(signXml(content, rsa, { before: '<c>' }))).toBe('signature-place');
    expect(strict(signXml(content, rsa, { before: '</b>' }))).toBe('signature-place');
    expect(strict(signXml(content, rsa, { transforms: [ENVELOPED] }))).toBe('transforms');
    expect(strict(signXml(content, rsa, { transforms: [ENVELOPED, EXCLUSIVE] }))).toBe('transforms');
    expect(strict(signXml(content, rsa, { canonicalization: EXCLUSIVE }))).toBe('canonicalization');
    expect(
      strict(
        signXml('<a Id="x"><b>1</b><c>2</c></a>', rsa, {
          reference: 'x',
          canonicalization: C14N,
          transforms: [ENVELOPED, C14N],
        }),
      ),
    ).toBe('reference');
    expect(strict(signXml(signXml(content, rsa), gost))).toBe('several-signatures');
    expect(strict(signXml(content, rsa).replace('</a>', '\n</a>'))).toBe('signature-place');
  });
});
