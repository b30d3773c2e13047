import type { Act, Language } from '../act.ts';
import type { ApplicationState } from '../application/api.ts';
import type { BroadcastId, DistrictId } from '../ids.ts';

/** Whom a broadcast is for; an absent field means "all". Applies to applicants with a logged-in messenger account. */
export interface Audience {
  readonly districtId?: DistrictId;
  readonly birthYear?: number;
  readonly state?: ApplicationState;
  readonly language?: Language;
}

export interface BroadcastProgress {
  readonly id: BroadcastId;
  readonly state: 'DRAFT' | 'RUNNING' | 'PAUSED' | 'STOPPED' | 'DONE';
  readonly total: number;
  readonly sent: number;
  readonly failed: number;
  readonly unreachable: number;
  /** Handed to the channel when a process died: neither proved sent nor repeated. */
  readonly unknown: number;
  readonly pending: number;
  readonly startedAt: Date | null;
  readonly secondsLeft: number | null;
}

export interface Broadcasts {
  /** Choices of the audience screen: birth years present in the district. Refusal: staff.forbidden. */
  birthYears(act: Act, districtId?: DistrictId): Promise<readonly number[]>;
  /** Refusals: staff.forbidden, broadcast.empty, broadcast.tooLong {limit}. An operator reaches only the own district. */
  draft(
    act: Act,
    text: Readonly<Record<Language, string>>,
    audience: Audience,
  ): Promise<{ readonly id: BroadcastId; readonly people: number; readonly seconds: number }>;
  text(act: Act, id: BroadcastId): Promise<Readonly<Record<Language, string>>>;
  /** Freezes the recipients and starts. `progress` is the live message that the bot keeps up to date. */
  start(
    act: Act,
    id: BroadcastId,
    progress: { readonly address: string; readonly message: string },
  ): Promise<void>;
  pause(act: Act, id: BroadcastId): Promise<void>;
  resume(act: Act, id: BroadcastId): Promise<void>;
  stop(act: Act, id: BroadcastId): Promise<void>;
  progress(id: BroadcastId): Promise<BroadcastProgress>;
}
