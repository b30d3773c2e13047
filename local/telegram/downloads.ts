import type { ServerResponse } from 'node:http';
import { SimError } from './errors.ts';
import type { StoredFile } from './files.ts';

/** Only these are shown by the browser itself: a sent HTML or SVG file must not run as a page of this server. */
const SHOWABLE = /^(image\/(png|jpeg|gif|webp)|application\/pdf|audio\/ogg)$/;
const TYPE = /^[\w.+-]+\/[\w.+-]+$/;

/** Hands a file of a chat to the page: shown where that is safe, else kept as a file of its own type. */
export function download(res: ServerResponse, stored: StoredFile | undefined, asFile: boolean): void {
  if (!stored) {
    res.writeHead(404, { 'content-type': 'application/json; charset=utf-8' });
    res.end('{"error":"no such file"}');
    return;
  }
  const shown = SHOWABLE.test(stored.mime) && !asFile;
  res.writeHead(200, {
    'content-type': TYPE.test(stored.mime) ? stored.mime : 'application/octet-stream',
    'content-length': stored.bytes.length,
    'content-disposition': `${shown ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(stored.name)}`,
    'x-content-type-options': 'nosniff',
  });
  res.end(stored.bytes);
}

export interface FileFacts {
  /** Of a PDF that could be read. */
  pages?: number;
}

const MAX_LOOKED_AT = 20 * 1024 * 1024;

/** What the bubble of a file tells beside name and size. */
export async function fileFacts(stored: StoredFile | undefined): Promise<FileFacts> {
  if (!stored) throw new SimError('no such file', 404);
  if (stored.mime !== 'application/pdf' || stored.bytes.length > MAX_LOOKED_AT) return {};
  // Only now: most runs of the stand-in never show a PDF.
  const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const task = getDocument({ data: new Uint8Array(stored.bytes), verbosity: 0 });
  try {
    const { numPages } = await task.promise;
    return { pages: numPages };
  } catch {
    // Torn or behind a password: the bubble does without.
    return {};
  } finally {
    await task.destroy();
  }
}
