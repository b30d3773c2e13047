import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixedClock } from '../../core/clock.ts';
import { certificateFacts, parseCertificate } from '../../web-sign/signature/certificate/certificate.ts';
import { buildChain } from '../../web-sign/signature/certificate/chain.ts';
import { createTrust, loadTrust, type TrustStore } from '../../web-sign/signature/certificate/trust.ts';
import type { Authority, KeyKind, Order } from './api.ts';
import { createAuthority, openAuthority } from './authority.ts';
import { fewRsaKeys, type Key } from './key.ts';

const NOW = new Date('2026-11-22T10:00:00Z');
const YEAR = 365 * 24 * 3_600_000;
const baseUrl = 'http://localhost:3001';
const PERSON = { iin: '900101300017', surname: 'Сынақов', name: 'Айдос', patronymic: 'Ерланұлы' };
const KINDS: readonly KeyKind[] = ['GOST', 'RSA-SIGN', 'RSA-AUTH'];

const clock = fixedClock(NOW);
let authority: Authority;
let trust: TrustStore;

beforeAll(async () => {
  authority = await createAuthority({ clock, baseUrl, keys: fewRsaKeys() });
  trust = createTrust(authority.trust().map(({ der }) => der));
});

const order = (kind: KeyKind, more: Partial<Order> = {}): Order => ({ ...PERSON, kind, ...more });
const facts = ({ certificate }: Key) => certificateFacts(parseCertificate(certificate));
const serial = ({ certificate }: Key) => parseCertificate(certificate).serialNumber;

describe('what is issued', () => {
  it.each(KINDS)('%s: the chain ends at the root, and the key is its own', async (kind) => {
    const key = await authority.issue(order(kind));
    const leaf = parseCertificate(key.certificate);
    expect(buildChain(leaf, trust, NOW)).toHaveLength(3);
    const algorithm = kind === 'GOST' ? 'GOST3410-2015-512' : 'RSA-SHA256';
    const data = Buffer.from('сынақ');
    expect(leaf.publicKey?.verify(algorithm, data, key.sign(data))).toBe(true);
    expect(leaf.ocspUrls).toEqual([`${baseUrl}/authority/ocsp`]);
    expect(leaf.deltaCrlUrls).toHaveLength(1);
  });

  it('gives one GOST key for both ends, and RSA keys for one each', async () => {
    const keys = await Promise.all(KINDS.map((kind) => authority.issue(order(kind))));
    expect(keys.map(({ purpose }) => purpose)).toEqual(['BOTH', 'SIGN', 'AUTH']);
  });

  it('writes the holder in the words of НУЦ', async () => {
    const key = await authority.issue(order('GOST'));
    expect(key.holder).toEqual({ iin: PERSON.iin, name: 'СЫНАҚОВ АЙДОС', bin: null });
    expect(facts(key).holder).toBe('INDIVIDUAL');
    const head = await authority.issue(
      order('GOST', { bin: '990240005555', organisation: '"Балапан" бөбекжайы' }),
    );
    expect(head.holder.bin).toBe('990240005555');
    expect(facts(head).holder).toBe('ORGANISATION');
    const system = await authority.issue(
      order('GOST', { iin: null, bin: '990240005555', role: 'INFORMATION-SYSTEM' }),
    );
    expect(system.holder.iin).toBeNull();
  });

  it('keeps to the dates that were asked', async () => {
    const dates = { notBefore: new Date('2024-01-01T00:00:00Z'), notAfter: new Date('2025-01-01T00:00:00Z') };
    const key = await authority.issue(order('RSA-SIGN', dates));
    expect(facts(key)).toMatchObject(dates);
    expect(() => buildChain(parseCertificate(key.certificate), trust, NOW)).toThrow('expired');
    expect(
      buildChain(parseCertificate(key.certificate), trust, new Date('2024-06-01T00:00:00Z')),
    ).toHaveLength(3);
  });

  it('numbers certificates apart even where they share a key', async () => {
    const keys = await Promise.all(Array.from({ length: 6 }, () => authority.issue(order('RSA-SIGN'))));
    expect(new Set(keys.map(serial)).size).toBe(6);
  });

  it('is not taken for another authority of the same name', async () => {
    const other = await createAuthority({ clock, baseUrl, keys: fewRsaKeys() });
    for (const kind of KINDS) {
      const key = await other.issue(order(kind));
      expect(() => buildChain(parseCertificate(key.certificate), trust, NOW)).toThrow();
    }
  });
});

