import { type CivilDate, partsOf } from '../../core/calendar/civil-date.ts';
import { districts, type InventedDistrict, type Settlement } from './districts.ts';
import type { Random } from './random.ts';
import { groupNames, kindergartenNames, streets } from './words.ts';

export interface InventedGroup {
  readonly id: string;
  readonly kindergartenId: string;
  readonly district: string;
  readonly name: string;
  readonly birthYear: number;
  readonly language: 'kk' | 'ru' | 'mixed';
  readonly capacity: number;
  readonly enrolled: number;
}

export interface InventedKindergarten {
  readonly id: string;
  readonly district: string;
  readonly kk: string;
  readonly ru: string;
  readonly addressKk: string;
  readonly addressRu: string;
  readonly phone: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly groups: readonly InventedGroup[];
}

/** About 700 m to every side: inside the streets of the smallest of these places. */
const SPREAD_DEGREES = 0.006;
const LANGUAGES = ['kk', 'ru', 'kk', 'mixed'] as const;

/** All kindergartens of the region. Every district has groups for each of the five birth years `today` has in kindergartens. */
export function inventKindergartens(random: Random, today: CivilDate): InventedKindergarten[] {
  const { year } = partsOf(today);
  return districts.flatMap((district) => {
    const mine = random.fork(district.code);
    let next = 0;
    const group = (kindergartenId: string): InventedGroup => {
      const birthYear = year - 2 - (next % 5);
      const language = LANGUAGES[(next + Math.floor(next / 5)) % LANGUAGES.length] ?? 'kk';
      next += 1;
      const capacity = mine.int(20, 25);
      // The first group of each year was opened this year and is only being filled.
      const enrolled = capacity - (next <= 5 ? mine.int(14, 18) : mine.int(0, 6));
      const name = mine.pick(groupNames[language]);
      return {
        id: mine.uuid(FOUNDED),
        kindergartenId,
        district: district.code,
        name,
        birthYear,
        language,
        capacity,
        enrolled,
      };
    };
    const places = district.settlements.flatMap((settlement) =>
      Array.from({ length: settlement.kindergartens }, () => settlement),
    );
    const names = shuffled(mine, kindergartenNames);
    return places.map((settlement, index) => {
      const house = kindergarten(
        mine,
        district,
        settlement,
        names[index % names.length] ?? ['Арай', 'Арай'],
        index,
      );
      // At least five groups in the first two houses together: one for each birth year.
      const groups = Array.from({ length: mine.int(index < 2 ? 4 : 3, 6) }, () => group(house.id));
      return { ...house, groups };
    });
  });
}

const FOUNDED = Date.UTC(2019, 8, 1);

function kindergarten(
  random: Random,
  district: InventedDistrict,
  settlement: Settlement,
  [kk, ru]: readonly [string, string],
  index: number,
): Omit<InventedKindergarten, 'groups'> {
  const [streetKk, streetRu] = random.pick(streets);
  const house = random.int(1, 60);
  const around = () => (random.next() * 2 - 1) * SPREAD_DEGREES;
  const rounded = (value: number) => Math.round(value * 1e5) / 1e5;
  return {
    id: random.uuid(FOUNDED),
    district: district.code,
    kk: `«${kk}» балабақшасы`,
    ru: `Детский сад «${ru}»`,
    addressKk: `${settlement.kk}, ${streetKk} көшесі, ${house}`,
    addressRu: `${settlement.ru}, улица ${streetRu}, ${house}`,
    // A local part that begins with zeros is given to nobody.
    phone: `+7${district.dial}${String(index + 1).padStart(10 - district.dial.length, '0')}`,
    latitude: rounded(settlement.latitude + around()),
    longitude: rounded(settlement.longitude + around()),
  };
}

function shuffled<T>(random: Random, list: readonly T[]): T[] {
  return list
    .map((item) => ({ item, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
