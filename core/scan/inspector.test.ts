import { constants, deflateRawSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createInspector } from './inspector.ts';
import { isoFile, pdf, rawPdf } from './testing/files.ts';
import { photo, sheet } from './testing/papers.ts';

const inspector = createInspector();
const bufferOf = (content: Uint8Array) => Uint8Array.from(content).buffer;
const codeOf = async (content: Uint8Array, by = inspector): Promise<string> => {
  const { verdict } = await by.inspect(bufferOf(content));
  return verdict.ok ? `ok ${verdict.pages}` : verdict.code;
};
const picture = await photo(sheet());

describe('the type of a file is in its content', () => {
  it.each<[string, string, Uint8Array]>([
    ['a zip that is called .jpg', 'scan.type', Buffer.from('PK\x03\x04aaaa')],
    ['a zip with the first line of a PDF', 'scan.type', Buffer.from('PK\x03\x04 %PDF-1.7')],
    ['a page of HTML', 'scan.type', Buffer.from('<html>%PDF-1.7')],
    [
      'an SVG',
      'scan.type',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="900" height="900"/>'),
    ],
    ['a text', 'scan.type', Buffer.from('ЖСН')],
    ['a video', 'scan.type', isoFile('isom', 'mp42')],
    ['an HEIC', 'scan.heic', isoFile('heic', 'mif1', 'heic')],
    ['an HEIF that tells so later', 'scan.heic', isoFile('XXXX', 'mif1')],
    ['an AVIF', 'scan.heic', isoFile('avif', 'mif1')],
    ['a JPEG', 'ok 1', picture],
  ])('%s: %s', async (_, code, content) => {
    expect(await codeOf(content)).toBe(code);
  });

  it('a GIF and a TIFF are refused although they could be read', async () => {
    const small = sharp(picture).resize(700);
    expect(await codeOf(await small.clone().gif().toBuffer())).toBe('scan.type');
    expect(await codeOf(await small.clone().tiff().toBuffer())).toBe('scan.type');
  });
});

describe('a PDF', () => {
  const catalogue = '<</Type/Catalog/Pages 2 0 R>>';

  it('has its pages counted, up to twenty', async () => {
    expect(await codeOf(await pdf(1))).toBe('ok 1');
    expect(await codeOf(await pdf(20))).toBe('ok 20');
    const { verdict } = await inspector.inspect(bufferOf(await pdf(40)));
    expect(verdict).toEqual({ ok: false, code: 'scan.pdfPages', params: { limit: 20 } });
  });

  it('with a password is refused', async () => {
    expect(await codeOf(await pdf(1, 'secret'))).toBe('scan.pdfLocked');
  });

  it('that is cut off, has no pages or runs in a circle is refused', async () => {
    const cut = await pdf(5);
    expect(await codeOf(cut.subarray(0, cut.length / 2))).toBe('scan.damaged');
    expect(await codeOf(Buffer.from('%PDF-1.7\nhello'))).toBe('scan.damaged');
    expect(await codeOf(rawPdf([catalogue, '<</Type/Pages/Kids[]/Count 0>>']))).toBe('scan.damaged');
    expect(await codeOf(rawPdf([catalogue, '<</Type/Pages/Kids[2 0 R]/Count 3>>']))).toBe('scan.damaged');
    const circle = ['<</Type/Pages/Kids[3 0 R]/Count 3>>', '<</Type/Pages/Kids[2 0 R]/Count 3>>'];
    expect(await codeOf(rawPdf([catalogue, ...circle]))).toBe('scan.damaged');
  });

  it('that unpacks to a gigabyte is given up, and the next scan is looked at', async () => {
    const careful = createInspector({ memory: 100_000_000 });
    const content = bomb();
    expect(content.length).toBeLessThan(5_000_000);
    expect(await codeOf(content, careful)).toBe('scan.damaged');
    expect(await codeOf(await pdf(2), careful)).toBe('ok 2');
  });
});

describe('the content', () => {
  it('goes to the thread and comes back unchanged: it is in memory once', async () => {
    for (const content of [picture, await pdf(3)]) {
      const buffer = bufferOf(content);
      const inspecting = inspector.inspect(buffer);
      await new Promise(setImmediate);
      const inspected = await inspecting;
      expect(buffer.detached).toBe(true);
      if (!('buffer' in inspected)) throw new Error('refused');
      expect(Buffer.compare(Buffer.from(inspected.buffer), content)).toBe(0);
    }
  });
});

