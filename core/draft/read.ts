import { Refusal } from '../refusal.ts';
import type { Address, TypedName } from './api.ts';

const LONGEST = 100;

const NOTHING: Address = { city: '', district: '', street: '', house: '', flat: '' };
/** What S1 wants of every address; a city may have no districts, and a house no flats. */
const NEEDED = ['city', 'street', 'house'] as const;

/** Whether everything needed was told. */
export function isWhole(address: Address): boolean {
  return NEEDED.every((part) => address[part] !== '');
}

/** The address with the parts that were given. Refusals: address.incomplete (a needed part emptied), address.long {limit}. */
export function readAddress(known: Address | null, parts: Partial<Address>): Address {
  const read: { -readonly [Part in keyof Address]: Address[Part] } = { ...(known ?? NOTHING) };
  for (const name of ['city', 'district', 'street', 'house', 'flat'] as const) {
    const given = parts[name];
    if (given === undefined) continue;
    const part = tidy(given);
    if (part === '' && NEEDED.some((needed) => needed === name)) throw new Refusal('address.incomplete');
    if (part.length > LONGEST) throw new Refusal('address.long', { limit: LONGEST });
    read[name] = part;
  }
  return read;
}

// Letters of any alphabet with what stands inside names: a hyphen, an apostrophe (also as phones type it), a space, a dot.
const NAME = /^\p{L}[\p{L}\p{M}'’ʼ.\- ]{0,59}$/u;

/** The given parts of a name as papers have it, at most 60 signs each. Refusal: name.format. */
export function readPersonName(parts: Partial<TypedName>): Partial<TypedName> {
  const { surname, name, patronymic } = parts;
  const bare = patronymic == null ? patronymic : tidy(patronymic);
  return {
    ...(surname === undefined ? {} : { surname: part(surname) }),
    ...(name === undefined ? {} : { name: part(name) }),
    ...(bare === undefined ? {} : { patronymic: bare === null || bare === '' ? null : part(bare) }),
  };
}

function part(text: string): string {
  const read = tidy(text);
  if (!NAME.test(read)) throw new Refusal('name.format');
  return read;
}

function tidy(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\p{C}+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
