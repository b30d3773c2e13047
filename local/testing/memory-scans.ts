import type { ScanStore } from '../../core/scan/api.ts';

/** Scans in memory, with the files in the test's hand. */
export function memoryScanStore(): ScanStore & { readonly files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>();
  return {
    files,
    put: async (key, content, bytes) => {
      if (files.has(key)) return;
      const pieces: Uint8Array[] = [];
      for await (const piece of content) pieces.push(piece);
      const file = Buffer.concat(pieces);
      if (file.length !== bytes) throw new Error(`${file.length} bytes of a scan came instead of ${bytes}`);
      files.set(key, file);
    },
    get: async (key) => {
      const file = files.get(key);
      return file === undefined ? undefined : pieceByPiece(file);
    },
    remove: async (key) => void files.delete(key),
  };
}

async function* pieceByPiece(file: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.length; at += 50_000) yield file.subarray(at, at + 50_000);
}
