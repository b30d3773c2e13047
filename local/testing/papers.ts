import { randomBytes } from 'node:crypto';
import type { Db } from '../../core/db/db.ts';
import type { ClaimId, ScanId } from '../../core/ids.ts';

/** Lays a scan with a claim as the room of scans would have kept it, without its file: for tests of what is decided on it. */
export async function layPaper(db: Db, claimId: ClaimId, at: Date): Promise<ScanId> {
  const hash = Uint8Array.from(randomBytes(32));
  const bytes = 120_000;
  await db.prisma.scan_blob.create({ data: { hash, bytes, touched_at: at, stored_at: at } });
  const { id } = await db.prisma.scan.create({
    data: {
      claim_id: claimId,
      hash,
      mime: 'image/jpeg',
      bytes,
      pages: 1,
      width: 1200,
      height: 1600,
      created_at: at,
    },
    select: { id: true },
  });
  return id as ScanId;
}
