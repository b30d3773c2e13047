import { addDays, localDate } from '../../core/calendar/civil-date.ts';
import type { ClaimId } from '../../core/ids.ts';
import type { Act } from '../../core/index.ts';
import type { CoreWorld } from './core-world.ts';
import { layPaper } from './papers.ts';
import type { Chance } from './random.ts';

/** Who walks: the parent of an application, and two operators of the whole region. */
interface Walkers {
  readonly parentOf: (applicationId: string | null) => Act | undefined;
  readonly anybody: () => Act;
  readonly operators: readonly Act[];
}

const CATEGORIES = ['MIL', 'SPEC', 'LARGE', 'CDIS', 'SEN', 'TEACH', 'NONE'] as const;
const REASONS = ['UNREADABLE', 'WRONG_DOCUMENT', 'OUTDATED', 'OTHER_PERSON', 'OTHER'] as const;

/** What may happen to benefits, right or wrong, as steps of the random walk. */
export function claimSteps(world: CoreWorld, random: Chance, { parentOf, anybody, operators }: Walkers) {
  const { core, db, clock } = world;
  const { benefits } = core;

  /** Mostly a claim in one of these states; now and then any. */
  const claimIn = async (...states: string[]) => {
    const rows = await db.prisma.benefit_claim.findMany({
      where: random.happens(0.1) ? {} : { state: { in: states } },
      orderBy: { id: 'asc' },
    });
    if (rows.length === 0) return undefined;
    const row = random.of(rows);
    const parent = random.happens(0.05) ? anybody() : parentOf(row.application_id);
    return parent && { ...row, id: row.id as ClaimId, parent };
  };
  const operator = (): Act => (random.happens(0.05) ? anybody() : random.of(operators));
  const day = (from: number, to: number) => addDays(localDate(clock.now()), random.between(from, to));

  const decisions: readonly ((act: Act, id: ClaimId) => Promise<unknown>)[] = [
    (act, id) => benefits.confirm(act, id, {}),
    (act, id) => benefits.confirm(act, id, { documentDate: day(-40, 2) }),
    (act, id) => benefits.confirm(act, id, { documentDate: day(-20, 0), validUntil: day(-3, 90) }),
    (act, id) => benefits.confirm(act, id, { validUntil: day(-3, 40) }),
    (act, id) => benefits.decline(act, id, random.of(REASONS), random.of([undefined, 'Мөр жоқ'])),
    (act, id) => benefits.askForCopy(act, id),
    (act, id) => benefits.release(act, id),
  ];

  return {
    /** Begun, and mostly given in at once. */
    claim: async (act: Act, application: Parameters<typeof benefits.begin>[1]) => {
      const id = await benefits.begin(act, application, random.of(CATEGORIES));
      if (random.happens(0.1)) return;
      if (random.happens(0.9)) await layPaper(world, id);
      await benefits.send(act, id);
    },
    dropClaim: async () => {
      const found = await claimIn('DRAFT');
      if (found) await benefits.drop(found.parent, found.id);
    },
    betterCopy: async () => {
      const found = await claimIn('CLAIMED');
      if (found === undefined) return;
      if (found.copy_until !== null && random.happens(0.8)) await layPaper(world, found.id);
      await benefits.send(found.parent, found.id);
    },
    takeClaim: async () => {
      const found = await claimIn('CLAIMED', 'PENDING_CHECK');
      if (found) await benefits.take(operator(), found.id);
    },
    decideClaim: async () => {
      const found = await claimIn('PENDING_CHECK');
      if (found === undefined) return;
      const holder = operators.find(({ personId }) => personId === found.taken_by);
      const by = holder === undefined || random.happens(0.1) ? operator() : holder;
      await random.of(decisions)(by, found.id);
    },
  };
}
