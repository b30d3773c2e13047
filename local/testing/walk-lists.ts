import type {
  ApplicationId,
  KindergartenId,
  ReferralId,
  TransferId,
  WaitlistEntryId,
} from '../../core/ids.ts';
import { type Act, Refusal } from '../../core/index.ts';
import type { CoreWorld, Family } from './core-world.ts';
import type { Chance } from './random.ts';
import { positionAt } from './walk-promises.ts';
import { type Enqueued, type Region, setPolicy } from './walk-region.ts';

interface Hands {
  readonly region: Region;
  readonly listed: NonNullable<Region['listed']>;
  /** The application of this id, if the walk knows it. */
  readonly known: (id: string) => Enqueued | undefined;
  /** The first applicant, or a second parent, or somebody who is neither. */
  readonly someone: (of: Enqueued) => Promise<Family>;
  readonly joinedTo: (id: ApplicationId) => Promise<Family | undefined>;
  readonly sign: (
    prepared: { readonly id: Parameters<CoreWorld['core']['signing']['sign']>[1] },
    by: Family,
  ) => Promise<void>;
}

/** How often waiting lists and transfers come into the walk, where there are any. */
export const LIST_WEIGHTS = {
  joinList: 36,
  acceptOffer: 28,
  declineOffer: 4,
  leaveList: 3,
  bothAnswer: 12,
  bothJoin: 3,
  askWhy: 4,
  letGo: 26,
  refuseToLetGo: 4,
  decideLeaving: 8,
  takeTransfer: 32,
  refuseTransfer: 4,
  depart: 4,
  closeHouse: 2,
  reopenHouse: 12,
  switchOff: 2,
  switchOn: 12,
  retune: 1,
} as const;

export type ListStep = keyof typeof LIST_WEIGHTS;

/** Answered by a step that found nobody it could be about: another one is taken instead. */
export const NOTHING_TO_DO = Symbol('nothing to do');

const LEAVING_REFUSALS = ['DEBT', 'NO_REQUEST', 'OTHER'] as const;
const DEPARTURES = ['PARENT_REQUEST', 'MOVED', 'SCHOOL', 'OTHER'] as const;

/** What parents, heads and the department do about waiting lists and transfers, right or wrong. */
export function listSteps(
  world: CoreWorld,
  random: Chance,
  hands: Hands,
): Record<ListStep, () => Promise<unknown>> {
  return { ...parentSteps(world, random, hands), ...staffSteps(world, random, hands) };
}

