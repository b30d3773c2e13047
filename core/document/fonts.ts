import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';

export type FontName = 'regular' | 'semibold' | 'bold';

/** A font that pdfkit has read. Its inside is pdfkit's own; what we ask of it is whether it can draw a sign. */
export interface ReadFont {
  hasGlyphForCodePoint(codePoint: number): boolean;
  /** Glyphs met so far, each with the letter it was first met as. */
  _glyphs: Record<number, unknown>;
}

/** Noto Sans has every letter of the Kazakh alphabet and comes from npm, so that no machine needs fonts of its own. */
const files: Record<FontName, string> = {
  regular: '400Regular/NotoSans_400Regular.ttf',
  semibold: '600SemiBold/NotoSans_600SemiBold.ttf',
  bold: '700Bold/NotoSans_700Bold.ttf',
};

export const fontNames = Object.keys(files) as FontName[];

const require = createRequire(import.meta.url);
const fonts = new Map<FontName, ReadFont>();

/** The font, read once for the life of the process: reading its tables anew costs more than all the rest of a paper. */
export function readFont(name: FontName): ReadFont {
  const known = fonts.get(name);
  if (known !== undefined) return known;
  const bytes = readFileSync(require.resolve(`@expo-google-fonts/noto-sans/${files[name]}`));
  const scratch = new PDFDocument({ font: '' }).font(bytes) as unknown as { _font: { font: ReadFont } };
  fonts.set(name, scratch._font.font);
  return scratch._font.font;
}

/**
 * Makes the fonts known to a document by their names. pdfkit takes a font that it has read before as it takes a file,
 * but the glyphs must be forgotten first: closing the former paper met «и» as a part of «й» and not as a letter, and
 * the next paper would have an «и» that cannot be searched or copied.
 */
export function registerFonts(doc: PDFKit.PDFDocument): void {
  for (const name of fontNames) {
    const font = readFont(name);
    font._glyphs = {};
    doc.registerFont(name, font as unknown as Buffer);
  }
}
