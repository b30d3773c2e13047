import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCertificate } from '../certificate/certificate.ts';
import { UsageOid } from '../certificate/facts.ts';
import {
  AUTHORITY,
  authorityName,
  makeCertificate,
  makeExtension,
  newGostKey,
  SIGNING,
} from '../certificate/testing/make.ts';
import { children, DerError, fieldsOf, parseDer } from '../der/reader.ts';
import { utf8 } from '../der/writer.ts';
import { NoAnswer } from './no-answer.ts';
import { ocspRequest } from './ocsp-request.ts';
import { type OcspQuestion, ocspVerdict } from './ocsp-verdict.ts';
import { makeOcspAnswer, makeOcspError, nonceOf, type OcspOptions } from './testing/answers.ts';
import { createWorld, minutes, NOW, RESPONDER } from './testing/world.ts';

const gost = createWorld('GOST');
const rsa = createWorld('RSA');
const NONCE = new Uint8Array(32).fill(7);

function answer(options: Partial<OcspOptions> = {}, world = gost): Uint8Array {
  return makeOcspAnswer({
    certificate: world.person.certificate,
    issuer: world.root.certificate,
    signer: world.responder,
    certificates: [world.responder.certificate.der],
    thisUpdate: NOW,
    nonce: NONCE,
    ...options,
  });
}

function verdict(bytes: Uint8Array, question: Partial<OcspQuestion> = {}, world = gost) {
  return ocspVerdict(bytes, {
    certificate: world.person.certificate,
    issuer: world.root.certificate,
    nonce: NONCE,
    now: NOW,
    ...question,
  });
}

const GOOD = { status: 'good', revokedAt: null, unproven: null };

describe('the request', () => {
  test('names the certificate and carries the nonce', () => {
    const bytes = ocspRequest(gost.person.certificate, gost.root.certificate, NONCE);
    expect(Buffer.compare(nonceOf(bytes), NONCE)).toBe(0);
    const tbs = fieldsOf(parseDer(bytes)).next();
    const [requests] = children(tbs);
    expect(requests && Buffer.from(requests.bytes).toString('hex')).toContain(
      gost.person.certificate.serialNumber,
    );
  });
});

describe('answers that count', () => {
  test.each([
    ['GOST', gost],
    ['RSA', rsa],
  ] as const)('good, by an appointed responder, %s', (_, world) => {
    expect(verdict(answer({}, world), {}, world)).toEqual(GOOD);
  });

  test('by the issuer itself, also named by its key', () => {
    const options = { signer: gost.root, certificates: [] };
    expect(verdict(answer(options))).toEqual(GOOD);
    expect(verdict(answer({ ...options, byKey: true }))).toEqual(GOOD);
    expect(verdict(answer({ byKey: true }))).toEqual(GOOD);
  });

  test('about the certificate by other hashes', () => {
    for (const hash of ['SHA1', 'STREEBOG512'] as const) expect(verdict(answer({ hash }))).toEqual(GOOD);
  });

  test('revoked, on hold, never issued', () => {
    const revokedAt = minutes(-60);
    expect(verdict(answer({ status: { revokedAt } }))).toMatchObject({ status: 'revoked', revokedAt });
    expect(verdict(answer({ status: { revokedAt, reason: 6 } }))).toMatchObject({
      status: 'revoked',
      revokedAt,
    });
    // RFC 6960 §2.2: how a responder says that it has never issued the certificate.
    const never = { revokedAt: new Date(0), reason: 6 };
    const extended = makeExtension('1.3.6.1.5.5.7.48.1.9', Uint8Array.of(5, 0));
    expect(verdict(answer({ status: never, extensions: [extended] }))).toMatchObject({
      revokedAt: new Date(0),
    });
  });

  test('unknown is told as such', () => {
    expect(verdict(answer({ status: 'unknown' }))).toMatchObject({ status: 'unknown' });
  });

  test('clocks may differ a little', () => {
    expect(verdict(answer({ thisUpdate: minutes(4) }))).toEqual(GOOD);
    expect(verdict(answer({ thisUpdate: minutes(-60), nextUpdate: minutes(-4) }))).toEqual(GOOD);
  });

  test('a responder that may be revoked itself is handed over for proof', () => {
    const responder = gost.issue({ ...RESPONDER });
    const bytes = answer({ signer: responder, certificates: [responder.certificate.der] });
    expect(verdict(bytes)).toEqual({ ...GOOD, unproven: responder.certificate });
  });
});

