import { coreWorld } from '../../../local/testing/core-world.ts';
import type { Act } from '../../act.ts';
import type { ApplicationId, ClaimId } from '../../ids.ts';
import { Refusal } from '../../refusal.ts';
import type { ScanSource } from '../api.ts';
import { pdf } from './files.ts';

/** The code of a refusal; `done` when there was none. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return 'done';
}

/** The content as a messenger brings it. */
export async function* pieces(content: Uint8Array, length = 4_096): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += length) yield content.subarray(at, at + length);
}

/** `size`: what the messenger says of it. */
export function from(content: Uint8Array, size: number | undefined = content.length): ScanSource {
  return { size, open: async () => pieces(content) };
}

/** A parent with claims to prove, and papers of which no two are the same. Called at the top level of a test file. */
export async function scanStage() {
  const world = await coreWorld();
  const parent = await world.person();
  const papers = await Promise.all(Array.from({ length: 14 }, (_, at) => pdf(at + 1)));
  const paper = (at: number): Uint8Array => papers[at] ?? new Uint8Array();

  async function claimOf(
    act: Act,
    application: ApplicationId,
    state: 'DRAFT' | 'CLAIMED' = 'DRAFT',
    copyUntil: Date | null = null,
  ): Promise<ClaimId> {
    const now = world.clock.now();
    const { id } = await world.db.prisma.benefit_claim.create({
      data: {
        person_id: act.personId,
        application_id: application,
        category: 'LARGE',
        state,
        state_since: now,
        created_at: now,
        claimed_at: state === 'DRAFT' ? null : now,
        copy_until: copyUntil,
      },
    });
    return id as ClaimId;
  }

  const draft = async () => claimOf(parent.act, await world.enqueue(parent, '2023-03-01'));
  return { world, parent, papers, paper, claimOf, draft };
}
