import { expect, it } from 'vitest';
import { coreWorld, freshIin } from '../../local/testing/core-world.ts';

const world = await coreWorld({ start: '2026-11-23T05:00:00Z' });
const { core, db, clock } = world;

it('names a head who saw the child’s full name or the paper, and the other parent, once a day', async () => {
  const [mother, father] = [await world.person(), await world.person()];
  const house = await world.kindergarten();
  const group = await world.group(house, 2022);
  const head = await world.staff({ head: house });
  const iin = freshIin('2022-05-14');
  await world.born(father, iin, '2022-05-14');
  const id = await world.enqueue(mother, '2022-05-14', { iin });
  await core.staff.publish(await world.staff({ operator: true }), group, 1);
  await world.moveTo('2026-11-24T03:00:00Z');
  await world.choose(mother, id, group);
  for (let n = 0; n < 3; n += 1) {
    const { items } = await core.referrals.atKindergarten(head, house, 'LIVE', 0);
    for (const { id: referral } of items) await core.referrals.atKindergartenById(head, referral);
  }
  const papers = await core.applications.documents(mother.personId, id);
  const paper = papers.find(({ kind }) => kind === 'REFERRAL');
  if (paper === undefined) throw new Error('no paper');
  await core.documents.file(head.personId, paper.id, 'kk');
  await core.documents.file(mother.personId, paper.id, 'kk');
  await core.guardians.request(father.act, iin);
  for (let n = 0; n < 2; n += 1) await core.applications.card(father.personId, id);
  await core.applications.card(mother.personId, id);
  const seen = async () => {
    const { items } = await core.privacy.looks(mother.act, 0, 50);
    return items.map(({ role, what }) => `${role} ${what}`).sort();
  };
  const once = ['GUARDIAN APPLICATION', 'KINDERGARTEN_HEAD DOCUMENT', 'KINDERGARTEN_HEAD REFERRAL'];
  expect(await seen()).toEqual(once);
  clock.set('2026-11-25T05:00:00Z');
  await core.referrals.atKindergarten(head, house, 'LIVE', 0);
  expect(await seen()).toEqual([...once, 'KINDERGARTEN_HEAD REFERRAL']);
  expect(await db.prisma.access_log.count({ where: { person_id: father.personId } })).toBe(0);
});
