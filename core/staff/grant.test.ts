import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { openSandboxRegistry } from '../../local/registry/sandbox.ts';
import { testDatabase } from '../../local/testing/database.ts';
import { civil } from '../calendar/civil-date.ts';
import { fixedClock } from '../clock.ts';
import { createSecrets } from '../db/crypto.ts';
import { openDb } from '../db/db.ts';
import type { DistrictId, KindergartenId } from '../ids.ts';
import type { Role } from '../people/api.ts';
import { makeIin } from '../people/iin.ts';
import { createGrants } from './grant.ts';

const database = await testDatabase();
const db = openDb(database.url, { max: 6 });
afterAll(() => db.close());
const sandbox = await openSandboxRegistry(database.pool);
const clock = fixedClock('2026-11-23T04:00:00Z');
const grants = createGrants({
  db,
  clock,
  secrets: createSecrets(Buffer.alloc(32, 1)),
  ports: { registry: sandbox.registry, mobileBase: sandbox.mobileBase, sms: { send: async () => '' } },
});

const iin = makeIin(civil('1990-01-01'), 'female', 9001) ?? '';
const nobody = makeIin(civil('1991-02-02'), 'female', 9002) ?? '';
await database.pool.query(`INSERT INTO sandbox.person VALUES ($1, 'Үлгиева', 'Дана', NULL, '1990-01-01')`, [
  iin,
]);
const { rows } = await database.pool.query<{ district: DistrictId; kindergarten: KindergartenId }>(
  `WITH d AS (INSERT INTO district (code, kind, name_kk, name_ru, policy_preset) VALUES ('TSL', 'DISTRICT', 'к', 'р', 'A')
              RETURNING id)
   INSERT INTO kindergarten (district_id, name_kk, name_ru, address_kk, address_ru, latitude, longitude)
   SELECT id, 'к', 'р', 'к', 'р', 51, 71 FROM d RETURNING district_id AS district, id AS kindergarten`,
);
const [made] = rows;
if (made === undefined) throw new Error('no district');
const operator: Role = { role: 'OPERATOR', districtId: made.district };
const head: Role = { role: 'KINDERGARTEN_HEAD', kindergartenId: made.kindergarten };
const admin: Role = { role: 'REGION_ADMIN' };
const refusedAs = (code: string) => expect.objectContaining({ name: 'Refusal', code });

beforeEach(() => database.pool.query('TRUNCATE staff_role, person CASCADE'));

describe('roles', () => {
  test('are given to a person whom only the registry knows, once each, and told in order', async () => {
    const personId = await grants.grant(iin, operator);
    clock.set('2026-11-23T05:00:00Z');
    for (const role of [head, admin, operator, head, admin]) {
      expect(await grants.grant(iin, role)).toBe(personId);
    }
    clock.set('2026-11-23T04:00:00Z');
    const roles = await grants.rolesOf(personId);
    expect(roles[0]).toEqual(operator);
    expect(roles).toHaveLength(3);
    expect(roles).toEqual(expect.arrayContaining([head, admin]));
  });

  test('are taken one by one, and may be given again', async () => {
    const personId = await grants.grant(iin, operator);
    await grants.grant(iin, admin);
    await grants.revoke(iin, operator);
    await grants.revoke(iin, operator);
    expect(await grants.rolesOf(personId)).toEqual([admin]);
    await grants.grant(iin, operator);
    expect(await grants.rolesOf(personId)).toHaveLength(2);
    const events = await database.pool.query<{ transition: string }>(
      "SELECT transition FROM event WHERE entity = 'STAFF_ROLE' ORDER BY id DESC LIMIT 4",
    );
    expect(events.rows.map((row) => row.transition).sort()).toEqual([
      'GRANTED',
      'GRANTED',
      'GRANTED',
      'REVOKED',
    ]);
  });

  test('at the same moment are given once', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => grants.grant(iin, operator)));
    expect(new Set(ids).size).toBe(1);
    expect((await database.pool.query('SELECT FROM staff_role')).rowCount).toBe(1);
  });

  test('are refused for nobody, a mistyped IIN and a district or kindergarten that is not there', async () => {
    const gone = made.kindergarten as string;
    await expect(grants.grant(nobody, admin)).rejects.toEqual(refusedAs('staff.noPerson'));
    await expect(grants.revoke(nobody, admin)).rejects.toEqual(refusedAs('staff.noPerson'));
    await expect(grants.grant('900101490008', admin)).rejects.toEqual(refusedAs('iin.checksum'));
    await expect(grants.grant(iin, { role: 'OPERATOR', districtId: gone as DistrictId })).rejects.toEqual(
      refusedAs('staff.badRole'),
    );
    await expect(
      grants.grant(iin, {
        role: 'KINDERGARTEN_HEAD',
        kindergartenId: made.district as string as KindergartenId,
      }),
    ).rejects.toEqual(refusedAs('staff.badRole'));
    expect((await database.pool.query('SELECT FROM staff_role')).rowCount).toBe(0);
  });
});
