import type { Bilingual, Language } from '../act.ts';
import { localDate } from '../calendar/civil-date.ts';
import { dateWithoutWeekday, weekdayAndTime, weekdayName } from '../calendar/format.ts';
import { fill } from '../text/fill.ts';
import { drawQr } from './qr.ts';
import {
  colors,
  contentWidth,
  ensureRoom,
  gaps,
  heightOf,
  page,
  type Sheet,
  type Style,
  write,
} from './sheet.ts';
import { documentWords } from './words.ts';

export interface Row {
  readonly label: string;
  readonly value: string;
  readonly strong?: boolean;
}

export interface Card {
  readonly label: string;
  readonly value: string;
  /** A smaller line under the value: the weekday and the hour of a date. */
  readonly detail?: string;
  /** The date that matters most: one card of the row. */
  readonly main?: boolean;
}

const LABEL_WIDTH = 138;
const QR_SIDE = 98;

const styles = {
  issuer: { font: 'semibold', size: 9.5, color: colors.ink, align: 'center' },
  service: { font: 'regular', size: 7, color: colors.grey, align: 'center' },
  title: { font: 'bold', size: 25, color: colors.ink, characterSpacing: 1.5 },
  subtitle: { font: 'regular', size: 11.5, color: colors.grey },
  number: { font: 'semibold', size: 14, color: colors.blue },
  caption: { font: 'regular', size: 7, color: colors.grey, align: 'center' },
  section: { font: 'semibold', size: 9.5, color: colors.blue },
  label: { font: 'regular', size: 9.5, color: colors.grey },
  value: { font: 'regular', size: 10.5, color: colors.ink },
  strong: { font: 'bold', size: 11.5, color: colors.ink },
  attention: { font: 'bold', size: 11, color: colors.ink },
  note: { font: 'regular', size: 9.3, color: colors.ink, lineGap: 0.6 },
  noteNumber: { font: 'bold', size: 9.3, color: colors.gold },
  small: { font: 'regular', size: 7.5, color: colors.grey },
  link: { font: 'regular', size: 7.5, color: colors.blue },
} as const satisfies Record<string, Style>;

/** The head of the paper in both languages, Kazakh first, as on every official paper of the country. */
export function header(sheet: Sheet, issuer: Bilingual): void {
  const width = 200;
  const column = (language: 'kk' | 'ru', x: number): number => {
    const height = write(sheet, issuer[language], styles.issuer, x, sheet.y, width);
    const service = documentWords[language].header.service;
    return height + 3 + write(sheet, service, styles.service, x, sheet.y + height + 3, width);
  };
  const height = Math.max(column('kk', page.left), column('ru', page.right - width), 52);
  drawSun(sheet.doc, page.width / 2, sheet.y + 26, 24);
  sheet.y += height + 12;
  sheet.doc.rect(page.left, sheet.y, contentWidth, 2.4).fill(colors.blue);
  sheet.doc.rect(page.left, sheet.y + 4, contentWidth, 0.8).fill(colors.gold);
  sheet.y += 4.8 + 18;
}

/** The name of the paper and its number on the left, the QR code on the right. */
export function titleWithQr(sheet: Sheet, title: string, subtitle: string): void {
  const { words } = sheet;
  const top = sheet.y;
  const textWidth = contentWidth - QR_SIDE - 24;
  const qrX = page.right - QR_SIDE;
  let y = top + 3;
  y += write(sheet, title, oneLine(sheet, title, styles.title, textWidth), page.left, y, textWidth) + 1;
  y += write(sheet, subtitle, styles.subtitle, page.left, y, textWidth) + 8;
  y += write(sheet, fill(words.number, { number: sheet.number }), styles.number, page.left, y, textWidth);

  sheet.doc.roundedRect(qrX, top, QR_SIDE, QR_SIDE, 6).lineWidth(0.8).stroke(colors.line);
  drawQr(sheet.doc, sheet.verifyUrl, qrX + 3, top + 3, QR_SIDE - 6);
  sheet.doc.link(qrX, top, QR_SIDE, QR_SIDE, sheet.verifyUrl);
  const caption = write(sheet, words.verify.caption, styles.caption, qrX, top + QR_SIDE + 4, QR_SIDE);
  sheet.y = Math.max(y, top + QR_SIDE + 4 + caption) + gaps(sheet).block;
}

