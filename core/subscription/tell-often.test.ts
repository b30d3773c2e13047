import pg from 'pg';
import { describe, expect, test, vi } from 'vitest';
import { openDueTurns } from '../queue/open.ts';
import { openingStage, START, TUESDAY_7 } from './testing/stage.ts';

const { world, core, db, clock, subscriber, around, told, group, opens, publish } = await openingStage();

describe('not more often than it is of use', () => {
  const turnOf = async (at: string, groupId: string) => {
    const family = await world.person();
    const application = await world.enqueue(family, '2022-05-05');
    clock.set(at);
    await publish(groupId, 1);
    return { family, application };
  };

  test('a kindergarten, year and language once a day, and again the day after', async () => {
    const named = await group();
    const person = await subscriber({ kindergartenId: named.kindergarten });
    await core.kindergartens.subscribe(
      { personId: person, channel: 'WEB' },
      { birthYear: 2022, language: 'kk', ...around(5000) },
    );
    const first = await turnOf(START, named.id);
    const second = await turnOf(START, named.id);
    await world.moveTo(TUESDAY_7);
    for (const { family, application } of [first, second])
      await core.applications.declineTurn(family.act, application);
    expect(await db.prisma.place.count({ where: { state: 'OPEN' } })).toBe(2);
    expect(await told(person)).toHaveLength(1);
    const third = await turnOf('2026-11-24T05:00:00Z', named.id);
    await world.moveTo('2026-11-25T02:00:00Z');
    for (const id of [first, second, third]) {
      if ((await world.stateOf(id.application)) === 'NOTIFIED')
        await core.applications.declineTurn(id.family.act, id.application);
    }
    expect(await told(person)).toHaveLength(2);
  });

  test('a neighbourhood is one notice of the nearest, with the number of the others; what was told today is not news', async () => {
    const near = await group(2022, 'kk', { north: 0.005 });
    const far = await group(2022, 'kk', { north: 0.02 });
    await group(2022, 'ru', { kindergarten: near.kindergarten, north: 0.005 });
    const third = await group(2022, 'ru', { north: 0.01 });
    await group(2022, 'kk', { north: 0.5 });
    const person = await subscriber(around(5000));
    const family = await world.person();
    await opens([far, near, third], 3);
    expect(await told(person)).toMatchObject([{ kindergarten: near.kindergarten, language: 'kk', more: 2 }]);
    // Later on the same day a place opens in the nearest, which was told, and in the one that was only counted.
    const application = await world.enqueue(family, '2022-05-05');
    await publish(near.id, 1);
    await publish(far.id, 1);
    await db.pool.query("UPDATE place SET pick_opens_at = '2026-11-24T03:00:00Z' WHERE state = 'PUBLISHED'");
    await world.moveTo('2026-11-24T03:00:00Z');
    await core.applications.declineTurn(family.act, application);
    expect(await told(person)).toMatchObject([
      { kindergarten: near.kindergarten },
      { kindergarten: far.kindergarten, more: 0 },
    ]);
  });

  test('several named kindergartens are told of one by one', async () => {
    const [one, two] = [await group(), await group(2022, 'ru')];
    const person = await subscriber({ kindergartenId: one.kindergarten });
    await core.kindergartens.subscribe(
      { personId: person, channel: 'WEB' },
      { birthYear: 2022, language: null, kindergartenId: two.kindergarten },
    );
    await opens([one, two]);
    expect((await told(person)).map(({ kindergarten }) => kindergarten).sort()).toEqual(
      [one.kindergarten, two.kindergarten].sort(),
    );
  });
});

describe('delivery', () => {
  test('by Telegram, where the person lets it, and not at night', async () => {
    const person = await subscriber(around(1000));
    const quiet = await subscriber(around(1000));
    const at = clock.now();
    await db.prisma.messenger_account.createMany({
      data: [person, quiet].map((id, index) => ({
        channel: 'TELEGRAM',
        address: String(100 + index),
        person_id: id,
        logged_in_at: at,
        verified_at: at,
        created_at: at,
      })),
    });
    await db.pool.query('UPDATE person SET notify_messenger = false WHERE id = $1', [quiet]);
    await world.enqueue(await world.person(), '2022-05-05');
    await opens([await group()]);
    await world.moveTo('2026-11-27T19:00:00Z');
    expect((await told(person))[0]?.channels).toEqual(['TELEGRAM']);
    expect((await told(quiet))[0]?.channels).toEqual([]);
    const [delivery] = await db.prisma.delivery.findMany({ where: { notice: { code: 'N27' } } });
    expect(delivery?.run_at.toISOString()).toBe('2026-11-28T02:00:00.000Z');
  });

  test('500 places and 200 subscriptions are as many statements as one place and one subscription', async () => {
    const count = async (): Promise<number> => {
      const spy = vi.spyOn(pg.Client.prototype, 'query');
      clock.set(TUESDAY_7);
      await openDueTurns(db, clock.now);
      const calls = spy.mock.calls.length;
      spy.mockRestore();
      return calls;
    };
    const [first] = [await group()];
    await subscriber(around(9000));
    await publish(first.id, 1);
    const statements = await count();
    expect(await told()).toHaveLength(1);

    clock.set(START);
    await world.database.pool.query('TRUNCATE notice CASCADE');
    const people = await Promise.all(Array.from({ length: 20 }, () => world.person()));
    // Ten each, wider and wider, for Kazakh, Russian and any language in turn.
    await db.pool.query(
      `INSERT INTO subscription (person_id, birth_year, language, latitude, longitude, radius_m, created_at)
       SELECT p, 2022, (ARRAY['kk', 'ru', NULL])[n % 3 + 1], 51.1, 71.2, 4000 + n * 100, now()
         FROM unnest($1::uuid[]) AS p, generate_series(0, 9) AS n`,
      [people.map(({ personId }) => personId)],
    );
    for (let house = 0; house < 20; house += 1) {
      const { id } = await group(2022, house % 2 === 0 ? 'kk' : 'ru', { north: house / 1000 });
      await publish(id, 25);
    }
    expect(await db.prisma.place.count({ where: { state: 'PUBLISHED' } })).toBe(500);
    expect(await count()).toBe(statements);
    const notices = await told();
    // To each of the 20 both languages by the oldest subscription that has it; those for any language add nothing.
    const byPerson = Map.groupBy(
      notices.filter(({ person }) => people.some(({ personId }) => personId === person)),
      ({ person }) => person,
    );
    expect(byPerson.size).toBe(20);
    for (const own of byPerson.values()) {
      expect(own.map(({ language, more }) => `${language} ${more}`).sort()).toEqual(['kk 9', 'ru 9']);
    }
  });
});
