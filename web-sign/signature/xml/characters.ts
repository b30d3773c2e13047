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
const REFERENCE = /&(?:#(\d{1,8});|#x([0-9A-Fa-f]{1,8});|([A-Za-z_][\w.-]{0,63});)?/g;

function characterOf(code: number): string {
  const allowed =
    code === 9 ||
    code === 10 ||
    code === 13 ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff);
  if (!allowed) throw new SignatureRefused('control-character', `reference to U+${code.toString(16)}`);
  return String.fromCodePoint(code);
}

function decodeReferences(written: string): string {
  if (!written.includes('&')) return written;
  return written.replace(REFERENCE, (_whole, decimal?: string, hex?: string, name?: string) => {
    if (decimal !== undefined) return characterOf(Number(decimal));
    if (hex !== undefined) return characterOf(Number.parseInt(hex, 16));
    const named = name === undefined ? undefined : NAMED.get(name);
    if (named !== undefined) return named;
    throw new SignatureRefused(name === undefined ? 'not-well-formed' : 'entity', 'reference');
  });
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
