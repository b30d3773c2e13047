import type { ScanId } from '../ids.ts';
import type { ScanType, ScanView } from './api.ts';

/** What is read of a scan for its view. */
export interface ScanRow {
  readonly id: string;
  readonly mime: string;
  readonly bytes: number;
  readonly pages: number;
  readonly created_at: Date;
}

/** As lists show it. */
export function scanView(row: ScanRow): ScanView {
  return {
    id: row.id as ScanId,
    type: row.mime as ScanType,
    bytes: row.bytes,
    pages: row.pages,
    createdAt: row.created_at,
  };
}
