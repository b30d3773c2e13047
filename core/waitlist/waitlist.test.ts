import { beforeAll, describe, expect, test } from 'vitest';
import { attendingWorld, type House } from '../../local/testing/attending.ts';
import { coreWorld, type Family } from '../../local/testing/core-world.ts';
import { sanityChecks } from '../audit/sanity.ts';
import type { ApplicationId } from '../ids.ts';

const world = await coreWorld({ preset: 'A_WAITLIST', start: '2026-11-16T04:00:00Z' });
const w = await attendingWorld(world);
const { core, clock } = w;

interface Child {
  readonly family: Family;
  readonly id: ApplicationId;
}

async function child(at: House, more: Parameters<typeof w.attend>[2] = {}): Promise<Child> {
  const family = await w.person();
  return { family, id: await w.attend(family, at, more) };
}

const refusalOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );

let home: House;
beforeAll(async () => {
  home = await w.house('Күншуақ', 60);
});

describe('a waiting list (S2)', () => {
  test('has an order, is told why, and gives a freed place to the first', async () => {
    const wished = await w.house('Балдырған', 1);
    const holder = await child(wished);
    const a = await child(home);
    const b = await child(home);
    const c = await child(home, { benefit: 'PRIORITY' });
    expect((await w.join(a.family, a.id, wished)).entries[0]?.position).toBe(1);
    w.advance(60_000);
    expect((await w.join(b.family, b.id, wished)).entries[0]?.position).toBe(2);
    w.advance(60_000);
    // Priority comes before those who joined earlier.
    expect((await w.join(c.family, c.id, wished)).entries[0]?.position).toBe(1);
    const mine = await w.entryOf(a.family, a.id, wished);
    expect([mine.position, mine.length]).toEqual([2, 3]);
    const why = await core.waitlists.why(a.family.personId, mine.id);
    expect([why.before, why.now]).toEqual([1, 2]);
    expect(why.causes).toEqual([{ cause: 'JOINED_AHEAD', count: 1, by: 1 }]);

    const [leaves] = (await core.transfers.attending(wished.head, wished.id, 0)).items;
    w.advance(60_000);
    await core.transfers.recordDeparture(wished.head, leaves?.referralId as never, 'MOVED');
    expect(await w.stateOf(holder.id)).toBe('ARCHIVED');
    expect(await w.notices(holder.family.personId)).toContain('N46');
    const offered = await w.entryOf(c.family, c.id, wished);
    expect(offered.state).toBe('PLACE_AVAILABLE');
    expect(await w.notices(c.family.personId)).toContain('N28');
    expect(await w.placesOf(wished)).toEqual({ OFFERED: 1 });
    expect((await core.waitlists.list(c.family.personId))[0]?.status).toBe('PLACE_AVAILABLE');
    // An offered place cannot be taken back or published again.
    expect(await refusalOf(core.staff.publish(w.operator, wished.group, 1))).toBe('place.overCapacity');

    await core.waitlists.decline(c.family.act, offered.id);
    expect((await w.entryOf(a.family, a.id, wished)).state).toBe('PLACE_AVAILABLE');
    expect((await w.entryOf(b.family, b.id, wished)).position).toBe(1);
    const whyB = await core.waitlists.why(b.family.personId, (await w.entryOf(b.family, b.id, wished)).id);
    expect(whyB.causes.toSorted((x, y) => x.by - y.by)).toEqual([
      { cause: 'OFFERED', count: 2, by: -2 },
      { cause: 'JOINED_AHEAD', count: 1, by: 1 },
    ]);
    expect(whyB.now - whyB.before).toBe(-1);
    expect(await sanityChecks(w.db)).toEqual([]);
  });

  test('an offer that nobody answers goes to the next, and then to the queue', async () => {
    const wished = await w.house('Айгөлек', 2);
    const first = await child(home);
    const second = await child(home);
    await w.join(first.family, first.id, wished);
    w.advance(1000);
    await w.join(second.family, second.id, wished);
    await core.staff.publish(w.operator, wished.group, 1);
    const { offer } = await w.entryOf(first.family, first.id, wished);
    // To the second of the deadline it can be accepted; a second later it cannot, though no worker has come yet.
    const entry = await w.entryOf(first.family, first.id, wished);
    const { id: statement } = await core.signing.prepareTransfer(first.family.act, entry.id);
    const code = w.lastCode(first.family.phone);
    expect(code).toMatch(/^\d{6}$/);
    clock.set(new Date((offer?.answerUntil.getTime() ?? 0) + 1000));
    expect(await refusalOf(core.signing.prepareTransfer(first.family.act, entry.id))).toBe('waitlist.lapsed');
    expect(await refusalOf(core.waitlists.decline(first.family.act, entry.id))).toBe('waitlist.lapsed');
    expect(await refusalOf(core.signing.sign(first.family.act, statement, code))).toBe('statement.expired');
    await w.moveTo(clock.now());
    expect((await w.entryOf(first.family, first.id, wished)).state).toBe('LAPSED');
    expect(await w.notices(first.family.personId)).toEqual(expect.arrayContaining(['N28', 'N28l']));
    const next = await w.entryOf(second.family, second.id, wished);
    expect(next.state).toBe('PLACE_AVAILABLE');
    await core.waitlists.leave(second.family.act, next.id);
    expect(await w.placesOf(wished)).toEqual({ PUBLISHED: 1 });
    await core.staff.withdraw(w.operator, wished.group, 1, 'сынақ');
    expect(await sanityChecks(w.db)).toEqual([]);
  });

  test('a place that is free is given in the same step (S2)', async () => {
    const wished = await w.house('Қарлығаш', 2);
    const a = await child(home);
    await core.staff.publish(w.operator, wished.group, 1);
    const { transfer, entries } = await w.join(a.family, a.id, wished);
    expect(entries).toEqual([]);
    expect(transfer?.state).toBe('OPEN');
    expect(await w.placesOf(wished)).toEqual({ HELD: 1 });
    expect(await w.notices(a.family.personId)).toContain('N29');
    expect(await w.notices(home.head.personId)).toContain('N36');
    expect(await sanityChecks(w.db)).toEqual([]);
  });
});

