import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { context, integer, octets, oid, sequence, utf8 } from '../der/writer.ts';
import { SignatureRefused } from '../reasons.ts';
import { certificateFacts, parseCertificate } from './certificate.ts';
import { ExtensionOid } from './extensions.ts';
import { UsageOid } from './facts.ts';
import { NameOid } from './name.ts';
import {
  AUTHENTICATION,
  AUTHORITY,
  authorityName,
  type CertificateOptions,
  keyIdOf,
  makeCertificate,
  makeExtension,
  makeName,
  type NamePart,
  newGostKey,
  newRsaKey,
  personName,
  SIGNING,
} from './testing/make.ts';

const IIN = '950115300128';
const BIN = '150640001234';
const gost = newGostKey();
const rsa = newRsaKey();
const person = { key: gost, subject: personName(IIN) };

function facts(options: Partial<CertificateOptions>, names: readonly NamePart[] = []) {
  return certificateFacts(
    parseCertificate(makeCertificate({ ...person, subject: personName(IIN, names), ...options })),
  );
}

describe('what a certificate says', () => {
  test('names, dates, key, addresses', () => {
    const issuer = { key: rsa, subject: authorityName('ҰҚО') };
    const der = makeCertificate({
      ...person,
      ...SIGNING,
      issuer,
      serialNumber: Uint8Array.of(0, 0x0b, 0xc7),
      policies: ['1.2.398.3.3.2'],
      ocspUrls: ['http://ocsp.test/'],
      crlUrls: ['http://crl.test/a.crl', 'ldap://crl.test/a'],
      deltaCrlUrls: ['https://crl.test/d.crl'],
    });
    expect(parseCertificate(der)).toMatchObject({
      serialNumber: '0bc7',
      subjectName: 'ТЕСТОВ ТЕСТ',
      issuerName: 'ҰҚО',
      notBefore: new Date('2026-01-01T00:00:00Z'),
      notAfter: new Date('2027-12-31T23:59:59Z'),
      publicKey: { kind: 'GOST-512' },
      signatureAlgorithm: 'RSA-SHA256',
      isAuthority: false,
      pathLength: null,
      keyUsage: new Set(['digitalSignature', 'nonRepudiation']),
      extendedKeyUsage: [UsageOid.EMAIL_PROTECTION, UsageOid.INDIVIDUAL],
      policies: ['1.2.398.3.3.2'],
      ocspUrls: ['http://ocsp.test/'],
      crlUrls: ['http://crl.test/a.crl'],
      deltaCrlUrls: ['https://crl.test/d.crl'],
      criticalExtensions: new Set([ExtensionOid.KEY_USAGE]),
      hasUnknownCritical: false,
      noCheck: false,
    });
    const { authorityKeyId, subjectKeyId } = parseCertificate(der);
    expect(authorityKeyId && Buffer.compare(authorityKeyId, keyIdOf(rsa.spki))).toBe(0);
    expect(subjectKeyId && Buffer.compare(subjectKeyId, keyIdOf(gost.spki))).toBe(0);
  });

  test('the same bytes give the same object, whatever happens to the caller’s own', () => {
    const der = makeCertificate(person);
    const first = parseCertificate(der);
    expect(parseCertificate(Uint8Array.from(der))).toBe(first);
    const original = Buffer.from(first.der).toString('hex');
    der.fill(0);
    expect(Buffer.from(first.der).toString('hex')).toBe(original);
  });

  test('a key that is not accepted is no reason not to read the rest', () => {
    const old = sequence(sequence(oid('1.2.398.3.10.1.1.1.1')), Uint8Array.of(3, 2, 0, 1));
    const certificate = parseCertificate(
      makeCertificate({ ...person, key: { ...gost, spki: old }, keyIds: false, issuer: person }),
    );
    expect(certificate.publicKey).toBeNull();
    expect(() => certificateFacts(certificate)).toThrow(/^unsupported-key/);
  });
});

