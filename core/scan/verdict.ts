import type { RefusalParams } from '../refusal.ts';
import type { ScanType } from './api.ts';

/** What the look at a scan came to; `width` and `height` in pixels, upright, of a picture. */
export type Verdict =
  | {
      readonly ok: true;
      readonly type: ScanType;
      readonly pages: number;
      readonly width: number | null;
      readonly height: number | null;
    }
  | { readonly ok: false; readonly code: string; readonly params: RefusalParams };

export function refused(code: string, params: RefusalParams = {}): Verdict {
  return { ok: false, code, params };
}
