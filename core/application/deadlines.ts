import type { QueueDeps } from '../context.ts';
import type { NamedQuery } from '../db/db.ts';
import { mayRead } from '../guardian/rights.ts';
import type { ApplicationId, PersonId } from '../ids.ts';
import type { ApplicationDeadline } from './api.ts';

interface Row {
  readonly id: string;
  readonly kind: ApplicationDeadline['kind'];
  readonly deadline_at: Date;
}

const deadlinesQuery: NamedQuery = {
  name: 'application-deadlines',
  text: `SELECT x.id, CASE x.kind WHEN 'EXTENSION' THEN 'SHOW_UP' ELSE x.kind END AS kind, x.deadline_at
    FROM timer x JOIN application a ON a.id = x.application_id
   WHERE a.id = $1 AND ${mayRead('a', '$2')} AND x.state = 'PENDING' AND x.deadline_at >= $3
     AND x.kind IN ('TURN_WINDOW', 'SELF_CANCEL', 'SHOW_UP', 'EXTENSION', 'STOP_LIST', 'INTEREST', 'AGE_LIMIT', 'BENEFIT', 'BENEFIT_COPY',
       'WAITLIST_OFFER', 'TRANSFER')
   ORDER BY x.deadline_at, x.id`,
};

/** What runs for an application now, nearest first (DOMAIN §5.4); nothing for somebody who may not see it. */
export function createDeadlines({ db, clock }: Pick<QueueDeps, 'db' | 'clock'>) {
  return async (personId: PersonId, id: ApplicationId): Promise<readonly ApplicationDeadline[]> => {
    const rows = await db.rows<Row>(deadlinesQuery, [id, personId, clock.now()]);
    return rows.map(({ id: timer, kind, deadline_at }) => ({ id: timer, kind, at: deadline_at }));
  };
}
