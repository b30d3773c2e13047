import { afterEach, describe, expect, it } from 'vitest';
import { coreWorld, freshIin } from '../../local/testing/core-world.ts';
import { sanityChecks } from '../audit/sanity.ts';
import { addDays, at as atTime, civil, localDate } from '../calendar/civil-date.ts';
import { openDueTurns } from './open.ts';

// Monday 23 November 2026, 10:00 in Kazakhstan.
const world = await coreWorld({ start: '2026-11-23T05:00:00Z' });
const { core, db, clock } = world;
const admin = await world.staff({ admin: true });
const family = await world.person();

afterEach(async () => {
  expect(await sanityChecks(db)).toEqual([]);
});

let districts = 0;

/** A district of its own for each test: one kindergarten, a Kazakh and a Russian group of 2023. */
async function stage() {
  districts += 1;
  const district = await world.district(`D${String.fromCharCode(64 + districts)}X`);
  const garden = await world.kindergarten('Балдырған', district);
  const kk = await world.group(garden, 2023, 'kk');
  const ru = await world.group(garden, 2023, 'ru');
  const child = (more: Parameters<typeof world.enqueue>[2] = {}, birth = '2023-05-14') => {
    clock.set(new Date(clock.now().getTime() + 1000));
    return world.enqueue(family, birth, { district, ...more });
  };
  const children = async (benefits: readonly ('EXTRAORDINARY' | 'PRIORITY' | 'COMMON')[]) => {
    const ids: string[] = [];
    for (const benefit of benefits) ids.push(await child({ benefit }));
    return ids;
  };
  const stateOf = async (id: string) => world.stateOf(id as never);
  const withTurn = async (ids: readonly string[]) => {
    const states = await Promise.all(ids.map(stateOf));
    return ids.filter((_, i) => states[i] === 'NOTIFIED');
  };
  const queue = () =>
    db.prisma.queue.findFirstOrThrow({ where: { district_id: district, birth_year: 2023 } });
  const places = async () => {
    const rows = await db.prisma.place.findMany({
      where: { queue_id: (await queue()).id },
      orderBy: { id: 'asc' },
    });
    return rows.map(({ state }) => state);
  };
  const head = await world.staff({ head: garden });
  return { district, garden, kk, ru, child, children, stateOf, withTurn, queue, places, head };
}

/** The next morning at which turns open, and what is due then. */
async function nextMorning(): Promise<void> {
  const today = localDate(clock.now());
  await world.moveTo(new Date(atTime(addDays(today, 1), '07:00').getTime() + 1000));
}

