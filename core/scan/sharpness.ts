/** A picture in shades of grey, row by row, 0 black to 255 white. */
export interface Grey {
  readonly levels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** What stands on a picture and how well it can be seen. */
export interface Look {
  /** Tiles on which something is written, and those on which it stands out too little to be read. */
  readonly written: number;
  readonly faint: number;
  /**
   * How steep the edges of what is written are in the direction in which they are softest: the greatest change from one
   * pixel to the next as a part of the whole contrast. An edge spread with the deviation s has about 0.4/s, a thin stroke
   * 0.6/s; contrast cancels out. `evenness`: the same as a part of that of the steepest direction.
   */
  readonly steepness: number;
  readonly evenness: number;
}

const TILE = 32;
/** How far, in levels, writing differs from its ground; less is the grain of paper and the noise of a sensor. */
const STANDS_OUT = 22;
const FAINT = 10;
const SAMPLE = 256;
/** Rows or columns of a tile that must cross a stroke: in and out again, which the edge of a sheet does not do. */
const MIN_CROSSED = 4;
/** Changes smaller than this part of the contrast decide nothing. */
const FLAT = 0.1;
const COSINES = Array.from({ length: 8 }, (_, at) => Math.cos((at * Math.PI) / 8) / 2);
const SINES = Array.from({ length: 8 }, (_, at) => Math.sin((at * Math.PI) / 8) / 2);

/**
 * Looks at the picture tile by tile, so that white paper and the edge of the sheet count for nothing, and in eight
 * directions, so that a hand that shook in one of them is found.
 */
export function look(picture: Grey): Look {
  const smooth = smoothed(picture);
  const clear: Tile[] = [];
  let faint = 0;
  for (let top = 1; top + TILE < picture.height; top += TILE) {
    for (let left = 1; left + TILE < picture.width; left += TILE) {
      const at = top * picture.width + left;
      const { low, high } = rangeOf(smooth, at);
      if (high - low < FAINT || !isWritten(smooth, at, low, high)) continue;
      if (high - low < STANDS_OUT) faint += 1;
      else clear.push({ at, range: high - low });
    }
  }
  const steepness = steepnessOf(smooth, clear);
  return {
    written: clear.length,
    faint,
    steepness: Math.min(...steepness),
    evenness: Math.min(...steepness) / Math.max(...steepness, 1e-9),
  };
}

interface Tile {
  readonly at: number;
  readonly range: number;
}

/** In each direction, from at most `SAMPLE` tiles evenly spread: more would cost time and change nothing. */
function steepnessOf(picture: Grey, tiles: readonly Tile[]): number[] {
  const slopes = COSINES.map((): number[] => []);
  const step = Math.max(1, tiles.length / SAMPLE);
  for (let n = 0; n < tiles.length; n += step) {
    const { at, range } = tiles[Math.floor(n)] as Tile;
    for (const [d, slope] of steepest(picture, at, range).entries()) slopes[d]?.push(slope);
  }
  return slopes.map((one) => quantile(one, 0.7));
}

/** The value that the part `q` of all does not exceed; 0 of none. */
function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
}

/** Weighed with the neighbours 1 : 2 : 1 both ways: what noise does to single pixels goes. */
function smoothed({ levels, width, height }: Grey): Grey {
  const across = new Uint16Array(levels.length);
  const result = new Uint8Array(levels.length);
  for (let at = 1; at < levels.length - 1; at += 1)
    across[at] = (levels[at - 1] as number) + 2 * (levels[at] as number) + (levels[at + 1] as number);
  for (let at = width; at < levels.length - width; at += 1)
    result[at] =
      ((across[at - width] as number) + 2 * (across[at] as number) + (across[at + width] as number) + 8) >> 4;
  return { levels: result, width, height };
}

function rangeOf({ levels, width }: Grey, from: number): { low: number; high: number } {
  let low = 255;
  let high = 0;
  for (let row = 0; row < TILE; row += 1) {
    for (let at = from + row * width; at < from + row * width + TILE; at += 1) {
      const level = levels[at] as number;
      if (level < low) low = level;
      if (level > high) high = level;
    }
  }
  return { low, high };
}

function isWritten({ levels, width }: Grey, from: number, low: number, high: number): boolean {
  const dark = low + (high - low) * 0.35;
  const light = low + (high - low) * 0.65;
  let crossed = 0;
  // Most of what is written is known after a few lines.
  for (let line = 0; line < TILE && crossed < MIN_CROSSED; line += 1) {
    if (crosses(levels, from + line * width, 1, dark, light)) crossed += 1;
    if (crosses(levels, from + line, width, dark, light)) crossed += 1;
  }
  return crossed >= MIN_CROSSED;
}

/** Whether a line goes from light to dark and back, or the other way round. */
function crosses(levels: Uint8Array, from: number, step: number, dark: number, light: number): boolean {
  let turned = 0;
  let was = 0;
  for (let i = 0, at = from; i < TILE; i += 1, at += step) {
    const level = levels[at] as number;
    const is = level <= dark ? -1 : level >= light ? 1 : was;
    if (was !== 0 && is !== was) turned += 1;
    if (turned === 2) return true;
    was = is;
  }
  return false;
}

/** The greatest change per pixel in each direction, as a part of `range`. */
function steepest({ levels, width }: Grey, from: number, range: number): number[] {
  const most = COSINES.map(() => 0);
  // Of a pixel no direction sees more than half of this sum: below twice the least of all it raises none.
  let enough = range * FLAT;
  for (let row = 0; row < TILE; row += 1) {
    for (let at = from + row * width; at < from + row * width + TILE; at += 1) {
      const dx = (levels[at + 1] as number) - (levels[at - 1] as number);
      const dy = (levels[at + width] as number) - (levels[at - width] as number);
      if (Math.abs(dx) + Math.abs(dy) < enough) continue;
      let least = Number.POSITIVE_INFINITY;
      for (let d = 0; d < most.length; d += 1) {
        const slope = Math.abs(dx * (COSINES[d] as number) + dy * (SINES[d] as number));
        if (slope > (most[d] as number)) most[d] = slope;
        if ((most[d] as number) < least) least = most[d] as number;
      }
      if (least * 2 > enough) enough = least * 2;
    }
  }
  return most.map((slope) => slope / range);
}
