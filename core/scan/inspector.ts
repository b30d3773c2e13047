import { kindOf } from './kind.ts';
import { refused, type Verdict } from './verdict.ts';

export type { Verdict } from './verdict.ts';

/** Looks at scans that strangers sent. */
export interface Inspector {
  /** Takes the memory of `buffer` away meanwhile and gives it back; a scan is its first `bytes`. */
  inspect(buffer: ArrayBuffer, bytes: number): Promise<{ verdict: Verdict; buffer: ArrayBuffer }>;
}

export function createInspector(): Inspector {
  return {
    inspect: async (buffer, bytes) => {
      const kind = kindOf(new Uint8Array(buffer, 0, bytes));
      if (kind === undefined) return { verdict: refused('scan.type'), buffer };
      if (kind === 'HEIC') return { verdict: refused('scan.heic'), buffer };
      return { verdict: { ok: true, type: kind, pages: 1, width: null, height: null }, buffer };
    },
  };
}
