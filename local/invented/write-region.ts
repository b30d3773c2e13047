import type pg from 'pg';
import { districts } from './districts.ts';
import type { InventedKindergarten } from './kindergartens.ts';
import { insert, inTransaction } from './sql.ts';

/** The districts with their kindergartens and groups. */
export function writeRegion(pool: pg.Pool, kindergartens: readonly InventedKindergarten[]): Promise<void> {
  return inTransaction(pool, async (client) => {
    await insert(
      client,
      {
        into: 'district (code, kind, name_kk, name_ru, policy_preset)',
        select: 'code, kind, kk, ru, preset',
        shape: 'code text, kind text, kk text, ru text, preset text',
      },
      districts.map(({ code, kind, kk, ru, preset }) => ({ code, kind, kk, ru, preset })),
    );
    await insert(
      client,
      {
        into: `kindergarten
          (id, district_id, name_kk, name_ru, address_kk, address_ru, phone, latitude, longitude)`,
        select: 'r.id, d.id, r.kk, r.ru, r.address_kk, r.address_ru, r.phone, r.latitude, r.longitude',
        shape: `id uuid, district text, kk text, ru text, address_kk text, address_ru text, phone text,
          latitude float, longitude float`,
        join: 'JOIN district d ON d.code = r.district',
      },
      kindergartens.map(({ groups: _, addressKk, addressRu, ...row }) => ({
        ...row,
        address_kk: addressKk,
        address_ru: addressRu,
      })),
    );
    await insert(
      client,
      {
        into: 'kindergarten_group (id, kindergarten_id, name, birth_year, language, capacity, enrolled)',
        select: 'id, house, name, year, language, capacity, enrolled',
        shape:
          'id uuid, house uuid, name text, year integer, language text, capacity integer, enrolled integer',
      },
      kindergartens.flatMap(({ groups }) =>
        groups.map(({ kindergartenId: house, birthYear: year, district: _, ...group }) => ({
          ...group,
          house,
          year,
        })),
      ),
    );
  });
}

/** The counters go on where the invented numbers end. */
export async function writeCounters(pool: pg.Pool, counters: ReadonlyMap<string, number>): Promise<void> {
  await pool.query('INSERT INTO counter (name, value) SELECT * FROM unnest($1::text[], $2::integer[])', [
    [...counters.keys()],
    [...counters.values()],
  ]);
}
