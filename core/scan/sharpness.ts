/** A picture in shades of grey, row by row, 0 black to 255 white. */
export interface Grey {
  readonly levels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** What stands on a picture and how well it can be seen. */
export interface Look {
  /**
   * Tiles on which something is written, and those on which it stands out too little to be read. Once there is enough to
   * measure by, the rest of the picture is not looked at.
   */
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
/** A tile with one line of neighbours on each side; theirs must be in the picture too. */
const SIDE = TILE + 2;
const EDGE = 2;
/** Multiples of this part of a whole are spread over it evenly, however many there are. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** How far, in levels, writing differs from its ground; less is the grain of paper and the noise of a sensor. */
const STANDS_OUT = 22;
const FAINT = 10;
/** Written tiles that are measured: more would cost time and change nothing. */
const SAMPLE = 160;
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
  const slopes = COSINES.map((): number[] => []);
  const tile = new Uint8Array(SIDE * SIDE);
  let written = 0;
  let faint = 0;
  for (const at of scattered(picture)) {
    smooth(picture, at, tile);
    const { low, high } = rangeOf(tile);
    if (high - low < FAINT || !isWritten(tile, low, high)) continue;
    if (high - low < STANDS_OUT) {
      faint += 1;
      continue;
    }
    written += 1;
    for (const [d, slope] of steepest(tile, high - low).entries()) slopes[d]?.push(slope);
    if (written === SAMPLE) break;
  }
  const steepness = slopes.map((one) => quantile(one, 0.7));
  return {
    written,
    faint,
    steepness: Math.min(...steepness),
    evenness: Math.min(...steepness) / Math.max(...steepness, 1e-9),
  };
}

/** Where each tile begins, in an order in which any number of the first ones is spread over the whole picture. */
function* scattered({ width, height }: Grey): Generator<number> {
  const across = tilesIn(width);
  const count = across * tilesIn(height);
  let stride = Math.max(1, Math.round(count * GOLDEN));
  while (commonDivisor(stride, count) > 1) stride += 1;
  for (let n = 0, tile = 0; n < count; n += 1, tile = (tile + stride) % count)
    yield (EDGE + Math.floor(tile / across) * TILE) * width + EDGE + (tile % across) * TILE;
}

function tilesIn(length: number): number {
  return Math.max(0, Math.floor((length - 2 * EDGE) / TILE));
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/** The value that the part `q` of all does not exceed; 0 of none. */
function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
}

/**
 * One tile with a line of its neighbours around, each pixel weighed with those next to it 1 : 2 : 1 both ways: what noise
 * does to single pixels goes.
 */
function smooth({ levels, width }: Grey, from: number, tile: Uint8Array): void {
  for (let row = 0, to = 0; row < SIDE; row += 1) {
    let at = from + (row - 1) * width - 1;
    let left = columnOf(levels, at - 1, width);
    let here = columnOf(levels, at, width);
    for (let n = 0; n < SIDE; n += 1, at += 1, to += 1) {
      const right = columnOf(levels, at + 1, width);
      tile[to] = (left + 2 * here + right + 8) >> 4;
      left = here;
      here = right;
    }
  }
}

function columnOf(levels: Uint8Array, at: number, width: number): number {
  return (levels[at - width] as number) + 2 * (levels[at] as number) + (levels[at + width] as number);
}

function rangeOf(tile: Uint8Array): { low: number; high: number } {
  let low = 255;
  let high = 0;
  for (let row = 1; row <= TILE; row += 1) {
    for (let at = row * SIDE + 1; at <= row * SIDE + TILE; at += 1) {
      const level = tile[at] as number;
      if (level < low) low = level;
      if (level > high) high = level;
    }
  }
  return { low, high };
}

function isWritten(tile: Uint8Array, low: number, high: number): boolean {
  const dark = low + (high - low) * 0.35;
  const light = low + (high - low) * 0.65;
  let crossed = 0;
  // Most of what is written is known after a few lines.
  for (let line = 1; line <= TILE && crossed < MIN_CROSSED; line += 1) {
    if (crosses(tile, line * SIDE + 1, 1, dark, light)) crossed += 1;
    if (crosses(tile, SIDE + line, SIDE, dark, light)) crossed += 1;
  }
  return crossed >= MIN_CROSSED;
}

/** Whether a line goes from light to dark and back, or the other way round. */
function crosses(tile: Uint8Array, from: number, step: number, dark: number, light: number): boolean {
  let turned = 0;
  let was = 0;
  for (let i = 0, at = from; i < TILE; i += 1, at += step) {
    const level = tile[at] as number;
    const is = level <= dark ? -1 : level >= light ? 1 : was;
    if (was !== 0 && is !== was) turned += 1;
    if (turned === 2) return true;
    was = is;
  }
  return false;
}

/** The greatest change per pixel in each direction, as a part of `range`. */
function steepest(tile: Uint8Array, range: number): number[] {
  const most = COSINES.map(() => 0);
  // Of a pixel no direction sees more than half of this sum: below twice the least of all it raises none.
  let enough = range * FLAT;
  for (let row = 1; row <= TILE; row += 1) {
    for (let at = row * SIDE + 1; at <= row * SIDE + TILE; at += 1) {
      const dx = (tile[at + 1] as number) - (tile[at - 1] as number);
      const dy = (tile[at + SIDE] as number) - (tile[at - SIDE] as number);
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
