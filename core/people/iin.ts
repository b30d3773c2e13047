import { type CivilDate, civilDateOf, partsOf } from '../calendar/civil-date.ts';

declare const iinBrand: unique symbol;

/** An individual identification number (ЖСН / ИИН): 12 digits that passed every check of `parseIin`. */
export type Iin = string & { readonly [iinBrand]: 'Iin' };

export type Sex = 'male' | 'female';

/**
 * Why a number was not taken, in the order of the checks (DOMAIN §6.1):
 * `length` not 12 signs · `letters` something else than digits · `bin` the number of an organisation (БСН / БИН) ·
 * `date` no such birth date · `century` 7th digit not 1–6 · `checksum` the last digit does not fit: a typing error.
 */
export type IinFault = 'length' | 'letters' | 'bin' | 'date' | 'century' | 'checksum';

export type ParsedIin =
  | { readonly ok: true; readonly iin: Iin; readonly birthDate: CivilDate; readonly sex: Sex }
  | { readonly ok: false; readonly code: IinFault };

/** What people paste around and between the digits: spaces of any width, dashes, marks of text direction. */
const SEPARATORS = /[\s\p{Pd}\u2212\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu;

const FIRST_PASS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] as const;
const SECOND_PASS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2] as const;
const CENTURIES = [1800, 1900, 2000] as const;

/**
 * Reads an IIN as a person types or pastes it. Whether the birth date is in the future or the child too old is asked
 * by the action, which knows the day.
 */
export function parseIin(text: string): ParsedIin {
  const digits = text.normalize('NFKC').replace(SEPARATORS, '');
  if ([...digits].length !== 12) return { ok: false, code: 'length' };
  if (!/^[0-9]{12}$/.test(digits)) return { ok: false, code: 'letters' };
  if (isBin(digits)) return { ok: false, code: 'bin' };

  const [yearOfCentury, month, day] = [0, 2, 4].map((start) => Number(digits.slice(start, start + 2)));
  const ofCentury = (century: number): CivilDate | undefined =>
    civilDateOf(century + (yearOfCentury ?? 0), month ?? 0, day ?? 0);
  if (CENTURIES.every((century) => ofCentury(century) === undefined)) return { ok: false, code: 'date' };

  const seventh = Number(digits[6]);
  const century = CENTURIES[Math.ceil(seventh / 2) - 1];
  if (century === undefined) return { ok: false, code: 'century' };
  const birthDate = ofCentury(century);
  if (birthDate === undefined) return { ok: false, code: 'date' };

  if (checkDigit(digits.slice(0, 11)) !== Number(digits[11])) return { ok: false, code: 'checksum' };
  return { ok: true, iin: digits as Iin, birthDate, sex: seventh % 2 === 1 ? 'male' : 'female' };
}

/** Twelve digits whose 5th tells an organisation (4 legal person, 5 branch, 6 joint enterprise) from a birth day. */
export function isBin(digits: string): boolean {
  return /^[0-9]{4}[4-6][0-9]{7}$/.test(digits);
}

/**
 * The 12th digit that fits the first eleven, by the two passes of DOMAIN §6.1; undefined when none does (about 0.8 % of
 * prefixes, which are never given out). Throws RangeError when `prefix` is not 11 digits.
 */
export function checkDigit(prefix: string): number | undefined {
  if (!/^[0-9]{11}$/.test(prefix)) throw new RangeError('the check digit is reckoned from 11 digits');
  const remainder = (weights: readonly number[]): number =>
    weights.reduce((sum, weight, place) => sum + weight * Number(prefix[place]), 0) % 11;
  const first = remainder(FIRST_PASS);
  if (first !== 10) return first;
  const second = remainder(SECOND_PASS);
  return second === 10 ? undefined : second;
}

/**
 * An IIN for an invented person; `serial` 0–9999 (9000 and above for tests and the local world). Undefined when this
 * serial has no check digit (take the next one) or the birth year is outside of 1800–2099.
 */
export function makeIin(birthDate: CivilDate, sex: Sex, serial: number): Iin | undefined {
  if (!Number.isInteger(serial) || serial < 0 || serial > 9999) {
    throw new RangeError(`not a serial number: ${serial}`);
  }
  const { year } = partsOf(birthDate);
  if (year < 1800 || year > 2099) return undefined;
  const seventh = (Math.floor(year / 100) - 18) * 2 + (sex === 'male' ? 1 : 2);
  const prefix = `${birthDate.slice(2).replaceAll('-', '')}${seventh}${String(serial).padStart(4, '0')}`;
  const last = checkDigit(prefix);
  return last === undefined ? undefined : (`${prefix}${last}` as Iin);
}

/** As it is shown on a screen behind login and on paper: '2305•••••109' (DOMAIN §6.1). */
export function maskIin(iin: Iin): string {
  return `${iin.slice(0, 4)}•••••${iin.slice(9)}`;
}