describe("a person's own key", () => {
  const own = (kind: KeyKind) => order(kind, { iin: '850505400023' });

  it('is the same each time, also for two who ask at once', async () => {
    const [first, second] = await Promise.all([
      authority.keyFor(own('RSA-SIGN')),
      authority.keyFor(own('RSA-SIGN')),
    ]);
    expect(second).toBe(first);
    expect(serial(await authority.keyFor(own('RSA-SIGN')))).toBe(serial(first));
    expect(serial(await authority.keyFor(own('RSA-AUTH')))).not.toBe(serial(first));
  });

  it('is another one for another role', async () => {
    const first = await authority.keyFor(own('GOST'));
    const head = await authority.keyFor({ ...own('GOST'), bin: '990240005555' });
    expect(serial(head)).not.toBe(serial(first));
  });

  it('is renewed after it was revoked, and after its year', async () => {
    const mine = await createAuthority({ clock: movable, baseUrl, keys: fewRsaKeys() });
    const first = await mine.keyFor(order('GOST'));
    mine.revoke(serial(first), NOW);
    const second = await mine.keyFor(order('GOST'));
    expect(serial(second)).not.toBe(serial(first));
    movable.set(new Date(NOW.getTime() + YEAR));
    const third = await mine.keyFor(order('GOST'));
    expect(serial(third)).not.toBe(serial(second));
    expect(mine.keys().map(serial)).toEqual([first, second, third].map(serial));
  });
  const movable = fixedClock(NOW);

  it('cannot be revoked under a number that was never given', () => {
    expect(() => authority.revoke('abcdef', NOW)).toThrow(RangeError);
    expect(() => authority.revoke('нет', NOW)).toThrow(RangeError);
  });
});

describe('an authority that is kept', () => {
  const parent = mkdtempSync(join(tmpdir(), 'authority-'));
  afterAll(() => rmSync(parent, { recursive: true, force: true }));
  const settings = { clock, baseUrl, keys: fewRsaKeys() };

  it('is the same after a restart, keys and revocations with it', async () => {
    const dir = join(parent, 'kept');
    const before = await openAuthority(dir, settings);
    const [gost, rsa] = [await before.keyFor(order('GOST')), await before.keyFor(order('RSA-SIGN'))];
    before.revoke(serial(rsa), NOW);
    const after = await openAuthority(dir, settings);
    expect(after.trust()).toEqual(before.trust());
    const again = await after.keyFor(order('GOST'));
    expect(serial(again)).toBe(serial(gost));
    const data = Buffer.from('сынақ');
    expect(
      parseCertificate(gost.certificate).publicKey?.verify('GOST3410-2015-512', data, again.sign(data)),
    ).toBe(true);
    expect(serial(await after.keyFor(order('RSA-SIGN')))).not.toBe(serial(rsa));
  });

  it('hides its keys and shows its anchors', async () => {
    const dir = join(parent, 'modes');
    await openAuthority(dir, settings);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir, 'authority.jsonl')).mode & 0o777).toBe(0o600);
    const store = loadTrust(join(dir, 'trust'));
    expect([store.anchors.length, store.intermediates.length, store.skipped]).toEqual([2, 2, []]);
  });

  it('is one authority for two programs that start at once', async () => {
    const dir = join(parent, 'race');
    const [one, other] = await Promise.all([openAuthority(dir, settings), openAuthority(dir, settings)]);
    expect(other.trust()).toEqual(one.trust());
  });

  it('survives a line that was cut short', async () => {
    const dir = join(parent, 'torn');
    const before = await openAuthority(dir, settings);
    const key = await before.keyFor(order('GOST'));
    await before.keyFor(order('RSA-SIGN'));
    const file = join(dir, 'authority.jsonl');
    writeFileSync(file, readFileSync(file).subarray(0, -700));
    const after = await openAuthority(dir, settings);
    const renewed = await after.keyFor(order('RSA-SIGN'));
    const third = await openAuthority(dir, settings);
    expect(serial(await third.keyFor(order('GOST')))).toBe(serial(key));
    expect(serial(await third.keyFor(order('RSA-SIGN')))).toBe(serial(renewed));
  });

  it('says so when it has lost its roots', async () => {
    const dir = join(parent, 'lost');
    await openAuthority(dir, settings);
    writeFileSync(join(dir, 'authority.jsonl'), '');
    await expect(openAuthority(dir, settings)).rejects.toThrow(/has lost its root certificate/);
  });
});
