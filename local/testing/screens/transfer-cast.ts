import type { Iin } from '../../../core/people/iin.ts';
import type { TextLanguage } from '../../../locales/index.ts';
import { iinOf } from './world.ts';

/** Monday three weeks before one begins to play: the children are put in the queue. */
export const APPLIED = new Date('2026-11-02T04:00:00Z');
/** Monday two weeks before: the first of them wait for other kindergartens. */
export const JOINED = new Date('2026-11-09T04:00:00Z');
export const BIRTH_YEAR = 2022;
export const BORN = `${BIRTH_YEAR}-03-01`;
export const PARENT_BORN = '1992-06-15';

/** All children go to `present`; the others are wished for, each in one chapter of the story. */
export const HOUSES = {
  present: { name: 'Күншуақ', kk: 'Достық көшесі, 12', ru: 'улица Достык, 12', east: 0 },
  wished: { name: 'Балапан', kk: 'Абай көшесі, 5', ru: 'улица Абая, 5', east: 0.004 },
  second: { name: 'Айгөлек', kk: 'Бейбітшілік көшесі, 31', ru: 'улица Бейбитшилик, 31', east: 0.012 },
  free: { name: 'Жұлдыз', kk: 'Қабанбай батыр көшесі, 8', ru: 'улица Кабанбай батыра, 8', east: 0.02 },
  declined: { name: 'Қарлығаш', kk: 'Тәуелсіздік көшесі, 44', ru: 'улица Тауелсиздик, 44', east: 0.03 },
  refused: { name: 'Бөбек', kk: 'Жастар көшесі, 2', ru: 'улица Жастар, 2', east: 0.05 },
  silent: { name: 'Ботақан', kk: 'Желтоқсан көшесі, 7', ru: 'улица Желтоксан, 7', east: 0.065 },
  late: { name: 'Самал', kk: 'Ыбырай Алтынсарин көшесі, 19', ru: 'улица Ибрая Алтынсарина, 19', east: 0.08 },
} as const;
export type HouseName = keyof typeof HOUSES;

/** Parents by chapter, with the child; neighbours, whom nobody plays; staff. */
export const NAMES = {
  kk: {
    main: ['Айнұр', 'Мирас'],
    free: ['Гүлмира', 'Аружан'],
    declines: ['Сәуле', 'Ерасыл'],
    refused: ['Бибігүл', 'Диас'],
    late: ['Мәдина', 'Інжу'],
    first: ['Қарлығаш', 'Томирис'],
    next: ['Зере', 'Алдияр'],
    third: ['Маржан', 'Сұлтан'],
    large: ['Балжан', 'Айша'],
    head: ['Раушан'],
    newHead: ['Бақыт'],
    operator: ['Жанар'],
  },
  ru: {
    main: ['Елена', 'Максим'],
    free: ['Ирина', 'София'],
    declines: ['Оксана', 'Кирилл'],
    refused: ['Татьяна', 'Алиса'],
    late: ['Светлана', 'Егор'],
    first: ['Надежда', 'Ева'],
    next: ['Юлия', 'Тимур'],
    third: ['Вера', 'Полина'],
    large: ['Любовь', 'Дарья'],
    head: ['Людмила'],
    newHead: ['Галина'],
    operator: ['Жанна'],
  },
} as const;
export type RoleName = keyof (typeof NAMES)['kk'];
export const ROLES = Object.keys(NAMES.kk) as RoleName[];

export const SURNAMES = {
  kk: { adult: 'Үлгіова', child: 'Үлгі', patronymic: 'Мысалқызы' },
  ru: { adult: 'Тестова', child: 'Тест', patronymic: 'Тестовна' },
} as const;

export const DISTRICTS = {
  kk: { code: 'TSL', kind: 'DISTRICT', kk: 'Целиноград ауданы', ru: 'Целиноградский район', town: 'Ақмол' },
  ru: { code: 'KOK', kind: 'CITY', kk: 'Көкшетау қаласы', ru: 'город Кокшетау', town: 'Кокшетау' },
} as const;

/** Of the middle of the town. */
export const [LATITUDE, LONGITUDE] = [51.05, 71.02];

export interface PlayedPerson {
  readonly id: number;
  readonly name: string;
  readonly child: string;
  readonly iin: Iin;
  readonly childIin: Iin;
  readonly phone: string;
}

/** Whom one plays in a language, and their numbers; the same in every run. */
export function castOf(language: TextLanguage): Readonly<Record<RoleName, PlayedPerson>> {
  const people = ROLES.map((role, n) => {
    const [name, child = ''] = NAMES[language][role];
    const serial = 4100 + 60 * n;
    const person: PlayedPerson = {
      ...{ id: 700_000_401 + n, name, child, phone: `+770000009${String(41 + n)}` },
      iin: iinOf(PARENT_BORN, 'female', serial),
      childIin: iinOf(BORN, 'male', serial + 30),
    };
    return [role, person] as const;
  });
  return Object.fromEntries(people) as Record<RoleName, PlayedPerson>;
}

export const FAMILIES = ROLES.filter((role) => NAMES.kk[role].length > 1);
