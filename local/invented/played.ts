import {
  addDays,
  addMonths,
  at,
  type CivilDate,
  civil,
  localDate,
  partsOf,
} from '../../core/calendar/civil-date.ts';
import type { Sex } from '../../core/people/iin.ts';
import { districtOf } from './districts.ts';
import { type Family, type InventedApplication, standing } from './families.ts';
import { type Adult, feminine, type Named, phoneOf, type Registry, type Tongue } from './people.ts';

/** The people one plays in the chat, in the order of the page; after them come those of the waiting lists. */
export interface Played {
  /** Әлихан's turn opens at the next 07:00, Інжу waits; Сезім is not in the queue yet; no e-mail yet. */
  readonly aigul: Family;
  /** Артём's turn is open. */
  readonly sergey: Family;
  /** Аружан has a referral. */
  readonly dana: Family;
  /** Полина's interest is due in 20 days, Егор is under age; no e-mail yet. */
  readonly olga: Family;
  readonly tselinogradOperator: Adult;
  readonly kokshetauOperator: Adult;
  /** Of the kindergarten to which Аружан was referred. */
  readonly burabayHead: Adult;
  /** Of a kindergarten whose places open in the morning. */
  readonly tselinogradHead: Adult;
  /** Of the kindergarten whose place Артём may choose. */
  readonly kokshetauHead: Adult;
  readonly administrator: Adult;
}

export interface Who {
  readonly surname: string;
  readonly name: string;
  readonly patronymic: string;
  readonly sex: Sex;
  readonly tongue: Tongue;
}

/** `storyStart`: as of when the applications are written down; `now`: when one begins to play. */
export function inventPlayed(registry: Registry, storyStart: Date, now: Date): Played {
  const today = localDate(now);
  const { year } = partsOf(today);
  let phones = 0;
  const person = (who: Who, birthDate: string, email: string | null): Adult => {
    phones += 1;
    return playedAdult(registry, phones, who, { birthDate, email });
  };
  const child = (who: Who, birthDate: CivilDate): Named => playedChild(registry, who, birthDate);
  const inQueue = (
    code: string,
    applicant: Adult,
    one: Named,
    registeredAt: Date,
    careful = true,
  ): InventedApplication =>
    standing(registry, {
      district: districtOf(code),
      child: { ...one, id: registry.random.uuid(registeredAt.getTime()) },
      applicant,
      registeredAt,
      now: storyStart,
      benefitClass: 'COMMON',
      preferredLanguage: null,
      careful,
    });
  const day = (back: number, monthDay: string): CivilDate => civil(`${year - back}-${monthDay}`);
  const aigul = person(kk('Айгүл', 'Сыналов', 'female'), '1992-03-08', null);
  const sergey = person(ru('Сергей', 'Образцов', 'male'), '1988-07-19', 'sergey@primer.example');
  const dana = person(kk('Дана', 'Мысалов', 'female'), '1994-11-02', 'dana@mysal.example');
  const olga = person(ru('Ольга', 'Примеров', 'female'), '1990-05-25', null);
  const nurlan = person(kk('Нұрлан', 'Сыналов', 'male'), '1990-09-14', null);
  const half = (months: number) => addMonths(today, -months);
  const interest = addMonths(addDays(today, 20), -12);
  return {
    aigul: {
      applicant: aigul,
      spouse: nurlan,
      applications: [
        inQueue(
          'TSL',
          aigul,
          child(kk('Әлихан', 'Сыналов', 'male'), day(3, '01-09')),
          at(day(3, '01-16'), '08:12'),
        ),
        inQueue(
          'TSL',
          aigul,
          child(kk('Інжу', 'Сыналов', 'female'), day(5, '11-26')),
          at(day(4, '03-03'), '11:40'),
        ),
      ],
      notQueued: [child(kk('Сезім', 'Сыналов', 'female'), half(5))],
    },
    sergey: {
      applicant: sergey,
      spouse: null,
      applications: [
        inQueue(
          'KOK',
          sergey,
          child(ru('Артём', 'Образцов', 'male'), day(4, '01-11')),
          at(day(4, '01-20'), '09:05'),
        ),
      ],
      notQueued: [],
    },
    dana: {
      applicant: dana,
      spouse: null,
      applications: [
        inQueue(
          'BRB',
          dana,
          child(kk('Аружан', 'Мысалов', 'female'), day(4, '01-15')),
          at(day(4, '01-24'), '14:31'),
        ),
      ],
      notQueued: [child(kk('Алдияр', 'Мысалов', 'male'), half(17))],
    },
    olga: {
      applicant: olga,
      spouse: null,
      applications: [
        inQueue(
          'KSH',
          olga,
          child(ru('Полина', 'Примеров', 'female'), day(4, '06-12')),
          at(interest, '16:20'),
          false,
        ),
        inQueue(
          'KSH',
          olga,
          child(ru('Егор', 'Примеров', 'male'), half(15)),
          at(addDays(half(14), 3), '10:10'),
        ),
      ],
      notQueued: [],
    },
    tselinogradOperator: person(kk('Жанар', 'Болжамов', 'female'), '1985-02-17', null),
    kokshetauOperator: person(ru('Ирина', 'Шаблонов', 'female'), '1983-10-30', null),
    burabayHead: person(kk('Мадина', 'Сынақов', 'female'), '1979-04-21', null),
    tselinogradHead: person(kk('Гүлнұр', 'Ойданов', 'female'), '1976-12-05', null),
    kokshetauHead: person(ru('Елена', 'Макетов', 'female'), '1974-06-28', null),
    administrator: person(kk('Арман', 'Шартов', 'male'), '1981-08-27', null),
  };
}

/** The last number that `inventPlayed` gives. */
export const PLAYED = 11;

export const kk = (name: string, surname: string, sex: Sex): Who => ({
  surname,
  name,
  sex,
  patronymic: sex === 'female' ? 'Үлгіқызы' : 'Үлгіұлы',
  tongue: 'kk',
});

export const ru = (name: string, surname: string, sex: Sex): Who => ({
  surname,
  name,
  sex,
  patronymic: sex === 'female' ? 'Тестовна' : 'Тестович',
  tongue: 'ru',
});

/** `n`: which of the people one plays, from 1; their phone ends with it. */
export function playedAdult(
  registry: Registry,
  n: number,
  who: Who,
  { birthDate, email = null }: { readonly birthDate: string; readonly email?: string | null },
): Adult {
  const born = civil(birthDate);
  return {
    id: registry.random.uuid(at(civil('2022-01-10'), '10:00').getTime() + n),
    ...playedChild(registry, who, born),
    phone: phoneOf(n),
    email,
    language: who.tongue,
  };
}

export function playedChild(registry: Registry, who: Who, birthDate: CivilDate): Named {
  return {
    iin: registry.iin(birthDate, who.sex),
    surname: who.sex === 'female' ? feminine(who.surname) : who.surname,
    name: who.name,
    patronymic: who.patronymic,
    birthDate,
  };
}
