import { afterEach, describe, expect, it } from 'vitest';
import { freshIin } from '../../local/testing/core-world.ts';
import { sanityChecks } from '../audit/sanity.ts';
import type { DraftChildId } from '../ids.ts';
import { ADDRESS, ending, formWorld, START } from './testing/stage.ts';

const world = await formWorld();
const { begun, bornTo, clock, core, db, districtId, formOf, parent, sign } = world;

afterEach(async () => {
  expect(await sanityChecks(db)).toEqual([]);
  await world.sandbox.setDown('REGISTRY', false);
  clock.set(START);
});

describe('a form (S1 steps 2–13)', () => {
  it('is filled in step by step, and signed for several children at once', async () => {
    const family = await parent();
    const [older, younger] = [await bornTo(family, '2023-05-14'), await bornTo(family, '2025-02-03')];
    await core.drafts.begin(family.act, districtId);
    expect((await formOf(family)).missing.map(({ what }) => what)).toEqual(['READ', 'ADDRESS', 'CHILD']);
    expect((await formOf(family)).step).toBe('INTRO');
    await core.drafts.confirmRead(family.act);
    await core.drafts.setAddress(family.act, { city: ' Ақмол ', street: 'Достық' });
    expect((await formOf(family)).missing.map(({ what }) => what)).toContain('ADDRESS');
    await core.drafts.setAddress(family.act, { house: '1/2' });
    const first = await core.drafts.addChild(family.act, older);
    await core.drafts.addChild(family.act, younger);
    await core.drafts.setLanguage(family.act, first, 'kk');
    await core.drafts.setHome(family.act, { latitude: 51.12345678, longitude: 71.98765432 });
    const view = await formOf(family);
    expect(view.missing).toEqual([]);
    expect(await core.drafts.keptUntil(family.act)).toEqual(view.expiresAt);
    expect(view.applicant.address).toEqual({ ...ADDRESS, house: '1/2' });
    expect(view.home).toEqual({ latitude: 51.123, longitude: 71.988 });
    expect(view.children.map(({ name, relation }) => [name, relation])).toEqual([
      ['Нұрлан', 'PROVEN'],
      ['Нұрлан', 'PROVEN'],
    ]);
    const { applications } = await sign(family);
    expect(applications.map(({ state, position }) => [state, position])).toEqual([
      ['QUEUED', 1],
      ['QUEUED', 1],
    ]);
    expect(await core.drafts.of(family.act)).toBeNull();
    expect(await core.drafts.keptUntil(family.act)).toBeNull();
    const rows = await db.prisma.application.findMany({ where: { applicant_id: family.personId } });
    expect(rows.map((row) => row.preferred_language)).toEqual(['kk', null]);
    expect(rows.every((row) => row.home_latitude === 51.123 && row.statement_id !== null)).toBe(true);
    expect(await world.notices(family.personId)).toEqual(['N1', 'N1']);
    const papers = await db.prisma.document.findMany({
      where: { application: { applicant_id: family.personId } },
    });
    expect(papers.map(({ kind }) => kind)).toEqual(['REGISTRATION', 'REGISTRATION']);
  });

  it('says in its statement what is signed, and nothing that is nobody’s business', async () => {
    const family = await parent();
    const iin = await bornTo(family);
    await begun(family);
    const child = await core.drafts.addChild(family.act, iin);
    const { id } = await core.signing.prepareRegistration(family.act);
    const statement = await db.prisma.statement.findUniqueOrThrow({ where: { id } });
    expect(statement.content).toContain('<kind>REGISTRATION</kind>');
    expect(statement.content).toContain(
      `<child rank="1" id="${child}"><name>Нұрлан</name><birthDate>2023-05-14</birthDate>`,
    );
    const kept = `${statement.content}${JSON.stringify(statement.payload)}`;
    for (const secret of [iin, family.iin, family.phone, 'Сынал', 'Достық'])
      expect(kept).not.toContain(secret);
    const sealed = await db.prisma.person.findUniqueOrThrow({ where: { id: family.personId } });
    expect(Buffer.from(sealed.address_sealed ?? []).toString('utf8')).not.toContain('Достық');
  });

  it('is what was signed, or the signature counts for nothing', async () => {
    const family = await parent();
    await begun(family);
    const child = await core.drafts.addChild(family.act, await bornTo(family));
    const prepared = await core.signing.prepareRegistration(family.act);
    const code = world.lastCode(family.phone);
    await core.drafts.setLanguage(family.act, child, 'ru');
    expect(await ending(core.signing.sign(family.act, prepared.id, code))).toBe('draft.changed');
    expect(await db.prisma.application.count({ where: { applicant_id: family.personId } })).toBe(0);
    expect((await sign(family)).applications).toHaveLength(1);
  });

  it('is kept through another district, and its manual is read anew', async () => {
    const family = await parent();
    await begun(family);
    await core.drafts.addChild(family.act, await bornTo(family));
    await core.drafts.goTo(family.act, 'SUMMARY');
    await core.drafts.begin(family.act, districtId);
    expect((await formOf(family)).step).toBe('SUMMARY');
    await core.drafts.begin(family.act, await world.district('DRA'));
    const view = await formOf(family);
    expect([view.step, view.readAt, view.children.length]).toEqual(['INTRO', null, 1]);
  });

  it('asks to read again when the rules have changed meanwhile, and loses nothing', async () => {
    const family = await parent();
    const district = await world.district('DRB');
    await begun(family, district);
    await core.drafts.addChild(family.act, await bornTo(family));
    const prepared = await core.signing.prepareRegistration(family.act);
    await db.prisma.policy.create({
      data: {
        district_id: district,
        key: 'interest.months',
        value: 6,
        valid_from: new Date('2026-11-24'),
        basis: 'test',
      },
    });
    clock.set('2026-11-24T05:00:00Z');
    const view = await formOf(family);
    expect([view.rulesChanged, view.readAt, view.children.length]).toEqual([true, null, 1]);
    expect(await ending(core.signing.prepareRegistration(family.act))).toBe('draft.incomplete READ');
    await core.drafts.confirmRead(family.act);
    const { applications } = await sign(family);
    const [made] = applications;
    const card = await core.applications.card(family.personId, made?.id ?? ('' as never));
    expect(card.interestDueAt.toISOString().slice(0, 10)).toBe('2027-05-24');
    expect(await ending(core.signing.sign(family.act, prepared.id, '000000'))).toMatch(/^(statement|code)\./);
  });

  it('refuses to be sent before it is whole', async () => {
    const family = await world.person();
    expect(await ending(core.signing.prepareRegistration(family.act))).toBe('draft.none');
    await core.drafts.begin(family.act, districtId);
    expect(await ending(core.signing.prepareRegistration(family.act))).toBe('draft.incomplete READ');
    await core.drafts.confirmRead(family.act);
    expect(await ending(core.signing.prepareRegistration(family.act))).toBe('draft.incomplete ADDRESS');
    await core.drafts.setAddress(family.act, ADDRESS);
    expect(await ending(core.signing.prepareRegistration(family.act))).toBe('draft.incomplete EMAIL');
    await core.people.addContact(family.act, 'EMAIL', 'a@mysal.example');
    expect(await ending(core.signing.prepareRegistration(family.act))).toBe('draft.incomplete CHILD');
    const child = await core.drafts.addChild(family.act, await bornTo(family));
    await core.drafts.setBenefit(family.act, child, 'LARGE');
    expect(await ending(core.signing.prepareRegistration(family.act))).toBe('draft.incomplete SCANS');
    await core.drafts.setBenefit(family.act, child, null);
    expect((await sign(family)).applications).toHaveLength(1);
  });
});

