import { at, type CivilDate } from '../../core/calendar/civil-date.ts';
import type { KindergartenId, PersonId } from '../../core/index.ts';
import type { Lists } from './lists.ts';
import { actOf, idOf, type Stage } from './play.ts';

/** The father joins the application of his child, whom the registry calls his. */
export async function linkFather({ core, personOf }: Stage, { asem }: Lists): Promise<void> {
  const [application] = asem.applications;
  if (asem.spouse === null || application === undefined) return;
  const personId: PersonId = await personOf(asem.spouse.iin);
  await core.guardians.request({ personId, channel: 'WEB' }, application.child.iin);
}

/** In the afternoon whoever is to join waiting lists on this day does so, one after another, by the code of the SMS. */
export async function joinListsOn(
  stage: Stage,
  { joins, houses }: Lists,
  day: CivilDate,
  daysOf: (count: number) => CivilDate,
): Promise<void> {
  const today = joins.filter(({ daysBefore }) => daysOf(daysBefore) === day);
  for (const [n, { application, houses: wished }] of today.entries()) {
    stage.moveTo(new Date(at(day, '15:00').getTime() + n * 17 * 60_000));
    const act = actOf(application);
    const kindergartens = wished.map((house) => houses[house].kindergartenId as KindergartenId);
    const { id } = await stage.core.signing.prepareWaitlist(act, idOf(application), kindergartens);
    await stage.core.signing.sign(act, id, stage.lastCode(application.applicant.phone));
  }
}
