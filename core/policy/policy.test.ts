import { describe, expect, it } from 'vitest';
import { coreWorld } from '../../local/testing/core-world.ts';
import { civil } from '../calendar/civil-date.ts';
import { policyOn } from './policy.ts';
import { policySchema, presets } from './presets.ts';

const world = await coreWorld();
const { db } = world;

type Override = { district?: string; key: string; value: unknown; from: string; to?: string };

async function override({ district, key, value, from, to }: Override): Promise<string> {
  const row = await db.prisma.policy.create({
    data: {
      district_id: district ?? null,
      key,
      value: value as never,
      valid_from: new Date(from),
      valid_to: to === undefined ? null : new Date(to),
      basis: 'test',
    },
  });
  return row.id;
}

const on = (district: string, day: string) => db.write((tx) => policyOn(tx, district, civil(day)));

describe('the rules of a district on a day (DOMAIN §4)', () => {
  it('are the preset, then the region’s rows, then the district’s, the later over the earlier', async () => {
    const [a, b] = [await world.district('AAA', 'A_DEFAULT'), await world.district('BBB', 'A_DEFAULT')];
    expect((await on(a, '2026-05-01'))['referral.maxMisses']).toBe(2);
    await override({ district: a, key: 'referral.maxMisses', value: 4, from: '2026-01-01' });
    await override({ key: 'referral.maxMisses', value: 5, from: '2026-03-01', to: '2026-12-31' });
    expect((await on(a, '2026-05-01'))['referral.maxMisses']).toBe(4);
    expect((await on(b, '2026-05-01'))['referral.maxMisses']).toBe(5);
    await override({
      district: a,
      key: 'referral.maxMisses',
      value: 6,
      from: '2026-04-01',
      to: '2026-05-01',
    });
    expect((await on(a, '2026-05-01'))['referral.maxMisses']).toBe(6);
    expect((await on(a, '2026-05-02'))['referral.maxMisses']).toBe(4);
  });

  it('hold from their first day to their last, both included', async () => {
    const district = await world.district('CCC');
    await override({ district, key: 'stopList.workingDays', value: 3, from: '2026-06-10', to: '2026-06-20' });
    const days = ['2026-06-09', '2026-06-10', '2026-06-20', '2026-06-21'];
    const values = await Promise.all(
      days.map(async (day) => (await on(district, day))['stopList.workingDays']),
    );
    expect(values).toEqual([10, 3, 3, 10]);
  });

  it('have a version that changes with them and only with them', async () => {
    const district = await world.district('DDD');
    const before = (await on(district, '2026-06-01')).version;
    expect((await on(district, '2026-06-02')).version).toBe(before);
    await override({ district, key: 'interest.months', value: 6, from: '2026-06-02' });
    expect((await on(district, '2026-06-01')).version).toBe(before);
    expect((await on(district, '2026-06-02')).version).not.toBe(before);
    expect(before).toMatch(/^A_TSELINOGRAD@[0-9a-f]{8}$/);
  });

  it('that are wrong are named, and darken no other district', async () => {
    const [wrong, sound] = [await world.district('EEE'), await world.district('FFF')];
    const id = await override({ district: wrong, key: 'turn.window', value: '3 days', from: '2026-01-01' });
    await expect(on(wrong, '2026-06-01')).rejects.toThrow(
      /the policy of district .* is wrong: .*turn\.window/s,
    );
    expect((await world.core.policies.shown(sound, civil('2026-06-01')))['turn.window']).toBe('3WD');
    await expect(world.core.policies.shown(wrong, civil('2026-06-01'))).rejects.toThrow('turn.window');
    await db.prisma.policy.delete({ where: { id } });
    await override({ district: wrong, key: 'turn.windw', value: '3WD', from: '2026-01-01' });
    await expect(on(wrong, '2026-06-01')).rejects.toThrow('turn.windw');
    const unknown = await world.district('GGG', 'Z_NONE');
    await expect(on(unknown, '2026-06-01')).rejects.toThrow('Z_NONE');
  });
});

describe('a freeze of publications', () => {
  const takes = (freeze: unknown) =>
    policySchema.safeParse({ ...presets.A_TSELINOGRAD, 'publication.freeze': freeze }).success;

  it('is two days of the year, also over New Year, and never the whole year', () => {
    expect(['08-01/08-31', '12-20/01-10', '02-29/03-01', '05-05/05-05', null].filter(takes)).toHaveLength(5);
    for (const freeze of [
      '01-01/12-31',
      '03-02/03-01',
      '19-39/01-01',
      '02-30/03-01',
      '08-01',
      '08-01/08-31/09-01',
      '',
    ]) {
      expect(takes(freeze), freeze).toBe(false);
    }
  });
});