describe('answers that are none', () => {
  const stranger = { ...gost.responder, key: newGostKey() };
  const expired = gost.issue({ ...RESPONDER, notAfter: new Date('2026-06-01T00:00:00Z') });
  const early = gost.issue({ ...RESPONDER, notBefore: new Date('2026-12-01T00:00:00Z') });
  const person = gost.issue({ ...SIGNING });
  const sealer = gost.issue({ ...RESPONDER, keyUsage: ['keyEncipherment'] });
  const strange = gost.issue({ ...RESPONDER, extensions: [makeExtension('1.2.3', utf8(''), true)] });
  const other = createWorld('GOST');
  const by = (holder: typeof person) => answer({ signer: holder, certificates: [holder.certificate.der] });
  const second = gost.issue({ ...SIGNING });
  const critical = makeExtension('1.2.3', utf8(''), true);

  test.each([
    ['signed by the wrong key', () => answer({ signer: stranger }), /signature of the answer/],
    [
      'by a responder of another authority of the same name',
      () => by(other.responder),
      /not one that the issuer/,
    ],
    ['by a person of the same authority', () => by(person), /not one that the issuer/],
    ['by an expired responder', () => by(expired), /not one that the issuer/],
    ['by a responder whose time has not begun', () => by(early), /not one that the issuer/],
    ['by a responder that may not sign', () => by(sealer), /not one that the issuer/],
    ['by a responder with a critical extension', () => by(strange), /not one that the issuer/],
    [
      'by a responder that did not send its certificate',
      () => answer({ certificates: [] }),
      /not one that the issuer/,
    ],
    [
      'with garbage for a certificate',
      () => answer({ certificates: [utf8('x')] }),
      /not one that the issuer/,
    ],
    ['about another serial number', () => answer({ certificate: second.certificate }), /another certificate/],
    [
      'about the same number of another authority',
      () => answer({ issuer: other.root.certificate }),
      /another certificate/,
    ],
    ['twice about the same certificate', () => answer({ times: 2 }), /two things/],
    ['with a critical extension', () => answer({ extensions: [critical] }), /critical extension/],
    [
      'with a critical extension to the one answer',
      () => answer({ singleExtensions: [critical] }),
      /critical extension/,
    ],
    ['with another nonce', () => answer({ nonce: new Uint8Array(32).fill(8) }), /another nonce/],
    ['with half of the nonce', () => answer({ nonce: NONCE.subarray(16) }), /another nonce/],
    ['from the future', () => answer({ thisUpdate: minutes(6) }), /from the future/],
    ['made in the future', () => answer({ producedAt: minutes(6) }), /from the future/],
    [
      'past its next update',
      () => answer({ thisUpdate: minutes(-60), nextUpdate: minutes(-6) }),
      /out of date/,
    ],
    ['a day old without a next update', () => answer({ thisUpdate: minutes(-24 * 60 - 1) }), /out of date/],
    ['try later', () => makeOcspError(3), /status 3/],
  ])('%s', (_, bytes, why) => {
    expect(() => verdict(bytes())).toThrow(NoAnswer);
    expect(() => verdict(bytes())).toThrow(why);
  });

  test('without a nonce only the last ten minutes count, whatever the next update says', () => {
    const { nonce: _, ...without } = { nonce: NONCE };
    const old = (n: number) =>
      makeOcspAnswer({
        certificate: gost.person.certificate,
        issuer: gost.root.certificate,
        signer: gost.responder,
        certificates: [gost.responder.certificate.der],
        thisUpdate: minutes(-n),
        nextUpdate: minutes(600),
        ...without,
      });
    expect(verdict(old(9))).toEqual(GOOD);
    expect(() => verdict(old(11))).toThrow(/no nonce/);
  });

  test('good about a certificate that had expired before: the responder may have forgotten it', () => {
    const past = gost.issue({ ...SIGNING, notAfter: minutes(-60) });
    const bytes = answer({ certificate: past.certificate });
    expect(() => verdict(bytes, { certificate: past.certificate })).toThrow(/had expired/);
    const revoked = answer({ certificate: past.certificate, status: { revokedAt: minutes(-90) } });
    expect(verdict(revoked, { certificate: past.certificate })).toMatchObject({ status: 'revoked' });
  });

  test('an issuer of the same name but with another key signs for nobody', () => {
    const key = newGostKey();
    const subject = authorityName('ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ');
    const namesake = {
      key,
      certificate: parseCertificate(
        makeCertificate({ key, subject, ...AUTHORITY, extendedKeyUsage: [UsageOid.OCSP_SIGNING] }),
      ),
    };
    const bytes = answer({ signer: namesake, certificates: [namesake.certificate.der] });
    expect(() => verdict(bytes)).toThrow(/signature of the answer/);
  });
});

describe('any bytes at all', () => {
  const whole = answer({}, rsa);

  function onlyNoAnswer(bytes: Uint8Array): string {
    try {
      return verdict(bytes, {}, rsa).status;
    } catch (error) {
      if (error instanceof NoAnswer || error instanceof DerError) return 'none';
      throw error;
    }
  }

  test('are no answer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(onlyNoAnswer(bytes)).toBe('none');
      }),
    );
  });

  test('nor are changed or cut ones, unless what changed is not part of what is said', () => {
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = Uint8Array.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ change;
        expect(onlyNoAnswer(bytes)).toBe('none');
        expect(onlyNoAnswer(whole.subarray(0, at))).toBe('none');
      }),
      { numRuns: 500 },
    );
  });
});
