import { SCAN_RULES } from './api.ts';
import { refused, type Verdict } from './verdict.ts';

type Pdfjs = typeof import('pdfjs-dist/legacy/build/pdf.mjs');
/** The half of pdf.js that reads; it comes without types. */
interface Reader {
  readonly WorkerMessageHandler: { initializeFromPort(port: Port): void };
}
type Listener = (event: { readonly data: unknown }) => void;

const READER = 'pdfjs-dist/legacy/build/pdf.worker.mjs';
let loaded: Promise<[Pdfjs, Reader]> | undefined;

/** Counts the pages and opens each; nothing is drawn. */
export async function lookAtPdf(content: Uint8Array<ArrayBuffer>): Promise<Verdict> {
  // Half of the scans' worker's memory, and only who sends a PDF needs it.
  loaded ??= Promise.all([import('pdfjs-dist/legacy/build/pdf.mjs'), import(READER) as Promise<Reader>]);
  const [pdfjs, reader] = await loaded;
  const port = new Port();
  reader.WorkerMessageHandler.initializeFromPort(port);
  const worker = pdfjs.PDFWorker.create({ port: port as unknown as Worker, verbosity: 0 });
  const task = pdfjs.getDocument({
    data: content,
    worker,
    verbosity: 0,
    stopAtErrors: true,
    enableXfa: false,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    useWasm: false,
  });
  try {
    const { numPages } = await task.promise;
    const { maxPages } = SCAN_RULES;
    if (numPages > maxPages) return refused('scan.pdfPages', { limit: maxPages });
    const document = await task.promise;
    for (let page = 1; page <= numPages; page += 1) (await document.getPage(page)).cleanup();
    if (numPages < 1) return refused('scan.damaged');
    return { ok: true, type: 'application/pdf', pages: numPages, width: null, height: null };
  } catch (error) {
    const isLocked = error instanceof Error && error.name === 'PasswordException';
    return refused(isLocked ? 'scan.pdfLocked' : 'scan.damaged');
  } finally {
    await task.destroy();
    worker.destroy();
  }
}

/** Between the two halves of pdf.js. Its own would hand the content over as a copy that does not come back. */
class Port {
  readonly #listeners = new Set<Listener>();

  postMessage(data: unknown): void {
    queueMicrotask(() => {
      for (const listener of [...this.#listeners]) listener({ data });
    });
  }

  addEventListener(_name: string, listener: Listener, options?: { readonly signal?: AbortSignal }): void {
    this.#listeners.add(listener);
    options?.signal?.addEventListener('abort', () => this.#listeners.delete(listener));
  }

  removeEventListener(_name: string, listener: Listener): void {
    this.#listeners.delete(listener);
  }
}
