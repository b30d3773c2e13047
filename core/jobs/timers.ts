import { calendarIn } from '../calendar/stored.ts';
import type { WriteTx } from '../db/db.ts';
import { nextDue, type TimerKind } from './reminders.ts';

export interface NewTimer {
  readonly kind: TimerKind;
  /** The row the deadline belongs to: a turn window, a referral, or the application itself. */
  readonly subjectId: string;
  readonly applicationId: string;
  /** When the term began; reminders are counted from it. */
  readonly startAt: Date;
  readonly deadlineAt: Date;
}

/** Writes deadlines as rows: one statement however many. `due_at` is the next reminder or the deadline. */
export async function setTimers(tx: WriteTx, at: Date, timers: readonly NewTimer[]): Promise<void> {
  if (timers.length === 0) return;
  const calendar = await calendarIn(tx);
  // A publication sets thousands of deadlines of a few terms: each term's reminders are looked up once.
  const dueOf = new Map<string, Date>();
  const rows = timers.map((timer) => {
    const term = `${timer.kind} ${timer.startAt.getTime()} ${timer.deadlineAt.getTime()}`;
    const due = dueOf.get(term) ?? nextDue(timer.kind, timer.startAt, timer.deadlineAt, at, calendar);
    dueOf.set(term, due);
    return {
      kind: timer.kind,
      subject_id: timer.subjectId,
      application_id: timer.applicationId,
      deadline_at: timer.deadlineAt,
      due_at: due,
      created_at: timer.startAt,
    };
  });
  await tx.$executeRaw`
    INSERT INTO timer (kind, subject_id, application_id, deadline_at, due_at, created_at)
    SELECT kind, subject_id, application_id, deadline_at, due_at, created_at
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (kind text, subject_id uuid, application_id uuid,
           deadline_at timestamptz, due_at timestamptz, created_at timestamptz)`;
}

/**
 * Ends the pending deadlines of a subject, or of a whole application when it leaves the queue: all but the first
 * applicant's answer about the second parent, which may be given although the application comes back or not.
 */
export async function cancelTimers(
  tx: WriteTx,
  at: Date,
  which:
    | { readonly subjectId: string; readonly kinds?: readonly TimerKind[] }
    | { readonly applicationId: string },
): Promise<void> {
  const where =
    'subjectId' in which
      ? {
          subject_id: which.subjectId,
          ...(which.kinds === undefined ? {} : { kind: { in: [...which.kinds] } }),
        }
      : { application_id: which.applicationId, kind: { not: 'GUARDIAN' } };
  await tx.timer.updateMany({
    where: { ...where, state: 'PENDING' },
    data: { state: 'CANCELLED', ended_at: at },
  });
}
