import { recordEvents, SYSTEM } from '../audit/event.ts';
import type { ApplicationId, PersonId, SignatureId } from '../ids.ts';
import { planNotices } from '../notice/plan.ts';
import type { SignPagesDeps } from './pages.ts';
import type { VerifiedProof } from './pages-api.ts';
import { openProof, RECHECK_AFTER_MS, sealAnswer } from './proof.ts';

interface Claimed {
  readonly id: SignatureId;
  readonly sealed: Uint8Array;
  readonly valid_at: Date;
}

/** Signatures that were accepted while the authority was silent; a claim moves the next try forward (STYLE 13). */
export async function claimRechecks({ db, clock, log, secrets }: SignPagesDeps, limit: number) {
  const at = clock.now();
  const again = new Date(at.getTime() + RECHECK_AFTER_MS);
  const rows = await db.prisma.$queryRaw<Claimed[]>`
    UPDATE signature SET recheck_at = ${again}
     WHERE id IN (SELECT id FROM signature WHERE recheck_at <= ${at} ORDER BY recheck_at LIMIT ${limit}
                     FOR UPDATE SKIP LOCKED)
    RETURNING id, sealed, valid_at`;
  return rows.flatMap(({ id, sealed, valid_at }) => {
    try {
      const { chain } = openProof(secrets, id, sealed);
      return [{ id, chain: chain.map((one) => Buffer.from(one, 'base64')), validAt: valid_at }];
    } catch {
      // One that cannot be read must not keep the others from being asked about.
      log.error({ signature: id }, 'the proof of a signature cannot be opened');
      return [];
    }
  });
}

/**
 * What the authority said later. A key that was revoked before it signed does not undo the referral by itself: the
 * family did nothing wrong that we know of. It is written into the history, told to the applicant, and shown by the
 * sanity checks until the department has decided.
 */
export async function rechecked(
  { db, clock, secrets }: SignPagesDeps,
  id: SignatureId,
  answer: VerifiedProof['revocation'] | 'REVOKED',
): Promise<void> {
  if (answer !== 'REVOKED' && answer.state === 'UNAVAILABLE') return;
  await db.write(async (tx) => {
    const at = clock.now();
    const [row] = await tx.$queryRaw<{ sealed: Uint8Array; revocation: string }[]>`
      SELECT sealed, revocation FROM signature WHERE id = ${id}::uuid FOR UPDATE`;
    if (row?.revocation !== 'PENDING') return;
    const revoked = answer === 'REVOKED';
    await tx.signature.update({
      where: { id },
      data: {
        revocation: revoked ? 'REVOKED' : 'GOOD',
        revocation_source: revoked ? null : answer.source,
        revocation_checked_at: revoked ? at : answer.checkedAt,
        recheck_at: null,
        ...(revoked ? {} : { sealed: sealAnswer(secrets, id, row.sealed, answer.evidence) }),
      },
      select: { id: true },
    });
    if (revoked) await tellRevoked(tx, at, id);
  });
}

async function tellRevoked(tx: Parameters<typeof recordEvents>[0], at: Date, id: SignatureId): Promise<void> {
  const { person_id, statement } = await tx.signature.findUniqueOrThrow({
    where: { id },
    select: { person_id: true, statement: { select: { application_id: true } } },
  });
  const applicationId = (statement?.application_id ?? null) as ApplicationId | null;
  await recordEvents(tx, at, SYSTEM, [
    {
      entity: 'SIGNATURE',
      entityId: id,
      applicationId,
      transition: 'S2',
      before: { revocation: 'PENDING' },
      after: { revocation: 'REVOKED' },
    },
  ]);
  if (applicationId === null) return;
  await planNotices(tx, at, [{ code: 'N42', personId: person_id as PersonId, applicationId, params: {} }]);
}
