import { describe, expect, test } from 'vitest';
import { newGostKey, SIGNING } from '../certificate/testing/make.ts';
import { makeOcspError } from './testing/answers.ts';
import {
  byList,
  byOcsp,
  list,
  listed,
  responder,
  revoked,
  setUp,
  UNAVAILABLE,
  world,
} from './testing/setting.ts';
import { type Answer, CRL_URL, minutes, NOW, OCSP_URL, RESPONDER } from './testing/world.ts';

describe('OCSP', () => {
  test('good, with the answer as evidence', async () => {
    const { check, problems } = setUp({ [OCSP_URL]: responder() });
    const answer = await check();
    expect(answer).toMatchObject(byOcsp);
    expect(answer.evidence?.length).toBeGreaterThan(100);
    expect(problems).toEqual([]);
  });

  test('revoked before the signature', async () => {
    await expect(setUp({ [OCSP_URL]: responder(revoked(-1)) }).check()).rejects.toThrow(/^revoked/);
    await expect(setUp({ [OCSP_URL]: responder(revoked(0)) }).check()).rejects.toThrow(/^revoked/);
  });

  test('on hold counts as revoked', async () => {
    await expect(setUp({ [OCSP_URL]: responder(revoked(-1, 6)) }).check()).rejects.toThrow(/^revoked/);
  });

  test('a later revocation does not undo an earlier signature', async () => {
    const { check } = setUp({ [OCSP_URL]: responder(revoked(-10)) });
    expect(await check(minutes(-11))).toMatchObject(byOcsp);
    await expect(check(minutes(-9))).rejects.toThrow(/^revoked/);
  });

  test('unknown is not good, and no list makes it so', async () => {
    const { check, problems } = setUp({ [OCSP_URL]: responder({ status: 'unknown' }), [CRL_URL]: list() });
    expect(await check()).toEqual(UNAVAILABLE);
    expect(problems).toEqual([`${OCSP_URL}: the certificate is unknown there`]);
  });

  test('is asked at another address when the operator says so', async () => {
    const { check, asked } = setUp(
      { 'http://mirror.test/': responder() },
      { ocspUrl: 'http://mirror.test/' },
    );
    expect(await check()).toMatchObject(byOcsp);
    expect(asked).toEqual(['http://mirror.test/']);
  });
});

describe('an OCSP answer that is none', () => {
  const other = world.issue({ ...SIGNING });
  const wrong: readonly (readonly [string, Answer | undefined])[] = [
    ['absent', undefined],
    ['an error of the server', () => new Response('busy', { status: 503 })],
    ['a page of some proxy', () => new Response('<html>')],
    ['empty', () => new Uint8Array()],
    ['too long', () => new Uint8Array(100_000)],
    ['try later', () => makeOcspError(3)],
    ['stale', responder({ thisUpdate: minutes(-2 * 1440) })],
    ['played back', responder({ nonce: new Uint8Array(32) })],
    ['about another certificate', responder({ certificate: other.certificate })],
    ['signed by the wrong key', responder({ signer: { ...world.responder, key: newGostKey() } })],
    [
      'wrongly signed and revoked',
      responder({ ...revoked(-5), signer: { ...world.responder, key: newGostKey() } }),
    ],
  ];

  test.each(wrong)('%s: the list decides', async (_, answer) => {
    const { check, problems } = setUp({ [OCSP_URL]: answer, [CRL_URL]: list() });
    expect(await check()).toMatchObject(byList);
    expect(problems).toHaveLength(1);
    const { check: again } = setUp({ [OCSP_URL]: answer, [CRL_URL]: list(listed(-5)) });
    await expect(again()).rejects.toThrow(/^revoked/);
  });

  test.each(wrong)('%s: without a list nobody has answered', async (_, answer) => {
    const { check, problems } = setUp({ [OCSP_URL]: answer });
    expect(await check()).toEqual(UNAVAILABLE);
    expect(problems).toHaveLength(2);
    expect(problems.join()).not.toContain(world.person.certificate.serialNumber);
  });

  test('that never comes', async () => {
    const { check, problems } = setUp({}, { timeoutMs: 20, fetch: abortable });
    expect(await check()).toEqual(UNAVAILABLE);
    expect(problems).toContain(`${OCSP_URL}: aborted`);
  });
});

