import { addDays, at, type CivilDate, localDate } from '../../core/calendar/civil-date.ts';
import type { Act, ApplicationId, Core, GroupId, PersonId } from '../../core/index.ts';
import type { Iin } from '../../core/people/iin.ts';
import type { InventedApplication } from './families.ts';
import type { InventedGroup } from './kindergartens.ts';
import type { Lists } from './lists.ts';
import { joinListsOn, linkFather } from './play-lists.ts';
import type { Played } from './played.ts';
import {
  lastWorkingDay,
  type Publication,
  STORY_DAYS,
  type Story,
  type StoryQueue,
  type Turn,
  workingDaysBefore,
} from './story.ts';

export interface Stage {
  readonly core: Core;
  readonly moveTo: (at: Date) => void;
  /** The code of the newest SMS to this number. */
  readonly lastCode: (phone: string) => string;
  /** The person of ours with this IIN, written down from the state's base where nobody has seen them yet. */
  readonly personOf: (iin: Iin) => Promise<PersonId>;
  readonly groups: readonly InventedGroup[];
  readonly now: Date;
}

export interface Staff {
  /** May publish everywhere. */
  readonly administrator: Act;
  /** By the id of the kindergarten: somebody who receives its children. */
  readonly heads: Map<string, Act>;
}

const HOUR = 3_600_000;
const SECOND = 1000;

/**
 * Lets the story happen, day by day, through the same actions that people use: what a parent finds in the local world
 * has come about by the rules, not by a pen.
 */
export async function playStory(
  stage: Stage,
  { story, lists, played }: { readonly story: Story; readonly lists: Lists; readonly played: Played },
  staff: Staff,
): Promise<void> {
  const last = lastWorkingDay(stage.now);
  await linkFather(stage, lists);
  const cast = castOf(stage, story);
  const daysOf = (count: number) => workingDaysBefore(last, count);
  for (let day = daysOf(STORY_DAYS); day <= last; day = addDays(day, 1)) {
    await morning(stage, day);
    await actAtTurns(stage, day, cast, staff);
    for (const queue of story.queues) {
      for (const publication of queue.published) {
        if (daysOf(publication.daysBefore) === day) await publish(stage, staff, day, queue, publication);
      }
    }
    await joinListsOn(stage, lists, day, daysOf);
    if (day === daysOf(5)) await withdraw(stage, story.withdrawn.earlier, at(day, '15:00'));
    if (day === daysOf(1)) await openTurnsOf(stage, played, staff, day);
  }
  const today = localDate(stage.now);
  if (today > last) {
    for (let day = addDays(last, 1); day <= today; day = addDays(day, 1)) {
      if (at(day, '07:00') <= stage.now) await morning(stage, day);
    }
  }
  await withdraw(stage, story.withdrawn.today, new Date(stage.now.getTime() - 3 * HOUR));
  stage.moveTo(new Date(stage.now.getTime() - 2 * HOUR));
  await choose(stage, firstOf(played.dana), groupFor(stage, 'BRB', yearOf(firstOf(played.dana))));
  stage.moveTo(stage.now);
  await settle(stage);
}

async function settle({ core }: Stage): Promise<void> {
  while (await core.jobs.sweep());
}

async function morning(stage: Stage, day: CivilDate): Promise<void> {
  stage.moveTo(new Date(at(day, '07:00').getTime() + 30 * SECOND));
  await settle(stage);
}

interface Actor {
  readonly application: InventedApplication;
  readonly queue: StoryQueue;
  readonly group: InventedGroup;
  readonly plan: readonly Turn[];
  turns: number;
  /** What is going on now, since the day of the turn. */
  doing: { readonly turn: Turn; readonly since: CivilDate; done: boolean } | undefined;
}

function castOf(stage: Stage, story: Story): Actor[] {
  const applications = new Map(story.families.flatMap((one) => one.applications).map((one) => [one.id, one]));
  return story.queues.flatMap((queue) =>
    [...queue.plans].flatMap(([id, plan]) => {
      const application = applications.get(id);
      if (application === undefined) return [];
      const group = queue.groups?.get(id) ?? groupFor(stage, queue.district, queue.birthYear);
      return [{ application, queue, group, plan, turns: 0, doing: undefined }];
    }),
  );
}

/** At eleven everybody who has a turn does what is planned for it; who has a referral goes on with it. */
async function actAtTurns(stage: Stage, day: CivilDate, cast: readonly Actor[], staff: Staff): Promise<void> {
  stage.moveTo(at(day, '11:00'));
  const rows = await stage.core.db.prisma.application.findMany({
    where: { id: { in: cast.map(({ application }) => application.id) } },
    select: { id: true, state: true },
  });
  const states = new Map(rows.map(({ id, state }) => [id, state]));
  for (const actor of cast) {
    const state = states.get(actor.application.id);
    if (state === 'NOTIFIED' && actor.doing?.turn !== 'WAIT') {
      const turn = actor.plan[Math.min(actor.turns, actor.plan.length - 1)] ?? 'WAIT';
      actor.turns += 1;
      actor.doing = { turn, since: day, done: false };
      await takeTurn(stage, actor, turn);
    } else if (state === 'REFERRED' && actor.doing !== undefined && day > actor.doing.since) {
      await goOn(stage, actor, actor.doing, staff);
    }
    if (state !== 'NOTIFIED' && state !== 'REFERRED') actor.doing = undefined;
  }
}

