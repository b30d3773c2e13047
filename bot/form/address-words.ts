import type { Texts } from '../../locales/index.ts';
import type { Address } from '../core.ts';
import { lines } from '../words.ts';

/** In the order of the form (S1 step 8). */
export const ADDRESS_PARTS = ['city', 'district', 'street', 'house', 'flat'] as const;
export type AddressPart = (typeof ADDRESS_PARTS)[number];

/** A city may have no districts, and a house no flats. */
export const OPTIONAL_PARTS: ReadonlySet<AddressPart> = new Set(['district', 'flat']);

export function addressPart(arg: string | undefined): AddressPart {
  return ADDRESS_PARTS.find((part) => part === arg) ?? 'city';
}

/** The first part that must be there and is not; undefined when the address is whole. */
export function nextAddressPart(address: Address | null): AddressPart | undefined {
  return ADDRESS_PARTS.find((part) => !OPTIONAL_PARTS.has(part) && (address?.[part] ?? '') === '');
}

/** What stands before the name of a street and says nothing of it. */
const KIND_OF_STREET = /^(улица|ул|проспект|пр|пр-т|переулок|пер|микрорайон|мкр|шағын аудан)[.\s]+/iu;

/**
 * Enough to know one's own address again and too little to find a door by it (DOMAIN §6.3): the place in full, of the
 * street the beginning, of house and flat that they are told.
 */
export function maskedPart(part: AddressPart, value: string): string {
  if (part === 'city' || part === 'district') return value;
  if (part !== 'street') return '•••';
  return `${[...value.replace(KIND_OF_STREET, '')].slice(0, 2).join('')}•••`;
}

/** «Көше: Аб•••»; what must be told is marked when it is not. */
export function addressLine(part: AddressPart, address: Address | null, t: Texts): string {
  const value = address?.[part] ?? '';
  const label = t.plain(`form.address.part.${part}`);
  if (value !== '') return t.html('form.field.value', { label, value: maskedPart(part, value) });
  return OPTIONAL_PARTS.has(part)
    ? t.html('form.field.value', { label, value: t.plain('form.field.none') })
    : t.html('form.field.missing', { label });
}

/** All parts, or that the address is missing. */
export function addressText(address: Address | null, t: Texts): string {
  if (nextAddressPart(address) === 'city') return t.html('form.field.required');
  return lines(...ADDRESS_PARTS.map((part) => addressLine(part, address, t)));
}

/** In one line, for the summary: «Көкшетау, Аб•••, •••». */
export function addressInBrief(address: Address | null): string {
  if (address === null) return '';
  return ADDRESS_PARTS.filter((part) => address[part] !== '')
    .map((part) => maskedPart(part, address[part]))
    .join(', ');
}