describe('whose key, and for what', () => {
  test('a GOST key of the new scheme signs and logs in', () => {
    expect(facts(SIGNING)).toMatchObject({
      iin: IIN,
      bin: null,
      holder: 'INDIVIDUAL',
      keyAlgorithm: 'GOST-512',
      canSign: true,
      canAuthenticate: true,
    });
  });

  test('an RSA key for signing does not log in', () => {
    expect(facts({ ...SIGNING, key: rsa })).toMatchObject({ canSign: true, canAuthenticate: false });
  });

  test('an RSA key for logging in does not sign', () => {
    expect(facts({ ...AUTHENTICATION, key: rsa })).toMatchObject({ canSign: false, canAuthenticate: true });
  });

  test('a usage that is not granted is not allowed', () => {
    expect(facts({ extendedKeyUsage: SIGNING.extendedKeyUsage })).toMatchObject({
      canSign: false,
      canAuthenticate: false,
    });
    expect(facts({ keyUsage: SIGNING.keyUsage })).toMatchObject({ canSign: false, canAuthenticate: false });
    expect(facts({ ...SIGNING, keyUsage: ['digitalSignature'] }).canSign).toBe(false);
    expect(facts({ ...SIGNING, keyUsage: ['nonRepudiation'] }).canAuthenticate).toBe(false);
  });

  test('the key of an authority neither signs statements nor logs in', () => {
    const keyUsage = ['digitalSignature', 'nonRepudiation', 'keyCertSign'] as const;
    expect(facts({ ...SIGNING, authority: true, keyUsage })).toMatchObject({
      canSign: false,
      canAuthenticate: false,
    });
  });

  test.each([
    ['a BIN', SIGNING.extendedKeyUsage, [[NameOid.UNIT, `BIN${BIN}`]], 'ORGANISATION'],
    ['a BIN that is not one', SIGNING.extendedKeyUsage, [[NameOid.UNIT, 'BIN1']], 'ORGANISATION'],
    ['the role of a head', [UsageOid.EMAIL_PROTECTION, `${UsageOid.ORGANISATION}.1`], [], 'ORGANISATION'],
    ['both roles', [UsageOid.INDIVIDUAL, UsageOid.ORGANISATION], [], 'ORGANISATION'],
    ['a role that only begins like that of a legal person', ['1.2.398.3.3.4.1.20'], [], 'OTHER'],
    ['a department', SIGNING.extendedKeyUsage, [[NameOid.UNIT, 'Бухгалтерия']], 'INDIVIDUAL'],
    ['no role', [UsageOid.EMAIL_PROTECTION], [], 'OTHER'],
  ] as const)('%s', (_, extendedKeyUsage, names, holder) => {
    expect(facts({ ...SIGNING, extendedKeyUsage }, names).holder).toBe(holder);
  });
});

describe('the number of a person', () => {
  const named = (...parts: NamePart[]) => facts({ subject: makeName(parts) });

  test.each([
    ['without the prefix', IIN],
    ['with the prefix of a firm', `BIN${BIN}`],
    ['with eleven digits', 'IIN95011530012'],
    ['with thirteen digits', 'IIN9501153001280'],
    ['with letters after it', `IIN${IIN} `],
    ['with a line after it', `IIN${IIN}\n`],
    ['with digits of another script', 'IIN٩٥٠١١٥٣٠٠١٢٨'],
    ['with a prefix of small letters', `iin${IIN}`],
  ])('%s is none', (_, value) => {
    expect(named([NameOid.SERIAL_NUMBER, value]).iin).toBeNull();
  });

  test('a BIN is never taken for an IIN, nor the other way round', () => {
    expect(named([NameOid.UNIT, `BIN${BIN}`])).toMatchObject({ iin: null, bin: BIN });
    expect(named([NameOid.UNIT, `IIN${IIN}`])).toMatchObject({ iin: null, bin: null });
    expect(named([NameOid.COMMON_NAME, `IIN${IIN}`]).iin).toBeNull();
  });

  test('two different ones name nobody', () => {
    expect(
      named([NameOid.SERIAL_NUMBER, `IIN${IIN}`], [NameOid.SERIAL_NUMBER, 'IIN880101300127']).iin,
    ).toBeNull();
    expect(named([NameOid.SERIAL_NUMBER, `IIN${IIN}`], [NameOid.SERIAL_NUMBER, `IIN${IIN}`]).iin).toBe(IIN);
    expect(named([NameOid.UNIT, `BIN${BIN}`], [NameOid.UNIT, 'BIN150640001235']).bin).toBeNull();
  });
});

