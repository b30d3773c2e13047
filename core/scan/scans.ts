import { type Act, AlreadyApplied } from '../act.ts';
import { logAccess } from '../audit/access.ts';
import type { QueueDeps } from '../context.ts';
import type { NamedQuery, WriteTx } from '../db/db.ts';
import type { ApplicationId, ClaimId, DistrictId, ScanId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import { Refusal } from '../refusal.ts';
import { operatorRoleOf } from '../staff/rights.ts';
import { SCAN_RULES, type Scans, type ScanType, type ScanView } from './api.ts';
import { opened, sealed, sealedLength } from './cipher.ts';
import type { Good, Inspector } from './inspector.ts';
import { purgeScans } from './purge.ts';
import { assertSize, receive } from './receive.ts';
import { Room } from './room.ts';
import { scanView } from './view.ts';

type ScanDeps = Pick<QueueDeps, 'db' | 'clock' | 'secrets' | 'scanStore'>;

/** How many scans are in memory at once in one process, and how many may wait for that. */
const HELD_AT_ONCE = 4;
const MAX_WAITING = 256;

const EXTENSIONS: Record<ScanType, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'application/pdf': 'pdf',
};

export function createScans(
  deps: ScanDeps,
  inspector: Inspector,
): Scans & { purge(): Promise<number>; readonly held: number } {
  const { db, clock, secrets, scanStore } = deps;
  const room = new Room(HELD_AT_ONCE, MAX_WAITING);
  return {
    get held() {
      return room.taken;
    },

    add: async (act, claimId, source, replaced) => {
      await assertFresh(deps, act, claimId, replaced);
      assertSize(source.size);
      return room.inside(async () => {
        const { buffer: received, hash } = await receive(source, secrets);
        await assertNew(deps, act, claimId, hash);
        const inspected = await inspector.inspect(received);
        if (!('buffer' in inspected)) throw new Refusal(inspected.verdict.code, inspected.verdict.params);
        const { buffer, verdict } = inspected;
        await store(deps, buffer, hash);
        const paper = { ...verdict, hash, bytes: buffer.byteLength };
        return db.write((tx) => keep(tx, clock.now(), act, claimId, paper, replaced));
      });
    },

    list: async (act, claimId) => {
      const claim = await db.prisma.benefit_claim.findFirst({
        where: { id: claimId, person_id: act.personId },
        select: { scans: { orderBy: [{ created_at: 'asc' }, { id: 'asc' }] } },
      });
      if (claim === null) throw new Refusal('claim.unknown');
      return claim.scans.map(scanView);
    },

    remove: async (act, scanId) => {
      const at = clock.now();
      await db.write(async (tx) => {
        await markApplied(tx, act, at);
        const scan = await tx.scan.findFirst({
          where: { id: scanId, claim: { person_id: act.personId } },
          select: { claim_id: true },
        });
        if (scan === null) throw new Refusal('scan.unknown');
        await lockOpenClaim(tx, act, scan.claim_id as ClaimId);
        const { count } = await tx.scan.deleteMany({ where: { id: scanId } });
        if (count === 0) throw new Refusal('scan.unknown');
      });
    },

    content: async (act, scanId) => {
      const scan = await db.prisma.scan.findUnique({
        where: { id: scanId },
        select: { hash: true, mime: true, bytes: true, claim: claimToRead },
      });
      if (scan === null) throw new Refusal('scan.unknown');
      if (scan.claim.person_id !== act.personId) await lookIn(deps, act, scan.claim);
      const hash = Buffer.from(scan.hash);
      const pieces = await scanStore.get(hash.toString('hex'));
      if (pieces === undefined) throw new Error(`the file of the scan ${scanId} is missing`);
      const type = scan.mime as ScanType;
      const content = await opened(secrets, hash, pieces, scan.bytes);
      return { type, fileName: `scan-${scanId}.${EXTENSIONS[type]}`, content };
    },

    purge: () => purgeScans(deps),
  };
}

interface Fresh {
  readonly applied: boolean;
  readonly state: string | null;
  readonly copy_until: Date | null;
  readonly scans: number;
}

/** Before anything is fetched: the claim takes scans, and the message was not applied yet. */
async function assertFresh({ db }: ScanDeps, act: Act, claimId: ClaimId, replaced?: ScanId): Promise<void> {
  const [found] = await db.rows<Fresh>(FRESH, [act.messageId ?? null, claimId, act.personId]);
  if (found?.applied === true) throw new AlreadyApplied();
  if (found === undefined || found.state === null) throw new Refusal('claim.unknown');
  assertOpen({ ...found, state: found.state });
  assertRoom(found.scans - (replaced === undefined ? 0 : 1));
}

