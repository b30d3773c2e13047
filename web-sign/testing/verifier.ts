import type { Expected, VerifiedSignature, Verifier } from '../signature/api.ts';
import { type Reason, SignatureRefused } from '../signature/reasons.ts';

/** What the test's «signature» is: the text with a mark after it. `who`: an IIN, a reason to refuse, or SILENT. */
export function testSigned(content: string, who: string): string {
  return `${content}<!--${who}-->`;
}

/**
 * Stands in for the verification of signatures, which has its own tests: believes `testSigned` over exactly the expected
 * content, refuses for the reason that is named in it.
 */
export function testVerifier(): Verifier & { readonly calls: Expected[] } {
  const calls: Expected[] = [];
  const verify = (text: string, format: 'XML' | 'CMS', expected: Expected): VerifiedSignature => {
    calls.push(expected);
    const [, content, who = ''] = /^([\s\S]*)<!--([\w-]+)-->$/.exec(text) ?? [];
    if (content === undefined) throw new SignatureRefused('no-signature');
    if (content !== Buffer.from(expected.content).toString('latin1'))
      throw new SignatureRefused('other-document');
    if (!/^(?:\d{12}|SILENT)$/.test(who)) throw new SignatureRefused(who as Reason, 'as the test wished');
    return proofOf(who, format, expected.at, Buffer.from(text, 'latin1'));
  };
  return {
    calls,
    verifyXml: async (signed, expected) => verify(Buffer.from(signed).toString('latin1'), 'XML', expected),
    verifyCms: async (signed, expected) => verify(Buffer.from(signed).toString('latin1'), 'CMS', expected),
    recheck: async (chain) => {
      const word = Buffer.from(chain[0] ?? new Uint8Array()).toString('latin1');
      if (word === 'revoked') throw new SignatureRefused('revoked');
      if (word === 'broken') throw new Error('not a certificate');
      return {
        state: word === 'silent' ? 'UNAVAILABLE' : 'GOOD',
        source: word === 'silent' ? null : 'OCSP',
        checkedAt: new Date('2026-11-23T06:00:00Z'),
        evidence: null,
      };
    },
  };
}

function proofOf(who: string, format: 'XML' | 'CMS', at: Date, container: Uint8Array): VerifiedSignature {
  return {
    format,
    algorithm: 'GOST3410-2015-512',
    signer: {
      name: 'ТЕСТОВА АЙГҮЛ',
      iin: /^\d{12}$/.test(who) ? who : '900101450014',
      bin: null,
      serialNumber: '01',
      issuer: 'TEST',
      notBefore: new Date('2026-01-01T00:00:00Z'),
      notAfter: new Date('2027-01-01T00:00:00Z'),
      keyAlgorithm: 'GOST-512',
      holder: 'INDIVIDUAL',
      canSign: true,
      canAuthenticate: true,
    },
    chain: [],
    revocation: {
      state: who === 'SILENT' ? 'UNAVAILABLE' : 'GOOD',
      source: who === 'SILENT' ? null : 'OCSP',
      checkedAt: at,
      evidence: null,
    },
    timeStamp: null,
    validAt: at,
    container,
  };
}