describe('turns of a publication (DOMAIN §7.2, §7.4)', () => {
  it('opens at 07:00 after the bulletin of 18:00, to as many as there are places, for 3 working days', async () => {
    const { kk, children, withTurn, queue } = await stage();
    const ids = await children(['COMMON', 'COMMON', 'COMMON']);
    await core.staff.publish(admin, kk, 2);
    await world.moveTo('2026-11-24T01:59:59.999Z');
    expect(await withTurn(ids)).toEqual([]);
    await world.moveTo('2026-11-24T02:00:00Z');
    expect(await withTurn(ids)).toEqual(ids.slice(0, 2));
    const windows = await db.prisma.turn_window.findMany({ where: { queue_id: (await queue()).id } });
    expect(windows.map((row) => row.closes_at.toISOString())).toEqual(
      Array(2).fill('2026-11-27T18:59:59.999Z'),
    );
  });

  it('waits a day more for what is published after the bulletin', async () => {
    const { kk } = await stage();
    await world.moveTo('2026-11-24T13:00:00.000Z');
    expect((await core.staff.publish(admin, kk, 1)).pickOpensAt.toISOString()).toBe(
      '2026-11-25T02:00:00.000Z',
    );
    await world.moveTo('2026-11-24T13:00:00.001Z');
    expect((await core.staff.publish(admin, kk, 1)).pickOpensAt.toISOString()).toBe(
      '2026-11-26T02:00:00.000Z',
    );
  });

  it('keeps the 1 : 3 pointer between single places, and puts the extraordinary class before it', async () => {
    const { kk, children, withTurn, stateOf } = await stage();
    const [p1, p2, c1, c2, c3, c4] = await children([
      'PRIORITY',
      'PRIORITY',
      'COMMON',
      'COMMON',
      'COMMON',
      'COMMON',
    ]);
    const given: string[] = [];
    for (let morning = 0; morning < 3; morning += 1) {
      await core.staff.publish(admin, kk, 1);
      await nextMorning();
      given.push(
        ...(await withTurn([p1, p2, c1, c2, c3, c4] as string[])).filter((id) => !given.includes(id)),
      );
    }
    expect(given).toEqual([p1, c1, c2]);
    const [urgent] = await children(['EXTRAORDINARY']);
    await core.staff.publish(admin, kk, 3);
    await nextMorning();
    expect(await Promise.all([urgent, c3, p2, c4].map((id) => stateOf(id as string)))).toEqual([
      'NOTIFIED',
      'NOTIFIED',
      'NOTIFIED',
      'QUEUED',
    ]);
  });

  it('gives a declined or cancelled turn back to its class before the cycle goes on', async () => {
    const { kk, children, withTurn, queue } = await stage();
    const [p1, p2, c1] = await children(['PRIORITY', 'PRIORITY', 'COMMON', 'COMMON']);
    await core.staff.publish(admin, kk, 1);
    await nextMorning();
    expect(await withTurn([p1 as string])).toEqual([p1]);
    await core.applications.declineTurn(family.act, p1 as never);
    expect(await queue()).toMatchObject({ cycle_position: 1, credit_priority: 1, credit_common: 0 });
    // The place is everybody's now: it does not come back to the same child morning after morning.
    await nextMorning();
    expect(await withTurn([p1, p2, c1] as string[])).toEqual([]);
    expect(await db.prisma.place.count({ where: { group_id: kk, state: 'OPEN' } })).toBe(1);
    // The next published one serves the class that is owed, in its own order.
    await core.staff.publish(admin, kk, 1);
    await nextMorning();
    expect(await withTurn([p1, p2, c1] as string[])).toEqual([p1]);
    expect(await queue()).toMatchObject({ cycle_position: 1, credit_priority: 0 });
    // Chosen in the turn's last minute, cancelled after it: within the 24 hours, but the turn is over.
    const window = await db.prisma.turn_window.findFirstOrThrow({
      where: { application_id: p1 as string, state: 'OPEN' },
    });
    await world.moveTo(new Date(window.closes_at.getTime() - 60_000));
    await world.choose(family, p1 as never, kk);
    const referral = await core.referrals.ofApplication(family.personId, p1 as never);
    await world.moveTo(new Date(window.closes_at.getTime() + 60_000));
    expect(await core.referrals.cancel(family.act, referral?.id as never)).toEqual({ turnKept: false });
    expect(await queue()).toMatchObject({ credit_priority: 1 });
  });

  it('opens what nobody waits for to the whole group year', async () => {
    const { kk, child, places } = await stage();
    await child();
    await core.staff.publish(admin, kk, 3);
    await nextMorning();
    expect((await places()).sort()).toEqual(['OPEN', 'OPEN', 'PRIORITY']);
  });

  it('serves restored turns first, whatever the class', async () => {
    const { kk, child, children, withTurn, head } = await stage();
    const first = await child();
    await core.staff.publish(admin, kk, 1);
    await nextMorning();
    await world.choose(family, first, kk);
    const referral = await core.referrals.ofApplication(family.personId, first);
    await core.referrals.markArrived(head, referral?.id as never);
    const others = await children(['EXTRAORDINARY', 'PRIORITY']);
    await core.referrals.refuse(head, referral?.id as never, 'OTHER', null);
    expect(await world.stateOf(first)).toBe('QUEUED');
    await nextMorning();
    expect(await withTurn([first, ...others])).toEqual([first]);
  });
});

