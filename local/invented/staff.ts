import type { Core, DistrictId, KindergartenId } from '../../core/index.ts';
import type { InventedGroup } from './kindergartens.ts';
import type { Lists } from './lists.ts';
import type { Adult, Registry } from './people.ts';
import { adult } from './people.ts';
import { groupFor, type Staff } from './play.ts';
import type { Played } from './played.ts';
import type { Story } from './story.ts';

/** A head for every kindergarten of the story that nobody plays. */
export interface StaffPlan {
  readonly heads: readonly { readonly kindergartenId: string; readonly person: Adult }[];
}

interface Planned {
  readonly story: Story;
  readonly played: Played;
  readonly lists: Lists;
  readonly groups: readonly InventedGroup[];
}

/** `year`: the year in which one begins to play. */
export function planStaff(
  registry: Registry,
  { story, played, lists, groups }: Planned,
  year: number,
): StaffPlan {
  const heads = new Map<string, Adult>();
  const houseOf = (district: string, back: number) =>
    groupFor({ groups }, district, year - back).kindergartenId;
  heads.set(houseOf('BRB', 4), played.burabayHead);
  heads.set(houseOf('TSL', 3), played.tselinogradHead);
  heads.set(houseOf('KOK', 4), played.kokshetauHead);
  for (const house of ['present', 'wished', 'second', 'free'] as const)
    heads.set(lists.houses[house].kindergartenId, lists.heads[house]);
  for (const { district, birthYear } of story.queues) {
    const house = groupFor({ groups }, district, birthYear).kindergartenId;
    if (!heads.has(house)) heads.set(house, adult(registry, 'Шартов', 'kk', 'female', 0));
  }
  return { heads: [...heads].map(([kindergartenId, person]) => ({ kindergartenId, person })) };
}

/** Gives the rights as they are given on the server. The people must be known to the registry. */
export async function grantRoles(core: Core, played: Played, plan: StaffPlan): Promise<Staff> {
  const districts = await core.staff.districts();
  const operator = async (person: Adult, code: string) => {
    const district = districts.find((one) => one.code === code);
    if (district === undefined) throw new Error(`no district ${code}`);
    await core.staff.grant(person.iin, { role: 'OPERATOR', districtId: district.id as DistrictId });
  };
  await operator(played.tselinogradOperator, 'TSL');
  await operator(played.kokshetauOperator, 'KOK');
  const administrator = await core.staff.grant(played.administrator.iin, { role: 'REGION_ADMIN' });
  const heads: Staff['heads'] = new Map();
  for (const { kindergartenId, person } of plan.heads) {
    const role = { role: 'KINDERGARTEN_HEAD', kindergartenId: kindergartenId as KindergartenId } as const;
    heads.set(kindergartenId, { personId: await core.staff.grant(person.iin, role), channel: 'WEB' });
  }
  return { administrator: { personId: administrator, channel: 'WEB' }, heads };
}
