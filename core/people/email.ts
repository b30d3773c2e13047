import { z } from 'zod';

declare const emailBrand: unique symbol;

/** An e-mail address that a mail server can be asked about: the domain in small letters, no name around it. */
export type Email = string & { readonly [emailBrand]: 'Email' };

/** `letters`: has signs outside of ASCII, mostly Cyrillic typed by mistake (с, о, а) · `format`: not an address. */
export type EmailFault = 'letters' | 'format';

export type ParsedEmail =
  | { readonly ok: true; readonly email: Email }
  | { readonly ok: false; readonly code: EmailFault };

const INVISIBLE = /[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]/gu;
/** RFC 5321: 254 signs for the whole address, 64 before the @. */
const address = z
  .email()
  .max(254)
  .regex(/^[^@]{1,64}@/);

/**
 * Reads an address as people type or paste it. The part before the @ stays as typed (it belongs to the mail server),
 * the domain becomes small letters.
 */
export function parseEmail(text: string): ParsedEmail {
  const bare = text
    .normalize('NFKC')
    .replace(INVISIBLE, '')
    .replace(/^mailto:/i, '');
  if (/[^\u0021-\u007e]/.test(bare)) return { ok: false, code: 'letters' };
  const at = bare.lastIndexOf('@');
  const normal = bare.slice(0, at + 1) + bare.slice(at + 1).toLowerCase();
  return address.safeParse(normal).success
    ? { ok: true, email: normal as Email }
    : { ok: false, code: 'format' };
}

/** As it is shown to its owner: 'a•••@mail.kz'. */
export function maskEmail(email: Email): string {
  return `${email.slice(0, 1)}•••${email.slice(email.lastIndexOf('@'))}`;
}
