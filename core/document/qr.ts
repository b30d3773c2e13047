import QRCode from 'qrcode';

/**
 * Draws a QR code as one vector path, `side` points wide with its quiet zone of 4 modules (ISO/IEC 18004) inside, so
 * that it stays sharp on any printer. Error correction M: a fold or a stamp over 15 % of it does no harm.
 */
export function drawQr(doc: PDFKit.PDFDocument, url: string, x: number, y: number, side: number): void {
  const { modules } = QRCode.create(url, { errorCorrectionLevel: 'M' });
  const quiet = 4;
  const unit = side / (modules.size + 2 * quiet);
  doc.rect(x, y, side, side).fill('#ffffff');
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (modules.get(row, column) === 0) continue;
      const start = column;
      while (column + 1 < modules.size && modules.get(row, column + 1) !== 0) column += 1;
      doc.rect(x + (quiet + start) * unit, y + (quiet + row) * unit, (column - start + 1) * unit, unit);
    }
  }
  doc.fill('#000000');
}
