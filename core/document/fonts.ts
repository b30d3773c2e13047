import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export type FontName = 'regular' | 'semibold' | 'bold';

/** Noto Sans has every letter of the Kazakh alphabets and comes from npm, so that no machine needs fonts of its own. */
const files: Record<FontName, string> = {
  regular: '400Regular/NotoSans_400Regular.ttf',
  semibold: '600SemiBold/NotoSans_600SemiBold.ttf',
  bold: '700Bold/NotoSans_700Bold.ttf',
};

export const fontNames = Object.keys(files) as FontName[];

const require = createRequire(import.meta.url);
const loaded = new Map<FontName, Buffer>();

/** The font file, read once. */
export function fontFile(name: FontName): Buffer {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const bytes = readFileSync(require.resolve(`@expo-google-fonts/noto-sans/${files[name]}`));
  loaded.set(name, bytes);
  return bytes;
}
