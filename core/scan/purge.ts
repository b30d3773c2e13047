import type { QueueDeps } from '../context.ts';

const KEPT_MS = 24 * 60 * 60 * 1000;
const AT_ONCE = 500;

/**
 * Removes the files that no scan refers to and that nobody began to store within a day; answers how many. The row is
 * locked while its file goes: who stores the same content meanwhile waits, and stores it anew.
 */
export async function purgeScans({
  db,
  clock,
  scanStore,
}: Pick<QueueDeps, 'db' | 'clock' | 'scanStore'>): Promise<number> {
  const before = new Date(clock.now().getTime() - KEPT_MS);
  const left = await db.prisma.$queryRaw<{ hash: Uint8Array<ArrayBuffer> }[]>`
    SELECT hash FROM scan_blob b
     WHERE touched_at < ${before} AND NOT EXISTS (SELECT FROM scan s WHERE s.hash = b.hash)
     ORDER BY touched_at LIMIT ${AT_ONCE}`;
  let removed = 0;
  for (const { hash } of left) {
    removed += await db.write(async (tx) => {
      const [mine] = await tx.$queryRaw<unknown[]>`
        SELECT FROM scan_blob WHERE hash = ${hash} AND touched_at < ${before} FOR UPDATE SKIP LOCKED`;
      if (mine === undefined) return 0;
      // A statement of its own: only now does it see a scan that was committed while the lock was waited for.
      const count = await tx.$executeRaw`
        DELETE FROM scan_blob WHERE hash = ${hash} AND NOT EXISTS (SELECT FROM scan WHERE hash = ${hash})`;
      if (count > 0) await scanStore.remove(Buffer.from(hash).toString('hex'));
      return count;
    });
  }
  return removed;
}
