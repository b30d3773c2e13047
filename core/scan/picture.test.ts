import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { ScanType } from './api.ts';
import { lookAtPicture } from './picture.ts';
import { plainPng } from './testing/files.ts';
import { photo, type Shot, sheet, type Text } from './testing/papers.ts';

const sheets: Record<Text, Buffer> = {
  FULL: sheet('FULL'),
  SPARSE: sheet('SPARSE'),
  SMALL: sheet('SMALL'),
  NONE: sheet('NONE'),
};
const verdictOf = async (content: Uint8Array, type: ScanType = 'image/jpeg'): Promise<string> => {
  const verdict = await lookAtPicture(content, type);
  return verdict.ok ? 'ok' : verdict.code;
};
const shot = async (text: Text, how: Shot = {}) => verdictOf(await photo(sheets[text], how));

describe('a photo that Telegram made small', () => {
  it.each<[string, Text, Shot]>([
    ['a full certificate', 'FULL', {}],
    ['mostly white paper', 'SPARSE', {}],
    ['small print', 'SMALL', {}],
    ['a little out of focus', 'FULL', { blur: 2 }],
    ['mostly white and a little out of focus', 'SPARSE', { blur: 2.5 }],
    ['small print a little out of focus', 'SMALL', { blur: 2.5 }],
    ['a little shaken', 'FULL', { shake: 6, direction: 0 }],
    ['a little shaken upwards', 'SMALL', { shake: 6, direction: 90 }],
    ['a little shaken askew', 'SPARSE', { shake: 6, direction: 45 }],
    ['compressed hard', 'FULL', { quality: 40, blur: 1 }],
    ['a noisy sensor', 'FULL', { noise: 12, blur: 1.5 }],
    ['in the evening', 'FULL', { light: [0.4, 0.25], noise: 4 }],
    ['by a night lamp', 'SPARSE', { light: [0.22, 0.18], noise: 3 }],
    ['half in the shadow', 'FULL', { light: [1, 0.2] }],
    ['on a white table', 'SPARSE', { table: '#ffffff' }],
    ['lying askew', 'FULL', { askew: 20 }],
  ])('is taken: %s', async (_, text, how) => {
    expect(await shot(text, how)).toBe('ok');
  });

  it.each<[string, Text, Shot]>([
    ['a full certificate', 'FULL', { blur: 4 }],
    ['mostly white paper', 'SPARSE', { blur: 4 }],
    ['small print', 'SMALL', { blur: 3.5 }],
    ['far out of focus', 'FULL', { blur: 8 }],
    ['in the evening', 'FULL', { blur: 4.5, light: [0.5, 0.4], noise: 3 }],
    ['with a noisy sensor', 'FULL', { blur: 5, noise: 8 }],
    ['shaken sideways', 'FULL', { shake: 16, direction: 0 }],
    ['shaken askew', 'SPARSE', { shake: 16, direction: 30 }],
    ['shaken upwards', 'SMALL', { shake: 16, direction: 90 }],
  ])('is refused as blurred: %s', async (_, text, how) => {
    expect(await shot(text, how)).toBe('scan.blurred');
  });

  it('is refused as dark when white paper is nearly black', async () => {
    expect(await shot('FULL', { light: [0.15, 0.1], noise: 4 })).toBe('scan.dark');
    expect(await shot('FULL', { light: [0.03, 0.02] })).toBe('scan.dark');
  });

  it('is refused as empty when nothing is written, whatever lies around the sheet', async () => {
    expect(await shot('NONE')).toBe('scan.empty');
    expect(await shot('NONE', { table: '#ffffff' })).toBe('scan.empty');
    expect(await shot('NONE', { noise: 5, light: [1, 0.4] })).toBe('scan.empty');
  });

  it('is refused as pale when the light has washed the letters out', async () => {
    const washed = sheet('FULL', 1240, '#eeeeee', '#f2f2f2');
    expect(await verdictOf(await photo(washed, { light: [1, 1] }))).toBe('scan.bright');
  });
});

describe('other pictures', () => {
  it('a scanner’s page is taken, in any of the formats', async () => {
    const page = sharp(sheets.FULL);
    expect(await verdictOf(await page.clone().jpeg().toBuffer())).toBe('ok');
    expect(await verdictOf(sheets.FULL, 'image/png')).toBe('ok');
    expect(await verdictOf(await page.clone().resize(1200).webp().toBuffer(), 'image/webp')).toBe('ok');
    const deep = page.clone().resize(1200).toColourspace('rgb16').png();
    expect(await verdictOf(await deep.toBuffer(), 'image/png')).toBe('ok');
    expect(await verdictOf(await page.clone().toColourspace('cmyk').jpeg().toBuffer())).toBe('ok');
  });

  it('white letters on black are read too', async () => {
    const dark = await sharp(sheets.FULL).negate({ alpha: false }).resize(1080).png().toBuffer();
    expect(await verdictOf(dark, 'image/png')).toBe('ok');
  });

  it('a large photo is looked at as it would be read', { timeout: 60_000 }, async () => {
    const large: Shot = { longSide: 3200, noise: 0, light: [1, 1] };
    const paper = sheet('FULL', 2480);
    expect(await lookAtPicture(await photo(paper, { ...large, blur: 4 }), 'image/jpeg')).toEqual({
      ok: true,
      type: 'image/jpeg',
      pages: 1,
      width: 2400,
      height: 3200,
    });
    expect(await verdictOf(await photo(paper, { ...large, blur: 10 }))).toBe('scan.blurred');
  });

  it('a picture that lies on its side is measured as it is shown', async () => {
    const turned = await sharp(await photo(sheets.FULL))
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect(await lookAtPicture(turned, 'image/jpeg')).toMatchObject({ width: 1280, height: 960 });
  });

  it('a tiny one is refused with its size', async () => {
    const tiny = await sharp(await photo(sheets.FULL))
      .resize({ width: 599 })
      .jpeg()
      .toBuffer();
    expect(await lookAtPicture(tiny, 'image/jpeg')).toEqual({
      ok: false,
      code: 'scan.small',
      params: { width: 599, height: 799, minSide: 600 },
    });
  });

  it('a hundred megapixels are refused by the header, before anything is unpacked', async () => {
    const bomb = plainPng(10_000, 10_000);
    expect(bomb.length).toBeLessThan(200_000);
    // Nothing but the header is there: who tried to unpack it would call it damaged.
    for (const content of [bomb, bomb.subarray(0, 60)]) {
      expect(await lookAtPicture(content, 'image/png')).toEqual({
        ok: false,
        code: 'scan.pixels',
        params: { megapixels: 100 },
      });
    }
  });

  it('a truncated one is refused, wherever it ends', async () => {
    const whole = await photo(sheets.FULL);
    for (const part of [0.01, 0.3, 0.6, 0.95])
      expect(await verdictOf(whole.subarray(0, Math.floor(whole.length * part)))).toBe('scan.damaged');
    const png = sheets.FULL;
    expect(await verdictOf(png.subarray(0, png.length / 2), 'image/png')).toBe('scan.damaged');
  });

  it('one that is not what its first bytes say is refused', async () => {
    const rubbish = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(5_000, 7)]);
    expect(await verdictOf(rubbish)).toBe('scan.damaged');
  });
});
