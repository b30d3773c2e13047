import PDFDocument from 'pdfkit';
import type { Bilingual, Language } from '../act.ts';
import { type FontName, registerFonts } from './fonts.ts';
import { type DocumentWords, documentWords } from './words.ts';

/** A paper being written: `y` is where the next block begins, in points from the top of the last page. */
export interface Sheet {
  readonly doc: PDFKit.PDFDocument;
  readonly language: Language;
  readonly words: DocumentWords;
  readonly number: string;
  readonly verifyUrl: string;
  readonly density: Density;
  y: number;
  pages: number;
}

export interface Style {
  readonly font: FontName;
  readonly size: number;
  readonly color: string;
  readonly align?: 'left' | 'center' | 'right';
  readonly lineGap?: number;
  readonly characterSpacing?: number;
}

export const colors = {
  ink: '#16242f',
  grey: '#5d6b76',
  line: '#d5dee4',
  blue: '#0b6e8f',
  paleBlue: '#eaf4f8',
  gold: '#d9a521',
  paleGold: '#fdf7e6',
  white: '#ffffff',
} as const;

/** How close the lines stand: 0 with room, 2 as close as they stay easy to read. */
export type Density = 0 | 1 | 2;

const spacings = {
  0: { block: 13, row: 4.5, note: 4 },
  1: { block: 10.5, row: 3, note: 3 },
  2: { block: 8, row: 2, note: 2 },
} as const;

/** A4 in points; `bottom` is the lowest line of the text, the footer is below it. */
export const page = { width: 595.28, height: 841.89, left: 48, right: 547.28, top: 40, bottom: 784 } as const;
export const contentWidth = page.right - page.left;

export interface SheetOptions {
  readonly language: Language;
  readonly title: string;
  readonly issuer: Bilingual;
  readonly number: string;
  readonly verifyUrl: string;
  /** The moment the paper speaks of: written into the file, so that the same data always gives the same bytes. */
  readonly createdAt: Date;
  readonly density: Density;
}

export function openSheet(options: SheetOptions): Sheet {
  const { language, createdAt } = options;
  const doc = new PDFDocument({
    size: 'A4',
    margin: 0,
    bufferPages: true,
    pdfVersion: '1.7',
    lang: language === 'kk' ? 'kk-KZ' : 'ru-KZ',
    displayTitle: true,
    // No standard font: it would be named in the file without being embedded.
    font: '',
    info: {
      Title: options.title,
      Author: options.issuer[language],
      Creator: 'Kezek',
      Producer: 'Kezek',
      CreationDate: createdAt,
      ModDate: createdAt,
    },
  });
  registerFonts(doc);
  const { number, verifyUrl, density } = options;
  const words = documentWords[language];
  return { doc, language, words, number, verifyUrl, density, y: page.top, pages: 1 };
}

/** Lays a paper out with room; closer when it would take a second page; on two pages when nothing else helps. */
export function onFewestPages(compose: (density: Density) => Sheet): Sheet {
  let sheet = compose(0);
  for (const density of [1, 2] as const) {
    if (sheet.pages > 1) sheet = compose(density);
  }
  return sheet;
}

/** Points between blocks, between rows of a section, and between notes. */
export function gaps(sheet: Sheet): { block: number; row: number; note: number } {
  return spacings[sheet.density];
}

/** Writes a text and returns its height. A word wider than the column is broken, never cut off. */
export function write(sheet: Sheet, text: string, style: Style, x: number, y: number, width: number): number {
  const height = heightOf(sheet, text, style, width);
  sheet.doc.fillColor(style.color).text(text, x, y, textOptions(style, width));
  return height;
}

/** The height `write` will take. */
export function heightOf(sheet: Sheet, text: string, style: Style, width: number): number {
  return sheet.doc.font(style.font, style.size).heightOfString(text, textOptions(style, width));
}

/** Begins a new page when the block does not fit on this one: a block is never torn apart. */
export function ensureRoom(sheet: Sheet, height: number): void {
  if (sheet.y + height <= page.bottom) return;
  sheet.doc.addPage();
  sheet.pages += 1;
  sheet.y = page.top;
}

/** Ends the file and gives its bytes. */
export function closeSheet(sheet: Sheet): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    sheet.doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    sheet.doc.on('end', () => resolve(Buffer.concat(chunks)));
    sheet.doc.on('error', reject);
    sheet.doc.end();
  });
}

function textOptions(style: Style, width: number): PDFKit.Mixins.TextOptions {
  const { align = 'left', lineGap = 0, characterSpacing = 0 } = style;
  return { width, align, lineGap, characterSpacing };
}
