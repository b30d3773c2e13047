import { describe, expect, test } from 'vitest';
import {
  AUTHORITY,
  authorityName,
  type CertificateOptions,
  newGostKey,
  SIGNING,
} from '../certificate/testing/make.ts';
import { createTrust } from '../certificate/trust.ts';
import type { RevocationOptions } from './checker.ts';
import { type ListOptions, makeOcspAnswer, nonceOf } from './testing/answers.ts';
import { byList, byOcsp, HALF_DAY, list, listed, setUp, UNAVAILABLE, world } from './testing/setting.ts';
import { type Answer, CRL_URL, createWorld, DELTA_URL, minutes, NOW, OCSP_URL } from './testing/world.ts';

const withDelta = createWorld('GOST', { deltaCrlUrls: [DELTA_URL], ocspUrls: [] });
const delta = (options: Partial<ListOptions> = {}) =>
  list({ number: 7, deltaBase: 5, ...options }, withDelta);
const complete = (options: Partial<ListOptions> = {}) => list(options, withDelta);
const setUpDelta = (answers: Record<string, Answer | undefined>) => setUp(answers, { of: withDelta });
const onDelta = (n: number, reason?: number) => listed(n, reason, withDelta);

describe('lists', () => {
  test('the complete one and the delta say good together', async () => {
    const answer = await setUpDelta({ [CRL_URL]: complete(), [DELTA_URL]: delta() }).check();
    expect(answer).toMatchObject(byList);
    expect(answer.evidence?.length).toBeGreaterThan(100);
  });

  test('a revocation in either of them counts', async () => {
    const inDelta = setUpDelta({ [CRL_URL]: complete(), [DELTA_URL]: delta(onDelta(-1)) });
    await expect(inDelta.check()).rejects.toThrow(/^revoked/);
    const inComplete = setUpDelta({ [CRL_URL]: complete(onDelta(-1)), [DELTA_URL]: delta() });
    await expect(inComplete.check()).rejects.toThrow(/^revoked/);
    expect(inComplete.asked).toEqual([CRL_URL]);
  });

  test('a delta ends a hold, and nothing but a hold', async () => {
    const onHold = { [CRL_URL]: complete(onDelta(-100, 6)) };
    expect(await setUpDelta({ ...onHold, [DELTA_URL]: delta(onDelta(-1, 8)) }).check()).toMatchObject(byList);
    await expect(setUpDelta({ ...onHold, [DELTA_URL]: delta() }).check()).rejects.toThrow(/^revoked/);
    await expect(setUpDelta(onHold).check()).rejects.toThrow(/^revoked/);
    const forGood = { [CRL_URL]: complete(onDelta(-100, 1)), [DELTA_URL]: delta(onDelta(-1, 8)) };
    await expect(setUpDelta(forGood).check()).rejects.toThrow(/^revoked/);
  });

  test('without its delta the complete list says nothing good', async () => {
    for (const wrong of [
      undefined,
      delta({ deltaBase: 6 }),
      delta({ thisUpdate: minutes(-20 * HALF_DAY) }),
      delta({ key: newGostKey() }),
      list({ number: 7 }, withDelta),
    ]) {
      expect(await setUpDelta({ [CRL_URL]: complete(), [DELTA_URL]: wrong }).check()).toEqual(UNAVAILABLE);
    }
  });

  test('a delta where the complete list should be is refused', async () => {
    expect(await setUpDelta({ [CRL_URL]: delta(), [DELTA_URL]: delta() }).check()).toEqual(UNAVAILABLE);
  });

  test('a newer complete list is fetched when the delta needs it', async () => {
    const answers: Record<string, Answer> = {
      [CRL_URL]: complete({ number: 4 }),
      [DELTA_URL]: delta({ deltaBase: 4 }),
    };
    const { check, clock } = setUpDelta(answers);
    await check();
    answers[CRL_URL] = complete();
    answers[DELTA_URL] = delta();
    clock.time = minutes(11);
    expect(await check()).toMatchObject({ state: 'GOOD', checkedAt: minutes(11) });
  });

  test('the delta that only the list names', async () => {
    const own = list({ deltaUrl: DELTA_URL });
    const crlOnly = { [CRL_URL]: own, [DELTA_URL]: list({ number: 7, deltaBase: 5, ...listed(-1) }) };
    await expect(setUp(crlOnly).check()).rejects.toThrow(/^revoked/);
    expect(await setUp({ [CRL_URL]: own }).check()).toEqual(UNAVAILABLE);
  });

  test('a list that is stale, foreign, wrongly signed or garbage is no answer', async () => {
    const stranger = createWorld('GOST');
    for (const wrong of [
      list({ thisUpdate: minutes(-20 * HALF_DAY) }),
      list({ nextUpdate: null }),
      list({}, stranger),
      list({ issuer: authorityName('БАСҚА') }),
      () => new Uint8Array(10),
      () => new Response(null, { status: 404 }),
    ]) {
      expect(await setUp({ [CRL_URL]: wrong }).check()).toEqual(UNAVAILABLE);
    }
  });

  test('silence about an expired certificate is no answer', async () => {
    const past = world.issue({ ...SIGNING, crlUrls: [CRL_URL], notAfter: minutes(-90) });
    expect(await setUp({ [CRL_URL]: list() }, { holder: past }).check()).toEqual(UNAVAILABLE);
  });

  test('are kept for an hour, and longer when the new one does not come', async () => {
    const mute = world.issue({ ...SIGNING, crlUrls: [CRL_URL] });
    const answers: Record<string, Answer | undefined> = { [CRL_URL]: list() };
    const { check, clock, asked, problems } = setUp(answers, { holder: mute });
    await check();
    clock.time = minutes(59);
    await check();
    expect(asked).toEqual([CRL_URL]);
    clock.time = minutes(60);
    expect(await check()).toMatchObject({ state: 'GOOD', checkedAt: minutes(60) });
    clock.time = minutes(180);
    answers[CRL_URL] = undefined;
    expect(await check()).toMatchObject({ state: 'GOOD', checkedAt: minutes(60) });
    expect(problems.join()).toContain('an older list is used');
    clock.time = minutes(20 * HALF_DAY);
    expect(await check()).toMatchObject({ state: 'UNAVAILABLE' });
  });

  test('one that does not come in time is left to load for the next who asks', async () => {
    let release: (bytes: Uint8Array) => void = () => {};
    const slow: Answer = () =>
      new Promise((resolve) => {
        release = resolve;
      });
    const { check, asked } = setUp({ [CRL_URL]: slow }, { timeoutMs: 20 });
    expect(await check()).toEqual(UNAVAILABLE);
    const next = check();
    const bytes = await list()(new Uint8Array());
    if (bytes instanceof Uint8Array) release(bytes);
    expect(await next).toMatchObject(byList);
    expect(asked.filter((url) => url === CRL_URL)).toHaveLength(1);
  });

  test('a list of more than a megabyte is relied on but not kept with every signature', async () => {
    const entries = Array.from({ length: 60_000 }, (_, i) => ({
      serialNumber: (i + 2 ** 24).toString(16).padStart(8, '0'),
      revokedAt: NOW,
    }));
    const answer = await setUp({ [CRL_URL]: list({ entries }) }).check();
    expect(answer).toMatchObject({ state: 'GOOD', source: 'CRL', evidence: null });
  });
});

