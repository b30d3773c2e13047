import { pdf } from '../../../core/scan/testing/files.ts';
import { photo, sheet } from '../../../core/scan/testing/papers.ts';

/** One file that a parent sends. */
export interface Paper {
  readonly kind: 'photo' | 'document';
  readonly bytes: number;
  readonly pages: number;
  /** What is sent, one after the other: the picture itself is shared, and lies in this process once. */
  readonly pieces: readonly Buffer[];
}

export type Papers = (parent: number, n: number) => Paper;

export const SCANS = 3;
/** Every tenth parent has the last page as a PDF. */
const PDF_EVERY = 10;
const SHOTS = [
  { seed: 1, askew: 1.5 },
  { seed: 2, askew: -2, light: [0.8, 1] as const },
  { seed: 3, askew: 0.5, light: [0.9, 0.7] as const },
];

/**
 * Three photos of certificates as Telegram makes them (1,280 pixels, about 200 kB), and a PDF. A comment in each file
 * makes it different from all others, so that nothing is kept once for many.
 */
export async function makePapers(): Promise<Papers> {
  const paper = sheet();
  const photos = await Promise.all(SHOTS.map((shot) => photo(paper, shot)));
  const certificate = Buffer.from(await pdf(2));
  return (parent, n) => {
    const mark = `parent ${parent}, paper ${n}`;
    const isPdf = parent % PDF_EVERY === 0 && n === SCANS - 1;
    const pieces = isPdf
      ? [certificate, Buffer.from(`\n% ${mark}\n`)]
      : marked(photos[n % photos.length] ?? Buffer.alloc(0), mark);
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    return { kind: isPdf ? 'document' : 'photo', bytes, pages: isPdf ? 2 : 1, pieces };
  };
}

const COMMENT = 0xfffe;

/** A JPEG with a comment behind its first two bytes. */
function marked(jpeg: Buffer, mark: string): Buffer[] {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(COMMENT, 0);
  head.writeUInt16BE(mark.length + 2, 2);
  return [jpeg.subarray(0, 2), Buffer.concat([head, Buffer.from(mark)]), jpeg.subarray(2)];
}
