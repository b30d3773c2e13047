import { lockQueues } from '../../core/application/move.ts';
import { SYSTEM } from '../../core/audit/event.ts';
import type { ApplicationId, GroupId, KindergartenId, ReferralId } from '../../core/ids.ts';
import type { Act } from '../../core/index.ts';
import { movePlaces } from '../../core/place/move.ts';
import type { CoreWorld, Family } from './core-world.ts';

/** A kindergarten with one group of the year, and its head. */
export interface House {
  readonly id: KindergartenId;
  readonly group: GroupId;
  readonly head: Act;
}

export const BIRTH = '2022-03-01';

/** On top of `coreWorld({ preset: 'A_WAITLIST' })`: children who go to kindergartens, and what waiting lists do. */
export async function attendingWorld(world: CoreWorld) {
  const { core, db } = world;
  const operator = await world.staff({ operator: true });

  async function house(
    name: string,
    capacity = 25,
    year = 2022,
    language: 'kk' | 'ru' | 'mixed' = 'kk',
  ): Promise<House> {
    const id = await world.kindergarten(name);
    const group = await world.group(id, year, language, capacity);
    return { id, group, head: await world.staff({ head: id }) };
  }

  /** The child has come to the kindergarten, by the whole way: published, turn, choice, arrival. Only its word is missing. */
  async function arrived(
    family: Family,
    at: House,
    more: Parameters<CoreWorld['enqueue']>[2] & { readonly birth?: string } = {},
  ): Promise<{ readonly id: ApplicationId; readonly referralId: ReferralId }> {
    const id = await world.enqueue(family, more.birth ?? BIRTH, more);
    await clear();
    const { pickOpensAt } = await core.staff.publish(operator, at.group, 1);
    await world.moveTo(new Date(pickOpensAt.getTime() + 60_000));
    await world.choose(family, id, at.group);
    const referral = await core.referrals.ofApplication(family.personId, id);
    if (referral === null) throw new Error('no referral was given');
    await core.referrals.markArrived(at.head, referral.id);
    return { id, referralId: referral.id };
  }

  /** The same, and is taken. */
  async function attend(...whole: Parameters<typeof arrived>): Promise<ApplicationId> {
    const { id, referralId } = await arrived(...whole);
    await core.referrals.accept(whole[1].head, referralId);
    return id;
  }

  /** What earlier tests have left free would be chosen from, or offered, meanwhile. */
  async function clear(): Promise<void> {
    await db.write(async (tx) => {
      const free = await tx.place.findMany({
        where: { state: { in: ['PUBLISHED', 'OPEN'] } },
        select: { id: true, queue_id: true },
      });
      await lockQueues(tx, [...new Set(free.map((place) => place.queue_id))]);
      const ids = free.map((place) => place.id);
      await movePlaces(tx, world.clock.now(), SYSTEM, ids, 'P9', { reason: 'test' });
    });
  }

  /** Joins, signed by the code of the SMS. */
  async function join(family: Family, id: ApplicationId, ...houses: readonly House[]) {
    const wanted = houses.map((one) => one.id);
    const { id: statement } = await core.signing.prepareWaitlist(family.act, id, wanted);
    const result = await core.signing.sign(family.act, statement, world.lastCode(family.phone));
    if (result.kind !== 'WAITLIST') throw new Error(`signed ${result.kind}`);
    return result;
  }

  /** The entry of an application in a house's list: the open one, else the last. */
  async function entryOf(family: Family, id: ApplicationId, at: House) {
    const { entries } = await core.waitlists.of(family.personId, id);
    const found = entries.find(({ kindergartenId }) => kindergartenId === at.id);
    if (found === undefined) throw new Error('there is no such entry');
    return found;
  }

  /** Accepts the place on offer, signed by the code of the SMS. */
  async function accept(family: Family, id: ApplicationId, at: House) {
    const entry = await entryOf(family, id, at);
    const { id: statement } = await core.signing.prepareTransfer(family.act, entry.id);
    const result = await core.signing.sign(family.act, statement, world.lastCode(family.phone));
    if (result.kind !== 'TRANSFER') throw new Error(`signed ${result.kind}`);
    return result.transfer;
  }

  /** How many places of a house stand in each state. */
  async function placesOf(at: House): Promise<Record<string, number>> {
    const rows = await db.prisma.place.groupBy({
      by: ['state'],
      where: { kindergarten_id: at.id },
      _count: true,
    });
    return Object.fromEntries(rows.map(({ state, _count }) => [state, _count]));
  }

  const enrolled = async (at: House): Promise<number> =>
    (await db.prisma.kindergarten_group.findUniqueOrThrow({ where: { id: at.group } })).enrolled;

  const set = async (key: string, value: unknown): Promise<void> => {
    await db.prisma.policy.create({
      data: {
        district_id: world.districtId,
        key,
        value: JSON.parse(JSON.stringify(value)),
        valid_from: new Date('2026-01-01'),
        basis: 'test',
      },
    });
  };

  const advance = (ms: number): void => world.clock.set(new Date(world.clock.now().getTime() + ms));

  return {
    ...world,
    advance,
    operator,
    house,
    arrived,
    attend,
    join,
    entryOf,
    accept,
    placesOf,
    enrolled,
    set,
  };
}
