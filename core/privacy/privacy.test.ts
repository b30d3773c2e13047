import { afterEach, describe, expect, it } from 'vitest';
import { type Family, freshIin } from '../../local/testing/core-world.ts';
import { removeApplication } from '../application/actions.ts';
import { lockApplication } from '../application/move.ts';
import { SYSTEM } from '../audit/event.ts';
import { sanityChecks } from '../audit/sanity.ts';
import { localDate } from '../calendar/civil-date.ts';
import { ending, formWorld, START } from '../draft/testing/stage.ts';
import type { GuardianLinkId } from '../ids.ts';
import { policyOn } from '../policy/policy.ts';

const world = await formWorld();
const { begun, bornTo, clock, core, db, parent, sign } = world;

afterEach(async () => {
  expect(await sanityChecks(db)).toEqual([]);
  clock.set(START);
});

let chats = 0;

/** A chat of the parent that is logged in, as the bot has it. */
async function chatOf(family: Family): Promise<string> {
  chats += 1;
  const address = `77${chats}`;
  await db.prisma.messenger_account.create({
    data: {
      channel: 'TELEGRAM',
      address,
      person_id: family.personId,
      phone: family.phone,
      consented_at: clock.now(),
      logged_in_at: clock.now(),
      verified_at: clock.now(),
      created_at: clock.now(),
    },
  });
  return address;
}

/** Opens the link as a browser does, and reads its files. */
async function download(url: string) {
  const token = new URL(url).hash.slice(1);
  const { session, view } = await core.signPages.open(token);
  const read = async (name: string) =>
    Buffer.from((await core.signPages.file(view.id, session ?? '', name)).content);
  return { view, session, read };
}

describe('what is stored about a person', () => {
  it('is downloaded whole, by its owner alone, and not through the chat', async () => {
    const family = await parent();
    await chatOf(family);
    await begun(family);
    const iin = await bornTo(family);
    await core.drafts.addChild(family.act, iin);
    await sign(family);
    const { url } = await core.privacy.exportLink(family.act);
    const { view, read } = await download(url);
    expect([view.purpose, view.state]).toEqual(['EXPORT', 'OPEN']);
    expect(view.files.map(({ name }) => name)).toEqual(['kezek-data.json', 'kezek-data.pdf']);
    const data = JSON.parse((await read('kezek-data.json')).toString('utf8'));
    expect(data.person.iin).toBe(family.iin);
    expect(data.person.address.street).toBe('Достық');
    expect(data.applications[0].child.iin).toBe(iin);
    expect(data.contacts.map((one: { value: string }) => one.value)).toContain(family.phone);
    expect(data.statements[0].content).toContain('<kind>REGISTRATION</kind>');
    const pdf = await read('kezek-data.pdf');
    expect(pdf.subarray(0, 5).toString('latin1')).toBe('%PDF-');
    expect(await ending(core.signPages.open(new URL(url).hash.slice(1)))).toBe('link.used');
    expect(await ending(core.signPages.file(view.id, 'another browser', 'kezek-data.json'))).toBe(
      'link.unknown',
    );
    expect(await ending(read('../../etc/passwd'))).toBe('file.unknown');
    clock.set('2026-11-23T05:21:00Z');
    expect(await ending(read('kezek-data.json'))).toBe('link.expired');
  });

  it('has nothing of anybody else’s', async () => {
    const [one, two] = [await parent(), await parent()];
    for (const family of [one, two]) {
      await begun(family);
      await core.drafts.addChild(family.act, await bornTo(family));
      await sign(family);
    }
    const { url } = await core.privacy.exportLink(one.act);
    const { read } = await download(url);
    const text = (await read('kezek-data.json')).toString('utf8');
    for (const secret of [two.iin, two.phone, two.personId]) expect(text).not.toContain(secret);
  });
});

