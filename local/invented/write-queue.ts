import type pg from 'pg';
import { localDate } from '../../core/calendar/civil-date.ts';
import { createWorkingCalendar } from '../../core/calendar/working-calendar.ts';
import { nextDue } from '../../core/jobs/reminders.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { ageLimitAt } from './families.ts';
import type { Flow } from './flow.ts';
import type { Numbered } from './numbering.ts';
import { insert } from './sql.ts';
import { setJournalRight, standingSince } from './write-flow.ts';

const birthYear = ({ application }: Numbered): number => Number(application.child.birthDate.slice(0, 4));

export async function writeApplications(
  client: pg.ClientBase,
  mine: readonly Numbered[],
  asOf: Date,
  risenAt: Flow['risenAt'],
): Promise<void> {
  await client.query(
    `INSERT INTO queue (district_id, birth_year)
     SELECT DISTINCT d.id, r.year FROM unnest($1::text[], $2::integer[]) AS r (code, year) JOIN district d USING (code)
     ON CONFLICT DO NOTHING`,
    [mine.map((one) => one.application.district), mine.map(birthYear)],
  );
  const today = localDate(asOf);
  await insert(
    client,
    {
      into: `application (id, number, child_id, applicant_id, district_id, queue_id, state, state_since, benefit_class,
        preferred_language, registered_at, position_at_registration, eligible_from, under_age, age_limit_on, interest_due_at,
        standing_since)`,
      select: `r.id, r.number, r.child, r.applicant, d.id, q.id, 'QUEUED', r.at, r.class, r.preferred, r.at, r.rank,
        r.eligible, r.young, r.age_limit, r.interest, r.since`,
      shape: `id uuid, number text, child uuid, applicant uuid, code text, year integer, class text, preferred text,
        at timestamptz, rank integer, eligible date, young boolean, age_limit date, interest timestamptz, since timestamptz`,
      join: `JOIN district d ON d.code = r.code
        JOIN queue q ON q.district_id = d.id AND q.birth_year = r.year AND q.group_type = 'GENERAL'`,
    },
    mine.map((one) => {
      const { application } = one;
      return {
        id: application.id,
        number: one.number,
        child: application.child.id,
        applicant: application.applicant.id,
        code: application.district,
        year: birthYear(one),
        class: application.benefitClass,
        preferred: application.preferredLanguage,
        at: application.registeredAt,
        rank: one.rank,
        eligible: application.eligibleFrom,
        young: application.eligibleFrom > today,
        age_limit: application.ageLimitOn,
        interest: application.interestDueAt,
        since: standingSince(one, risenAt, asOf),
      };
    }),
  );
  await setJournalRight(client, mine, risenAt);
}

/** A1 and the yearly A18, as the actions write them. */
export async function writeHistory(
  client: pg.ClientBase,
  mine: readonly Numbered[],
  policies: ReadonlyMap<string, Policy>,
): Promise<void> {
  await insert(
    client,
    {
      into: `event (at, entity, entity_id, application_id, transition, actor_kind, actor_id, channel, before, after,
        policy_version)`,
      select: `at, 'APPLICATION', application, application, transition, 'PERSON', actor, 'WEB', before, after, policy`,
      shape: `at timestamptz, application uuid, actor uuid, transition text, before jsonb, after jsonb, policy text`,
    },
    mine.flatMap((one) => eventsOf(one, policies)),
  );
  await insert(
    client,
    {
      into: 'interest_confirmation (application_id, person_id, confirmed_at, next_due_at)',
      select: 'application, person, at, due',
      shape: 'application uuid, person uuid, at timestamptz, due timestamptz',
    },
    mine.flatMap(({ application: { id, applicant, confirmations } }) =>
      confirmations.map(({ confirmedAt, dueAt }) => ({
        application: id,
        person: applicant.id,
        at: confirmedAt,
        due: dueAt,
      })),
    ),
  );
}

function eventsOf({ application, rank }: Numbered, policies: ReadonlyMap<string, Policy>) {
  const { id, applicant, registeredAt, confirmations, district } = application;
  const common = { application: id, actor: applicant.id, policy: policies.get(district)?.version ?? null };
  const registered = { state: 'QUEUED', position: rank, registeredAt: registeredAt.toISOString() };
  return [
    { ...common, at: registeredAt, transition: 'A1', before: {}, after: registered },
    ...confirmations.map(({ confirmedAt, dueAt }) => ({
      ...common,
      at: confirmedAt,
      transition: 'A18',
      before: { state: 'QUEUED' },
      after: { state: 'QUEUED', interestUntil: dueAt.toISOString() },
    })),
  ];
}

/** A paper of each class that names no end. */
const PAPERS = {
  EXTRAORDINARY: ['MIL', 'SPEC'],
  PRIORITY: ['LARGE', 'PDIS', 'SEN', 'LARGE', 'CDIS'],
} as const;

/** The benefits that were confirmed when the child was put in the queue: without scans, as an import brings them. */
export async function writeBenefits(
  client: pg.ClientBase,
  mine: readonly Numbered[],
  risenAt: Flow['risenAt'],
): Promise<void> {
  const claims = mine.flatMap(({ application: { id, applicant, benefitClass, registeredAt } }, n) => {
    if (benefitClass === 'COMMON') return [];
    const papers = PAPERS[benefitClass];
    const category = papers[n % papers.length];
    return [{ application: id, person: applicant.id, category, at: risenAt.get(id) ?? registeredAt }];
  });
  await insert(
    client,
    {
      into: 'benefit_claim (person_id, application_id, category, state, state_since, created_at, claimed_at, decided_at)',
      select: `person, application, category, 'CONFIRMED', at, at, at, at`,
      shape: 'person uuid, application uuid, category text, at timestamptz',
    },
    claims,
  );
  await insert(
    client,
    {
      into: 'event (at, entity, entity_id, application_id, transition, actor_kind, channel, before, after)',
      select: `r.at, 'BENEFIT_CLAIM', b.id, r.application, 'B3i', 'SYSTEM', 'SYSTEM', '{}', '{"state": "CONFIRMED"}'`,
      shape: 'application uuid, at timestamptz',
      join: 'JOIN benefit_claim b ON b.application_id = r.application',
    },
    claims,
  );
}

/** The deadlines that run; reminders before `asOf` were given. */
export async function writeTimers(
  client: pg.ClientBase,
  mine: readonly Numbered[],
  asOf: Date,
): Promise<void> {
  const calendar = createWorkingCalendar();
  const timer = (kind: 'INTEREST' | 'AGE_LIMIT', id: string, start: Date, deadline: Date) => ({
    kind,
    id,
    start,
    deadline,
    due: nextDue(kind, start, deadline, asOf, calendar),
  });
  await insert(
    client,
    {
      into: 'timer (kind, subject_id, application_id, deadline_at, due_at, created_at)',
      select: 'kind, id, id, deadline, due, start',
      shape: 'kind text, id uuid, deadline timestamptz, due timestamptz, start timestamptz',
    },
    mine.flatMap(({ application }) => {
      const confirmed = application.confirmations.at(-1)?.confirmedAt;
      return [
        timer('INTEREST', application.id, confirmed ?? application.registeredAt, application.interestDueAt),
        timer('AGE_LIMIT', application.id, application.registeredAt, ageLimitAt(application)),
      ];
    }),
  );
}
