import sharp from 'sharp';
import { SCAN_RULES, type ScanType } from './api.ts';
import { type Grey, look } from './sharpness.ts';
import { refused, type Verdict } from './verdict.ts';

/**
 * Where a picture stops being readable. Found on printed sheets of A4 that fill the photo, as Telegram sends them (1,280
 * pixels on the long side), and on larger ones, which are looked at in about that size; picture.test.ts keeps it so:
 *
 * - out of focus, gaussian: a deviation up to 2.5 pixels is let through (11 pt is read without effort up to 2), 4 and more
 *   are refused; 3 depends on the size of the print;
 * - shaken: a way up to 6 pixels is let through, 16 and more is refused; 8 is the limit of what can be made out;
 * - light: a fifth of full light is let through (white paper at 50 of 255), a seventh is not; noise of 12 levels changes
 *   nothing.
 *
 * In doubt a picture is taken: an operator can ask for a better copy, a refusal here cannot be discussed.
 */
const LIMITS = {
  /** Below, letters run into each other (see Look.steepness). */
  steepness: 0.13,
  /** The same where one direction is far softer than the others. */
  shakenSteepness: 0.16,
  shakenEvenness: 0.5,
  /** Level that only a hundredth of the picture exceeds: white paper in a dark room. */
  darkest: 45,
  /** Half of the picture is lighter: paper that the light has washed out. */
  palest: 200,
  /** Tiles of 32 × 32 pixels: a single line of text has more. */
  written: 6,
  faint: 20,
};
/** The long side of what is looked at, in pixels. */
const LOOKED_AT = 1500;
/** Of so many pixels one is counted: light is the same all around it. */
const EVERY = 7;
const TIME_LIMIT_S = 15;

// Pictures of strangers are not worth keeping, and of the processor the people who wait need the other half.
sharp.cache(false);
sharp.concurrency(1);

/** Looks at a picture. What `sharp` throws over a damaged one is a verdict too. */
export async function lookAtPicture(content: Uint8Array, type: ScanType): Promise<Verdict> {
  try {
    return await judge(content, type);
  } catch {
    return refused('scan.damaged');
  }
}

async function judge(content: Uint8Array, type: ScanType): Promise<Verdict> {
  // Only the header is read for this: a bomb is refused before anything is unpacked.
  const header = await sharp(content, { limitInputPixels: false }).metadata();
  const { width, height } = header.autoOrient;
  if (`image/${header.format}` !== type) return refused('scan.damaged');
  if (width * height > SCAN_RULES.maxPixels)
    return refused('scan.pixels', { megapixels: Math.round((width * height) / 1e6) });
  const { minSide } = SCAN_RULES;
  if (Math.min(width, height) < minSide) return refused('scan.small', { width, height, minSide });
  const fault = faultOf(await grey(content, header.space === 'srgb' && !header.hasAlpha));
  return fault === undefined ? { ok: true, type, pages: 1, width, height } : refused(fault);
}

/** Of a plain colour picture the green half of what the eye sees is enough, at half the price of weighing all three. */
async function grey(content: Uint8Array, isPlain: boolean): Promise<Grey> {
  const picture = sharp(content, {
    failOn: 'error',
    limitInputPixels: SCAN_RULES.maxPixels,
    sequentialRead: true,
  })
    .timeout({ seconds: TIME_LIMIT_S })
    .resize({ width: LOOKED_AT, height: LOOKED_AT, fit: 'inside', withoutEnlargement: true });
  const shades = isPlain
    ? picture.extractChannel('green')
    : picture.flatten({ background: '#fff' }).toColourspace('b-w');
  const { data, info } = await shades.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  if (info.channels !== 1) throw new Error('not a picture in shades of grey');
  return { levels: data, width: info.width, height: info.height };
}

function faultOf(picture: Grey): 'scan.dark' | 'scan.bright' | 'scan.empty' | 'scan.blurred' | undefined {
  const level = levelsOf(picture);
  if (level(0.99) < LIMITS.darkest) return 'scan.dark';
  const { written, faint, steepness, evenness } = look(picture);
  if (written < LIMITS.written)
    return faint >= LIMITS.faint && level(0.5) >= LIMITS.palest ? 'scan.bright' : 'scan.empty';
  const isShaken = steepness < LIMITS.shakenSteepness && evenness < LIMITS.shakenEvenness;
  return steepness < LIMITS.steepness || isShaken ? 'scan.blurred' : undefined;
}

/** The level that the part `q` of the picture does not exceed. */
function levelsOf({ levels }: Grey): (q: number) => number {
  const counts = new Uint32Array(256);
  let total = 0;
  // By index: over so many pixels an iterator costs more than unpacking the picture.
  for (let at = 0; at < levels.length; at += EVERY, total += 1) {
    const level = levels[at] as number;
    counts[level] = (counts[level] as number) + 1;
  }
  return (q) => {
    let seen = 0;
    return counts.findIndex((count) => {
      seen += count;
      return seen >= q * total;
    });
  };
}