describe('a responder that has just given no answer', () => {
  const times = (asked: readonly string[]) => asked.filter((url) => url === OCSP_URL).length;

  test('is not waited for again while the list can tell', async () => {
    const answers: Record<string, Answer | undefined> = { [CRL_URL]: list() };
    const { check, asked, clock } = setUp(answers);
    for (let i = 0; i < 3; i += 1) expect(await check()).toMatchObject(byList);
    expect(times(asked)).toBe(1);
    answers[OCSP_URL] = responder();
    clock.time = minutes(1);
    expect(await check()).toMatchObject({ source: 'OCSP' });
  });

  test('is asked where the list cannot tell', async () => {
    const answers: Record<string, Answer | undefined> = {};
    const { check, asked } = setUp(answers);
    expect(await check()).toEqual(UNAVAILABLE);
    answers[OCSP_URL] = responder();
    expect(await check()).toMatchObject(byOcsp);
    expect(times(asked)).toBe(2);
  });
});

/** Waits until it is given up, as a server does that accepts and says nothing. */
const abortable: typeof fetch = (_, init) =>
  new Promise((_resolve, reject) => {
    init?.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'TimeoutError')));
  });

describe('a responder that must be proved', () => {
  const held = world.issue({ ...RESPONDER, crlUrls: [CRL_URL] });
  const answer = responder({ signer: held, certificates: [held.certificate.der] });

  test('good when the list does not know it', async () => {
    expect(await setUp({ [OCSP_URL]: answer, [CRL_URL]: list() }).check()).toMatchObject(byOcsp);
  });

  test('its answer is none when it is revoked itself', async () => {
    const { serialNumber } = held.certificate;
    const crl = list({ entries: [{ serialNumber, revokedAt: minutes(-5) }] });
    const { check, problems } = setUp({ [OCSP_URL]: answer, [CRL_URL]: crl });
    expect(await check()).toMatchObject(byList);
    expect(problems).toEqual([`${CRL_URL}: the responder itself is revoked`]);
  });

  test('nor does it count while nobody can say', async () => {
    expect(await setUp({ [OCSP_URL]: answer }).check()).toEqual(UNAVAILABLE);
  });

  test('without a list to ask, the authority has left it to us', async () => {
    const short = world.issue({ ...RESPONDER });
    const own = responder({ signer: short, certificates: [short.certificate.der] });
    expect(await setUp({ [OCSP_URL]: own }).check()).toMatchObject(byOcsp);
  });
});

describe('what was asked a moment ago', () => {
  test('is remembered for five minutes', async () => {
    const { check, clock, asked } = setUp({ [OCSP_URL]: responder() });
    await check();
    clock.time = minutes(4);
    expect(await check()).toMatchObject(byOcsp);
    expect(asked).toHaveLength(1);
    clock.time = minutes(5);
    expect(await check()).toMatchObject({ checkedAt: minutes(5) });
    expect(asked).toHaveLength(2);
  });

  test('a revocation too, and each signature is judged by its own time', async () => {
    const { check, asked } = setUp({ [OCSP_URL]: responder(revoked(-10)) });
    await expect(check()).rejects.toThrow(/^revoked/);
    expect(await check(minutes(-20))).toMatchObject(byOcsp);
    expect(asked).toHaveLength(1);
  });

  test('what could not be answered is asked again', async () => {
    const answers: Record<string, Answer | undefined> = {};
    const { check } = setUp(answers);
    expect(await check()).toEqual(UNAVAILABLE);
    answers[OCSP_URL] = responder();
    expect(await check()).toMatchObject(byOcsp);
  });

  test('many at once ask once', async () => {
    const { check, asked } = setUp({ [OCSP_URL]: responder() });
    await Promise.all([check(), check(), check()]);
    expect(asked).toHaveLength(1);
  });

  test('a clock that was set back asks again', async () => {
    const { check, clock, asked } = setUp({ [OCSP_URL]: responder() });
    await check();
    clock.time = minutes(-1);
    await check();
    expect(asked).toHaveLength(2);
  });
});

test('a certificate that names nobody to ask has not been answered for', async () => {
  const bare = world.issue({ ...SIGNING });
  expect(await setUp({}, { holder: bare }).check()).toEqual(UNAVAILABLE);
});

test('nor has one that stands alone', async () => {
  const { checker } = setUp({ [OCSP_URL]: responder() });
  expect(await checker.check([world.person.certificate], NOW)).toEqual(UNAVAILABLE);
});
