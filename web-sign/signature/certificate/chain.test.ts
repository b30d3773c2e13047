import { describe, expect, test } from 'vitest';
import { utf8 } from '../der/writer.ts';
import { SignatureRefused } from '../reasons.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { buildChain } from './chain.ts';
import {
  AUTHORITY,
  authorityName,
  type CertificateOptions,
  keyIdOf,
  makeCertificate,
  makeExtension,
  newGostKey,
  newRsaKey,
  personName,
  SIGNING,
  type TestKey,
} from './testing/make.ts';
import { createTrust } from './trust.ts';

const AT = new Date('2026-11-22T10:00:00Z');
const BEFORE = new Date('2025-06-01T00:00:00Z');
const AFTER = new Date('2028-06-01T00:00:00Z');
const LONG = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2040-01-01T00:00:00Z') };

interface Authority {
  readonly key: TestKey;
  readonly subject: Uint8Array;
  readonly der: Uint8Array;
}

function authority(name: string, options: Partial<CertificateOptions> = {}): Authority {
  const key = options.key ?? newGostKey();
  const subject = authorityName(name);
  return { key, subject, der: makeCertificate({ key, subject, ...AUTHORITY, ...LONG, ...options }) };
}

function person(issuer: Authority, options: Partial<CertificateOptions> = {}): Certificate {
  const subject = personName('950115300128');
  return parseCertificate(makeCertificate({ key: personKey, subject, ...SIGNING, issuer, ...options }));
}

const personKey = newGostKey();
const root = authority('НЕГІЗГІ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ');
const issuing = authority('ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ', { issuer: root });
const trust = createTrust([root.der, issuing.der]);

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof SignatureRefused) return error.reason;
    throw error;
  }
  return 'accepted';
}

const names = (chain: readonly Certificate[]) => chain.map((one) => one.subjectName);

describe('chains that hold', () => {
  test('from a person through the issuing authority to the root', () => {
    expect(names(buildChain(person(issuing), trust, AT))).toEqual([
      'ТЕСТОВ ТЕСТ',
      'ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ',
      'НЕГІЗГІ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ',
    ]);
  });

  test('with RSA', () => {
    const rsaRoot = authority('RSA', { key: newRsaKey() });
    const leaf = person(rsaRoot, { key: newRsaKey() });
    expect(buildChain(leaf, createTrust([rsaRoot.der]), AT)).toHaveLength(2);
  });

  test('through an authority that came with the signature', () => {
    const chain = buildChain(person(issuing), createTrust([root.der]), AT, [parseCertificate(issuing.der)]);
    expect(chain).toHaveLength(3);
  });

  test('past a namesake of the issuer, whose key is another', () => {
    const namesake = authority('ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ', { issuer: root });
    const both = createTrust([namesake.der, root.der, issuing.der]);
    expect(buildChain(person(issuing), both, AT)).toHaveLength(3);
    expect(buildChain(person(issuing, { keyIds: false }), both, AT)).toHaveLength(3);
  });

  test('the second time without verifying anything again', () => {
    const leaf = person(issuing);
    const first = buildChain(leaf, trust, AT);
    expect(buildChain(leaf, trust, AT)).toEqual(first);
  });
});