/** The same for a paper that nobody has to check: without the code. */
export function titleLine(sheet: Sheet, title: string, subtitle: string, number: string): void {
  const { left } = page;
  sheet.y += write(
    sheet,
    title,
    oneLine(sheet, title, styles.title, contentWidth),
    left,
    sheet.y,
    contentWidth,
  );
  sheet.y += 1 + write(sheet, subtitle, styles.subtitle, left, sheet.y + 1, contentWidth);
  sheet.y += 6 + write(sheet, number, styles.number, left, sheet.y + 6, contentWidth) + gaps(sheet).block;
}

/** A heading with its rows: the name of the thing on the left, what it is on the right. */
export function section(sheet: Sheet, heading: string, rows: readonly Row[]): void {
  const valueX = page.left + LABEL_WIDTH + 12;
  const valueWidth = page.right - valueX;
  const valueStyle = (row: Row): Style => (row.strong ? styles.strong : styles.value);
  const rowHeight = (row: Row): number =>
    Math.max(
      heightOf(sheet, row.label, styles.label, LABEL_WIDTH),
      heightOf(sheet, row.value, valueStyle(row), valueWidth),
    ) + gaps(sheet).row;
  const [first] = rows;
  ensureRoom(sheet, 22 + (first ? rowHeight(first) : 0));

  sheet.y += write(sheet, heading, styles.section, page.left, sheet.y, contentWidth) + 3;
  sheet.doc.rect(page.left, sheet.y, contentWidth, 0.8).fill(colors.line);
  sheet.y += 6;
  for (const row of rows) {
    const height = rowHeight(row);
    ensureRoom(sheet, height);
    const baseline = row.strong ? 2.4 : 1.2;
    write(sheet, row.label, styles.label, page.left, sheet.y + baseline, LABEL_WIDTH);
    write(sheet, row.value, valueStyle(row), valueX, sheet.y, valueWidth);
    sheet.y += height;
  }
  sheet.y += gaps(sheet).block - gaps(sheet).row;
}

/** Two or three facts side by side; the one that matters most stands out. */
export function cards(sheet: Sheet, items: readonly Card[]): void {
  const gap = 10;
  const pad = 10;
  const width = (contentWidth - gap * (items.length - 1)) / items.length;
  const inner = width - 2 * pad;
  const tallest = (part: 'label' | 'value' | 'detail', among: readonly Card[]): number =>
    Math.max(0, ...among.map((card) => heightOf(sheet, card[part] ?? '', cardStyle(card, part), inner)));
  const detailed = items.filter((card) => card.detail !== undefined);
  const valueTop = pad + tallest('label', items) + 2;
  const detailTop = valueTop + tallest('value', detailed);
  const textBottom = Math.max(detailTop + tallest('detail', detailed), valueTop + tallest('value', items));
  const height = textBottom + pad;
  ensureRoom(sheet, height);
  items.forEach((card, index) => {
    const left = page.left + index * (width + gap);
    sheet.doc.roundedRect(left, sheet.y, width, height, 7).fill(card.main ? colors.blue : colors.paleBlue);
    write(sheet, card.label, cardStyle(card, 'label'), left + pad, sheet.y + pad, inner);
    write(sheet, card.value, cardStyle(card, 'value'), left + pad, sheet.y + valueTop, inner);
    write(sheet, card.detail ?? '', cardStyle(card, 'detail'), left + pad, sheet.y + detailTop, inner);
  });
  sheet.y += height + gaps(sheet).block;
}

/** A card that names a day: a term that runs to the end of it. */
export function dayCard(label: string, instant: Date, language: Language): Card {
  const day = localDate(instant);
  return { label, value: dateWithoutWeekday(day, language), detail: weekdayName(day, language) };
}

/** A card that names a moment, to the minute. */
export function momentCard(label: string, instant: Date, language: Language): Card {
  const value = dateWithoutWeekday(localDate(instant), language);
  return { label, value, detail: weekdayAndTime(instant, language) };
}