describe('joining is refused', () => {
  test('for the own kindergarten, twice, too many, nothing, a stranger’s child, a child that waits', async () => {
    const a = await child(home);
    const houses = await Promise.all(['A', 'B', 'C', 'D', 'E'].map((name) => w.house(`Толы ${name}`)));
    const [one] = houses as [House, ...House[]];
    const prepare = (...list: readonly House[]) =>
      refusalOf(
        core.signing.prepareWaitlist(
          a.family.act,
          a.id,
          list.map((house) => house.id),
        ),
      );
    expect(await prepare(home)).toBe('waitlist.own');
    expect(await prepare(one, one)).toBe('waitlist.twice');
    expect(await prepare(...houses)).toBe('waitlist.tooMany');
    expect(await prepare()).toBe('waitlist.none');
    expect(await prepare(await w.house('Басқа жыл', 25, 2021))).toBe('waitlist.wrongKindergarten');
    const stranger = await w.person();
    expect(await refusalOf(core.signing.prepareWaitlist(stranger.act, a.id, [one.id]))).toBe(
      'application.unknown',
    );
    const waiting = await w.person();
    const queued = await w.enqueue(waiting, '2022-05-05');
    expect(await refusalOf(core.signing.prepareWaitlist(waiting.act, queued, [one.id]))).toBe(
      'waitlist.notAttending',
    );
    await core.applications.withdraw(waiting.act, queued);
    await w.join(a.family, a.id, one);
    expect(await prepare(one)).toBe('waitlist.joined');
    expect(
      await refusalOf(core.waitlists.leave(stranger.act, (await w.entryOf(a.family, a.id, one)).id)),
    ).toBe('waitlist.unknown');
  });

  test('where the district has no waiting list', async () => {
    const a = await child(home);
    const wished = await w.house('Еркемай');
    await w.set('waitlist.enabled', false);
    try {
      expect(await refusalOf(core.signing.prepareWaitlist(a.family.act, a.id, [wished.id]))).toBe(
        'waitlist.off',
      );
    } finally {
      await w.db.pool.query(`DELETE FROM policy WHERE key = 'waitlist.enabled'`);
    }
  });
});