describe('deleting the account', () => {
  it('is refused while a child waits, to staff, and after an old login', async () => {
    const family = await parent();
    await core.applications.register(family.act, {
      childIin: await bornTo(family),
      districtId: world.districtId,
    });
    expect(await ending(core.privacy.deleteAccount(family.act))).toBe('account.active 1');
    const operator = await world.staff({ operator: true });
    expect(await ending(core.privacy.deleteAccount(operator))).toBe('account.staff');
    const old = {
      ...family.act,
      channel: 'BOT',
      login: { method: 'OTP', at: new Date('2026-11-20T00:00:00Z') },
    } as const;
    expect(await ending(core.privacy.deleteAccount(old))).toMatch(/^login.again/);
  });

  it('keeps what the law keeps, and nothing by which one is reached or found', async () => {
    const family = await parent();
    const address = await chatOf(family);
    await begun(family);
    await core.drafts.addChild(family.act, await bornTo(family));
    await core.drafts.setHome(family.act, { latitude: 51.1, longitude: 71.4 });
    const { applications } = await sign(family);
    const [made] = applications;
    if (made === undefined) throw new Error('nothing was made');
    await core.applications.withdraw(family.act, made.id);
    expect(await core.privacy.deleteAccount(family.act)).toEqual({ kept: true });
    const row = await db.prisma.person.findUniqueOrThrow({ where: { id: family.personId } });
    expect([row.address_sealed, row.deleted_at]).toEqual([null, clock.now()]);
    const mine = { person_id: family.personId };
    expect(await db.prisma.contact.count({ where: mine })).toBe(0);
    expect(await db.prisma.messenger_account.count({ where: { OR: [mine, { address }] } })).toBe(0);
    expect(await db.prisma.notice.count({ where: { ...mine, legal: false } })).toBe(0);
    expect(await db.prisma.delivery.count({ where: { state: 'PENDING', notice: mine } })).toBe(0);
    const kept = await db.prisma.application.findUniqueOrThrow({ where: { id: made.id } });
    expect([kept.state, kept.home_latitude]).toEqual(['WITHDRAWN', null]);
    expect((await core.people.account(address)).person).toBeNull();
  });

  it('forgets whole who left nothing that must be kept', async () => {
    const family = await parent();
    await chatOf(family);
    await begun(family);
    const child = await core.drafts.addChild(family.act, await bornTo(family));
    await core.drafts.setBenefit(family.act, child, 'LARGE');
    expect(await core.privacy.deleteAccount(family.act)).toEqual({ kept: false });
    expect(await db.prisma.person.count({ where: { id: family.personId } })).toBe(0);
    expect(await db.prisma.draft_child.count({ where: { id: child } })).toBe(0);
  });

  it('leaves the other parent’s applications to the other parent', async () => {
    const [mother, father] = [await parent(), await parent()];
    const iin = await bornTo(mother);
    await world.born(father, iin, '2023-05-14');
    const { id } = await core.applications.register(mother.act, {
      childIin: iin,
      districtId: world.districtId,
    });
    await core.guardians.request(father.act, iin);
    expect(await core.privacy.deleteAccount(father.act)).toEqual({ kept: true });
    expect(await ending(core.applications.card(father.personId, id))).toBe('application.unknown');
    expect(await world.stateOf(id)).toBe('QUEUED');
  });

  it('takes back what was asked of the other parent', async () => {
    const [mother, stepfather] = [await parent(), await parent()];
    const iin = await bornTo(mother);
    const { id } = await core.applications.register(mother.act, {
      childIin: iin,
      districtId: world.districtId,
    });
    await core.guardians.request(stepfather.act, iin);
    const link = await db.prisma.guardian_link.findFirstOrThrow({ where: { application_id: id } });
    expect(link.state).toBe('PENDING_OWNER');
    await core.privacy.deleteAccount(stepfather.act);
    expect(await ending(core.guardians.answer(mother.act, link.id as GuardianLinkId, true))).toBe(
      'guardian.decided',
    );
    expect(await ending(core.applications.card(stepfather.personId, id))).toBe('application.unknown');
  });

  it('leaves nothing that an operator could put back into the queue before the parent is back', async () => {
    const family = await parent();
    const { id, number } = await core.applications.register(family.act, {
      childIin: await bornTo(family),
      districtId: world.districtId,
    });
    await db.write(async (tx) => {
      const at = clock.now();
      const locked = await lockApplication(tx, id);
      const policy = await policyOn(tx, world.districtId, localDate(at));
      await removeApplication(tx, at, SYSTEM, locked, 'A17', 'NO_CONFIRMATION', policy);
    });
    await core.privacy.deleteAccount(family.act);
    const operator = await world.staff({ operator: true });
    expect(await ending(core.staff.restore(operator, number, 'appeal'))).toBe('restore.noAccount');
    // As a login does.
    await db.prisma.person.update({ where: { id: family.personId }, data: { deleted_at: null } });
    await core.staff.restore(operator, number, 'appeal');
    expect(await world.stateOf(id)).toBe('QUEUED');
  });

  it('and a registration at the same moment: either the child waits or the account is gone', async () => {
    for (let round = 0; round < 5; round += 1) {
      const family = await parent();
      await begun(family);
      await core.drafts.addChild(family.act, await bornTo(family));
      const prepared = await core.signing.prepareRegistration(family.act);
      const [signed, deleted] = await Promise.all([
        ending(core.signing.sign(family.act, prepared.id, world.lastCode(family.phone))),
        ending(core.privacy.deleteAccount(family.act)),
      ]);
      expect([signed, deleted].filter((text) => text === 'done')).toHaveLength(1);
    }
  });
});

it('tells who looked, newest first', async () => {
  const family = await parent();
  const operator = await world.staff({ operator: true });
  await begun(family);
  const child = await core.drafts.addChild(family.act, await bornTo(family));
  await core.drafts.setBenefit(family.act, child, null);
  await sign(family);
  await world.sandbox.setDown('REGISTRY', true);
  await core.drafts.begin(family.act, world.districtId);
  await core.drafts.confirmRead(family.act);
  const unknown = await core.drafts.addChild(family.act, freshIin('2024-05-14'));
  await core.drafts.nameChild(family.act, unknown, { surname: 'Сыналов', name: 'Асан', patronymic: null });
  const { applications } = await sign(family);
  await world.sandbox.setDown('REGISTRY', false);
  await core.reviews.card(operator, applications[0]?.id ?? ('' as never));
  const { items, total } = await core.privacy.looks(family.act, 0);
  expect(total).toBe(1);
  expect(items.map(({ role, what, numberTail }) => [role, what, numberTail])).toEqual([
    ['OPERATOR', 'REVIEW', applications[0]?.number.slice(-4)],
  ]);
  const summary = await core.privacy.summary(family.act);
  expect([summary.applications, summary.active, summary.looks]).toEqual([2, 2, 1]);
});