function cardStyle(card: Card, part: 'label' | 'value' | 'detail'): Style {
  const color = card.main ? colors.white : part === 'label' ? colors.grey : colors.ink;
  if (part === 'label') return { font: 'regular', size: 8.5, color };
  if (part === 'detail') return { font: 'regular', size: 10, color };
  return { font: 'bold', size: card.detail === undefined ? 22 : 12.5, color };
}

/** The style made smaller until the text stands on one line; not below 15 points, where it wraps instead. */
function oneLine(sheet: Sheet, text: string, style: Style, width: number): Style {
  let size = style.size;
  while (size > 15 && heightOf(sheet, text, { ...style, size }, width) > size * 1.5) size -= 1;
  return { ...style, size };
}

/** «Назар аударуды сұраймыз!»: the notes of the source documents, numbered, on one tinted panel. */
export function attention(sheet: Sheet, notes: readonly string[]): void {
  const pad = 12;
  const numberWidth = 18;
  const textWidth = contentWidth - 2 * pad - numberWidth;
  const heading = heightOf(sheet, sheet.words.attention, styles.attention, contentWidth - 2 * pad);
  const heights = notes.map((note) => heightOf(sheet, note, styles.note, textWidth) + gaps(sheet).note);
  const height = pad + heading + 6 + heights.reduce((sum, part) => sum + part, 0) + pad - gaps(sheet).note;
  ensureRoom(sheet, height);

  sheet.doc.roundedRect(page.left, sheet.y, contentWidth, height, 7).fill(colors.paleGold);
  sheet.doc.rect(page.left, sheet.y + 8, 3, height - 16).fill(colors.gold);
  let y = sheet.y + pad;
  y += write(sheet, sheet.words.attention, styles.attention, page.left + pad, y, contentWidth - 2 * pad) + 6;
  notes.forEach((note, index) => {
    write(sheet, `${index + 1}.`, styles.noteNumber, page.left + pad, y, numberWidth);
    write(sheet, note, styles.note, page.left + pad + numberWidth, y, textWidth);
    y += heights[index] ?? 0;
  });
  sheet.y += height + gaps(sheet).block;
}

/** On every page: where to check the paper, and which page of how many it is. Called last. */
export function footers(sheet: Sheet): void {
  const { doc, words, pages } = sheet;
  const top = page.bottom + 10;
  const textWidth = contentWidth - 110;
  for (let index = 0; index < pages; index += 1) {
    doc.switchToPage(index);
    doc.rect(page.left, top, contentWidth, 0.8).fill(colors.line);
    const height = write(sheet, words.verify.footer, styles.small, page.left, top + 7, textWidth);
    write(sheet, sheet.verifyUrl, styles.link, page.left, top + 7 + height, textWidth);
    const side: Style = { ...styles.small, align: 'right' };
    const numberHeight = write(sheet, sheet.number, side, page.right - 105, top + 7, 105);
    const counter = fill(words.page, { page: index + 1, pages });
    write(sheet, counter, side, page.right - 105, top + 7 + numberHeight, 105);
  }
}

/** The sign of the head: a sun in a ring. Not the state emblem, whose use the law reserves. */
function drawSun(doc: PDFKit.PDFDocument, x: number, y: number, radius: number): void {
  const rays = 16;
  const point = (angle: number, distance: number): [number, number] => [
    x + Math.cos(angle) * distance,
    y + Math.sin(angle) * distance,
  ];
  doc.circle(x, y, radius).fill(colors.blue);
  doc
    .circle(x, y, radius - 2.2)
    .lineWidth(0.7)
    .stroke(colors.gold);
  for (let ray = 0; ray < rays; ray += 1) {
    const angle = (ray * 2 * Math.PI) / rays;
    doc
      .moveTo(...point(angle - 0.13, radius * 0.47))
      .lineTo(...point(angle, radius * 0.78))
      .lineTo(...point(angle + 0.13, radius * 0.47))
      .closePath();
  }
  doc.fill(colors.gold);
  doc.circle(x, y, radius * 0.4).fill(colors.gold);
}
