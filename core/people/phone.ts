import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

declare const phoneBrand: unique symbol;

/** A Kazakhstan phone number in E.164, '+7XXXXXXXXXX', that exists by the numbering plan. */
export type Phone = string & { readonly [phoneBrand]: 'Phone' };

/**
 * Why a number was not taken (DOMAIN §6.2): `russian` a real number of Russia, which shares the code +7 ·
 * `foreign` a real number of another country · `invalid` no phone number: too short, too long, an unused code.
 */
export type PhoneFault = 'invalid' | 'russian' | 'foreign';

export type ParsedPhone =
  | { readonly ok: true; readonly phone: Phone; readonly mobile: boolean }
  | { readonly ok: false; readonly code: PhoneFault };

/**
 * Reads a number as people write it: `8701…`, `+7 701…`, `701…`, `7701…` (Telegram's contact), spaces, brackets,
 * dashes. Landlines are taken too, as an additional contact; a one-time code goes to a `mobile` one only.
 */
export function parsePhone(text: string): ParsedPhone {
  const parsed = parsePhoneNumberFromString(text.normalize('NFKC').trim(), 'KZ');
  if (!parsed?.isValid() || parsed.ext !== undefined) return { ok: false, code: 'invalid' };
  if (parsed.country === 'RU') return { ok: false, code: 'russian' };
  if (parsed.country !== 'KZ') return { ok: false, code: 'foreign' };
  const type = parsed.getType();
  if (type !== 'MOBILE' && type !== 'FIXED_LINE') return { ok: false, code: 'invalid' };
  return { ok: true, phone: parsed.number as string as Phone, mobile: type === 'MOBILE' };
}

/** Whether a one-time code or an SMS can reach the number. */
export function isMobile(phone: Phone): boolean {
  const parsed = parsePhone(phone);
  return parsed.ok && parsed.mobile;
}

/** As it is shown to its owner: '+7 701 ••• •• 67'. */
export function maskPhone(phone: Phone): string {
  return `+7 ${phone.slice(2, 5)} ••• •• ${phone.slice(-2)}`;
}
