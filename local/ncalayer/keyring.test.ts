import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { fixedClock } from '../../core/clock.ts';
import { parseCertificate } from '../../web-sign/signature/certificate/certificate.ts';
import type { Authority } from '../authority/api.ts';
import { createAuthority } from '../authority/authority.ts';
import { fewRsaKeys } from '../authority/key.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from '../testing/temporary.ts';
import { createKeyring } from './keyring.ts';
import { AIGUL, MADINA } from './testing/stage.ts';

const folder = makeTemporaryFolder();
afterAll(() => removeTemporaryFolder(folder));
const file = join(folder, 'keys', 'revoked.json');
const clock = fixedClock('2026-11-23T05:00:00Z');
let authority: Authority;
beforeEach(async () => {
  clock.set('2026-11-23T05:00:00Z');
  authority = await createAuthority({ clock, baseUrl: 'http://authority.test', keys: fewRsaKeys() });
});

const open = () =>
  createKeyring({
    authority,
    clock,
    holders: [AIGUL, MADINA],
    lookUp: async (iin) => (iin === '880719390016' ? { ...AIGUL, iin, name: 'Асқар' } : undefined),
    file,
  });
const idOf = (kind: string, state: string) => `${AIGUL.iin}.-.${kind}.${state}`;

describe('the keys of a person', () => {
  it('are made when first used and are the same from then on', async () => {
    const keyring = open();
    const before = authority.keys().length;
    expect(keyring.offers()).toHaveLength(9 + 9 + 1);
    expect(authority.keys()).toHaveLength(before);
    const key = await keyring.key(idOf('GOST', 'VALID'));
    expect(key.holder).toEqual({ iin: AIGUL.iin, name: 'СЫНАЛОВА АЙГҮЛ', bin: null });
    expect((await open().key(idOf('GOST', 'VALID'))).certificate).toEqual(key.certificate);
    const { serialNumber } = parseCertificate(key.certificate);
    expect(keyring.offers().filter((offer) => offer.serialNumber !== null)).toEqual([
      expect.objectContaining({ id: idOf('GOST', 'VALID'), serialNumber }),
    ]);
  });

  it('expired: one that has ended, the same every time', async () => {
    const keyring = open();
    const key = await keyring.key(idOf('GOST', 'EXPIRED'));
    expect(parseCertificate(key.certificate).notAfter < clock.now()).toBe(true);
    expect((await keyring.key(idOf('GOST', 'EXPIRED'))).certificate).toEqual(key.certificate);
    expect((await keyring.key(idOf('GOST', 'VALID'))).certificate).not.toEqual(key.certificate);
  });

  it('revoked: known after a restart, another when it has ended too', async () => {
    const key = await open().key(idOf('GOST', 'REVOKED'));
    const again = open();
    expect((await again.key(idOf('GOST', 'REVOKED'))).certificate).toEqual(key.certificate);
    expect((await again.key(idOf('GOST', 'VALID'))).certificate).not.toEqual(key.certificate);
    clock.set('2028-01-10T05:00:00Z');
    expect((await again.key(idOf('GOST', 'REVOKED'))).certificate).not.toEqual(key.certificate);
  });

  it('of an organisation, and of somebody who is only in the base', async () => {
    const keyring = open();
    const bin = MADINA.organisation?.bin;
    const offer = await keyring.find({ iin: MADINA.iin, kind: 'GOST', bin });
    expect((await keyring.key(offer?.id ?? '')).holder.bin).toBe(bin);
    const found = await keyring.find({ iin: '880719390016', kind: 'GOST' });
    expect(found?.name).toBe('Сыналова Асқар');
    expect(await keyring.find({ iin: '000000000000', kind: 'GOST' })).toBeUndefined();
    await expect(keyring.key('nobody')).rejects.toThrow(RangeError);
  });
});
