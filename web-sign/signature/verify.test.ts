import { beforeAll, describe, expect, it } from 'vitest';
import type { Authority, Order } from '../../local/authority/api.ts';
import { createAuthority } from '../../local/authority/authority.ts';
import { fewRsaKeys, type Key } from '../../local/authority/key.ts';
import { authorityFetch, type Faults } from '../../local/authority/server.ts';
import { signCms } from '../../local/authority/sign-cms.ts';
import { signXml } from '../../local/authority/sign-xml.ts';
import type { Expected, Verifier } from './api.ts';
import { parseCertificate } from './certificate/certificate.ts';
import { makeName } from './certificate/testing/make.ts';
import { createTrust, type TrustStore } from './certificate/trust.ts';
import { gostSigner } from './cms/testing/keys.ts';
import { makeCms } from './cms/testing/make-cms.ts';
import { type Reason, SignatureRefused } from './reasons.ts';
import { createRevocationChecker } from './revocation/checker.ts';
import { createVerifier } from './verify.ts';

const HOUR = 3_600_000;
const NOW = new Date('2026-11-22T05:00:00Z');
const STATEMENT = '<?xml version="1.0" encoding="UTF-8"?><statement id="17"><text>Айгөлек</text></statement>';
const CONTENT = Buffer.from(STATEMENT);
const SIGN: Expected = { content: CONTENT, at: NOW, use: 'SIGN' };
const LOGIN: Expected = { ...SIGN, use: 'LOGIN' };

const PARENT = { iin: '900101300017', surname: 'Сериков', name: 'Дәулет' } as const;
const GOST: Order = { ...PARENT, kind: 'GOST' };

let now = NOW;
let authority: Authority;
let trust: TrustStore;
let gost: Key;

beforeAll(async () => {
  authority = await createAuthority({
    clock: { now: () => now },
    baseUrl: 'http://localhost:1',
    keys: fewRsaKeys(),
  });
  trust = createTrust(authority.trust().map(({ der }) => der));
  gost = await authority.issue(GOST);
});

function verifierWith(faults: Faults = {}, anchors = trust): Verifier {
  const clock = { now: () => now };
  const fetch = authorityFetch(authority, faults);
  return createVerifier({
    trust: anchors,
    revocation: createRevocationChecker({ trust: anchors, clock, fetch, timeoutMs: 200 }),
  });
}

/** The signature as both formats make it, and the way each comes in. */
const FORMATS = ['XML', 'CMS'] as const;

async function verify(
  format: (typeof FORMATS)[number],
  key: Key,
  expected: Expected,
  verifier = verifierWith(),
) {
  if (format === 'XML') return verifier.verifyXml(signXml(STATEMENT, key), expected);
  return verifier.verifyCms(await signCms(CONTENT, key, { attached: false, at: NOW }), expected);
}

async function reasonOf(work: Promise<unknown>): Promise<Reason | 'accepted'> {
  try {
    await work;
    return 'accepted';
  } catch (error) {
    if (error instanceof SignatureRefused) return error.reason;
    throw error;
  }
}

