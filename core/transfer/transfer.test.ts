import { describe, expect, test } from 'vitest';
import type { TransferId } from '../ids.ts';
import { refusalOf, transferStage } from './testing/stage.ts';

const w = await transferStage();
const { core, clock, home, moving, transferOf, attendances, sound } = w;

describe('a transfer (S2)', () => {
  test('goes by the checklist; the old place is kept to the end and then goes on like any other', async () => {
    const { family, id, wished, transfer } = await moving('Ақбота');
    expect(transfer.voucherNumber).toMatch(/^VA-TSL-2026-\d{6}$/);
    expect([transfer.voucherState, transfer.safe, transfer.leftAt, transfer.filedAt]).toEqual([
      'ISSUED',
      true,
      null,
      null,
    ]);
    expect((await core.waitlists.list(family.personId))[0]?.status).toBe('TRANSFER');
    expect(await refusalOf(core.referrals.accept(wished.head, transfer.referralId))).toBe('transfer.notLeft');
    const before = await w.enrolled(home);
    await core.transfers.confirmLeaving(home.head, transfer.id);
    expect(await w.enrolled(home)).toBe(before);
    expect(await attendances(id)).toBe(1);
    await core.referrals.markArrived(wished.head, transfer.referralId);
    await core.referrals.accept(wished.head, transfer.referralId);
    const done = await transferOf({ family, id });
    expect([done?.state, done?.voucherState]).toEqual(['COMPLETED', 'ACTIVE']);
    expect([await w.enrolled(home), await w.enrolled(wished)]).toEqual([before - 1, 1]);
    expect(await attendances(id)).toBe(1);
    expect(await w.stateOf(id)).toBe('ENROLLED');
    expect((await w.placesOf(home)).PUBLISHED).toBe(1);
    expect(await w.notices(family.personId)).toEqual(expect.arrayContaining(['N28', 'N29', 'N29e', 'N16']));
    const [summary] = await core.waitlists.list(family.personId);
    expect(summary?.attends?.kk).toContain('Ақбота');
    const history = await core.applications.history(family.personId, id, 0, 30);
    expect(history.items.map(({ transition }) => transition)).toEqual(
      expect.arrayContaining(['L1', 'L2', 'L3', 'T1', 'T2', 'T4', 'T5', 'R5']),
    );
    const papers = await core.applications.documents(family.personId, id);
    expect(papers.filter(({ kind }) => kind === 'REFERRAL')).toHaveLength(2);
    await sound();
  });

  test('that is not completed in time ends as S2 says, and the child keeps its place', async () => {
    const { family, id, wished, transfer } = await moving('Бәйтерек');
    await core.transfers.confirmLeaving(home.head, transfer.id);
    for (let quarter = 0; quarter < 4 * 9; quarter += 1)
      await w.moveTo(new Date(clock.now().getTime() + 6 * 3_600_000));
    const reminders = (await w.notices(family.personId)).filter((code) => code === 'N29r');
    // On every working day of the term and no other.
    expect(reminders).toHaveLength(5);
    const failed = await transferOf({ family, id });
    expect([failed?.state, failed?.voucherState]).toEqual(['FAILED', 'CANCELLED']);
    expect(await w.stateOf(id)).toBe('ARCHIVED');
    expect(await attendances(id)).toBe(1);
    expect((await core.waitlists.list(family.personId))[0]).toMatchObject({ status: 'ARCHIVED' });
    expect(await w.notices(family.personId)).toContain('N29x');
    expect(await refusalOf(core.signing.prepareWaitlist(family.act, id, [wished.id]))).toBe(
      'waitlist.archived',
    );
    await sound();
  });

  test('is given up by the parent within 24 hours, and not later', async () => {
    const { family, id, wished, transfer } = await moving('Гүлдер');
    expect(await refusalOf(core.referrals.extend(family.act, transfer.referralId, '2026-12-20', 'x'))).toBe(
      'transfer.noExtension',
    );
    clock.set(transfer.cancelUntil);
    await core.referrals.cancel(family.act, transfer.referralId);
    expect((await transferOf({ family, id }))?.state).toBe('CANCELLED');
    expect(await w.stateOf(id)).toBe('ENROLLED');
    expect(await attendances(id)).toBe(1);
    expect((await core.waitlists.of(family.personId, id)).bar).toBeNull();
    const again = await w.join(family, id, wished);
    expect(again.transfer?.state).toBe('OPEN');
    clock.set(new Date((again.transfer?.cancelUntil.getTime() ?? 0) + 1));
    expect(await refusalOf(core.referrals.cancel(family.act, again.transfer?.referralId as never))).toBe(
      'referral.cancelTooLate',
    );
    await core.transfers.confirmLeaving(home.head, again.transfer?.id as TransferId);
    await core.referrals.markArrived(wished.head, again.transfer?.referralId as never);
    await core.referrals.refuse(wished.head, again.transfer?.referralId as never, 'VACCINATION_RATIO', null);
    expect((await transferOf({ family, id }))?.state).toBe('CANCELLED');
    expect(await attendances(id)).toBe(1);
    await sound();
  });
});
