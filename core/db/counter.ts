import { localDate } from '../calendar/civil-date.ts';
import type { WriteTx } from '../db/db.ts';

/**
 * The next number of a yearly series, `ZH-TSL-2026-000123`; gaps are possible, repeats are not. A series belongs to a
 * district, so that one district's actions do not wait for another's.
 */
export async function nextNumber(tx: WriteTx, series: string, at: Date): Promise<string> {
  const year = localDate(at).slice(0, 4);
  const name = `${series}-${year}`;
  const [row] = await tx.$queryRaw<{ value: number }[]>`
    INSERT INTO counter (name, value) VALUES (${name}, 1)
    ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value`;
  return `${name}-${String(row?.value ?? 0).padStart(6, '0')}`;
}