describe('a thread that dies', () => {
  const script = new URL('./testing/broken-worker.ts', import.meta.url);
  const options = { script, timeMs: 1_500, memory: 200_000_000 };

  it.each([
    ['ends', 1],
    ['stumbles', 2],
    ['runs in a circle', 3],
    ['eats all memory', 4],
  ])('that %s: its scan is damaged, the next one is looked at by another', async (_, what) => {
    const fragile = createInspector(options);
    const [bad, good] = await Promise.all([
      codeOf(Uint8Array.of(what), fragile),
      codeOf(Uint8Array.of(0), fragile),
    ]);
    expect([bad, good]).toEqual(['scan.damaged', 'ok 1']);
  });

  it('slowly holds nobody up', async () => {
    const fragile = createInspector(options);
    const order: string[] = [];
    const looking = [3, 0, 0, 0].map(async (what) => order.push(await codeOf(Uint8Array.of(what), fragile)));
    await Promise.all(looking);
    expect(order).toEqual(['ok 1', 'ok 1', 'ok 1', 'scan.damaged']);
  });

  it('late does not take the next one with it', async () => {
    const fragile = createInspector(options);
    for (const what of [3, 0, 3, 0, 0, 4, 0])
      expect(await codeOf(Uint8Array.of(what), fragile)).toBe(what === 0 ? 'ok 1' : 'scan.damaged');
  });

  it('not at all serves many, and listens to each once', async () => {
    const warned: Error[] = [];
    const warn = (warning: Error) => warned.push(warning);
    process.on('warning', warn);
    const steady = createInspector(options);
    for (let at = 0; at < 30; at += 1) expect(await codeOf(Uint8Array.of(0), steady)).toBe('ok 1');
    await new Promise(setImmediate);
    process.off('warning', warn);
    expect(warned).toEqual([]);
  });

  it('before it ever began is no fault of the scan', async () => {
    const missing = createInspector({ script: new URL('./testing/nothing.ts', import.meta.url) });
    await expect(missing.inspect(new ArrayBuffer(1))).rejects.toThrow();
    await expect(missing.inspect(new ArrayBuffer(1))).rejects.toThrow();
  });
});

it('the thread knows none of the settings of this program', async () => {
  const telling = createInspector({ script: new URL('./testing/broken-worker.ts', import.meta.url) });
  expect(Object.keys(process.env).length).toBeGreaterThan(0);
  // One page, and one more for every variable that it sees.
  expect(await codeOf(Uint8Array.of(0), telling)).toBe('ok 1');
});

/** Its list of pages stands in a stream of a gigabyte of spaces. */
function bomb(): Uint8Array {
  const [first, block] = [Buffer.from('2 0 '), Buffer.alloc(32_000_000, 32)].map((part) =>
    deflateRawSync(part, { finishFlush: constants.Z_FULL_FLUSH }),
  );
  if (first === undefined || block === undefined) throw new Error('nothing was packed');
  const packed = Buffer.concat([
    Buffer.from([0x78, 0x9c]),
    first,
    ...Array.from({ length: 32 }, () => block),
  ]);
  const head = `<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length ${packed.length}>>stream\n`;
  const objects = [
    Buffer.from('1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n'),
    Buffer.concat([Buffer.from(`3 0 obj\n${head}`), packed, Buffer.from('\nendstream\nendobj\n')]),
  ];
  const start = Buffer.from('%PDF-1.7\n');
  const at = [start.length, start.length + (objects[0]?.length ?? 0)];
  const end = at[1] === undefined ? 0 : at[1] + (objects[1]?.length ?? 0);
  const row = (type: number, where: number, index = 0) => {
    const bytes = Buffer.alloc(7, 0);
    bytes[0] = type;
    bytes.writeUInt32BE(where, 1);
    bytes.writeUInt16BE(index, 5);
    return bytes;
  };
  const table = Buffer.concat([row(0, 0), row(1, at[0] ?? 0), row(2, 3), row(1, at[1] ?? 0), row(1, end)]);
  const list = `4 0 obj\n<</Type/XRef/Size 5/W[1 4 2]/Root 1 0 R/Length ${table.length}>>stream\n`;
  const close = `\nendstream\nendobj\nstartxref\n${end}\n%%EOF\n`;
  return Buffer.concat([start, ...objects, Buffer.from(list), table, Buffer.from(close)]);
}
