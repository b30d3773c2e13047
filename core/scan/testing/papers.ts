import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';
import sharp from 'sharp';

const require = createRequire(import.meta.url);
const FONTS = ['400Regular/NotoSans_400Regular.ttf', '700Bold/NotoSans_700Bold.ttf'].map((file) =>
  require.resolve(`@expo-google-fonts/noto-sans/${file}`),
);
const INK = '#1b1b22';
const LINES = [
  'Осы анықтама Сыналова Айгүл Серікқызына берілді, ол 2019 жылдан бастап',
  'мекемеде тәрбиеші лауазымында жұмыс істейтіндігі туралы. Анықтама талап',
  'етілген жерге көрсету үшін берілді. Балалары: Сыналов Нұрлан 2022 ж. т.,',
  'Настоящая справка дана в том, что она действительно работает в должности',
  'воспитателя с 2019 года по настоящее время, приказ № 47-к от 02.09.2019 г.',
  'Справка выдана для предъявления по месту требования. ЖСН 900505450013.',
];

/** What stands on a sheet of A4: a full certificate, one of a few lines, small print, or nothing. */
export type Text = 'FULL' | 'SPARSE' | 'SMALL' | 'NONE';

/** A sheet of A4 as a printer lays it out, `width` pixels wide. */
export function sheet(text: Text = 'FULL', width = 2480, ink = INK): Buffer {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="210" height="297" viewBox="0 0 210 297">
    <rect width="210" height="297" fill="#fff"/>${text === 'NONE' ? '' : content(text, ink)}</svg>`;
  const font = { fontFiles: FONTS, loadSystemFonts: false, defaultFontFamily: 'Noto Sans' };
  return Buffer.from(new Resvg(svg, { font, fitTo: { mode: 'width', value: width } }).render().asPng());
}

function content(text: Exclude<Text, 'NONE'>, ink: string): string {
  const size = text === 'SMALL' ? 2.8 : 4.2;
  const count = { FULL: 30, SPARSE: 4, SMALL: 44 }[text];
  const lines = Array.from({ length: count }, (_, at) => {
    const y = 62 + at * size * 1.55;
    return `<text x="22" y="${y}" font-size="${size}" fill="${ink}">${LINES[at % LINES.length]}</text>`;
  });
  return `<text x="105" y="30" font-size="5.6" font-weight="700" text-anchor="middle" fill="${ink}">«Балдырған» балабақшасы</text>
    <text x="105" y="44" font-size="6.4" font-weight="700" text-anchor="middle" fill="${ink}">АНЫҚТАМА / СПРАВКА № 123</text>
    ${lines.join('')}
    <circle cx="60" cy="272" r="16" fill="none" stroke="#2a3a9a" stroke-width="0.8"/>
    <text x="60" y="273" font-size="3" text-anchor="middle" fill="#2a3a9a">М.О. / М.П.</text>
    <text x="110" y="273" font-size="4.2" fill="${ink}">Меңгеруші _______ Қ. Әбенова</text>`;
}

/** How a sheet was photographed. Blurs and the noise are measured on the picture as it is sent. */
export interface Shot {
  readonly longSide?: number;
  /** Radius (sigma) of a lens out of focus, in pixels. */
  readonly blur?: number;
  /** Length of the way a shaken hand went, in pixels, and its direction in degrees. */
  readonly shake?: number;
  readonly direction?: number;
  /** Deviation of the sensor's noise, in levels of 255. */
  readonly noise?: number;
  /** Light at the left upper and the right lower corner, as parts of full light. */
  readonly light?: readonly [number, number];
  readonly quality?: number;
  readonly table?: string;
  /** Degrees by which the sheet lies askew. */
  readonly askew?: number;
  readonly seed?: number;
}

/** A photo of a sheet on a table, as a JPEG; by default as Telegram sends it: 1,280 pixels on the long side, quality 80. */
export async function photo(paper: Buffer, shot: Shot = {}): Promise<Buffer> {
  const { longSide = 1280, blur = 0, shake = 0, noise = 2, light = [1, 0.8], quality = 80 } = shot;
  const height = longSide;
  const width = Math.round(longSide * 0.75);
  const table = shot.table ?? '#6b5238';
  const small = await sharp(paper)
    .resize({ height: Math.round(height * 0.86) })
    .removeAlpha()
    .toBuffer();
  const askew = await sharp(small)
    .rotate(shot.askew ?? 1.5, { background: table })
    .toBuffer();
  const page = await sharp(askew).resize({ width, height, fit: 'contain', background: table }).toBuffer();
  const seen = blur > 0 ? await sharp(page).blur(blur).toBuffer() : page;
  const { data } = await sharp(seen).raw().toBuffer({ resolveWithObject: true });
  const moved = shake > 0 ? shaken(data, width, height, shake, shot.direction ?? 0) : data;
  expose(moved, width, height, light, noise, shot.seed ?? 1);
  return sharp(moved, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();
}

/** The mean over the way of the hand. */
function shaken(data: Buffer, width: number, height: number, length: number, degrees: number): Buffer {
  const steps = Math.max(2, Math.ceil(length));
  const [dx, dy] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const sums = new Uint16Array(data.length);
  for (let step = 0; step < steps; step += 1) {
    const way = (step / (steps - 1) - 0.5) * length;
    const [ox, oy] = [Math.round(way * dx), Math.round(way * dy)];
    for (let y = 0; y < height; y += 1) {
      const row = Math.min(height - 1, Math.max(0, y + oy)) * width;
      for (let x = 0; x < width; x += 1) {
        const from = (row + Math.min(width - 1, Math.max(0, x + ox))) * 3;
        const to = (y * width + x) * 3;
        for (let c = 0; c < 3; c += 1) sums[to + c] = (sums[to + c] ?? 0) + (data[from + c] ?? 0);
      }
    }
  }
  return Buffer.from(sums.map((sum) => Math.round(sum / steps)));
}

function expose(
  data: Buffer,
  width: number,
  height: number,
  [from, to]: readonly [number, number],
  noise: number,
  seed: number,
): void {
  let state = seed;
  // The sum of four even numbers is near enough to a bell.
  const random = () => {
    let sum = 0;
    for (let i = 0; i < 4; i += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      sum += state / 2 ** 32 - 0.5;
    }
    return sum * 1.73;
  };
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const part = from + ((to - from) * (x / width + y / height)) / 2;
      for (let c = 0; c < 3; c += 1) {
        const at = (y * width + x) * 3 + c;
        const level = (data[at] ?? 0) * part + random() * noise;
        data[at] = Math.max(0, Math.min(255, Math.round(level)));
      }
    }
  }
}
