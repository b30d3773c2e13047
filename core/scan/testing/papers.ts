import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';
import sharp, { type CreateRaw, type Sharp } from 'sharp';

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
export function sheet(text: Text = 'FULL', width = 1240, ink = INK, stamp = '#2a3a9a'): Buffer {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="210" height="297" viewBox="0 0 210 297">
    <rect width="210" height="297" fill="#fff"/>${text === 'NONE' ? '' : content(text, ink, stamp)}</svg>`;
  const font = { fontFiles: FONTS, loadSystemFonts: false, defaultFontFamily: 'Noto Sans' };
  return Buffer.from(new Resvg(svg, { font, fitTo: { mode: 'width', value: width } }).render().asPng());
}

function content(text: Exclude<Text, 'NONE'>, ink: string, stamp: string): string {
  const size = text === 'SMALL' ? 2.8 : 4.2;
  const count = { FULL: 30, SPARSE: 4, SMALL: 44 }[text];
  const lines = Array.from({ length: count }, (_, at) => {
    const y = 62 + at * size * 1.55;
    return `<text x="22" y="${y}" font-size="${size}" fill="${ink}">${LINES[at % LINES.length]}</text>`;
  });
  return `<text x="105" y="30" font-size="5.6" font-weight="700" text-anchor="middle" fill="${ink}">«Балдырған» балабақшасы</text>
    <text x="105" y="44" font-size="6.4" font-weight="700" text-anchor="middle" fill="${ink}">АНЫҚТАМА / СПРАВКА № 123</text>
    ${lines.join('')}
    <circle cx="60" cy="272" r="16" fill="none" stroke="${stamp}" stroke-width="0.8"/>
    <text x="60" y="273" font-size="3" text-anchor="middle" fill="${stamp}">М.О. / М.П.</text>
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
  const background = shot.table ?? '#6b5238';
  const small = sharp(paper)
    .resize({ height: Math.round(height * 0.86) })
    .removeAlpha();
  const askew = sharp(...(await pixelsOf(small))).rotate(shot.askew ?? 1.5, { background });
  const page = sharp(...(await pixelsOf(askew))).resize({ width, height, fit: 'contain', background });
  const seen = blur > 0 ? sharp(...(await pixelsOf(page))).blur(blur) : page;
  const [data] = await pixelsOf(seen);
  const moved = shake > 0 ? shaken(data, width, height, shake, shot.direction ?? 0) : data;
  if (noise > 0 || light.some((part) => part < 1)) expose(moved, width, height, light, noise, shot.seed ?? 1);
  return sharp(moved, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();
}

/** Step by step, because sharp does its work in an order of its own; without packing it in between. */
async function pixelsOf(picture: Sharp): Promise<[Buffer, { raw: CreateRaw }]> {
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  return [data, { raw: { width: info.width, height: info.height, channels: info.channels } }];
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
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const part = from + ((to - from) * (x / width + y / height)) / 2;
      // The sum of four even numbers is near enough to a bell; the colours of a pixel are noisy together.
      const grain = (random() + random() + random() + random()) * 1.73 * noise;
      for (let at = (y * width + x) * 3; at < (y * width + x) * 3 + 3; at += 1)
        data[at] = Math.max(0, Math.min(255, Math.round((data[at] ?? 0) * part + grain)));
    }
  }
}
