import { SignatureRefused } from '../reasons.ts';

const ARMOUR = /^-----BEGIN (CMS|PKCS7|PKCS #7 SIGNED DATA)-----([^-]*)-----END \1-----$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const UTF8_MARK = '\uFEFF';

/**
 * DER of a CMS from the forms in which programs hand it over: DER itself, PEM (`CMS`, `PKCS7`), or bare base64 with or
 * without line breaks (NCALayer, eGov Mobile). Throws SignatureRefused: empty, not-cms.
 */
export function cmsBytes(input: Uint8Array | string): Uint8Array {
  if (typeof input !== 'string' && input[0] === 0x30 && (input[1] ?? 0) >= 0x80) return input;
  const text = (typeof input === 'string' ? input : Buffer.from(input).toString('utf8'))
    .replace(UTF8_MARK, '')
    .trim();
  if (text === '') throw new SignatureRefused('empty');
  const body = (text.startsWith('-----') ? (ARMOUR.exec(text)?.[2] ?? '') : text).replace(/\s+/g, '');
  if (!BASE64.test(body) || body.length % 4 === 1)
    throw new SignatureRefused('not-cms', 'neither DER nor base64');
  return new Uint8Array(Buffer.from(body, 'base64'));
}