describe.each(FORMATS)('%s', (format) => {
  it.each([
    ['GOST-512', GOST, SIGN],
    ['GOST-512', GOST, LOGIN],
    ['RSA', { ...PARENT, kind: 'RSA-SIGN' }, SIGN],
    ['RSA', { ...PARENT, kind: 'RSA-AUTH' }, LOGIN],
  ] as [string, Order, Expected][])('is taken: %s, %#', async (algorithm, order, expected) => {
    const found = await verify(format, await authority.keyFor(order), expected);
    expect(found).toMatchObject({ format, timeStamp: null, validAt: NOW });
    expect(found.signer).toMatchObject({
      iin: PARENT.iin,
      bin: null,
      holder: 'INDIVIDUAL',
      keyAlgorithm: algorithm,
    });
    expect(found.revocation).toMatchObject({ state: 'GOOD', source: 'OCSP' });
    expect(found.chain.map((der) => parseCertificate(der).isAuthority)).toEqual([false, true, true]);
  });

  it.each([
    ['need-authentication-key', { ...PARENT, kind: 'RSA-SIGN' }, LOGIN],
    ['need-signing-key', { ...PARENT, kind: 'RSA-AUTH' }, SIGN],
    ['need-individual-key', { ...GOST, bin: '123456789021', role: 'HEAD' }, SIGN],
    ['need-individual-key', { ...GOST, bin: '123456789021', role: 'EMPLOYEE' }, LOGIN],
  ] as [Reason, Order, Expected][])('is refused: %s', async (reason, order, expected) => {
    expect(await reasonOf(verify(format, await authority.issue(order), expected))).toBe(reason);
  });

  it.each([
    ['expired', { notBefore: new Date(NOW.getTime() - 48 * HOUR), notAfter: new Date(NOW.getTime() - HOUR) }],
    ['not-yet-valid', { notBefore: new Date(NOW.getTime() + HOUR) }],
  ] as [Reason, Partial<Order>][])('is refused: %s', async (reason, dates) => {
    const key = await authority.issue({ ...GOST, ...dates });
    expect(await reasonOf(verify(format, key, SIGN))).toBe(reason);
  });

  it('is refused: revoked', async () => {
    const key = await authority.issue(GOST);
    authority.revoke(parseCertificate(key.certificate).serialNumber, new Date(NOW.getTime() - HOUR));
    expect(await reasonOf(verify(format, key, SIGN))).toBe('revoked');
  });

  it('is refused by whoever trusts others', async () => {
    expect(await reasonOf(verify(format, gost, SIGN, verifierWith({}, createTrust([]))))).toBe('untrusted');
  });

  it('is refused over another document', async () => {
    const content = Buffer.from(STATEMENT.replace('17', '18'));
    expect(await reasonOf(verify(format, gost, { ...SIGN, content }))).toBe('other-document');
  });

  it('says that nobody answered about the certificate, and asks again later', async () => {
    const found = await verify(format, gost, SIGN, verifierWith({ ocsp: 'down', crl: 'down' }));
    expect(found.revocation).toMatchObject({ state: 'UNAVAILABLE', source: null });
    expect((await verifierWith().recheck(found.chain, found.validAt)).state).toBe('GOOD');
  });
});

describe('asking again', () => {
  it('finds what was revoked before the signature, and not what was revoked after', async () => {
    const key = await authority.issue(GOST);
    const { chain, validAt } = await verify('CMS', key, SIGN, verifierWith({ ocsp: 'down', crl: 'down' }));
    authority.revoke(parseCertificate(key.certificate).serialNumber, new Date(NOW.getTime() - HOUR));
    expect(await reasonOf(verifierWith().recheck(chain, validAt))).toBe('revoked');
    expect(await reasonOf(verifierWith().recheck(chain, new Date(NOW.getTime() - 2 * HOUR)))).toBe(
      'accepted',
    );
  });

  it('needs a chain', async () => {
    expect(await reasonOf(verifierWith().recheck([], NOW))).toBe('certificate-missing');
    expect(await reasonOf(verifierWith().recheck([Buffer.from('x')], NOW))).toBe('certificate-malformed');
  });
});

describe('a time stamp', () => {
  const stampedCms = (key: Key) =>
    signCms(CONTENT, key, {
      attached: true,
      at: now,
      timeStamp: (signature) => authority.stamp(signature),
    });

  it('of ours says when the certificate had to be valid', async () => {
    const key = await authority.issue({ ...GOST, notAfter: new Date(NOW.getTime() + HOUR) });
    const cms = await stampedCms(key);
    const late = { ...SIGN, at: new Date(NOW.getTime() + 2 * HOUR) };
    const found = await verifierWith().verifyCms(cms, late);
    expect(found).toMatchObject({ validAt: NOW, timeStamp: { at: NOW, trusted: true } });
    const plain = await signCms(CONTENT, key, { attached: true, at: NOW });
    expect(await reasonOf(verifierWith().verifyCms(plain, late))).toBe('expired');
  });

  it('of a stranger is kept and does not count', async () => {
    const others = await createAuthority({
      clock: { now: () => NOW },
      baseUrl: 'http://localhost:1',
      keys: fewRsaKeys(),
    });
    const cms = await signCms(CONTENT, gost, {
      attached: true,
      at: NOW,
      timeStamp: (signature) => others.stamp(signature),
    });
    const late = new Date(NOW.getTime() + 2 * HOUR);
    const found = await verifierWith().verifyCms(cms, { ...SIGN, at: late });
    expect(found).toMatchObject({ validAt: late, timeStamp: { at: NOW, trusted: false } });
  });

  it('later than the receipt proves no more than the receipt', async () => {
    now = new Date(NOW.getTime() + HOUR);
    const cms = await stampedCms(gost);
    now = NOW;
    const found = await verifierWith().verifyCms(cms, SIGN);
    expect(found).toMatchObject({ validAt: NOW, timeStamp: { trusted: true } });
  });

  it('from before the certificate does not help it', async () => {
    const key = await authority.issue({ ...GOST, notBefore: new Date(NOW.getTime() + HOUR) });
    const late = { ...SIGN, at: new Date(NOW.getTime() + 2 * HOUR) };
    expect(await reasonOf(verifierWith().verifyCms(await stampedCms(key), late))).toBe('not-yet-valid');
  });

  it('over another signature spoils the whole', async () => {
    const cms = await signCms(CONTENT, gost, {
      attached: true,
      at: NOW,
      timeStamp: () => authority.stamp(Buffer.from('another')),
    });
    expect(await reasonOf(verifierWith().verifyCms(cms, SIGN))).toBe('time-stamp');
  });

  it('of an authority that was revoked does not count', async () => {
    const key = await authority.issue({ ...GOST, notAfter: new Date(NOW.getTime() + HOUR) });
    const tokens: Uint8Array[] = [];
    const cms = await signCms(CONTENT, key, {
      attached: true,
      at: NOW,
      timeStamp: async (signature) => {
        const token = await authority.stamp(signature);
        tokens.push(token);
        return token;
      },
    });
    const late = { ...SIGN, at: new Date(NOW.getTime() + 2 * HOUR) };
    const found = await verifierWith().verifyCms(cms, late);
    expect(found.timeStamp?.token).toEqual(tokens[0]);
    const verifier = createVerifier({
      trust,
      revocation: {
        async check([leaf], at) {
          if (leaf?.extendedKeyUsage.includes('1.3.6.1.5.5.7.3.8')) throw new SignatureRefused('revoked');
          return { state: 'GOOD', source: 'OCSP', checkedAt: at, evidence: null };
        },
      },
    });
    expect(await reasonOf(verifier.verifyCms(cms, late))).toBe('expired');
    expect(await verifier.verifyCms(cms, SIGN)).toMatchObject({
      validAt: NOW,
      timeStamp: { trusted: false },
    });
  });
});

