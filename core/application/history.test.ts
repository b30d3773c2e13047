import { describe, expect, it } from 'vitest';
import { coreWorld } from '../../local/testing/core-world.ts';
import kk from '../../locales/kk.json' with { type: 'json' };
import ru from '../../locales/ru.json' with { type: 'json' };
import { claimTransitions } from '../benefit/transitions.ts';
import { guardianTransitions } from '../guardian/transitions.ts';
import type { ApplicationId, PersonId } from '../ids.ts';
import { referralTransitions } from '../referral/transitions.ts';
import { applicationTransitions } from './transitions.ts';

const world = await coreWorld();
const { core } = world;

const told = async (personId: PersonId, id: ApplicationId) =>
  (await core.applications.history(personId, id, 0, 50)).items.map(
    ({ transition, by, reason }) => `${transition} ${by}${reason === null ? '' : ` ${reason}`}`,
  );

describe('the history of an application', () => {
  it('has words for everything that can happen to it, in both languages', () => {
    const all = [
      ...Object.keys(applicationTransitions),
      ...Object.keys(referralTransitions),
      ...Object.keys(claimTransitions),
      ...Object.keys(guardianTransitions),
      'W2',
      'S2',
    ];
    for (const { history } of [kk, ru]) {
      expect(all.filter((transition) => !(transition in history))).toEqual([]);
      expect(Object.keys(history.by).sort()).toEqual([
        'DEPARTMENT',
        'KINDERGARTEN',
        'ME',
        'OTHER_PARENT',
        'SYSTEM',
      ]);
    }
  });

  it('says who did what, why and until when', async () => {
    const mother = await world.person();
    const id = await world.enqueue(mother, '2023-03-01');
    const garden = await world.kindergarten('Балдырған');
    const head = await world.staff({ head: garden });
    const operator = await world.staff({ operator: true });
    const group = await world.group(garden, 2023);
    const { pickOpensAt } = await core.staff.publish(operator, group, 1);
    await world.moveTo(new Date(pickOpensAt.getTime() + 60_000));
    await world.choose(mother, id, group);
    const referral = await world.db.prisma.referral.findFirstOrThrow({ where: { application_id: id } });
    await core.referrals.markArrived(head, referral.id as never);
    await core.referrals.refuse(head, referral.id as never, 'INCOMPLETE', 'нет справки');
    world.clock.set('2026-11-26T05:00:00Z');
    await core.applications.withdraw(mother.act, id);
    expect(await told(mother.personId, id)).toEqual([
      'A15 ME',
      'A14 KINDERGARTEN',
      'R6 KINDERGARTEN INCOMPLETE: нет справки',
      'R4 KINDERGARTEN',
      'A7 ME',
      'R1 ME',
      'A6 SYSTEM',
      'A1 ME',
    ]);
    const { items } = await core.applications.history(mother.personId, id, 0, 50);
    const entry = (wanted: string) => items.find(({ transition }) => transition === wanted);
    expect(entry('R1')?.kindergarten?.kk).toBe('«Балдырған» балабақшасы');
    expect(entry('A7')?.kindergarten).toBeNull();
    const window = await world.db.prisma.turn_window.findFirstOrThrow({ where: { application_id: id } });
    expect(entry('A6')?.until).toEqual(window.closes_at);
    expect(entry('A15')?.until).toBeNull();
  });

  it('tells the reason of a removal, and by whom it was undone', async () => {
    const mother = await world.person();
    const id = await world.enqueue(mother, '2023-03-01');
    const { number } = await world.db.prisma.application.findUniqueOrThrow({ where: { id } });
    await world.moveTo('2027-12-01T05:00:00Z');
    const operator = await world.staff({ operator: true });
    await core.staff.restore(operator, number, 'APPEAL');
    expect(await told(mother.personId, id)).toEqual([
      'A23 DEPARTMENT APPEAL',
      'A17 SYSTEM NO_CONFIRMATION',
      'A1 ME',
    ]);
  });

  it('calls the other parent so, and tells a joined one of no other joining', async () => {
    const [owner, other, third] = [await world.person(), await world.person(), await world.person()];
    const id = await world.enqueue(owner, '2023-03-01');
    const at = world.clock.now();
    for (const [person, state, transition] of [
      [other, 'LINKED', 'G2'],
      [third, 'PENDING_OWNER', 'G1'],
    ] as const) {
      const link = await world.db.prisma.guardian_link.create({
        data: {
          application_id: id,
          person_id: person.personId,
          state,
          state_since: at,
          created_at: at,
          ...(state === 'LINKED' ? { proof: 'REGISTRY' } : {}),
        },
      });
      await world.db.prisma.event.create({
        data: {
          at: new Date(at.getTime() + (state === 'LINKED' ? 1_000 : 2_000)),
          entity: 'GUARDIAN_LINK',
          entity_id: link.id,
          application_id: id,
          transition,
          actor_kind: 'PERSON',
          actor_id: person.personId,
          channel: 'BOT',
          before: {},
          after: { state },
        },
      });
    }
    expect(await told(owner.personId, id)).toEqual(['G1 OTHER_PARENT', 'G2 OTHER_PARENT', 'A1 ME']);
    expect(await told(other.personId, id)).toEqual(['G2 ME', 'A1 OTHER_PARENT']);
    expect(await told(third.personId, id)).toEqual([]);
  });

  it('gives the operator’s words about a benefit to the first applicant alone', async () => {
    const owner = await world.person();
    const other = await world.person();
    const id = await world.enqueue(owner, '2023-03-01');
    const at = world.clock.now();
    const claim = await world.db.prisma.benefit_claim.create({
      data: {
        person_id: owner.personId,
        application_id: id,
        category: 'LARGE',
        state: 'DECLINED',
        state_since: at,
        created_at: at,
        claimed_at: at,
        decided_at: at,
        decline_reason: 'OTHER',
        decline_note: 'Мөр жоқ',
      },
    });
    await world.db.prisma.event.create({
      data: {
        at,
        entity: 'BENEFIT_CLAIM',
        entity_id: claim.id,
        application_id: id,
        transition: 'B4',
        actor_kind: 'STAFF',
        actor_id: other.personId,
        channel: 'BOT',
        before: {},
        after: {},
        reason: 'OTHER',
      },
    });
    await world.db.prisma.guardian_link.create({
      data: {
        application_id: id,
        person_id: other.personId,
        state: 'LINKED',
        proof: 'OWNER',
        state_since: at,
        created_at: at,
      },
    });
    const of = async (personId: PersonId) =>
      (await core.applications.history(personId, id, 0)).items.find(({ transition }) => transition === 'B4');
    expect(await of(owner.personId)).toMatchObject({ by: 'DEPARTMENT', reason: 'OTHER', note: 'Мөр жоқ' });
    expect(await of(other.personId)).toMatchObject({ by: 'DEPARTMENT', reason: null, note: null });
  });
});