const FRESH: NamedQuery = {
  name: 'scan-fresh',
  text: `SELECT coalesce(m.applied_at IS NOT NULL, false) AS applied, c.state, c.copy_until,
           (SELECT count(*)::integer FROM scan AS s WHERE s.claim_id = c.id) AS scans
      FROM (SELECT $1::bigint AS message_id) AS a
      LEFT JOIN inbox AS m ON m.message_id = a.message_id
      LEFT JOIN benefit_claim AS c ON c.id = $2::uuid AND c.person_id = $3::uuid`,
};

/** The same paper twice needs no second look. */
async function assertNew(
  deps: ScanDeps,
  act: Act,
  claimId: ClaimId,
  hash: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const twin = await deps.db.prisma.scan.findUnique({
    where: { claim_id_hash: { claim_id: claimId, hash } },
    select: { id: true },
  });
  if (twin === null) return;
  // It may be there by this very message, handled somewhere else meanwhile.
  await assertFresh(deps, act, claimId);
  throw new Refusal('scan.twice');
}

/** Its row is committed before the file, with the time of this moment: for a day nobody takes the file for left over. */
async function store(
  { db, clock, secrets, scanStore }: ScanDeps,
  buffer: ArrayBuffer,
  hash: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const bytes = buffer.byteLength;
  await db.prisma.$executeRaw`
    INSERT INTO scan_blob (hash, bytes, touched_at) VALUES (${hash}, ${bytes}, ${clock.now()})
    ON CONFLICT (hash) DO UPDATE SET touched_at = greatest(scan_blob.touched_at, excluded.touched_at)`;
  const content = sealed(secrets, hash, new Uint8Array(buffer));
  await scanStore.put(Buffer.from(hash).toString('hex'), content, sealedLength(bytes));
}

async function keep(
  tx: WriteTx,
  at: Date,
  act: Act,
  claimId: ClaimId,
  paper: Good & { readonly hash: Uint8Array<ArrayBuffer>; readonly bytes: number },
  replaced?: ScanId,
): Promise<ScanView> {
  const { type, hash, bytes, pages, width, height } = paper;
  await markApplied(tx, act, at);
  await lockOpenClaim(tx, act, claimId);
  if (replaced !== undefined) await tx.scan.deleteMany({ where: { id: replaced, claim_id: claimId } });
  const [found] = await tx.$queryRaw<{ scans: number; twice: boolean; stored: boolean }[]>`
    WITH stored AS (UPDATE scan_blob SET stored_at = ${at} WHERE hash = ${hash} RETURNING hash)
    SELECT count(*)::integer AS scans, coalesce(bool_or(hash = ${hash}), false) AS twice,
           EXISTS (SELECT FROM stored) AS stored
      FROM scan WHERE claim_id = ${claimId}::uuid`;
  if (found === undefined) throw new Error('the scans were not counted');
  assertRoom(found.scans);
  if (found.twice) throw new Refusal('scan.twice');
  if (!found.stored) throw new Error('the file of a scan was removed before its row was written');
  const data = { claim_id: claimId, hash, mime: type, bytes, pages, width, height, created_at: at };
  return scanView(await tx.scan.create({ data }));
}

async function lockOpenClaim(tx: WriteTx, act: Act, claimId: ClaimId): Promise<void> {
  const [claim] = await tx.$queryRaw<{ state: string; copy_until: Date | null }[]>`
    SELECT state, copy_until FROM benefit_claim
     WHERE id = ${claimId}::uuid AND person_id = ${act.personId}::uuid FOR UPDATE`;
  if (claim === undefined) throw new Refusal('claim.unknown');
  assertOpen(claim);
}

function assertOpen({ state, copy_until }: { state: string; copy_until: Date | null }): void {
  const isOpen = state === 'DRAFT' || (state === 'CLAIMED' && copy_until !== null);
  if (!isOpen) throw new Refusal('claim.closed');
}

function assertRoom(scans: number): void {
  if (scans >= SCAN_RULES.maxPerClaim) throw new Refusal('scan.tooMany', { limit: SCAN_RULES.maxPerClaim });
}

const claimToRead = {
  select: {
    person_id: true,
    state: true,
    application: { select: { id: true, district_id: true } },
  },
} as const;

interface ClaimToRead {
  readonly person_id: string;
  readonly state: string;
  readonly application: { readonly id: string; readonly district_id: string } | null;
}

/** Lets an operator see the paper of a claim that was sent, and writes down that it was seen. Refusal: scan.unknown. */
async function lookIn({ db, clock }: ScanDeps, act: Act, claim: ClaimToRead): Promise<void> {
  const { application } = claim;
  if (application === null || claim.state === 'DRAFT') throw new Refusal('scan.unknown');
  await db.write(async (tx) => {
    const role = await operatorRoleOf(tx, act.personId, application.district_id as DistrictId);
    if (role === undefined) throw new Refusal('scan.unknown');
    await logAccess(tx, clock.now(), {
      personId: claim.person_id,
      viewerId: act.personId,
      role,
      what: 'SCAN',
      applicationId: application.id as ApplicationId,
    });
  });
}
