import { crc32, deflateSync } from 'node:zlib';
import PDFDocument from 'pdfkit';

/** A PDF of `pages` pages, with a password when one is given. */
export async function pdf(pages: number, userPassword?: string): Promise<Uint8Array> {
  const document = new PDFDocument({
    autoFirstPage: false,
    ...(userPassword === undefined ? {} : { userPassword, pdfVersion: '1.7' as const }),
  });
  const pieces: Buffer[] = [];
  document.on('data', (piece: Buffer) => pieces.push(piece));
  const done = new Promise((resolve) => document.once('end', resolve));
  for (let page = 1; page <= pages; page += 1) document.addPage({ size: 'A4' }).text(`Page ${page}`);
  document.end();
  await done;
  return Buffer.concat(pieces);
}

/** A PDF put together from its objects, as a forger writes it; `trailer` without its brackets. */
export function rawPdf(objects: readonly (string | Uint8Array)[], trailer = '/Root 1 0 R'): Uint8Array {
  let body = Buffer.from('%PDF-1.7\n');
  const offsets: number[] = [];
  for (const [at, object] of objects.entries()) {
    offsets.push(body.length);
    body = Buffer.concat([
      body,
      Buffer.from(`${at + 1} 0 obj\n`),
      Buffer.from(object),
      Buffer.from('\nendobj\n'),
    ]);
  }
  const lines = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const end = `xref\n0 ${size}\n0000000000 65535 f \n${lines}trailer\n<</Size ${size} ${trailer}>>\nstartxref\n${body.length}\n%%EOF\n`;
  return Buffer.concat([body, Buffer.from(end)]);
}

/** A PNG of one shade: a few hundred kilobytes that unpack to `width` × `height` pixels. */
export function plainPng(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc((width + 1) * height));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const result = Buffer.alloc(body.length + 8);
  result.writeUInt32BE(data.length, 0);
  result.set(body, 4);
  result.writeUInt32BE(crc32(body), body.length + 4);
  return result;
}

/** The beginning of a file of the ISO container, of which phones' HEIC is one. */
export function isoFile(brand: string, ...others: string[]): Uint8Array {
  const brands = Buffer.from(`ftyp${brand}\0\0\0\0${others.join('')}`, 'latin1');
  const size = Buffer.alloc(4);
  size.writeUInt32BE(brands.length + 4);
  return Buffer.concat([size, brands, Buffer.alloc(4000, 1)]);
}
