import { afterAll, expect, it } from 'vitest';
import { testDatabase } from '../../local/testing/database.ts';
import { openDb } from './db.ts';

const database = await testDatabase();
const name = new URL(database.url).pathname.slice(1);
await database.pool.query(`ALTER DATABASE ${name} SET timezone = 'Asia/Almaty'`);
const db = openDb(database.url);
afterAll(() => db.close());

it('keeps instants whatever time zone the server is set to', async () => {
  const at = new Date('2026-03-27T18:59:59.999Z');
  await db.prisma.session.create({ data: { key: 'zone', value: {}, updated_at: at } });
  const [raw] = await db.rows<{ updated_at: Date }>(
    { name: 'zone', text: 'SELECT updated_at FROM session' },
    [],
  );
  expect(raw?.updated_at).toEqual(at);
  expect((await db.prisma.session.findFirstOrThrow()).updated_at).toEqual(at);
  await db.write(async (tx) => {
    const [row] = await tx.$queryRaw<
      { same: boolean }[]
    >`SELECT updated_at = ${at}::timestamptz AS same FROM session`;
    expect(row?.same).toBe(true);
  });
});
