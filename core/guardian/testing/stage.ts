import { type CoreWorld, type Family, freshIin } from '../../../local/testing/core-world.ts';
import type { ApplicationId, GuardianLinkId } from '../../ids.ts';
import type { Iin } from '../../people/iin.ts';
import { Refusal } from '../../refusal.ts';

export const BIRTH = '2023-05-14';

/** All at the same moment: how each ended, in order. Whatever is no Refusal fails the test. */
export async function race(...works: (() => Promise<unknown>)[]): Promise<string[]> {
  const settled = await Promise.allSettled(works.map((work) => work()));
  return settled.map((result) => {
    if (result.status === 'fulfilled') return 'done';
    if (result.reason instanceof Refusal) return result.reason.code;
    throw result.reason;
  });
}

/** How it ended: `done`, or the code of the refusal. */
export const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? error.code : Promise.reject(error)),
  );

export interface Stage {
  readonly owner: Family;
  readonly other: Family;
  readonly iin: Iin;
  readonly id: ApplicationId;
}

/** What the tests of the second parent share. */
export function guardianStage(world: CoreWorld) {
  const { core, db } = world;
  /** An application of `owner`, and another person whom the registry does not name unless `proven`. */
  async function stage(proven = false): Promise<Stage> {
    const [owner, other] = [await world.person(), await world.person()];
    const iin = freshIin(BIRTH);
    const id = await world.enqueue(owner, BIRTH, { iin });
    if (proven) await world.born(other, iin, BIRTH);
    return { owner, other, iin, id };
  }

  const linkOf = async ({ id, other }: Stage) =>
    db.prisma.guardian_link.findFirstOrThrow({
      where: { application_id: id, person_id: other.personId },
      orderBy: { id: 'desc' },
    });
  const linkId = async (s: Stage) => (await linkOf(s)).id as GuardianLinkId;
  const stateOf = async (s: Stage) => (await linkOf(s)).state;
  const told = async ({ personId }: Family): Promise<string[]> =>
    (
      await db.prisma.notice.findMany({
        where: { person_id: personId, code: { in: ['N35', 'N35a'] } },
        orderBy: { id: 'asc' },
      })
    ).map(({ code, params }) => {
      const { event } = params as { event?: string };
      return event === undefined ? code : `${code} ${event}`;
    });
  const history = async (s: Stage): Promise<string[]> =>
    (
      await db.prisma.event.findMany({
        where: { entity: 'GUARDIAN_LINK', application_id: s.id },
        orderBy: { id: 'asc' },
      })
    ).map(({ transition }) => transition);

  /** Past the term of the first applicant's answer. */
  async function termOver(s: Stage): Promise<void> {
    const { deadline_at } = await db.prisma.timer.findFirstOrThrow({
      where: { subject_id: (await linkOf(s)).id, state: 'PENDING' },
    });
    await world.moveTo(new Date(deadline_at.getTime() + 1));
  }

  /** Asked, and the term of the answer over. */
  async function inReview(): Promise<Stage> {
    const s = await stage();
    await core.guardians.request(s.other.act, s.iin);
    await termOver(s);
    return s;
  }
  return { stage, linkOf, linkId, stateOf, told, history, termOver, inReview };
}
