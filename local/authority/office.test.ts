import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixedClock } from '../../core/clock.ts';
import { type Certificate, parseCertificate } from '../../web-sign/signature/certificate/certificate.ts';
import { buildChain } from '../../web-sign/signature/certificate/chain.ts';
import { createTrust, type TrustStore } from '../../web-sign/signature/certificate/trust.ts';
import { bool, integer, sequence } from '../../web-sign/signature/der/writer.ts';
import { digestOf } from '../../web-sign/signature/keys.ts';
import { createRevocationChecker } from '../../web-sign/signature/revocation/checker.ts';
import type { Authority, KeyKind } from './api.ts';
import { createAuthority } from './authority.ts';
import { algorithms, fewRsaKeys, type Key } from './key.ts';
import { authorityFetch, type Faults, serveAuthority } from './server.ts';
import { messageImprint } from './tsp.ts';

const NOW = new Date('2026-11-22T10:00:00Z');
const HOUR = 3_600_000;
const KINDS: readonly KeyKind[] = ['GOST', 'RSA-SIGN'];
const PERSON = { iin: '900101300017', surname: 'Сынақов', name: 'Айдос' };

const clock = fixedClock(NOW);
let authority: Authority;
let trust: TrustStore;

beforeAll(async () => {
  authority = await createAuthority({ clock, baseUrl: 'http://authority.test', keys: fewRsaKeys() });
  trust = createTrust(authority.trust().map(({ der }) => der));
});

const chainOf = (key: Key): readonly Certificate[] =>
  buildChain(parseCertificate(key.certificate), trust, NOW);

/** A checker that remembers nothing of the test before. */
function ask(key: Key, faults: Faults = {}) {
  const checker = createRevocationChecker({
    trust,
    clock,
    fetch: authorityFetch(authority, faults),
    timeoutMs: 200,
  });
  return checker.check(chainOf(key), NOW);
}

async function revokedKey(kind: KeyKind): Promise<Key> {
  const key = await authority.issue({ ...PERSON, kind });
  authority.revoke(parseCertificate(key.certificate).serialNumber, new Date(NOW.getTime() - HOUR));
  return key;
}

describe.each(KINDS)('revocation, %s', (kind) => {
  let good: Key;
  let revoked: Key;
  beforeAll(async () => {
    good = await authority.issue({ ...PERSON, kind });
    revoked = await revokedKey(kind);
  });

  it('is answered by OCSP', async () => {
    expect(await ask(good)).toMatchObject({ state: 'GOOD', source: 'OCSP' });
    await expect(ask(revoked)).rejects.toThrow('revoked');
  });

  const wrong: Faults['ocsp'][] = [
    'down',
    'hang',
    'garbage',
    { signer: 'stranger' },
    { signer: 'leaf' },
    { signer: 'expired' },
    { shift: -48 * HOUR },
    { shift: 48 * HOUR },
    { otherCertificate: true },
    { nonce: 'other' },
    { status: 'try-later' },
  ];

  it.each(wrong)('is answered by the list where OCSP does wrong: %j', async (ocsp) => {
    expect(await ask(good, { ocsp })).toMatchObject({ state: 'GOOD', source: 'CRL' });
    await expect(ask(revoked, { ocsp })).rejects.toThrow('revoked');
  });

  it('is not answered where OCSP does not know the certificate', async () => {
    expect(await ask(good, { ocsp: { status: 'unknown' } })).toMatchObject({ state: 'UNAVAILABLE' });
  });

  const broken: Faults['crl'][] = [
    'down',
    'garbage',
    { signer: 'stranger' },
    { signer: 'leaf' },
    { shift: -48 * HOUR },
  ];

  it.each(broken)('is not answered where OCSP is down and the list does wrong: %j', async (crl) => {
    expect(await ask(good, { ocsp: 'down', crl })).toMatchObject({ state: 'UNAVAILABLE', evidence: null });
  });

  it('counts from its moment on', async () => {
    const key = await authority.issue({ ...PERSON, kind });
    authority.revoke(parseCertificate(key.certificate).serialNumber, new Date(NOW.getTime() + HOUR));
    expect(await ask(key)).toMatchObject({ state: 'GOOD' });
  });
});