function parentSteps(world: CoreWorld, random: Chance, hands: Hands) {
  const { core, db } = world;
  const { region, listed, known, someone, joinedTo, sign } = hands;

  /** Mostly an application by which a child goes to a kindergarten of the district, and where. */
  const attending = async () => {
    const { rows } = await db.pool.query<{ id: ApplicationId; kindergarten_id: KindergartenId }>(
      `SELECT a.id, r.kindergarten_id FROM application a JOIN referral r ON r.application_id = a.id AND r.state = 'ACCEPTED'
        WHERE a.district_id = $1 AND ($2 OR (r.left_at IS NULL AND a.state = 'ENROLLED')) ORDER BY r.id`,
      [listed.id, random.happens(0.1)],
    );
    const row = rows.length === 0 ? undefined : random.of(rows);
    const found = row && known(row.id);
    return found && { ...found, present: row?.kindergarten_id };
  };
  const wished = (present: KindergartenId | undefined): KindergartenId[] => {
    const others = listed.houses.filter((house) => house !== present);
    const from = random.happens(0.9) ? others : [...region.heads.keys()];
    return Array.from({ length: random.between(1, 3) }, () => random.of(from)).filter(
      (house, i, all) => all.indexOf(house) === i || random.happens(0.05),
    );
  };
  const entryIn = async (...states: string[]) => {
    const where = random.happens(0.1) ? {} : { state: { in: states } };
    const rows = await db.prisma.waitlist_entry.findMany({ where, orderBy: { id: 'asc' } });
    const row = rows.length === 0 ? undefined : random.of(rows);
    const owner = row && known(row.application_id);
    return owner && { id: row.id as WaitlistEntryId, owner };
  };
  /** Both parents, or the only one twice. */
  const both = async ({ id, family }: Enqueued) => [family, (await joinedTo(id)) ?? family] as const;

  return {
    joinList: async () => {
      const found = await attending();
      if (found === undefined) return NOTHING_TO_DO;
      const by = await someone(found);
      await sign(await core.signing.prepareWaitlist(by.act, found.id, wished(found.present)), by);
    },
    bothJoin: async () => {
      const found = await attending();
      if (found === undefined) return NOTHING_TO_DO;
      const [one, other] = await both(found);
      const wanted = wished(found.present);
      const first = await core.signing.prepareWaitlist(one.act, found.id, wanted);
      const second = one === other ? first : await core.signing.prepareWaitlist(other.act, found.id, wanted);
      await atOnce([() => sign(first, one), () => sign(second, other)]);
    },
    acceptOffer: async () => {
      const found = await entryIn('PLACE_AVAILABLE');
      if (found === undefined) return NOTHING_TO_DO;
      const by = await someone(found.owner);
      await sign(await core.signing.prepareTransfer(by.act, found.id), by);
    },
    declineOffer: async () => {
      const found = await entryIn('PLACE_AVAILABLE');
      if (found === undefined) return NOTHING_TO_DO;
      await core.waitlists.decline((await someone(found.owner)).act, found.id);
    },
    leaveList: async () => {
      const found = await entryIn('WAITING', 'PLACE_AVAILABLE');
      if (found === undefined) return NOTHING_TO_DO;
      await core.waitlists.leave((await someone(found.owner)).act, found.id);
    },
    bothAnswer: async () => {
      const found = await entryIn('PLACE_AVAILABLE');
      if (found === undefined) return NOTHING_TO_DO;
      const [one, other] = await both(found.owner);
      const { decline, leave } = core.waitlists;
      const answer = random.of(['ACCEPT', 'DECLINE', 'LEAVE', 'OVERTAKEN'] as const);
      if (answer === 'DECLINE')
        return atOnce([() => decline(one.act, found.id), () => decline(other.act, found.id)]);
      if (answer === 'LEAVE')
        return atOnce([() => leave(one.act, found.id), () => leave(other.act, found.id)]);
      const first = await core.signing.prepareTransfer(one.act, found.id);
      const second = one === other ? first : await core.signing.prepareTransfer(other.act, found.id);
      if (answer === 'ACCEPT') return atOnce([() => sign(first, one), () => sign(second, other)]);
      await decline(other.act, found.id);
      return sign(first, one);
    },
    askWhy: async () => {
      const found = await entryIn('WAITING');
      if (found === undefined) return NOTHING_TO_DO;
      const why = await core.waitlists.why(found.owner.family.personId, found.id);
      const { entry, since, before, now, causes } = why;
      const was = await positionAt(db, found.id, since);
      if (before !== was || now !== entry.position || causes.some(({ by, count }) => by === 0 || count === 0))
        throw new Error(`told ${JSON.stringify({ before, now, causes })}, the journal says ${was}`);
    },
  };
}

