import { addDays, localDate } from '../../core/calendar/civil-date.ts';
import type { ApplicationId, DistrictId, GroupId, KindergartenId, ReferralId } from '../../core/ids.ts';
import { type Act, Refusal } from '../../core/index.ts';
import { type CoreWorld, type Family, freshIin } from './core-world.ts';
import type { Chance } from './random.ts';
import { claimSteps } from './walk-claims.ts';
import { GUARDIAN_WEIGHTS, guardianSteps } from './walk-guardian.ts';
import { LIST_WEIGHTS, type ListStep, listSteps, NOTHING_TO_DO } from './walk-lists.ts';
import { brokenPromises, watchLists } from './walk-promises.ts';
import { buildRegion, type Child, type Enqueued, type Variant } from './walk-region.ts';

/** What happens in the walk, and how often beside the others. */
const WEIGHTS = {
  register: 7,
  registerAgain: 1,
  publish: 5,
  withdrawPlace: 2,
  minutes: 4,
  hours: 10,
  days: 5,
  weeks: 0.4,
  choose: 12,
  wish: 6,
  decline: 2,
  cancel: 3,
  extend: 2,
  arrive: 4,
  accept: 2,
  refuse: 2,
  confirm: 3,
  withdraw: 2,
  undo: 2,
  restore: 3,
  replace: 1,
  claim: 5,
  dropClaim: 0.5,
  betterCopy: 2,
  takeClaim: 6,
  decideClaim: 7,
  ...GUARDIAN_WEIGHTS,
} as const;

export type Step = keyof typeof WEIGHTS | ListStep;

/** Steps in which a worker does whatever is due. */
const SWEPT: readonly string[] = [
  ...['minutes', 'hours', 'days', 'weeks'],
  ...['switchOff', 'switchOn', 'retune', 'reopenHouse'],
];

const REASONS = ['INCOMPLETE', 'EXPIRED_DOCUMENTS', 'VACCINATION_RATIO', 'OTHER'] as const;
const BIRTHS = ['2023-03-01', '2023-11-24', '2024-12-20', '2024-12-20', '2021-01-15', '2023-07-07'];

