import { SignatureRefused } from '../reasons.ts';

/** Signs that XML 1.0 §2.2 does not allow, besides lone surrogates. */
const FORBIDDEN = /[^\t\n\r\u0020-\ufffd]/;
const BYTE_ORDER_MARK = '\ufeff';

/** A mark that a second reader might strip or obey is refused as an encoding; half a letter is no text at all. */
export function refuseBadCharacters(text: string): void {
  if (text.startsWith(BYTE_ORDER_MARK)) throw new SignatureRefused('encoding', 'byte order mark');
  if (!text.isWellFormed()) throw new SignatureRefused('not-text');
  if (FORBIDDEN.test(text)) throw new SignatureRefused('control-character');
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** The five predefined entities and numbers of characters; the lengths are bounded so that a number stays a number. */
const REFERENCE = /&(?:#(\d{1,8})|#x([0-9A-Fa-f]{1,8})|([A-Za-z_][\w.-]{0,63}));/y;

/**
 * Letters and digits are written as themselves. A reference is for what cannot stand in the text as it is, or what the
 * serialisers of Java write so; anything else only hides words from whoever looks at the text.
 */
function isNeeded(code: number): boolean {
  const control = code <= 0x20 || (code >= 0x7f && code <= 0xa0) || code === 0x2028 || code === 0xfeff;
  return control || code >= 0x10000 || `&<>"'`.includes(String.fromCodePoint(code));
}

function characterOf(code: number): string {
  const allowed = code <= 0x10ffff && (code >= 0x10000 || !FORBIDDEN.test(String.fromCodePoint(code)));
  if (!allowed || (code >= 0xd800 && code <= 0xdfff))
    throw new SignatureRefused('control-character', 'reference');
  if (!isNeeded(code)) throw new SignatureRefused('entity', 'a letter written as a number');
  return String.fromCodePoint(code);
}

function decodeReferences(written: string): string {
  let next = written.indexOf('&');
  if (next < 0) return written;
  const decoded: string[] = [];
  let at = 0;
  for (; next >= 0; next = written.indexOf('&', at)) {
    REFERENCE.lastIndex = next;
    const found = REFERENCE.exec(written);
    if (!found) throw new SignatureRefused('not-well-formed', 'reference');
    decoded.push(written.slice(at, next), referred(found));
    at = REFERENCE.lastIndex;
  }
  decoded.push(written.slice(at));
  return decoded.join('');
}

function referred([, decimal, hex, name = '']: RegExpExecArray): string {
  if (decimal !== undefined) return characterOf(Number(decimal));
  if (hex !== undefined) return characterOf(Number.parseInt(hex, 16));
  const named = NAMED.get(name);
  if (named === undefined) throw new SignatureRefused('entity');
  return named;
}

/** Text between tags: line ends become LF first (XML 1.0 §2.11), then references are replaced, so that `&#13;` stays. */
export function decodeText(written: string): string {
  if (written.includes(']]>')) throw new SignatureRefused('not-well-formed', ']]>');
  return decodeReferences(written.includes('\r') ? written.replace(/\r\n?/g, '\n') : written);
}

/** The value of an attribute: every written white space becomes a space (XML 1.0 §3.3.3). */
export function decodeValue(written: string): string {
  return decodeReferences(/[\t\n\r]/.test(written) ? written.replace(/\r\n|[\t\n\r]/g, ' ') : written);
}