async function takeTurn(stage: Stage, actor: Actor, turn: Turn): Promise<void> {
  if (turn === 'WAIT') return;
  if (turn === 'DECLINE') {
    await stage.core.applications.declineTurn(actOf(actor.application), idOf(actor.application));
    return;
  }
  await choose(stage, actor.application, actor.group);
  if (turn !== 'CANCEL') return;
  const referral = await stage.core.referrals.ofApplication(
    personOf(actor.application),
    idOf(actor.application),
  );
  if (referral !== null) await stage.core.referrals.cancel(actOf(actor.application), referral.id);
}

async function goOn(
  stage: Stage,
  { application, group }: Actor,
  doing: NonNullable<Actor['doing']>,
  staff: Staff,
): Promise<void> {
  if (doing.done) return;
  const referral = await stage.core.referrals.ofApplication(personOf(application), idOf(application));
  const head = staff.heads.get(group.kindergartenId);
  if (referral === null || head === undefined) return;
  doing.done = true;
  if (doing.turn === 'EXTEND') {
    const until = addDays(localDate(referral.issuedAt), 28);
    await stage.core.referrals.extend(actOf(application), referral.id, until, 'ILLNESS');
  }
  if (doing.turn === 'ENROL' || doing.turn === 'ARRIVE')
    await stage.core.referrals.markArrived(head, referral.id);
  if (doing.turn === 'ENROL') await stage.core.referrals.accept(head, referral.id);
}

async function publish(
  stage: Stage,
  staff: Staff,
  day: CivilDate,
  queue: StoryQueue,
  { count, group = groupFor(stage, queue.district, queue.birthYear) }: Publication,
): Promise<void> {
  stage.moveTo(at(day, '12:00'));
  await stage.core.staff.publish(staff.administrator, group.id as GroupId, count);
}

/** The turns of Артём and Аружан: nobody stands before them, and one place more than they need is open to all. */
async function openTurnsOf(
  stage: Stage,
  { sergey, dana }: Played,
  staff: Staff,
  day: CivilDate,
): Promise<void> {
  stage.moveTo(at(day, '12:30'));
  for (const application of [firstOf(sergey), firstOf(dana)]) {
    const group = groupFor(stage, application.district, yearOf(application));
    await stage.core.staff.publish(staff.administrator, group.id as GroupId, 2);
  }
}

async function choose(
  stage: Stage,
  application: InventedApplication,
  group: { readonly id: string },
): Promise<void> {
  const act = actOf(application);
  const prepared = await stage.core.signing.prepareChoice(act, idOf(application), group.id as GroupId);
  await stage.core.signing.sign(act, prepared.id, stage.lastCode(application.applicant.phone));
}

async function withdraw(stage: Stage, application: InventedApplication, moment: Date): Promise<void> {
  stage.moveTo(moment);
  await stage.core.applications.withdraw(actOf(application), idOf(application));
}

/** Places for the morning after `now`: published so that the bulletin of this day tells of them. */
export async function publishForMorning(stage: Stage, lists: Lists, staff: Staff): Promise<void> {
  const today = localDate(stage.now);
  const beforeSeven = stage.now < at(today, '07:00');
  const bulletin = at(beforeSeven ? addDays(today, -1) : today, '17:50');
  stage.moveTo(bulletin < stage.now ? bulletin : stage.now);
  const year = Number(today.slice(0, 4));
  for (const [district, back, count] of MORNING) {
    const group = groupFor(stage, district, year - back);
    await stage.core.staff.publish(staff.administrator, group.id as GroupId, count);
  }
  // A place for whoever joins the list of this kindergarten before the morning.
  await stage.core.staff.publish(staff.administrator, lists.houses.free.id as GroupId, 1);
  stage.moveTo(stage.now);
}

/** District, years of age, places. Tselinograd: so many that Әлихан, the first of the common class, is among the chosen. */
const MORNING: readonly (readonly [district: string, back: number, count: number])[] = [
  ['TSL', 3, 8],
  ['KOK', 2, 3],
  ['STP', 3, 2],
  ['KSH', 3, 3],
  ['ATB', 4, 2],
  ['SHR', 3, 1],
  ['AKK', 4, 2],
];

/** The group whose places the story is about: the first of its district and year. */
export function groupFor(
  { groups }: Pick<Stage, 'groups'>,
  district: string,
  birthYear: number,
): InventedGroup {
  const found = groups.find((group) => group.district === district && group.birthYear === birthYear);
  if (found === undefined) throw new Error(`${district} has no group of ${birthYear}`);
  return found;
}

const yearOf = ({ child }: InventedApplication): number => Number(child.birthDate.slice(0, 4));
export const idOf = ({ id }: InventedApplication): ApplicationId => id as ApplicationId;
const personOf = ({ applicant }: InventedApplication): PersonId => applicant.id as PersonId;
export const actOf = (application: InventedApplication): Act => ({
  personId: personOf(application),
  channel: 'WEB',
});

export function firstOf({
  applications,
}: {
  readonly applications: readonly InventedApplication[];
}): InventedApplication {
  const [application] = applications;
  if (application === undefined) throw new Error('a family without an application');
  return application;
}
