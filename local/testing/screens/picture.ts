import sharp from 'sharp';

/** Half of a phone's width: 60 pictures of a language are a few hundred kilobytes. */
const WIDTH = 195;
/** Another font version moves lines by a pixel or two; a missing button is 21 of them. */
const SHIFT_Y = 3;
const SHIFT_X = 2;
const MOST_HEIGHT = 5;
const CELL = 6;
/** Levels of 255 by which the mean of a cell may be lighter or darker. */
const LEVELS = 24;
/** About three letters: laid over each other as well as can be, their strokes differ by no more levels on an average. */
const LETTERS = { width: 20, height: 12 } as const;
const MOST_STROKES = 14;
/** Letters that are a little wider are further off at the end of a line. */
const DRIFT_X = 6;
/** Of all cells that may be so in a picture, and of those next to each other. */
const MOST_CELLS = 0.004;
const MOST_TOGETHER = 3;

interface Grey {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

/** A screenshot as it is kept: small, grey, of sixteen levels. */
export function small(screenshot: Buffer): Promise<Buffer> {
  return sharp(screenshot)
    .resize({ width: WIDTH })
    .flatten({ background: '#fff' })
    .greyscale()
    .png({ palette: true, colours: 16, dither: 0, effort: 10, compressionLevel: 9 })
    .toBuffer();
}

/**
 * What differs between two small pictures, in words; undefined when they show the same screen. Strokes may be a little
 * thicker and lines a little further apart, as another version of a font or of the browser draws them; a button, a line or
 * a word more or less is told.
 */
export async function difference(kept: Buffer, now: Buffer): Promise<string | undefined> {
  const [a, b] = [await grey(kept), await grey(now)];
  if (a.width !== b.width) return `it is ${b.width} pixels wide, not ${a.width}`;
  if (Math.abs(a.height - b.height) > MOST_HEIGHT) return `it is ${b.height} pixels high, not ${a.height}`;
  const columns = Math.ceil(a.width / CELL);
  const lines = Math.ceil(Math.max(a.height, b.height) / CELL);
  const bad = Array.from({ length: columns * lines }, (_, n) => {
    const [x, y] = [(n % columns) * CELL, Math.floor(n / columns) * CELL];
    return Math.max(apart(a, b, x, y), apart(b, a, x, y)) > LEVELS;
  });
  const other = strokes(a, b);
  if (other !== undefined) return other;
  const count = bad.filter(Boolean).length;
  const together = largest(bad, columns);
  if (together <= MOST_TOGETHER && count <= Math.max(MOST_TOGETHER, bad.length * MOST_CELLS))
    return undefined;
  const first = bad.indexOf(true);
  const at = `${(first % columns) * CELL}, ${Math.floor(first / columns) * CELL}`;
  return `${count} of ${bad.length} cells differ, ${together} of them together, the first at ${at}`;
}

async function grey(png: Buffer): Promise<Grey> {
  const { data, info } = await sharp(png).greyscale().blur(1).raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** Where letters are others. */
function strokes(a: Grey, b: Grey): string | undefined {
  const { width, height } = LETTERS;
  for (let y = 0; y < a.height; y += height) {
    for (let x = 0; x < a.width; x += width) {
      const apart = overlaid(a, b, x, y);
      if (apart > MOST_STROKES) return `letters differ at ${x}, ${y}, by ${Math.round(apart)} levels`;
    }
  }
  return undefined;
}

/** Mean difference of the pixels of a block from those of the other picture, where they fit best. */
function overlaid(a: Grey, b: Grey, x: number, y: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let dy = -SHIFT_Y; dy <= SHIFT_Y; dy += 1) {
    for (let dx = -DRIFT_X; dx <= DRIFT_X; dx += 1) least = Math.min(least, laid(a, b, x, y, dx, dy));
  }
  return least;
}

function laid(a: Grey, b: Grey, x: number, y: number, dx: number, dy: number): number {
  let sum = 0;
  for (let row = y; row < y + LETTERS.height; row += 1) {
    for (let column = x; column < x + LETTERS.width; column += 1)
      sum += Math.abs(level(a, column, row) - level(b, column + dx, row + dy));
  }
  return sum / (LETTERS.width * LETTERS.height);
}

/** Beyond an edge the picture goes on as it is there. */
function level({ data, width, height }: Grey, x: number, y: number): number {
  return data[Math.min(Math.max(y, 0), height - 1) * width + Math.min(Math.max(x, 0), width - 1)] ?? 0;
}

/** How far the cell of one picture is from the nearest of the other's cells thereabouts. */
function apart(one: Grey, other: Grey, x: number, y: number): number {
  const own = mean(one, x, y);
  let least = Number.POSITIVE_INFINITY;
  for (let dy = -SHIFT_Y; dy <= SHIFT_Y; dy += 1) {
    for (let dx = -SHIFT_X; dx <= SHIFT_X; dx += 1)
      least = Math.min(least, Math.abs(own - mean(other, x + dx, y + dy)));
  }
  return least;
}

function mean(picture: Grey, x: number, y: number): number {
  let sum = 0;
  for (let row = y; row < y + CELL; row += 1) {
    for (let column = x; column < x + CELL; column += 1) sum += level(picture, column, row);
  }
  return sum / (CELL * CELL);
}

/** The most cells that touch each other, also over a corner. */
function largest(bad: readonly boolean[], columns: number): number {
  const seen = new Set<number>();
  let most = 0;
  for (const [start, isBad] of bad.entries()) {
    if (!isBad || seen.has(start)) continue;
    const open = [start];
    seen.add(start);
    let size = 0;
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      size += 1;
      for (const next of neighbours(at, columns, bad.length)) {
        if (!bad[next] || seen.has(next)) continue;
        seen.add(next);
        open.push(next);
      }
    }
    most = Math.max(most, size);
  }
  return most;
}

function neighbours(at: number, columns: number, count: number): number[] {
  const [x, y] = [at % columns, Math.floor(at / columns)];
  return [-1, 0, 1]
    .flatMap((dy) => [-1, 0, 1].map((dx) => [x + dx, y + dy] as const))
    .filter(([column, line]) => column >= 0 && column < columns && line >= 0)
    .map(([column, line]) => line * columns + column)
    .filter((next) => next < count && next !== at);
}
