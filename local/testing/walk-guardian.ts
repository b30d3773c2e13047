import type { ApplicationId, GuardianLinkId } from '../../core/ids.ts';
import type { Act } from '../../core/index.ts';
import type { Iin } from '../../core/people/iin.ts';
import type { CoreWorld, Family } from './core-world.ts';
import type { Chance } from './random.ts';

interface Cast {
  readonly families: readonly Family[];
  readonly operator: Act;
  readonly children: readonly { readonly iin: Iin; readonly birth: string }[];
}

/** How often the second parent comes into the walk. */
export const GUARDIAN_WEIGHTS = { join: 4, answerJoin: 3, decideJoin: 2, unlink: 1 } as const;

/** What second parents, first applicants and operators do about links, right or wrong. */
export function guardianSteps({ core, db, born }: CoreWorld, random: Chance, cast: Cast) {
  const linkIn = async (...states: string[]) => {
    const where = random.happens(0.1) ? {} : { state: { in: states } };
    const rows = await db.prisma.guardian_link.findMany({
      where,
      orderBy: { id: 'asc' },
      include: { application: { select: { applicant_id: true } } },
    });
    if (rows.length === 0) return undefined;
    const row = random.of(rows);
    const familyOf = (id: string) => cast.families.find(({ personId }) => personId === id);
    return {
      id: row.id as GuardianLinkId,
      owner: familyOf(row.application.applicant_id),
      guardian: familyOf(row.person_id),
    };
  };
  const anybody = () => random.of(cast.families).act;

  return {
    /** One of those who were joined to the application. */
    joinedTo: async (id: ApplicationId): Promise<Family | undefined> => {
      const rows = await db.prisma.guardian_link.findMany({
        where: { application_id: id, state: 'LINKED' },
        orderBy: { id: 'asc' },
      });
      const joined = cast.families.filter(({ personId }) => rows.some((row) => row.person_id === personId));
      return joined.length === 0 ? undefined : random.of(joined);
    },
    steps: {
      join: async (): Promise<void> => {
        if (cast.children.length === 0) return;
        const child = random.of(cast.children);
        const family = random.of(cast.families);
        if (random.happens(0.4)) await born(family, child.iin, child.birth);
        await core.guardians.request(family.act, child.iin);
      },
      answerJoin: async (): Promise<void> => {
        const found = await linkIn('PENDING_OWNER', 'OPERATOR_REVIEW');
        if (found === undefined) return;
        const by = random.happens(0.05) ? anybody() : (found.owner?.act ?? anybody());
        await core.guardians.answer(by, found.id, random.happens(0.6));
      },
      decideJoin: async (): Promise<void> => {
        const found = await linkIn('OPERATOR_REVIEW');
        const by = random.happens(0.05) ? anybody() : cast.operator;
        if (found !== undefined) await core.guardians.decide(by, found.id, random.happens(0.5));
      },
      unlink: async (): Promise<void> => {
        const found = await linkIn('LINKED');
        if (found === undefined) return;
        const by = random.of([found.owner, found.guardian, random.of(cast.families)]);
        await core.guardians.unlink(by?.act ?? anybody(), found.id);
      },
    },
  };
}
