import { randomBytes } from 'node:crypto';
import type { ClaimId, ScanId } from '../../core/ids.ts';
import { sealed, sealedLength } from '../../core/scan/cipher.ts';
import type { CoreWorld } from './core-world.ts';

/**
 * Lays a scan with a claim as the room of scans would have kept it, unseen: for tests of what is decided on it. Its content
 * is arbitrary bytes.
 */
export async function layPaper(
  { db, clock, secrets, scanStore }: Pick<CoreWorld, 'db' | 'clock' | 'secrets' | 'scanStore'>,
  claimId: ClaimId,
  mime: 'image/jpeg' | 'application/pdf' = 'image/jpeg',
  pages = 1,
): Promise<ScanId> {
  const content = randomBytes(2_000);
  const hash = Uint8Array.from(randomBytes(32));
  const at = clock.now();
  await scanStore.put(
    Buffer.from(hash).toString('hex'),
    sealed(secrets, hash, content),
    sealedLength(content.length),
  );
  const kept = { hash, bytes: content.length };
  await db.prisma.scan_blob.create({ data: { ...kept, touched_at: at, stored_at: at } });
  const { id } = await db.prisma.scan.create({
    data: { ...kept, claim_id: claimId, mime, pages, created_at: at },
    select: { id: true },
  });
  return id as ScanId;
}
