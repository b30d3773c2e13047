import sharp from 'sharp';
import { SimError } from './errors.ts';

/** One of the sizes Telegram keeps of a photo. */
export interface PhotoSize {
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
}

/** The longer side of what a phone sends, and of the previews beside it. */
const LONGEST = 1280;
const PREVIEWS = [90, 320, 800];
const QUALITY = 80;
/** Longer and narrower pictures go as files. */
const MAX_RATIO = 20;
const FORMATS = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'heif']);
/** A telephone takes no larger picture either; it is only read, never held whole in colours. */
const MAX_PIXELS = 300_000_000;

/**
 * What Telegram's app makes of a picture sent as photo: turned upright, at most 1280 pixels on the longer side, JPEG of
 * quality 80 without the camera's notes, with previews. Smallest size first.
 * @throws SimError 'not-a-picture' or 'too-narrow' where the app would only send a file
 */
export async function photoSizes(bytes: Buffer): Promise<PhotoSize[]> {
  await checkPicture(bytes);
  const whole = await read(bytes)
    .autoOrient()
    .resize({ width: LONGEST, height: LONGEST, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: QUALITY })
    .toBuffer({ resolveWithObject: true })
    .catch(notAPicture);
  const largest = { bytes: whole.data, width: whole.info.width, height: whole.info.height };
  const sizes: PhotoSize[] = [];
  for (const side of PREVIEWS) {
    if (side >= Math.max(largest.width, largest.height)) break;
    const { data, info } = await sharp(whole.data)
      .resize({ width: side, height: side, fit: 'inside' })
      .jpeg({ quality: QUALITY })
      .toBuffer({ resolveWithObject: true });
    sizes.push({ bytes: data, width: info.width, height: info.height });
  }
  return [...sizes, largest];
}

/** A picture with a torn end is shown as far as it goes, as phones do. */
const read = (bytes: Buffer) => sharp(bytes, { failOn: 'none', limitInputPixels: MAX_PIXELS });

function notAPicture(): never {
  throw new SimError(
    'this is no picture a phone could send as photo: send it as a file',
    400,
    'not-a-picture',
  );
}

async function checkPicture(bytes: Buffer): Promise<void> {
  const { format, width, height } = await read(bytes).metadata().catch(notAPicture);
  if (!FORMATS.has(format) || !width || !height) notAPicture();
  if (Math.max(width, height) / Math.min(width, height) > MAX_RATIO) {
    throw new SimError(
      'this picture is too long and narrow for a photo: send it as a file',
      400,
      'too-narrow',
    );
  }
}
