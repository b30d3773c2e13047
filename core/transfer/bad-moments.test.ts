import { describe, expect, test } from 'vitest';
import type { DistrictId } from '../ids.ts';
import { refusalOf, transferStage } from './testing/stage.ts';

const w = await transferStage();
const { core, clock, db, home, child, offered, moving, transferOf, attendances, sound } = w;

describe('two hands at once', () => {
  test('a second acceptance of the same place finds the first', async () => {
    const { family, id, entry } = await offered('Дала');
    const { id: statement } = await core.signing.prepareTransfer(family.act, entry.id);
    const code = w.lastCode(family.phone);
    const both = await Promise.all([
      refusalOf(core.signing.sign(family.act, statement, code)),
      refusalOf(core.signing.sign(family.act, statement, code)),
    ]);
    expect(both).toEqual(['done', 'done']);
    expect(await db.prisma.transfer.count({ where: { application_id: id } })).toBe(1);
    expect(await refusalOf(core.signing.prepareTransfer(family.act, entry.id))).toBe('waitlist.answered');
    await sound();
  });

  test('both parents answer differently in the same second: one answer counts, the other hears of it', async () => {
    await w.set('coguardian.canSign', true);
    const { family, id, entry } = await offered('Еділ');
    const other = await w.person();
    const { child } = await db.prisma.application.findUniqueOrThrow({
      where: { id },
      select: { child: true },
    });
    const iin = w.secrets.openIin(child);
    await w.sandbox.add({ persons: [], parents: [{ child: iin, parent: other.iin }] });
    await core.guardians.request(other.act, iin);
    const { id: statement } = await core.signing.prepareTransfer(family.act, entry.id);
    const results = await Promise.all([
      refusalOf(core.signing.sign(family.act, statement, w.lastCode(family.phone))),
      refusalOf(core.waitlists.decline(other.act, entry.id)),
    ]);
    expect(results.toSorted()).toEqual(['done', 'waitlist.answered']);
    const transfers = await db.prisma.transfer.count({ where: { application_id: id } });
    expect(transfers).toBe(results[0] === 'done' ? 1 : 0);
    await sound();
    await db.pool.query(`DELETE FROM policy WHERE key = 'coguardian.canSign'`);
  });

  test('a child joins a list while its brother is taken there: it counts as his brother', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { family, id } = await child();
      const wished = await w.house(`Байтерек ${round}`, 25, 2021);
      await w.group(wished.id, 2022);
      const { referralId } = await w.arrived(family, wished, { birth: '2021-06-01' });
      const { id: statement } = await core.signing.prepareWaitlist(family.act, id, [wished.id]);
      const code = w.lastCode(family.phone);
      const both = await Promise.all([
        refusalOf(core.signing.sign(family.act, statement, code)),
        refusalOf(core.referrals.accept(wished.head, referralId)),
      ]);
      expect(both).toEqual(['done', 'done']);
      expect((await w.entryOf(family, id, wished)).sibling).toBe(true);
    }
    await sound();
  });

  test('a signature that comes after the offer lapsed changes nothing and says why', async () => {
    const { family, id, entry, wished } = await offered('Жайық');
    const until = entry.offer?.answerUntil as Date;
    clock.set(new Date(until.getTime() - 60_000));
    const { id: statement } = await core.signing.prepareTransfer(family.act, entry.id);
    const code = w.lastCode(family.phone);
    clock.set(new Date(until.getTime() + 1000));
    expect(await refusalOf(core.signing.sign(family.act, statement, code))).toBe('waitlist.lapsed');
    expect((await core.signing.state(family.act, statement)).state).toBe('VOID');
    await w.moveTo(clock.now());
    expect((await w.entryOf(family, id, wished)).state).toBe('LAPSED');
    expect(await db.prisma.transfer.count({ where: { application_id: id } })).toBe(0);
    await sound();
  });
});

