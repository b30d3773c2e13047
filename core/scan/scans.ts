import { type Act, AlreadyApplied } from '../act.ts';
import { logAccess } from '../audit/access.ts';
import type { QueueDeps } from '../context.ts';
import type { NamedQuery, WriteTx } from '../db/db.ts';
import type { ApplicationId, ClaimId, DistrictId, ScanId } from '../ids.ts';
import { freshMessage, markApplied } from '../inbox/applied.ts';
import { Refusal } from '../refusal.ts';
import { operatorRoleOf } from '../staff/rights.ts';
import { SCAN_RULES, type Scans, type ScanType, type ScanView } from './api.ts';
import { opened, sealed, sealedLength } from './cipher.ts';
import type { Good, Inspector } from './inspector.ts';
import { purgeScans } from './purge.ts';
import { assertSize, receive } from './receive.ts';
import { Room } from './room.ts';
import { type ScanRow, scanView } from './view.ts';

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
  if (!(await lockForScan(tx, at, act, claimId, hash)))
    throw new Error('the file of a scan was removed before its row was written');
  if (replaced !== undefined) await tx.scan.deleteMany({ where: { id: replaced, claim_id: claimId } });
  // The limit is looked at again here: only under the lock does nobody add another.
  const [row] = await tx.$queryRaw<(ScanRow & { id: string | null; scans: number; twice: boolean })[]>`
    WITH here AS MATERIALIZED (
      SELECT count(*)::integer AS scans, coalesce(bool_or(hash = ${hash}), false) AS twice
        FROM scan WHERE claim_id = ${claimId}::uuid
    ), added AS (
      INSERT INTO scan (claim_id, hash, mime, bytes, pages, width, height, created_at)
      SELECT ${claimId}::uuid, ${hash}, ${type}, ${bytes}, ${pages}, ${width}, ${height}, ${at}
        FROM here WHERE scans < ${SCAN_RULES.maxPerClaim} AND NOT twice
      RETURNING id, mime, bytes, pages, created_at
    )
    SELECT added.*, here.scans, here.twice FROM here LEFT JOIN added ON true`;
  if (row === undefined) throw new Error('the scans were not counted');
  assertRoom(row.scans);
  if (row.twice) throw new Refusal('scan.twice');
  return scanView(row);
}

/**
 * `markApplied`, the lock of the claim, and its file's mark of being there, in one statement: a form has many scans. False
 * when there is no row of the file.
 */
async function lockForScan(
  tx: WriteTx,
  at: Date,
  act: Act,
  claimId: ClaimId,
  hash: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const [found] = await tx.$queryRaw<
    { fresh: boolean; state: string | null; copy_until: Date | null; stored: boolean }[]
  >`
    WITH ${freshMessage(act, at)}, claim AS MATERIALIZED (
      SELECT state, copy_until FROM benefit_claim
       WHERE id = ${claimId}::uuid AND person_id = ${act.personId}::uuid AND (SELECT yes FROM fresh) FOR UPDATE
    ), stored AS (
      UPDATE scan_blob SET stored_at = ${at} WHERE hash = ${hash} AND EXISTS (SELECT FROM claim) RETURNING hash
    )
    SELECT fresh.yes AS fresh, claim.state, claim.copy_until, EXISTS (SELECT FROM stored) AS stored
      FROM fresh LEFT JOIN claim ON true`;
  if (found?.fresh !== true) throw new AlreadyApplied();
  if (found.state === null) throw new Refusal('claim.unknown');
  assertOpen({ ...found, state: found.state });
  return found.stored;
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