function staffSteps(world: CoreWorld, random: Chance, { region, listed }: Hands) {
  const { core, db } = world;
  const { heads, operator } = region;
  const anybody = (): Act => random.of(region.families).act;
  const headOf = (id: string): Act => {
    const head = heads.get(id as KindergartenId);
    if (head === undefined) throw new Error(`nobody heads ${id}`);
    return head;
  };

  /** Mostly a transfer whose leaving is not registered yet, with the head of the present kindergarten. */
  const leaving = async (isRefused: boolean) => {
    const waits = {
      state: 'OPEN',
      left_at: null,
      ...(isRefused ? { leaving_refused_at: { not: null } } : {}),
    };
    const rows = await db.prisma.transfer.findMany({
      where: random.happens(0.1) ? {} : waits,
      orderBy: { id: 'asc' },
    });
    if (rows.length === 0) return undefined;
    const row = random.of(rows);
    const from = await db.prisma.referral.findUniqueOrThrow({ where: { id: row.from_referral_id } });
    return { id: row.id as TransferId, head: headOf(from.kindergarten_id) };
  };
  /** Mostly the head of the present kindergarten; now and then the department, another head or anybody. */
  const whoLetsGo = (head: Act): Act =>
    random.happens(0.8) ? head : random.of([operator, operator, random.of([...heads.values()]), anybody()]);
  /** The new kindergarten's referral of a transfer that runs, and mostly its head. */
  const newReferral = async (...states: string[]) => {
    const { rows } = await db.pool.query<{ id: ReferralId; state: string; kindergarten_id: KindergartenId }>(
      `SELECT r.id, r.state, r.kindergarten_id FROM transfer t JOIN referral r ON r.id = t.referral_id
        WHERE t.state = 'OPEN' AND r.state = ANY ($1) ORDER BY t.id`,
      [states],
    );
    if (rows.length === 0) return undefined;
    const row = random.of(rows);
    return { ...row, head: random.happens(0.05) ? anybody() : headOf(row.kindergarten_id) };
  };
  const closed = async (): Promise<KindergartenId | undefined> => {
    const row = await db.prisma.kindergarten.findFirst({
      where: { id: { in: [...listed.houses] }, is_active: false },
      select: { id: true },
    });
    return row?.id as KindergartenId | undefined;
  };
  const setActive = (id: KindergartenId, is: boolean) =>
    db.pool.query('UPDATE kindergarten SET is_active = $2 WHERE id = $1', [id, is]);
  let areOn = true;
  const switchTo = (on: boolean) => {
    areOn = on;
    return tune('waitlist.enabled', on);
  };
  /** Soon, and offers what may be offered now. */
  const workerComes = () => world.moveTo(world.clock.now());
  const tune = async (key: string, value: boolean | string) => {
    await setPolicy(world, listed.id, key, value);
    await workerComes();
  };

  return {
    letGo: async () => {
      const found = await leaving(false);
      if (found === undefined) return NOTHING_TO_DO;
      await core.transfers.confirmLeaving(whoLetsGo(found.head), found.id);
    },
    refuseToLetGo: async () => {
      const found = await leaving(false);
      if (found === undefined) return NOTHING_TO_DO;
      const note = random.of([null, 'Төлем жоқ']);
      await core.transfers.refuseLeaving(whoLetsGo(found.head), found.id, random.of(LEAVING_REFUSALS), note);
    },
    decideLeaving: async () => {
      const found = await leaving(true);
      if (found === undefined) return NOTHING_TO_DO;
      await core.transfers.confirmLeaving(random.happens(0.1) ? anybody() : operator, found.id);
    },
    takeTransfer: async () => {
      const found = await newReferral('ISSUED', 'ARRIVED');
      if (found === undefined) return NOTHING_TO_DO;
      if (found.state === 'ISSUED') await core.referrals.markArrived(found.head, found.id);
      else await core.referrals.accept(found.head, found.id);
    },
    refuseTransfer: async () => {
      const found = await newReferral('ARRIVED');
      if (found === undefined) return NOTHING_TO_DO;
      await core.referrals.refuse(found.head, found.id, 'INCOMPLETE', null);
    },
    depart: async () => {
      const rows = await db.prisma.referral.findMany({
        where: { state: 'ACCEPTED', ...(random.happens(0.9) ? { left_at: null } : {}) },
        orderBy: { id: 'asc' },
      });
      if (rows.length === 0) return NOTHING_TO_DO;
      const row = random.of(rows);
      const head = headOf(row.kindergarten_id);
      const moving = await db.prisma.transfer.count({ where: { child_id: row.child_id, state: 'OPEN' } });
      const by = random.happens(0.05) ? anybody() : head;
      const leaves = core.transfers.recordDeparture(by, row.id as ReferralId, random.of(DEPARTURES));
      await leaves.catch((error: unknown) => {
        // Who goes there and is not being transferred may always leave.
        const may = by === head && row.left_at === null && moving === 0;
        throw may ? new Error(`a child cannot leave: ${String(error)}`, { cause: error }) : error;
      });
    },
    closeHouse: async () => {
      if ((await closed()) !== undefined) return NOTHING_TO_DO;
      return setActive(random.of(listed.houses), false);
    },
    reopenHouse: async () => {
      const id = await closed();
      if (id === undefined) return NOTHING_TO_DO;
      await setActive(id, true);
      return workerComes();
    },
    switchOff: async () => (areOn ? switchTo(false) : NOTHING_TO_DO),
    switchOn: async () => (areOn ? NOTHING_TO_DO : switchTo(true)),
    retune: () =>
      random.happens(0.5)
        ? tune('waitlist.places', random.of(['FREED', 'OPEN']))
        : tune('transfer.onExpire', random.of(['ARCHIVE', 'KEEP'])),
  };
}

/**
 * All at the same moment. Whoever is first, the world is the same afterwards, so that a seed still tells one story; that
 * everybody was refused is the answer, that one of them was is none.
 */
async function atOnce(works: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures = (await Promise.allSettled(works.map((work) => work()))).flatMap((one) =>
    one.status === 'rejected' ? [one.reason as unknown] : [],
  );
  const wrong = failures.find((error) => !(error instanceof Refusal));
  if (wrong !== undefined) throw wrong;
  if (failures.length === works.length) throw failures[0];
}