describe('extensions', () => {
  const unknown = (critical: boolean) => makeExtension('1.2.3.4', utf8('x'), critical);

  test('one that must be understood and is not is told', () => {
    expect(
      parseCertificate(makeCertificate({ ...person, extensions: [unknown(false)] })).hasUnknownCritical,
    ).toBe(false);
    expect(
      parseCertificate(makeCertificate({ ...person, extensions: [unknown(true)] })).hasUnknownCritical,
    ).toBe(true);
  });

  test('limits on names are not applied here, so they count as not understood', () => {
    const limits = makeExtension(ExtensionOid.NAME_CONSTRAINTS, sequence());
    expect(parseCertificate(makeCertificate({ ...person, extensions: [limits] })).hasUnknownCritical).toBe(
      true,
    );
  });

  test.each([
    ['the same one twice', [unknown(false), unknown(false)]],
    ['a key usage that is no bit string', [makeExtension(ExtensionOid.KEY_USAGE, octets())]],
    [
      'a path length without being an authority',
      [makeExtension(ExtensionOid.BASIC_CONSTRAINTS, sequence(integer(1)))],
    ],
    [
      'bytes after its value',
      [makeExtension(ExtensionOid.EXTENDED_KEY_USAGE, Buffer.concat([sequence(), sequence()]))],
    ],
  ])('%s makes the certificate malformed', (_, extensions) => {
    expect(() => parseCertificate(makeCertificate({ ...person, extensions }))).toThrow(
      /^certificate-malformed/,
    );
  });

  test('a list that covers only some reasons, or by another issuer, is not an address to ask', () => {
    const name = context(0, true, context(0, true, context(6, false, Buffer.from('http://crl.test/'))));
    const some = sequence(name, context(1, false, Uint8Array.of(6, 0x40)));
    const others = sequence(name, context(2, true, context(4, true, authorityName('x'))));
    const points = makeExtension(ExtensionOid.CRL_DISTRIBUTION_POINTS, sequence(some, others));
    expect(parseCertificate(makeCertificate({ ...person, extensions: [points] })).crlUrls).toEqual([]);
  });
});

test('two different signature algorithms in one certificate are refused', () => {
  const der = makeCertificate({ ...person, issuer: person });
  const inner = Buffer.from(der).indexOf(Buffer.from(oid('1.2.398.3.10.1.1.2.3.2')));
  const changed = Uint8Array.from(der);
  changed[inner + 11] = 1;
  expect(() => parseCertificate(changed)).toThrow(/two different signature algorithms/);
});

describe('any bytes at all', () => {
  const whole = makeCertificate({
    key: rsa,
    subject: personName(IIN),
    ...AUTHORITY,
    pathLength: 1,
    extendedKeyUsage: SIGNING.extendedKeyUsage,
    policies: ['1.2.398.3.3.2'],
    ocspUrls: ['http://ocsp.test/'],
    crlUrls: ['http://crl.test/'],
    noCheck: true,
  });

  function onlyRefusals(bytes: Uint8Array): void {
    try {
      certificateFacts(parseCertificate(bytes));
    } catch (error) {
      if (!(error instanceof SignatureRefused)) throw error;
    }
  }

  test('give a certificate or a refusal', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), onlyRefusals), { numRuns: 500 });
  });

  test('so do changed and cut ones', () => {
    const change = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 3 }),
        fc.nat(whole.length),
        (changes, length) => {
          const bytes = Uint8Array.from(whole);
          for (const [at, value] of changes) bytes[at] = value;
          onlyRefusals(bytes);
          onlyRefusals(bytes.subarray(0, length));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('a certificate of a megabyte is not even looked at', () => {
    expect(() => parseCertificate(new Uint8Array(1024 * 1024))).toThrow(/too large/);
  });
});
