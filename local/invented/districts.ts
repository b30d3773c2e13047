import type { PresetName } from '../../core/policy/presets.ts';

export interface Settlement {
  readonly kk: string;
  readonly ru: string;
  /** Of its middle; kindergartens stand around it. */
  readonly latitude: number;
  readonly longitude: number;
  readonly kindergartens: number;
}

export interface InventedDistrict {
  readonly code: string;
  readonly kind: 'DISTRICT' | 'CITY';
  readonly kk: string;
  readonly ru: string;
  readonly preset: PresetName;
  /** Its share of the region's waiting children. */
  readonly weight: number;
  /** The area code of its landlines, without +7. */
  readonly dial: string;
  readonly settlements: readonly Settlement[];
}

type Place = readonly [kk: string, ru: string, latitude: number, longitude: number, kindergartens: number];

const settlements = (places: readonly Place[]): Settlement[] =>
  places.map(([kk, ru, latitude, longitude, kindergartens]) => ({
    kk,
    ru,
    latitude,
    longitude,
    kindergartens,
  }));

const district = (
  code: string,
  kk: string,
  ru: string,
  dial: string,
  weight: number,
  ...places: readonly Place[]
): InventedDistrict => ({
  code,
  kind: 'DISTRICT',
  kk,
  ru,
  preset: 'A_DEFAULT',
  dial,
  weight,
  settlements: settlements(places),
});

const city = (...args: Parameters<typeof district>): InventedDistrict => ({
  ...district(...args),
  kind: 'CITY',
});

/** The 17 districts and 3 cities of the Akmola region. The places are real, the kindergartens in them are not. */
export const districts: readonly InventedDistrict[] = [
  {
    ...city(
      'KOK',
      'Көкшетау қаласы',
      'город Кокшетау',
      '7162',
      22,
      ['Көкшетау қаласы', 'город Кокшетау', 53.2833, 69.3833, 9],
      ['Красный Яр ауылы', 'село Красный Яр', 53.3186, 69.2561, 1],
    ),
    preset: 'A_FIRST_COME',
  },
  {
    ...city('STP', 'Степногорск қаласы', 'город Степногорск', '71645', 8, [
      'Степногорск қаласы',
      'город Степногорск',
      52.3506,
      71.8817,
      5,
    ]),
    preset: 'A_WAITLIST',
  },
  city('KSH', 'Қосшы қаласы', 'город Косшы', '71651', 13, [
    'Қосшы қаласы',
    'город Косшы',
    50.9744,
    71.3553,
    6,
  ]),
  {
    ...district(
      'TSL',
      'Целиноград ауданы',
      'Целиноградский район',
      '71651',
      16,
      ['Ақмол ауылы', 'село Акмол', 51.0617, 70.9786, 3],
      ['Талапкер ауылы', 'село Талапкер', 51.2786, 71.2522, 2],
      ['Қоянды ауылы', 'село Коянды', 51.2961, 71.6714, 2],
      ['Қараөткел ауылы', 'село Караоткель', 51.2181, 71.2286, 1],
    ),
    preset: 'A_TSELINOGRAD',
  },
  district(
    'BRB',
    'Бурабай ауданы',
    'Бурабайский район',
    '71636',
    8,
    ['Щучинск қаласы', 'город Щучинск', 52.9353, 70.1894, 4],
    ['Бурабай кенті', 'посёлок Бурабай', 53.0819, 70.3089, 1],
  ),
  district('AKK', 'Ақкөл ауданы', 'Аккольский район', '71638', 3, [
    'Ақкөл қаласы',
    'город Акколь',
    51.9936,
    70.9483,
    3,
  ]),
  district(
    'ARS',
    'Аршалы ауданы',
    'Аршалынский район',
    '71644',
    4,
    ['Аршалы кенті', 'посёлок Аршалы', 50.8339, 72.1753, 2],
    ['Жібек жолы ауылы', 'село Жибек жолы', 51.0603, 71.7483, 1],
  ),
  district('AST', 'Астрахан ауданы', 'Астраханский район', '71641', 2.5, [
    'Астраханка ауылы',
    'село Астраханка',
    51.5297,
    69.7961,
    2,
  ]),
  district('ATB', 'Атбасар ауданы', 'Атбасарский район', '71643', 4, [
    'Атбасар қаласы',
    'город Атбасар',
    51.8036,
    68.3572,
    3,
  ]),
  district('BUL', 'Бұланды ауданы', 'Буландынский район', '71646', 3, [
    'Макинск қаласы',
    'город Макинск',
    52.6306,
    70.4172,
    3,
  ]),
  district('EGD', 'Егіндікөл ауданы', 'Егиндыкольский район', '71642', 1, [
    'Егіндікөл ауылы',
    'село Егиндыколь',
    51.0478,
    69.4706,
    2,
  ]),
  district('ERM', 'Ерейментау ауданы', 'Ерейментауский район', '71633', 2.5, [
    'Ерейментау қаласы',
    'город Ерейментау',
    51.6228,
    73.1039,
    3,
  ]),
  district('ESL', 'Есіл ауданы', 'Есильский район', '71647', 2.5, [
    'Есіл қаласы',
    'город Есиль',
    51.9556,
    66.4083,
    3,
  ]),
  district('ZHS', 'Жақсы ауданы', 'Жаксынский район', '71635', 2, [
    'Жақсы ауылы',
    'село Жаксы',
    51.9086,
    67.3139,
    2,
  ]),
  district('ZHR', 'Жарқайың ауданы', 'Жаркаинский район', '71648', 1.5, [
    'Державинск қаласы',
    'город Державинск',
    51.0986,
    66.3194,
    2,
  ]),
  district('ZRN', 'Зеренді ауданы', 'Зерендинский район', '71632', 3.5, [
    'Зеренді ауылы',
    'село Зеренда',
    52.9083,
    69.1508,
    3,
  ]),
  district('KRG', 'Қорғалжын ауданы', 'Коргалжынский район', '71637', 1.5, [
    'Қорғалжын ауылы',
    'село Коргалжын',
    50.5856,
    70.0236,
    2,
  ]),
  district('BRS', 'Біржан сал ауданы', 'район Биржан сал', '71639', 1.5, [
    'Степняк қаласы',
    'город Степняк',
    52.8344,
    70.7869,
    2,
  ]),
  district('SND', 'Сандықтау ауданы', 'Сандыктауский район', '71640', 1.5, [
    'Балкашин ауылы',
    'село Балкашино',
    52.5286,
    68.7503,
    2,
  ]),
  district('SHR', 'Шортанды ауданы', 'Шортандинский район', '71631', 3, [
    'Шортанды кенті',
    'посёлок Шортанды',
    51.6997,
    70.9958,
    3,
  ]),
];

/** Throws when there is no such district. */
export function districtOf(code: string): InventedDistrict {
  const found = districts.find((district) => district.code === code);
  if (found === undefined) throw new Error(`no district ${code}`);
  return found;
}