describe('the old kindergarten', () => {
  test('refuses to let the child go: the parent hears why, the department decides', async () => {
    const { family, id, transfer, wished } = await moving('Зере');
    expect(await refusalOf(core.transfers.refuseLeaving(wished.head, transfer.id, 'DEBT', null))).toBe(
      'staff.forbidden',
    );
    await core.transfers.refuseLeaving(home.head, transfer.id, 'DEBT', 'Төлем жасалмаған');
    expect((await transferOf({ family, id }))?.leavingRefused).toMatchObject({
      reason: 'DEBT',
      note: 'Төлем жасалмаған',
    });
    expect(await w.notices(family.personId)).toContain('N29e');
    const disputed = await core.transfers.disputed(w.operator, w.districtId, 0);
    expect(disputed.items.map((one) => one.id)).toContain(transfer.id);
    await core.transfers.confirmLeaving(w.operator, transfer.id);
    expect(await refusalOf(core.transfers.confirmLeaving(home.head, transfer.id))).toBe('transfer.left');
    await core.referrals.markArrived(wished.head, transfer.referralId);
    await core.referrals.accept(wished.head, transfer.referralId);
    expect(await attendances(id)).toBe(1);
    await sound();
  });

  test('is silent: the papers are filed, the term is over, and the department sees it', async () => {
    const { family, id, transfer, wished } = await moving('Инабат');
    await core.referrals.markArrived(wished.head, transfer.referralId);
    await w.moveTo(new Date(transfer.admitUntil.getTime() + 1000));
    expect((await transferOf({ family, id }))?.state).toBe('OPEN');
    const disputed = await core.transfers.disputed(w.operator, w.districtId, 0);
    expect(disputed.items.map((one) => one.id)).toContain(transfer.id);
    await core.transfers.confirmLeaving(w.operator, transfer.id);
    await core.referrals.accept(wished.head, transfer.referralId);
    expect(await w.stateOf(id)).toBe('ENROLLED');
    await sound();
  });

  test('is closed: nobody has to confirm what nobody can', async () => {
    const closing = await w.house('Көктем', 5);
    const it = await child(closing);
    const wished = await w.house('Қарлығаш', 1);
    await db.prisma.kindergarten.update({ where: { id: closing.id }, data: { is_active: false } });
    await core.staff.publish(w.operator, wished.group, 1);
    const { transfer } = await w.join(it.family, it.id, wished);
    expect(transfer?.leftAt).not.toBeNull();
    await core.referrals.markArrived(wished.head, transfer?.referralId as never);
    await core.referrals.accept(wished.head, transfer?.referralId as never);
    expect(await attendances(it.id)).toBe(1);
    await sound();
  });
});

describe('while a place is on offer', () => {
  test('the child leaves its kindergarten: the place goes to the next', async () => {
    const { id, wished, entry, family } = await offered('Мөлдір');
    const next = await child();
    await w.join(next.family, next.id, wished);
    const [row] = (await core.transfers.attending(home.head, home.id, 0, 100)).items.filter(
      ({ transferId }) => transferId === null,
    );
    expect(row).toBeDefined();
    const referral = await db.prisma.referral.findFirstOrThrow({
      where: { application_id: id, state: 'ACCEPTED' },
    });
    await core.transfers.recordDeparture(home.head, referral.id as never, 'MOVED');
    expect((await core.waitlists.entry(family.personId, entry.id)).state).toBe('CANCELLED');
    expect((await w.entryOf(next.family, next.id, wished)).state).toBe('PLACE_AVAILABLE');
    expect(await w.stateOf(id)).toBe('ARCHIVED');
    await sound();
  });

  test('the child is taken by a kindergarten of another district: one child, one place', async () => {
    const { id, wished, family, entry } = await offered('Нұрлы');
    const other: DistrictId = await w.district('KOK', 'A_WAITLIST');
    const far = await w.kindergarten('Алыс', other);
    const group = await w.group(far, 2022);
    const head = await w.staff({ head: far });
    const admin = await w.staff({ admin: true });
    const child = await db.prisma.application.findUniqueOrThrow({ where: { id }, include: { child: true } });
    const iin = w.secrets.openIin(child.child);
    const { id: second } = await core.applications.register(family.act, { childIin: iin, districtId: other });
    const { pickOpensAt } = await core.staff.publish(admin, group, 1);
    // The turn comes before the offer is answered.
    await w.moveTo(pickOpensAt);
    expect((await core.waitlists.entry(family.personId, entry.id)).state).toBe('PLACE_AVAILABLE');
    await w.choose(family, second, group);
    // A referral is held: the place on offer cannot be accepted beside it.
    expect(await refusalOf(core.signing.prepareTransfer(family.act, entry.id))).toBe('choice.hasReferral');
    const referral = await core.referrals.ofApplication(family.personId, second);
    await core.referrals.markArrived(head, referral?.id as never);
    await core.referrals.accept(head, referral?.id as never);
    expect(await attendances(id)).toBe(1);
    expect(await w.stateOf(id)).toBe('ARCHIVED');
    expect((await core.waitlists.entry(family.personId, entry.id)).state).toBe('CANCELLED');
    expect(await w.placesOf(wished)).toEqual({ PUBLISHED: 1 });
    await sound();
  });
});

describe('without transfer.safe', () => {
  test('leaving frees the place at once; a refusal puts the child first in the queue again', async () => {
    await w.set('transfer.safe', false);
    const { family, id, transfer, wished } = await moving('Сәуле');
    expect(transfer.safe).toBe(false);
    await core.transfers.confirmLeaving(home.head, transfer.id);
    expect(await attendances(id)).toBe(0);
    expect(await refusalOf(core.referrals.cancel(family.act, transfer.referralId))).toBe('transfer.left');
    await core.referrals.markArrived(wished.head, transfer.referralId);
    await core.referrals.refuse(wished.head, transfer.referralId, 'OTHER', 'Құжат жетпейді');
    expect(await w.stateOf(id)).toBe('QUEUED');
    await sound();
    await w.moveTo(new Date(clock.now().getTime() + 48 * 3_600_000));
    // First of all: the place that it left, or the one it was refused, is its turn now.
    expect(await w.stateOf(id)).toBe('NOTIFIED');
    await db.pool.query(`DELETE FROM policy WHERE key = 'transfer.safe'`);
  });
});
