import { addDays, at as atTime, localDate } from '../../core/calendar/civil-date.ts';
import type { ApplicationId, DistrictId, GroupId, KindergartenId } from '../../core/ids.ts';
import type { Act } from '../../core/index.ts';
import type { Iin } from '../../core/people/iin.ts';
import { type CoreWorld, type Family, freshIin } from './core-world.ts';

export interface Child {
  readonly iin: Iin;
  readonly birth: string;
  readonly family: Family;
}

/** A child with the application by which it stands in a queue, or goes to a kindergarten. */
export interface Enqueued {
  readonly id: ApplicationId;
  readonly family: Family;
  readonly child: Child;
}

/**
 * `QUEUES`: nobody waits in lists. `SAFE`, `UNSAFE`: the second district has waiting lists, with a present place that is
 * kept until the new kindergarten has taken the child, or not.
 */
export type Variant = 'QUEUES' | 'SAFE' | 'UNSAFE';

export interface Region {
  /** Where children are registered; one of them more often. */
  readonly districts: readonly DistrictId[];
  readonly heads: ReadonlyMap<KindergartenId, Act>;
  readonly groups: readonly GroupId[];
  readonly operator: Act;
  readonly colleague: Act;
  readonly families: readonly Family[];
  /** The district with waiting lists and its kindergartens. */
  readonly listed?: { readonly id: DistrictId; readonly houses: readonly KindergartenId[] };
  /** Children who go to those kindergartens when the walk begins. */
  readonly attending: readonly Enqueued[];
}

type Groups = readonly (readonly [year: number, language: 'kk' | 'ru' | 'mixed', capacity: number])[];

/** One kindergarten, in which the walk's places are scarce but many. */
const LARGE: Groups = [
  [2023, 'kk', 9],
  [2023, 'ru', 8],
  [2024, 'mixed', 6],
  [2021, 'mixed', 6],
];
/** Three small ones: each child may wish for two others. */
const SMALL: readonly Groups[] = [
  [
    [2023, 'kk', 4],
    [2021, 'mixed', 3],
  ],
  [
    [2023, 'ru', 4],
    [2021, 'mixed', 3],
    [2024, 'mixed', 4],
  ],
  [
    [2023, 'mixed', 3],
    [2021, 'kk', 2],
  ],
];

/** Two districts with an operator for both; the second has lists where the variant says so. */
export async function buildRegion(world: CoreWorld, variant: Variant, count: number): Promise<Region> {
  const hasLists = variant !== 'QUEUES';
  const second = await world.district('KSH', hasLists ? 'A_WAITLIST' : undefined);
  const heads = new Map<KindergartenId, Act>();
  const groups: GroupId[] = [];
  const open = async (district: DistrictId, name: string, rooms: Groups): Promise<KindergartenId> => {
    const garden = await world.kindergarten(name, district);
    heads.set(garden, await world.staff({ head: garden }));
    for (const room of rooms) groups.push(await world.group(garden, ...room));
    return garden;
  };
  await open(world.districtId, 'Балдырған', LARGE);
  const houses: KindergartenId[] = [];
  for (const rooms of hasLists ? SMALL : [LARGE]) houses.push(await open(second, 'Күншуақ', rooms));
  const operator = await world.staff({ admin: true });
  const colleague = await world.staff({ admin: true });
  // In one of the districts the second parent may sign too.
  await setPolicy(world, second, 'coguardian.canSign', true);
  if (hasLists) {
    await setPolicy(world, second, 'transfer.safe', variant === 'SAFE');
    await setPolicy(world, second, 'waitlist.siblingsFirst', variant === 'SAFE');
    await setPolicy(world, second, 'waitlist.order', variant === 'SAFE' ? 'CLASSES' : 'TIME');
    await setPolicy(world, second, 'transfer.onExpire', variant === 'SAFE' ? 'ARCHIVE' : 'KEEP');
  }
  const families: Family[] = [];
  for (let i = 0; i < count; i += 1) families.push(await world.person());
  const region = { heads, groups, operator, colleague, families };
  if (!hasLists) return { ...region, districts: [world.districtId, world.districtId, second], attending: [] };
  return {
    ...region,
    districts: [world.districtId, second, second],
    listed: { id: second, houses },
    attending: await settleIn(world, second, region),
  };
}

/** From now on this is so in the district: the last word about a key counts. */
export async function setPolicy(
  { db }: Pick<CoreWorld, 'db'>,
  district: DistrictId,
  key: string,
  value: boolean | string,
): Promise<void> {
  await db.prisma.policy.create({
    data: { district_id: district, key, value, valid_from: new Date('2026-01-01'), basis: 'walk' },
  });
}

const FIRST_BIRTHS = [
  ...['2023-03-01', '2023-07-07', '2023-03-01', '2021-01-15', '2023-07-07', '2021-01-15'],
  ...['2023-11-24', '2023-03-01', '2023-07-07', '2021-09-30'],
];

/** The first children of the district's kindergartens, by the whole way: a turn, a choice, arrival, acceptance. */
async function settleIn(
  world: CoreWorld,
  district: DistrictId,
  { heads, operator, families }: Pick<Region, 'heads' | 'operator' | 'families'>,
): Promise<Enqueued[]> {
  const { core, db, clock } = world;
  const settled: Enqueued[] = [];
  for (const [i, birth] of FIRST_BIRTHS.entries()) {
    const family = families[i % families.length];
    if (family === undefined) break;
    const iin = freshIin(birth);
    const id = await world.enqueue(family, birth, { district, iin });
    settled.push({ id, family, child: { iin, birth, family } });
  }
  const rooms = await db.prisma.kindergarten_group.findMany({
    where: { kindergarten: { district_id: district } },
    orderBy: { id: 'asc' },
  });
  const given = settled.map(({ child }, i) => {
    const fitting = rooms.filter(({ birth_year }) => birth_year === Number(child.birth.slice(0, 4)));
    return fitting[i % fitting.length]?.id as GroupId;
  });
  for (const group of given) await core.staff.publish(operator, group, 1);
  await world.moveTo(new Date(atTime(addDays(localDate(clock.now()), 1), '07:00').getTime() + 60_000));
  for (const [i, { id, family }] of settled.entries()) {
    await world.choose(family, id, given[i] as GroupId);
    const referral = await db.prisma.referral.findFirstOrThrow({ where: { application_id: id } });
    const head = heads.get(referral.kindergarten_id as KindergartenId);
    if (head === undefined) throw new Error('a kindergarten without a head');
    await core.referrals.markArrived(head, referral.id as never);
    await core.referrals.accept(head, referral.id as never);
  }
  return settled;
}
