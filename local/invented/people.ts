import { type CivilDate, civil, civilDateOf, daysInMonth } from '../../core/calendar/civil-date.ts';
import { type Iin, makeIin, type Sex } from '../../core/people/iin.ts';
import type { Random } from './random.ts';
import { givenNames, patronymics, surnames } from './words.ts';

/** The people whose names are spelled in Kazakh or in Russian. */
export type Tongue = 'kk' | 'ru';

export interface Named {
  readonly iin: Iin;
  readonly surname: string;
  readonly name: string;
  readonly patronymic: string | null;
  readonly birthDate: CivilDate;
}

export interface Adult extends Named {
  readonly id: string;
  /** E.164 */
  readonly phone: string;
  readonly email: string | null;
  readonly language: Tongue;
}

/** Gives out IINs and phone numbers, none of them twice. */
export interface Registry {
  readonly random: Random;
  iin(birth: CivilDate, sex: Sex): Iin;
  phone(): string;
  /** The same numbers given out, by another source of chance: what is drawn for some people changes nobody else. */
  drawingFrom(random: Random): Registry;
}

const FIRST_SERIAL = 9000;
const LAST_SERIAL = 9999;

export function createRegistry(random: Random): Registry {
  const given = new Set<string>();
  let phones = 100;
  const drawingFrom = (source: Random): Registry => ({
    random: source,
    iin: (birth, sex) => {
      for (let tries = 0; tries < 10_000; tries += 1) {
        const iin = makeIin(birth, sex, source.int(FIRST_SERIAL, LAST_SERIAL));
        if (iin === undefined || given.has(iin)) continue;
        given.add(iin);
        return iin;
      }
      throw new Error(`no IIN is left for ${birth}`);
    },
    phone: () => {
      phones += 1;
      return phoneOf(phones);
    },
    drawingFrom,
  });
  return drawingFrom(random);
}

/** Ten thousand mobile numbers that end in a row of zeros and a counter: +7 700 000 NN NN. */
export function phoneOf(counter: number): string {
  return `+7700000${String(counter).padStart(4, '0')}`;
}

/** A day of the year, every one as likely. */
export function dayIn(random: Random, year: number): CivilDate {
  const month = random.int(1, 12);
  return civilDateOf(year, month, random.int(1, daysInMonth(year, month))) ?? civil(`${year}-01-01`);
}

export function surnameOf(random: Random, tongue: Tongue): string {
  return random.pick(surnames[tongue]);
}

export function feminine(surname: string): string {
  return surname.endsWith('ин') || surname.endsWith('ов') || surname.endsWith('ев') ? `${surname}а` : surname;
}

export function named(
  registry: Registry,
  options: { surname: string; tongue: Tongue; sex: Sex; birthDate: CivilDate; patronymic?: string },
): Named {
  const { random } = registry;
  const { surname, tongue, sex, birthDate } = options;
  return {
    iin: registry.iin(birthDate, sex),
    surname: sex === 'female' ? feminine(surname) : surname,
    name: random.pick(givenNames[tongue][sex]),
    patronymic: options.patronymic ?? random.pick(patronymics[tongue][sex]),
    birthDate,
  };
}

export function adult(registry: Registry, surname: string, tongue: Tongue, sex: Sex, seenAt: number): Adult {
  const { random } = registry;
  const birthDate = dayIn(random, random.int(1984, 2003));
  const phone = registry.phone();
  return {
    ...named(registry, { surname, tongue, sex, birthDate }),
    id: random.uuid(seenAt),
    phone,
    email: random.chance(0.4) ? `parent${phone.slice(-4)}@mysal.example` : null,
    language: tongue,
  };
}