describe('authorities above the signer', () => {
  const ROOT_CRL = 'http://crl.test/root.crl';

  function issuing(options: Partial<CertificateOptions>) {
    const subject = authorityName('ТӨМЕНГІ');
    const key = newGostKey();
    const middle = world.issue({ key, subject, ...AUTHORITY, ...options });
    const leaf = world.issue({ ...SIGNING, issuer: { key, subject }, ocspUrls: [OCSP_URL] });
    const trust = createTrust([world.root.certificate.der, middle.certificate.der]);
    const answer: Answer = (request) =>
      makeOcspAnswer({
        certificate: leaf.certificate,
        issuer: middle.certificate,
        signer: middle,
        thisUpdate: NOW,
        nonce: nonceOf(request),
      });
    const run = (answers: Record<string, Answer>, more: Partial<RevocationOptions> = {}) => {
      const { checker } = setUp({ [OCSP_URL]: answer, ...answers }, { trust, ...more });
      return checker.check([leaf.certificate, middle.certificate, world.root.certificate], NOW);
    };
    return { run, serialNumber: middle.certificate.serialNumber };
  }

  test('are asked about where they name a list', async () => {
    const { run, serialNumber } = issuing({ crlUrls: [ROOT_CRL] });
    expect(await run({ [ROOT_CRL]: list() })).toMatchObject(byOcsp);
    expect(await run({})).toEqual(UNAVAILABLE);
    const gone = list({ entries: [{ serialNumber, revokedAt: minutes(-1) }] });
    await expect(run({ [ROOT_CRL]: gone })).rejects.toThrow(/^revoked/);
  });

  test('are not, where the operator says so', async () => {
    const { run } = issuing({ crlUrls: [ROOT_CRL] });
    expect(await run({}, { checkAuthorities: false })).toMatchObject(byOcsp);
  });

  test('that name nobody are good while the operator keeps them', async () => {
    const { run } = issuing({});
    expect(await run({})).toMatchObject(byOcsp);
    expect(await run({}, { trust: createTrust([world.root.certificate.der]) })).toEqual(UNAVAILABLE);
  });
});
