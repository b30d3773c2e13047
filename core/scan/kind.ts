import type { ScanType } from './api.ts';

// Readers of PDF look for its first line this far.
const PDF_HEAD = 1024;
const PDF_SIGN = '%PDF-';
/** Brands of the ISO container whose pictures phones make: HEIC, HEIF, AVIF. */
const HEIC = /^(?:hei[cfmsx]|hev[cmsx]|mif[12]|msf1|avi[fs])$/;
/** Other files in which the first line of a PDF may stand by chance or by intent. */
const OTHERS = ['PK', 'GIF8', '<', 'Rar!', '\x1f\x8b', '7z\xbc\xaf', 'MZ', '\x7fELF', '\xd0\xcf\x11\xe0'];

/** What a file is by its first bytes, whatever its name says. HEIC stands for all of its family. */
export function kindOf(content: Uint8Array): ScanType | 'HEIC' | undefined {
  const head = Buffer.from(content.buffer, content.byteOffset, Math.min(content.length, PDF_HEAD)).toString(
    'latin1',
  );
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'image/webp';
  if (head.slice(4, 8) === 'ftyp') return isHeic(head) ? 'HEIC' : undefined;
  if (OTHERS.some((sign) => head.startsWith(sign))) return undefined;
  return head.includes(PDF_SIGN) ? 'application/pdf' : undefined;
}

/** The main brand, or one of those the file says it also is. */
function isHeic(head: string): boolean {
  const end = Math.min(Buffer.from(head.slice(0, 4), 'latin1').readUInt32BE(0), 256);
  const brands = [head.slice(8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(head.slice(at, at + 4));
  return brands.some((brand) => HEIC.test(brand));
}
