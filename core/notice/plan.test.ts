import { afterAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../local/testing/database.ts';
import { openDb } from '../db/db.ts';
import { type OwedNotice, planNotices } from './plan.ts';
import { settle } from './testing/families.ts';

const NOON = new Date('2026-03-27T12:00:00+05:00');
const NIGHT = new Date('2026-03-27T23:30:00+05:00');
const MORNING = new Date('2026-03-28T07:00:00+05:00');

const database = await testDatabase();
const db = openDb(database.url);
afterAll(() => db.close());
const home = await settle(database.pool);

const plan = (owed: readonly OwedNotice[], at = NOON) => db.write((tx) => planNotices(tx, at, owed));

async function planned(personId: string) {
  const { rows } = await database.pool.query(
    `SELECT n.code, n.legal, array_agg(d.channel ORDER BY d.channel) FILTER (WHERE d.id IS NOT NULL) AS channels,
            min(d.run_at) AS run_at
       FROM notice n LEFT JOIN delivery d ON d.notice_id = n.id WHERE n.person_id = $1 GROUP BY n.id ORDER BY n.id`,
    [personId],
  );
  return rows;
}

const off = { sms: false, email: false, messenger: false };
const one = async (options: Parameters<typeof home.families>[0]) => {
  const [family] = await home.families(options);
  if (family === undefined) throw new Error('no family');
  return family;
};

describe('planNotices', () => {
  it('sends a legal notice to every confirmed channel, whatever the settings', async () => {
    const { personId, applicationId } = await one({
      firstAddress: 100,
      phone: true,
      email: true,
      settings: off,
    });
    await plan([{ code: 'N11', personId, applicationId, params: {} }]);
    expect(await planned(personId)).toEqual([
      { code: 'N11', legal: true, channels: ['EMAIL', 'SMS', 'TELEGRAM'], run_at: NOON },
    ]);
  });

  it('sends another notice only where the settings allow, and keeps it in the inbox all the same', async () => {
    const { personId } = await one({ firstAddress: 110, phone: true, email: true, settings: off });
    const settings = { ...off, email: true };
    const { personId: byMail } = await one({ firstAddress: 111, phone: true, email: true, settings });
    const notice = { code: 'N13', params: { deadline: '2026-04-20T18:59:59Z' } };
    await plan([
      { ...notice, personId },
      { ...notice, personId: byMail },
    ]);
    expect((await planned(personId))[0].channels).toBeNull();
    expect((await planned(byMail))[0].channels).toEqual(['EMAIL']);
  });

  it('leaves out what is not confirmed or cannot be reached', async () => {
    const { personId } = await one({ firstAddress: 120, phone: true, email: true });
    await database.pool.query(
      `UPDATE contact SET confirmed_at = NULL WHERE person_id = $1 AND kind = 'EMAIL'`,
      [personId],
    );
    await database.pool.query('UPDATE messenger_account SET unreachable_since = $2 WHERE person_id = $1', [
      personId,
      NOON,
    ]);
    await plan([{ code: 'N20', personId, params: {} }]);
    expect((await planned(personId))[0].channels).toEqual(['SMS']);
  });

  it('waits for the morning, unless a legal deadline is less than twelve hours away', async () => {
    const { personId } = await one({ firstAddress: 130 });
    const soon = '2026-03-28T11:29:59+05:00';
    await plan([{ code: 'N10r', personId, params: { deadline: '2026-03-30T23:59:59+05:00' } }], NIGHT);
    await plan([{ code: 'N10r', personId, params: { deadline: soon } }], NIGHT);
    await plan([{ code: 'N13', personId, params: { deadline: soon } }], NIGHT);
    expect((await planned(personId)).map((row) => row.run_at)).toEqual([MORNING, NIGHT, MORNING]);
  });

  it('does not plan a second notice with the same key, also within one call', async () => {
    const { personId } = await one({ firstAddress: 140 });
    const notice = { code: 'N20', personId, params: {}, dedupeKey: 'N20:x' };
    await plan([notice, notice]);
    await plan([notice]);
    expect(await planned(personId)).toHaveLength(1);
  });

  it('finds the heads of a kindergarten, each once', async () => {
    const heads = [await one({ firstAddress: 150 }), await one({ firstAddress: 151 })];
    for (const { personId } of heads) {
      await database.pool.query(
        `INSERT INTO staff_role (person_id, role, kindergarten_id, granted_at) VALUES ($1, 'KINDERGARTEN_HEAD', $2, $3)`,
        [personId, home.kindergartenId, NOON],
      );
    }
    const former = await one({ firstAddress: 152 });
    await database.pool.query(
      `INSERT INTO staff_role (person_id, role, kindergarten_id, granted_at, revoked_at) VALUES ($1, 'KINDERGARTEN_HEAD', $2, $3, $3)`,
      [former.personId, home.kindergartenId, NOON],
    );
    const notice = {
      code: 'N36',
      kindergartenId: home.kindergartenId,
      params: { event: 'NEW' },
      dedupeKey: 'N36:x',
    };
    await plan([notice]);
    await plan([notice]);
    for (const { personId } of heads) expect(await planned(personId)).toHaveLength(1);
    expect(await planned(former.personId)).toHaveLength(0);
  });

  it('plans thousands by one statement', async () => {
    const made = await home.families({ count: 3000, firstAddress: 10_000, phone: true });
    await plan(
      made.map(({ personId, applicationId }) => ({ code: 'N11', personId, applicationId, params: {} })),
    );
    const { rows } = await database.pool.query(
      'SELECT count(*)::int AS n FROM delivery d JOIN notice n ON n.id = d.notice_id WHERE n.person_id = ANY ($1)',
      [made.map((family) => family.personId)],
    );
    expect(rows[0].n).toBe(6000);
  });

  it('throws on a notice that could not be written', async () => {
    const { personId } = await one({});
    await expect(plan([{ code: 'N99', personId, params: {} }])).rejects.toThrow('no notice is called N99');
    await expect(plan([{ code: 'N10', personId, params: {} }])).rejects.toThrow('N10 lacks deadline');
    await expect(plan([{ code: 'N11', params: {} }])).rejects.toThrow('either a person or a kindergarten');
    expect(await planned(personId)).toEqual([]);
  });
});
