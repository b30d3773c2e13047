import { describe, expect, it } from 'vitest';
import { coreWorld } from '../local/testing/core-world.ts';
import { Refusal } from './refusal.ts';

// Monday 23 November 2026, 10:00 in Kazakhstan.
const world = await coreWorld({ start: '2026-11-23T05:00:00Z' });
const { core, db } = world;
const operator = await world.staff({ operator: true });
const garden = await world.kindergarten();
const head = await world.staff({ head: garden });
const group = await world.group(garden, 2023);

const refusal = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return 'none';
};

describe('regime A from registration to the third miss', () => {
  it('plays the story of the source documents', async () => {
    const first = await world.person();
    const second = await world.person();
    const a = await world.enqueue(first, '2023-05-14');
    const b = await world.enqueue(second, '2023-06-01');
    expect(await world.notices(first.personId)).toEqual(['N1']);
    const position = await core.queues.position(second.personId, b);
    expect(position.position).toMatchObject({
      common: 2,
      inClass: 2,
      service: 2,
      commonTotal: 2,
      choosingNow: 0,
      atRegistration: 2,
    });
    expect((await core.applications.unmet(first.personId, a)).map(({ code }) => code)).toEqual([
      'NOT_YOUR_TURN',
      'NO_FREE_PLACES',
    ]);

    const published = await core.staff.publish(operator, group, 1);
    expect(published.pickOpensAt.toISOString()).toBe('2026-11-24T02:00:00.000Z');
    await world.moveTo('2026-11-24T02:00:30Z');
    expect(await world.stateOf(a)).toBe('NOTIFIED');
    expect(await world.stateOf(b)).toBe('QUEUED');
    expect((await core.applications.card(first.personId, a)).turnClosesAt?.toISOString()).toBe(
      '2026-11-27T18:59:59.999Z',
    );
    expect(await refusal(core.signing.prepareChoice(second.act, b, group))).toBe('choice.notYourTurn');

    const signed = await world.choose(first, a, group);
    expect(signed.kind).toBe('CHOICE');
    expect(await world.stateOf(a)).toBe('REFERRED');
    const referral = await core.referrals.ofApplication(first.personId, a);
    expect(referral).toMatchObject({ state: 'ISSUED', canCancel: true, canExtend: true });
    expect(referral?.comeUntil.toISOString()).toBe('2026-12-01T18:59:59.999Z');
    const documents = await core.applications.documents(first.personId, a);
    expect(documents.map(({ kind }) => kind)).toEqual(['REFERRAL', 'REGISTRATION']);
    const file = await core.documents.file(first.personId, documents[0]?.id as never, 'kk');
    expect(Buffer.from(file.content).subarray(0, 4).toString()).toBe('%PDF');

    // Not coming: stop-list for 10 working days, the place goes to the next child.
    await world.moveTo('2026-12-01T19:00:30Z');
    expect(await world.stateOf(a)).toBe('STOP_LISTED');
    const stopped = await core.applications.card(first.personId, a);
    expect(stopped).toMatchObject({ missCount: 1, maxMisses: 3, canChoose: false });
    expect(stopped.stopListedUntil?.toISOString()).toBe('2026-12-15T18:59:59.999Z');
    expect(await world.stateOf(b)).toBe('QUEUED');
    await world.moveTo('2026-12-03T02:00:30Z');
    expect(await world.stateOf(b)).toBe('NOTIFIED');

    // The second child's turn lapses: it stays in the queue, the place opens to everyone.
    await world.moveTo('2026-12-08T19:00:30Z');
    expect(await world.stateOf(b)).toBe('QUEUED');
    expect((await core.queues.position(second.personId, b)).places).toEqual({
      priority: 0,
      open: 1,
      published: 0,
    });
    // Out of the stop-list, back in the queue with the original place.
    await world.moveTo('2026-12-16T05:00:00Z');
    expect(await world.stateOf(a)).toBe('QUEUED');
    expect((await core.queues.position(first.personId, a)).position).toMatchObject({ common: 1, service: 1 });

    // The sealed round: both wish, the one further ahead gets the place.
    for (const [family, id] of [
      [second, b],
      [first, a],
    ] as const) {
      const wishes = await core.signing.prepareWishes(family.act, id, [group]);
      await core.signing.sign(family.act, wishes.id, world.lastCode(family.phone));
    }
    await world.moveTo('2026-12-16T07:00:30Z');
    expect(await world.stateOf(a)).toBe('REFERRED');
    expect(await world.stateOf(b)).toBe('QUEUED');
    expect((await world.notices(second.personId)).at(-1)).toBe('N27l');

    // Cancelled within the day: the place returns to the open phase; then the other takes it and is accepted.
    const mine = await core.referrals.ofApplication(first.personId, a);
    expect(await core.referrals.cancel(first.act, mine?.id as never)).toEqual({ turnKept: false });
    const round = await core.signing.prepareWishes(second.act, b, [group]);
    await core.signing.sign(second.act, round.id, world.lastCode(second.phone));
    await world.moveTo('2026-12-17T07:00:30Z');
    const theirs = await core.referrals.ofApplication(second.personId, b);
    expect(theirs?.state).toBe('ISSUED');
    const extended = await core.referrals.extend(second.act, theirs?.id as never, '2027-01-10', 'ILLNESS');
    expect(extended).toMatchObject({ state: 'EXTENDED', canExtend: false });
    await core.referrals.markArrived(head, theirs?.id as never);
    await core.referrals.accept(head, theirs?.id as never);
    expect(await world.stateOf(b)).toBe('ENROLLED');
    const live = await db.prisma.timer.count({ where: { application_id: b, state: 'PENDING' } });
    expect(live).toBe(0);
    expect(await world.notices(second.personId)).toContain('N16');
  });
});