describe('what is published', () => {
  it('is a delta of the last day beside the whole list', async () => {
    const old = await authority.issue({ ...PERSON, kind: 'GOST' });
    authority.revoke(parseCertificate(old.certificate).serialNumber, new Date(NOW.getTime() - 48 * HOUR));
    const fresh = await revokedKey('GOST');
    const holds = async (name: string, { certificate }: Key) => {
      const serial = Buffer.from(parseCertificate(certificate).serialNumber, 'hex');
      return Buffer.from((await authority.crl(name)) ?? []).includes(serial);
    };
    expect(await holds('issuing-gost', old)).toBe(true);
    expect(await holds('issuing-gost', fresh)).toBe(true);
    expect(await holds('issuing-gost-delta', old)).toBe(false);
    expect(await holds('issuing-gost-delta', fresh)).toBe(true);
    expect(await holds('root-gost', fresh)).toBe(false);
    expect(await authority.crl('somebody')).toBeUndefined();
  });

  it('gives no answer to bytes that ask nothing', async () => {
    expect(Buffer.from(await authority.ocsp(Buffer.from('?'))).toString('hex')).toBe('30030a0101');
    expect(Buffer.from(await authority.tsp(Buffer.from('?'))).toString('hex')).toBe('30053003020102');
  });
});

describe('time stamps', () => {
  const imprint = messageImprint(algorithms.RSA.digest, digestOf('SHA256', Buffer.from('сынақ')));
  const request = sequence(integer(1), imprint, integer(12345), bool(true));

  it('are granted, and refused where a fault says so', async () => {
    const granted = Buffer.from(await authority.tsp(request));
    expect(granted.includes(Buffer.from(imprint))).toBe(true);
    expect(granted.includes(Buffer.from(integer(12345)))).toBe(true);
    const refused = await authority.tsp(request, { status: 'rejected' });
    expect(Buffer.from(refused).toString('hex')).toBe('30053003020102');
    const other = Buffer.from(await authority.tsp(request, { imprint: 'other' }));
    expect(other.includes(Buffer.from(imprint))).toBe(false);
  });
});

describe('over HTTP', () => {
  let server: Server;
  let url: string;
  const faults: Faults = {};
  beforeAll(async () => {
    server = createServer(async (req, res) => {
      if (!(await serveAuthority(authority, req, res, faults))) res.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('answers with the types of the protocols', async () => {
    const posted = (path: string, body: Uint8Array<ArrayBuffer>) =>
      fetch(url + path, { method: 'POST', body });
    const answers = await Promise.all([
      posted('/authority/ocsp', Uint8Array.of(0)),
      posted('/authority/tsp', Uint8Array.of(0)),
      fetch(`${url}/authority/issuing-rsa.crl`),
      fetch(`${url}/authority/issuing-rsa.cer`),
    ]);
    expect(answers.map(({ status, headers }) => [status, headers.get('content-type')])).toEqual([
      [200, 'application/ocsp-response'],
      [200, 'application/timestamp-reply'],
      [200, 'application/pkix-crl'],
      [200, 'application/pkix-cert'],
    ]);
  });

  it('leaves every other address to others, and takes no long body', async () => {
    const paths = ['/authority/nobody.crl', '/authority/trust', '/inbox', '/authority/../authority.jsonl'];
    const answers = await Promise.all(paths.map((path) => fetch(url + path)));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    const long = await fetch(`${url}/authority/ocsp`, { method: 'POST', body: new Uint8Array(20_000) });
    expect(long.status).toBe(413);
  });

  it('is down when told', async () => {
    faults.crl = 'down';
    expect((await fetch(`${url}/authority/issuing-rsa.crl`)).status).toBe(503);
    faults.crl = undefined;
    expect((await fetch(`${url}/authority/issuing-rsa.crl`)).status).toBe(200);
  });
});