describe('who is passed over', () => {
  it('a child whose language no place has, however many stand in front', async () => {
    const { kk, child, withTurn } = await stage();
    const wishes: string[] = [];
    for (let i = 0; i < 3; i += 1) wishes.push(await child({ benefit: 'PRIORITY', language: 'ru' }));
    const behind = await child({ benefit: 'PRIORITY', language: 'kk' });
    const common = await child();
    await core.staff.publish(admin, kk, 1);
    await nextMorning();
    // The slot is the priority class's, and somebody of it can take the place: it does not fall to the common class.
    expect(await withTurn([...wishes, behind, common])).toEqual([behind]);
  });

  it('and the place opens to all when only such children wait', async () => {
    const { kk, child, withTurn, places } = await stage();
    const id = await child({ language: 'ru' });
    await core.staff.publish(admin, kk, 1);
    await nextMorning();
    expect(await withTurn([id])).toEqual([]);
    expect(await places()).toEqual(['OPEN']);
  });

  it('under age, overdue with interest, past the age limit, or with a referral in another district', async () => {
    const { kk, child, withTurn, district } = await stage();
    const other = await stage();
    const young = await world.enqueue(family, '2023-05-14', { district });
    const overdue = await child();
    const old = await child();
    const iin = freshIin('2023-02-02');
    const away = await other.child({ iin }, '2023-02-02');
    const here = await child({ iin }, '2023-02-02');
    const fits = await child();
    await core.staff.publish(admin, other.ru, 1);
    await nextMorning();
    await world.choose(family, away, other.ru);
    await core.staff.publish(admin, kk, 5);
    const yesterday = new Date(localDate(clock.now()));
    await db.prisma.application.update({
      where: { id: young },
      data: { under_age: true, eligible_from: new Date('2030-01-01') },
    });
    await db.prisma.application.update({ where: { id: overdue }, data: { interest_due_at: clock.now() } });
    await db.prisma.application.update({ where: { id: old }, data: { age_limit_on: yesterday } });
    await nextMorning();
    expect(await withTurn([young, overdue, old, here, fits])).toEqual([fits]);
    // Raw writes above left the deadlines behind: put things right for the check after the test.
    await db.prisma.$executeRaw`
      UPDATE application a SET interest_due_at = t.deadline_at FROM timer t
       WHERE t.subject_id = a.id AND t.kind = 'INTEREST' AND t.state = 'PENDING'`;
    await db.prisma.$executeRaw`
      UPDATE application a SET age_limit_on = (t.deadline_at AT TIME ZONE INTERVAL '05:00')::date FROM timer t
       WHERE t.subject_id = a.id AND t.kind = 'AGE_LIMIT' AND t.state = 'PENDING'`;
  });
});

describe('freeze, trouble, company', () => {
  it('postpones turns into the day after a freeze, also one decreed after the publication', async () => {
    const { kk, child, withTurn, district } = await stage();
    const id = await child();
    await core.staff.publish(admin, kk, 1);
    const today = localDate(clock.now());
    const last = addDays(today, 3);
    const freeze = `${today.slice(5)}/${last.slice(5)}`;
    await db.prisma.policy.create({
      data: {
        district_id: district,
        key: 'publication.freeze',
        value: freeze,
        valid_from: new Date(civil('2026-01-01')),
        basis: 'test',
      },
    });
    expect((await core.staff.publish(admin, kk, 1)).pickOpensAt).toEqual(atTime(addDays(last, 1), '07:00'));
    await nextMorning();
    await nextMorning();
    expect(await withTurn([id])).toEqual([]);
    await nextMorning();
    await nextMorning();
    expect(localDate(clock.now())).toBe(addDays(last, 1));
    expect(await withTurn([id])).toEqual([id]);
  });

  it('opens the turns of the other queues when one cannot be opened', async () => {
    const [broken, sound] = [await stage(), await stage()];
    await core.staff.publish(admin, broken.kk, 1);
    const id = await sound.child();
    await core.staff.publish(admin, sound.kk, 1);
    const wrong = await db.prisma.policy.create({
      data: {
        district_id: broken.district,
        key: 'ratio.priority',
        value: 'often',
        valid_from: new Date('2026-01-01'),
        basis: 'test',
      },
    });
    const today = localDate(clock.now());
    clock.set(new Date(atTime(addDays(today, 1), '07:00').getTime() + 1000));
    const failures: string[] = [];
    await openDueTurns(
      db,
      () => clock.now(),
      (_queue, error) => failures.push(String(error)),
    );
    expect(await sound.withTurn([id])).toEqual([id]);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toContain(`the policy of district ${broken.district} is wrong`);
    expect(failures[0]).toContain('ratio.priority');
    await db.prisma.policy.delete({ where: { id: wrong.id } });
    await world.moveTo(clock.now());
    expect(await broken.places()).toEqual(['OPEN']);
  });

  it('opens nothing twice when two workers come at once', async () => {
    const { kk, ru, children, withTurn } = await stage();
    const ids = await children(['PRIORITY', 'COMMON', 'COMMON', 'COMMON', 'PRIORITY', 'COMMON']);
    await core.staff.publish(admin, kk, 2);
    await core.staff.publish(admin, ru, 2);
    clock.set(atTime(addDays(localDate(clock.now()), 1), '07:00'));
    const opened = await Promise.all([1, 2, 3].map(() => openDueTurns(db, () => clock.now())));
    expect(opened.reduce((sum, n) => sum + n, 0)).toBe(4);
    expect(await withTurn(ids)).toEqual(ids.slice(0, 4));
    expect(await db.prisma.notice.count({ where: { code: 'N10', application_id: { in: ids } } })).toBe(4);
  });
});
