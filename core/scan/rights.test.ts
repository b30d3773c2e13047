import { describe, expect, it } from 'vitest';
import type { ScanSource } from './api.ts';
import { from, pieces, refusalOf, scanStage } from './testing/stage.ts';

const { world, parent, paper, claimOf, draft } = await scanStage();
const { core, db, clock } = world;
const { scans } = core;

describe('a claim takes scans', () => {
  it('of its own person alone', async () => {
    const claim = await draft();
    const kept = await scans.add(parent.act, claim, from(paper(0)));
    const { act } = await world.person();
    expect(await refusalOf(scans.add(act, claim, from(paper(1))))).toBe('claim.unknown');
    expect(await refusalOf(scans.list(act, claim))).toBe('claim.unknown');
    expect(await refusalOf(scans.remove(act, kept.id))).toBe('scan.unknown');
    expect(await refusalOf(scans.content(act, kept.id))).toBe('scan.unknown');
    expect(await scans.list(parent.act, claim)).toEqual([kept]);
  });

  it('while it is filled in, and when a better copy was asked for', async () => {
    const application = await world.enqueue(parent, '2023-04-01');
    const claim = await claimOf(parent.act, application, 'CLAIMED');
    expect(await refusalOf(scans.add(parent.act, claim, from(paper(0))))).toBe('claim.closed');
    const where = { where: { id: claim } };
    await db.prisma.benefit_claim.update({ ...where, data: { copy_until: clock.now() } });
    const kept = await scans.add(parent.act, claim, from(paper(0)));
    const taken = { copy_until: null, state: 'PENDING_CHECK', taken_by: parent.personId };
    await db.prisma.benefit_claim.update({ ...where, data: taken });
    expect(await refusalOf(scans.add(parent.act, claim, from(paper(1))))).toBe('claim.closed');
    expect(await refusalOf(scans.remove(parent.act, kept.id))).toBe('claim.closed');
    expect(await scans.list(parent.act, claim)).toEqual([kept]);
  });

  it('not any more when it is taken while the scan is on its way', async () => {
    const application = await world.enqueue(parent, '2023-04-02');
    const claim = await claimOf(parent.act, application, 'CLAIMED', clock.now());
    const slow: ScanSource = {
      size: undefined,
      open: async () => {
        const taken = { copy_until: null, state: 'PENDING_CHECK', taken_by: parent.personId };
        await db.prisma.benefit_claim.update({ where: { id: claim }, data: taken });
        return pieces(paper(0));
      },
    };
    expect(await refusalOf(scans.add(parent.act, claim, slow))).toBe('claim.closed');
    expect(await scans.list(parent.act, claim)).toEqual([]);
  });
});

describe('staff', () => {
  const looks = async () =>
    (await db.prisma.access_log.findMany({ where: { person_id: parent.personId, what: 'SCAN' } })).map(
      ({ viewer_id, role, application_id }) => ({ viewer_id, role, application_id }),
    );

  it('see the papers of a claim in their district, and every look is written down', async () => {
    const application = await world.enqueue(parent, '2023-05-01');
    const claim = await claimOf(parent.act, application);
    const { id } = await scans.add(parent.act, claim, from(paper(0)));
    const operator = await world.staff({ operator: true });
    const admin = await world.staff({ admin: true });
    expect(await refusalOf(scans.content(operator, id))).toBe('scan.unknown');
    const sent = { state: 'CLAIMED', claimed_at: clock.now() };
    await db.prisma.benefit_claim.update({ where: { id: claim }, data: sent });
    expect(await looks()).toEqual([]);
    expect((await scans.content(operator, id)).content).toHaveLength(paper(0).length);
    await scans.content(admin, id);
    await scans.content(parent.act, id);
    expect(await looks()).toEqual([
      { viewer_id: operator.personId, role: 'OPERATOR', application_id: application },
      { viewer_id: admin.personId, role: 'REGION_ADMIN', application_id: application },
    ]);
  });

  it('of another district, heads of kindergartens and those whose role was revoked see nothing', async () => {
    const elsewhere = await world.district('KOK');
    const application = await world.enqueue(parent, '2023-05-02', { district: elsewhere });
    const claim = await claimOf(parent.act, application, 'CLAIMED', clock.now());
    const { id } = await scans.add(parent.act, claim, from(paper(0)));
    const before = await looks();
    const revoked = await world.staff({ admin: true });
    const role = { where: { person_id: revoked.personId }, data: { revoked_at: clock.now() } };
    await db.prisma.staff_role.updateMany(role);
    const head = await world.staff({ head: await world.kindergarten() });
    for (const act of [await world.staff({ operator: true }), head, revoked])
      expect(await refusalOf(scans.content(act, id))).toBe('scan.unknown');
    expect(await looks()).toEqual(before);
  });
});
