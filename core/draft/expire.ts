import { addDays, localDate, startOfDay } from '../calendar/civil-date.ts';
import type { QueueDeps } from '../context.ts';
import type { PersonId } from '../ids.ts';
import { planNotices } from '../notice/plan.ts';
import { DRAFT_RULES } from './api.ts';

/**
 * T12: forms that nobody has touched for 60 days are forgotten, after a warning 7 days before (N43). Answers how many were
 * warned of or forgotten. What they kept outside the database is removed by the purge of scans.
 */
export async function sweepDrafts({ db, clock }: Pick<QueueDeps, 'db' | 'clock'>): Promise<number> {
  const at = clock.now();
  const warnFrom = startOfDay(addDays(localDate(at), DRAFT_RULES.warnedDaysBefore + 1));
  return db.write(async (tx) => {
    const forgotten = await tx.$executeRaw`DELETE FROM draft WHERE expires_at < ${at}`;
    const warned = await tx.$queryRaw<{ person_id: PersonId; expires_at: Date }[]>`
      UPDATE draft SET warned_at = ${at} WHERE warned_at IS NULL AND expires_at < ${warnFrom}
      RETURNING person_id, expires_at`;
    await planNotices(
      tx,
      at,
      warned.map(({ person_id, expires_at }) => ({
        code: 'N43',
        personId: person_id,
        params: { deadline: expires_at.toISOString() },
      })),
    );
    return forgotten + warned.length;
  });
}
