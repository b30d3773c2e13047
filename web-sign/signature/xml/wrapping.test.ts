import { describe, expect, test } from 'vitest';
import { part, swap } from './testing/mutations.ts';
import { reasonOf } from './testing/reason.ts';
import { signXml } from './testing/sign.ts';
import { gost, stranger } from './testing/statement.ts';
import { cases, content, signed } from './testing/wrapping-cases.ts';
import { verifySignedXml, verifyStatementXml } from './verify-xml.ts';

describe('the public corpora of signature wrapping, on statements', () => {
  test.each(cases)('$name', ({ text, strict, lenient }) => {
    expect(reasonOf(() => verifyStatementXml(text, content))).toBe(strict);
    if (typeof lenient === 'string') expect(reasonOf(() => verifySignedXml(text))).toBe(lenient);
    else {
      expect(verifySignedXml(text).map(({ covers, reference }) => `${covers} ${reference}`)).toEqual(lenient);
    }
  });

  test('signed anew by a stranger with his own certificate: right in itself, and the chain must refuse it', () => {
    const found = verifyStatementXml(signXml(content, stranger), content);
    expect(Buffer.from(found.certificate.der)).toEqual(Buffer.from(stranger.certificate));
  });

  test('a true signature of GOST beside a forged one of RSA', () => {
    const one = signXml(content, gost);
    const forged = swap(
      part.signature(signed),
      part.certificate(signed),
      part.certificate(signXml(content, stranger)),
    );
    const text = swap(one, '</statement>', `${forged}</statement>`);
    expect(reasonOf(() => verifySignedXml(text))).toBe('digest-mismatch');
  });
});
