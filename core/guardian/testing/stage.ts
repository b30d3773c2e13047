import { type CoreWorld, type Family, freshIin } from '../../../local/testing/core-world.ts';
import { addDays, at as atTime, localDate } from '../../calendar/civil-date.ts';
import type { ApplicationId, DistrictId, GroupId, GuardianLinkId, ReferralId } from '../../ids.ts';
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

/** A child with two parents in a district of its own. */
export interface Joined {
  readonly owner: Family;
  readonly other: Family;
  readonly id: ApplicationId;
  readonly district: DistrictId;
  readonly group: GroupId;
}

/** What the tests of the second parent's rights share. */
export async function joinedStage(world: CoreWorld) {
  const { core, db, clock } = world;
  const admin = await world.staff({ admin: true });
  let districts = 0;

  /** `canSign`: the district lets the second parent sign. */
  async function joined(canSign = false): Promise<Joined> {
    districts += 1;
    const district = await world.district(`${String.fromCharCode(65 + districts)}XR`);
    if (canSign) {
      await db.prisma.policy.create({
        data: {
          district_id: district,
          key: 'coguardian.canSign',
          value: true,
          valid_from: new Date('2026-01-01'),
          basis: 'test',
        },
      });
    }
    const group = await world.group(await world.kindergarten('Балдырған', district), 2023);
    const [owner, other] = [await world.person(), await world.person()];
    const iin = freshIin(BIRTH);
    const id = await world.enqueue(owner, BIRTH, { iin, district });
    await world.born(other, iin, BIRTH);
    await core.guardians.request(other.act, iin);
    return { owner, other, id, district, group };
  }

  /** The same on the morning of the child's turn. */
  async function withTurn(canSign = false): Promise<Joined> {
    const s = await joined(canSign);
    await core.staff.publish(admin, s.group, 1);
    await world.moveTo(new Date(atTime(addDays(localDate(clock.now()), 1), '07:00').getTime() + 1000));
    return s;
  }

  const referralOf = async ({ owner, id }: Joined): Promise<ReferralId> => {
    const view = await core.referrals.ofApplication(owner.personId, id);
    if (view === null) throw new Error('no referral');
    return view.id;
  };
  const linkId = async ({ id }: Joined) =>
    (await db.prisma.guardian_link.findFirstOrThrow({ where: { application_id: id } })).id as GuardianLinkId;

  return { admin, joined, withTurn, referralOf, linkId };
}