describe('a child of the form', () => {
  it('is refused with the reason', async () => {
    const family = await parent();
    const other = await parent();
    await begun(family);
    const add = (iin: string) => ending(core.drafts.addChild(family.act, iin));
    expect(await add('123')).toBe('iin.length');
    expect(await add(family.iin)).toBe('login.own');
    expect(await add(freshIin('2026-12-14'))).toBe('child.bornInFuture');
    expect(await add(freshIin('2023-05-14'))).toBe('child.notInRegistry');
    expect(await add(await bornTo(other))).toBe('child.notYours');
    expect(await add(await bornTo(family, '2020-10-31'))).toBe('child.tooOld 2026-10-31');
    const mine = await bornTo(family);
    expect(await add(mine)).toBe('done');
    expect(await add(mine)).toBe('child.twice');
    const queued = await bornTo(family, '2024-01-02');
    const { number } = await core.applications.register(family.act, { childIin: queued, districtId });
    expect(await add(queued)).toBe(`application.duplicate ${number}`);
    const shared = await bornTo(other, '2024-01-03');
    await world.born(family, shared, '2024-01-03');
    await core.applications.register(other.act, { childIin: shared, districtId });
    expect(await add(shared)).toBe('application.others');
    for (let n = 1; n < 8; n += 1) expect(await add(await bornTo(family, '2024-03-04'))).toBe('done');
    expect(await add(await bornTo(family, '2024-03-05'))).toBe('child.tooMany 8');
  });

  it('is named by the parent where the registry is silent, and only there', async () => {
    const family = await parent();
    await begun(family);
    const known = await core.drafts.addChild(family.act, await bornTo(family));
    const name = { surname: 'О’Коннор-Сыналова', name: 'Әйгерім-Анна', patronymic: null };
    expect(await ending(core.drafts.nameChild(family.act, known, name))).toBe('child.fromRegistry');
    await world.sandbox.setDown('REGISTRY', true);
    const typed = await core.drafts.addChild(family.act, freshIin('2024-06-07'));
    expect((await formOf(family)).missing).toEqual([{ what: 'CHILD_NAME', child: typed }]);
    expect(await ending(core.drafts.nameChild(family.act, typed, { name: '<b>' }))).toBe('name.format');
    expect(await ending(core.drafts.nameChild(family.act, typed, { name: 'Ә'.repeat(61) }))).toBe(
      'name.format',
    );
    await core.drafts.nameChild(family.act, typed, { surname: name.surname });
    await core.drafts.nameChild(family.act, typed, { name: name.name });
    expect((await formOf(family)).missing).toEqual([]);
  });

  it('is somebody else’s in another person’s form', async () => {
    const [one, two] = [await parent(), await parent()];
    await begun(one);
    await begun(two);
    const child = await core.drafts.addChild(one.act, await bornTo(one));
    for (const work of [
      () => core.drafts.removeChild(two.act, child),
      () => core.drafts.setLanguage(two.act, child, 'kk'),
      () => core.drafts.setBenefit(two.act, child, 'LARGE'),
      () => core.drafts.nameChild(two.act, child, { name: 'Асан' }),
    ])
      expect(await ending(work())).toBe('child.unknown');
    await core.drafts.removeChild(one.act, child);
    expect((await formOf(one)).children).toEqual([]);
  });

  it('takes its benefit along, and loses it with its scans', async () => {
    const family = await parent();
    await begun(family);
    const child: DraftChildId = await core.drafts.addChild(family.act, await bornTo(family));
    const claim = await core.drafts.setBenefit(family.act, child, 'LARGE');
    expect(await core.drafts.setBenefit(family.act, child, 'TEACH')).toBe(claim);
    expect((await formOf(family)).children[0]?.claim?.category.code).toBe('TEACH');
    expect(await ending(core.drafts.setBenefit(family.act, child, 'NONE'))).toBe('benefit.unknown');
    await core.drafts.setBenefit(family.act, child, null);
    expect(await db.prisma.benefit_claim.count({ where: { id: claim ?? '' } })).toBe(0);
  });
});

it('is no way to search the registry for children', async () => {
  const family = await parent();
  await begun(family);
  const answers: string[] = [];
  for (let n = 0; n < 31; n += 1)
    answers.push(await ending(core.drafts.addChild(family.act, freshIin('2023-05-14'))));
  expect(answers.slice(0, 30)).toEqual(Array(30).fill('child.notInRegistry'));
  expect(answers[30]).toBe('child.tooOften 2026-11-23T06:00:00.000Z');
  clock.set('2026-11-23T06:00:00.001Z');
  expect(await ending(core.drafts.addChild(family.act, await bornTo(family)))).toBe('done');
});