/** A small region and a crowd that does whatever comes to its mind, right or wrong. */
export async function walk(world: CoreWorld, random: Chance, families = 10, variant: Variant = 'QUEUES') {
  const { core, db, clock } = world;
  const stage = await buildRegion(world, variant, families);
  const queued: Enqueued[] = [...stage.attending];
  const children: Child[] = stage.attending.map(({ child }) => child);

  const guardians = guardianSteps(world, random, { ...stage, children });
  /** The first applicant, or a second parent, or somebody who is neither. */
  const someone = async ({ id, family }: Enqueued): Promise<Family> => {
    if (random.happens(0.05)) return random.of(stage.families);
    return (random.happens(0.25) ? await guardians.joinedTo(id) : undefined) ?? family;
  };
  const applicationIn = async (...states: string[]): Promise<Enqueued | undefined> => {
    if (queued.length === 0) return undefined;
    if (random.happens(0.1)) return random.of(queued);
    const rows = await db.prisma.application.findMany({
      where: { state: { in: states } },
      select: { id: true },
    });
    const fitting = queued.filter(({ id }) => rows.some((row) => row.id === id));
    return fitting.length === 0 ? undefined : random.of(fitting);
  };
  const referralIn = async (...states: string[]) => {
    const where = random.happens(0.1) ? {} : { state: { in: states } };
    const rows = await db.prisma.referral.findMany({ where, orderBy: { id: 'asc' } });
    if (rows.length === 0) return undefined;
    const row = random.of(rows);
    const owner = queued.find(({ id }) => id === row.application_id);
    return (
      owner && {
        id: row.id as ReferralId,
        owner,
        head: stage.heads.get(row.kindergarten_id as KindergartenId),
      }
    );
  };
  /** Mostly a group that has a place this child could have; now and then any. */
  const groupFor = async (id: ApplicationId): Promise<GroupId> => {
    if (random.happens(0.1)) return random.of(stage.groups);
    const { queue_id } = await db.prisma.application.findUniqueOrThrow({ where: { id } });
    const free = await db.prisma.place.findMany({
      where: { queue_id, state: { in: ['PRIORITY', 'OPEN'] } },
      orderBy: { id: 'asc' },
    });
    return free.length === 0 ? random.of(stage.groups) : (random.of(free).group_id as GroupId);
  };
  const register = async (child: Child, family: Family, district: DistrictId): Promise<void> => {
    const { id } = await core.applications.register(family.act, {
      childIin: child.iin,
      districtId: district,
      preferredLanguage: random.of(['kk', 'ru', null, null] as const),
      ...(random.happens(0.3)
        ? { registeredAt: new Date(clock.now().getTime() - random.between(0, 9) * 3_600_000) }
        : {}),
    });
    queued.push({ id, family, child });
    const category = random.of(['MIL', 'LARGE', 'CDIS', null, null, null, null] as const);
    if (category !== null) await world.confirmed(id, category);
  };
  const pass = async (ms: number): Promise<void> => {
    clock.set(new Date(clock.now().getTime() + ms));
    if (random.happens(0.9)) await world.moveTo(clock.now());
  };
  const sign = async (
    prepared: { id: Parameters<typeof core.signing.sign>[1] },
    by: Family,
  ): Promise<void> => {
    await core.signing.sign(by.act, prepared.id, world.lastCode(by.phone));
  };
  /** A referral's action by the head of its kindergarten, or now and then by somebody who is none. */
  const atDesk = async (
    work: (act: Act, id: ReferralId) => Promise<unknown>,
    ...states: string[]
  ): Promise<void> => {
    const found = await referralIn(...states);
    if (found?.head !== undefined)
      await work(random.happens(0.05) ? found.owner.family.act : found.head, found.id);
  };

  const claims = claimSteps(world, random, {
    parentOf: (id) => queued.find((one) => one.id === id)?.family.act,
    anybody: () => random.of(stage.families).act,
    operators: [stage.operator, stage.colleague],
  });

  const known = (id: string) => queued.find((one) => one.id === id);
  const { listed } = stage;
  const hands = { region: stage, known, someone, joinedTo: guardians.joinedTo, sign };
  const lists = listed === undefined ? {} : listSteps(world, random, { ...hands, listed });
  const watch = listed && watchLists(db, listed.id, () => clock.now());
  const weights = listed === undefined ? WEIGHTS : { ...WEIGHTS, ...LIST_WEIGHTS };

  const steps: Readonly<Partial<Record<Step, () => Promise<unknown>>>> = {
    ...lists,
    ...claims,
    claim: async () => {
      const found = await applicationIn('QUEUED', 'NOTIFIED', 'REFERRED', 'STOP_LISTED');
      if (found) await claims.claim((await someone(found)).act, found.id);
    },
    register: async () => {
      const family = random.of(stage.families);
      const child = { birth: random.of(BIRTHS), family };
      const iin = freshIin(child.birth);
      children.push({ ...child, iin });
      await world.born(family, iin, child.birth);
      await register({ ...child, iin }, family, random.of(stage.districts));
    },
    registerAgain: async () => {
      if (children.length === 0) return;
      const child = random.of(children);
      await register(
        child,
        random.happens(0.1) ? random.of(stage.families) : child.family,
        random.of(stage.districts),
      );
    },
    publish: async () => {
      const operator = random.happens(0.05) ? random.of(stage.families).act : stage.operator;
      await core.staff.publish(operator, random.of(stage.groups), random.between(1, 3));
    },
    withdrawPlace: async () => {
      await core.staff.withdraw(stage.operator, random.of(stage.groups), random.between(1, 2), 'repair');
    },
    minutes: () => pass(random.between(1, 90) * 60_000),
    hours: () => pass(random.between(1, 30) * 3_600_000),
    days: () => pass(random.between(20, 90) * 3_600_000),
    weeks: () => pass(random.between(5, 60) * 86_400_000),
    choose: async () => {
      const found = (await applicationIn('NOTIFIED')) ?? (await applicationIn('QUEUED'));
      if (found === undefined) return;
      const by = await someone(found);
      await sign(await core.signing.prepareChoice(by.act, found.id, await groupFor(found.id)), by);
    },
    wish: async () => {
      const found = await applicationIn('QUEUED');
      if (found === undefined) return;
      const groups = [await groupFor(found.id), await groupFor(found.id)];
      const by = await someone(found);
      await sign(await core.signing.prepareWishes(by.act, found.id, groups), by);
    },
    decline: async () => {
      const found = await applicationIn('NOTIFIED');
      if (found) await core.applications.declineTurn((await someone(found)).act, found.id);
    },
    cancel: async () => {
      const found = await referralIn('ISSUED', 'EXTENDED');
      if (found) await core.referrals.cancel((await someone(found.owner)).act, found.id);
    },
    extend: async () => {
      const found = await referralIn('ISSUED');
      const until = addDays(localDate(clock.now()), random.between(-2, 34));
      if (found === undefined) return;
      const by = await someone(found.owner);
      await core.referrals.extend(by.act, found.id, until, 'ILLNESS');
    },
    arrive: () => atDesk((act, id) => core.referrals.markArrived(act, id), 'ISSUED', 'EXTENDED'),
    accept: () => atDesk((act, id) => core.referrals.accept(act, id), 'ARRIVED'),
    refuse: () => atDesk((act, id) => core.referrals.refuse(act, id, random.of(REASONS), null), 'ARRIVED'),
    confirm: async () => {
      const found = await applicationIn('QUEUED', 'NOTIFIED', 'STOP_LISTED', 'REFERRED');
      if (found) await core.applications.confirmInterest((await someone(found)).act, found.id);
    },
    withdraw: async () => {
      const found = await applicationIn('QUEUED', 'NOTIFIED', 'REFERRED', 'STOP_LISTED');
      if (found) await core.applications.withdraw((await someone(found)).act, found.id);
    },
    undo: async () => {
      const found = await applicationIn('WITHDRAWN');
      if (found) await core.applications.undoWithdrawal((await someone(found)).act, found.id);
    },
    restore: async () => {
      const found = await applicationIn('REMOVED');
      if (found === undefined) return;
      const { number } = await db.prisma.application.findUniqueOrThrow({ where: { id: found.id } });
      await core.staff.restore(stage.operator, number, 'appeal');
    },
    /** A parent who withdraws and thinks again at once, in whatever state. */
    replace: async () => {
      const found = await applicationIn('QUEUED', 'NOTIFIED', 'REFERRED', 'STOP_LISTED');
      if (found === undefined) return;
      await core.applications.withdraw(found.family.act, found.id);
      await core.applications.undoWithdrawal(found.family.act, found.id);
    },
    ...guardians.steps,
  };

  return {
    /** One step; what it was and how it ended. Only a Refusal is an answer: anything else is thrown on. */
    step: async (): Promise<{ step: Step; outcome: string }> => {
      for (;;) {
        const step = random.weighted<Step>(weights as Record<Step, number>);
        try {
          if ((await steps[step]?.()) !== NOTHING_TO_DO) return { step, outcome: 'done' };
        } catch (error) {
          if (error instanceof Refusal) return { step, outcome: error.code };
          throw new Error(`${step} at ${clock.now().toISOString()} failed: ${String(error)}`, {
            cause: error,
          });
        }
      }
    },
    /** What is not as it was promised after this step. */
    broken: async (step: Step): Promise<string[]> => [
      ...(await brokenPromises(db)),
      ...((await watch?.check(!SWEPT.includes(step))) ?? []),
    ],
  };
}