describe('chains that do not', () => {
  test('an authority with the same name but another key', () => {
    const falseRoot = authority('НЕГІЗГІ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ');
    const falseIssuing = authority('ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ', { issuer: falseRoot });
    const along = [falseIssuing, falseRoot].map(({ der }) => parseCertificate(der));
    expect(refusal(() => buildChain(person(falseIssuing), trust, AT))).toBe('untrusted');
    expect(refusal(() => buildChain(person(falseIssuing), trust, AT, along))).toBe('untrusted');
  });

  test('the same one, pretending to have the right key', () => {
    const falseIssuing = authority('ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ', { issuer: root });
    const pretending = person(falseIssuing, { keyIds: { authority: keyIdOf(issuing.key.spki) } });
    expect(refusal(() => buildChain(pretending, trust, AT))).toBe('issuer-signature');
    expect(refusal(() => buildChain(person(falseIssuing, { keyIds: false }), trust, AT))).toBe(
      'issuer-signature',
    );
  });

  test('a root of the right name that signed itself, sent along', () => {
    const falseRoot = authority('НЕГІЗГІ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ', { keyIds: false });
    const leaf = person(falseRoot, { keyIds: false });
    expect(refusal(() => buildChain(leaf, trust, AT, [parseCertificate(falseRoot.der)]))).toBe(
      'issuer-signature',
    );
  });

  test('a person’s key used as an authority', () => {
    const holder = { key: personKey, subject: personName('880101300127'), der: new Uint8Array() };
    const mother = person(issuing, { subject: holder.subject });
    const daughter = person(holder, { key: newGostKey() });
    expect(refusal(() => buildChain(daughter, trust, AT, [mother]))).toBe('not-authority');
    expect(refusal(() => buildChain(daughter, createTrust([root.der, issuing.der, mother.der]), AT))).toBe(
      'untrusted',
    );
  });

  test('CA:TRUE without the right to sign certificates, and the right without CA:TRUE', () => {
    const wrongs = [
      { authority: true, keyUsage: ['cRLSign'] },
      { authority: false, keyUsage: ['keyCertSign'] },
    ] as const;
    for (const wrong of wrongs) {
      const middle = authority('ОРТА', { issuer: root, ...wrong });
      const along = [parseCertificate(middle.der)];
      expect(refusal(() => buildChain(person(middle), trust, AT, along))).toBe('not-authority');
    }
  });

  test('one authority more than the path length allows', () => {
    const short = authority('ҚЫСҚА', { issuer: root, pathLength: 0 });
    const below = authority('ТӨМЕН', { issuer: short });
    const store = createTrust([root.der, short.der, below.der]);
    expect(refusal(() => buildChain(person(short), store, AT))).toBe('accepted');
    expect(refusal(() => buildChain(person(below), store, AT))).toBe('path-length');
  });

  test('a certificate that nobody signed, or that was changed after it was', () => {
    const unsigned = person(issuing, { signature: new Uint8Array(128).fill(1) });
    expect(refusal(() => buildChain(unsigned, trust, AT))).toBe('issuer-signature');
    const bytes = Uint8Array.from(person(issuing).der);
    const at = Buffer.from(bytes).indexOf(Buffer.from('950115300128'));
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    expect(refusal(() => buildChain(parseCertificate(bytes), trust, AT))).toBe('issuer-signature');
  });

  test('a critical extension that is not understood, below and above', () => {
    const strange = makeExtension('1.2.3.4', utf8('x'), true);
    expect(refusal(() => buildChain(person(issuing, { extensions: [strange] }), trust, AT))).toBe(
      'critical-extension',
    );
    const middle = authority('ОРТА', { issuer: root, extensions: [strange] });
    const along = [parseCertificate(middle.der)];
    expect(refusal(() => buildChain(person(middle), trust, AT, along))).toBe('critical-extension');
  });

  test('a certificate signed by itself', () => {
    const alone = authority('ЖАЛҒЫЗ');
    expect(refusal(() => buildChain(parseCertificate(alone.der), trust, AT))).toBe('untrusted');
  });

  test('no authorities at all', () => {
    expect(refusal(() => buildChain(person(issuing), createTrust([]), AT))).toBe('untrusted');
  });

  test('authorities that signed each other in a circle', () => {
    const keys = [newGostKey(), newGostKey()] as const;
    const subjects = [authorityName('А'), authorityName('Ә')] as const;
    const a = { key: keys[0], subject: subjects[0], ...AUTHORITY, ...LONG };
    const b = { key: keys[1], subject: subjects[1], ...AUTHORITY, ...LONG };
    const ring = [makeCertificate({ ...a, issuer: b }), makeCertificate({ ...b, issuer: a })];
    const leaf = person({ ...a, der: new Uint8Array() });
    expect(refusal(() => buildChain(leaf, trust, AT, ring.map(parseCertificate)))).toBe('untrusted');
  });
});

describe('dates', () => {
  test('the person’s own', () => {
    const leaf = person(issuing);
    expect(refusal(() => buildChain(leaf, trust, BEFORE))).toBe('not-yet-valid');
    expect(refusal(() => buildChain(leaf, trust, AFTER))).toBe('expired');
    expect(refusal(() => buildChain(leaf, trust, leaf.notBefore))).toBe('accepted');
    expect(refusal(() => buildChain(leaf, trust, leaf.notAfter))).toBe('accepted');
    expect(refusal(() => buildChain(leaf, trust, new Date(leaf.notAfter.getTime() + 1000)))).toBe('expired');
  });

  test('the issuer’s', () => {
    const old = authority('ЕСКІ', {
      issuer: root,
      notBefore: LONG.notBefore,
      notAfter: new Date('2026-06-01T00:00:00Z'),
    });
    const store = createTrust([root.der, old.der]);
    expect(refusal(() => buildChain(person(old), store, AT))).toBe('issuer-expired');
    expect(refusal(() => buildChain(person(old), store, new Date('2026-05-01T00:00:00Z')))).toBe('accepted');
  });

  test('whose own time is over hears that, and not that the issuer’s is over too', () => {
    expect(refusal(() => buildChain(person(issuing), trust, new Date('2045-01-01T00:00:00Z')))).toBe(
      'expired',
    );
  });
});