describe('what comes in', () => {
  it('is bounded', async () => {
    const large = Buffer.alloc(50 * 1024 * 1024);
    expect(await reasonOf(verifierWith().verifyCms(large, SIGN))).toBe('too-large');
    expect(await reasonOf(verifierWith().verifyXml(large.toString('latin1'), SIGN))).toBe('too-large');
    const wide = 'қ'.repeat(300 * 1024);
    expect(await reasonOf(verifierWith().verifyXml(wide, SIGN))).toBe('too-large');
    const cms = await signCms(CONTENT, gost, { attached: false, at: NOW });
    expect(await reasonOf(verifierWith().verifyCms(cms, { ...SIGN, content: large }))).toBe('too-large');
  });

  it('is not hashed when it is longer than a signature over our content can be', async () => {
    const other = STATEMENT.replace('Айгөлек', 'Ә'.repeat(40_000));
    expect(await reasonOf(verifierWith().verifyXml(signXml(other, gost), SIGN))).toBe('too-large');
    const cms = await signCms(Buffer.from(other), gost, { attached: true, at: NOW });
    expect(await reasonOf(verifierWith().verifyCms(cms, SIGN))).toBe('too-large');
  });

  it('is kept as it came', async () => {
    const cms = await signCms(CONTENT, gost, { attached: false, at: NOW });
    const whole = Buffer.from(cms);
    const { container } = await verifierWith().verifyCms(cms, SIGN);
    cms.fill(0);
    expect(Buffer.from(container)).toEqual(whole);
    const xml = signXml(STATEMENT, gost);
    expect(Buffer.from((await verifierWith().verifyXml(xml, SIGN)).container).toString()).toBe(xml);
  });

  it('is one signature by somebody with an IIN', async () => {
    const key = { ...gost, algorithm: 'GOST3410-2015-512' } as const;
    const two = makeCms({ content: CONTENT, signers: [key, key] });
    expect(await reasonOf(verifierWith().verifyCms(two, SIGN))).toBe('signers');
    const nobody = gostSigner(512, { subject: makeName([['2.5.4.3', 'СЕРИКОВ ДӘУЛЕТ']]) });
    const cms = makeCms({ content: CONTENT, signers: [nobody] });
    expect(await reasonOf(verifierWith().verifyCms(cms, SIGN))).toBe('no-iin');
  });

  it('is of the other kind', async () => {
    expect(await reasonOf(verifierWith().verifyCms(Buffer.from(STATEMENT), SIGN))).toBe('not-der');
    expect(await reasonOf(verifierWith().verifyXml('MIIB', SIGN))).toBe('not-well-formed');
    expect(await reasonOf(verifierWith().verifyXml('', SIGN))).toBe('empty');
    expect(await reasonOf(verifierWith().verifyCms(new Uint8Array(), SIGN))).toBe('empty');
  });
});
