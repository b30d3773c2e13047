import { afterEach, describe, expect, it } from 'vitest';
import { coreWorld, type Family } from '../../local/testing/core-world.ts';
import { sanityChecks } from '../audit/sanity.ts';
import type { DocumentId } from '../ids.ts';
import { proofOf } from '../signing/testing/proof.ts';
import { type Joined, joinedStage, race, refusal } from './testing/stage.ts';

// Monday 23 November 2026, 10:00 in Kazakhstan.
const world = await coreWorld({ start: '2026-11-23T05:00:00Z' });
const { core, db } = world;
const { joined, withTurn, referralOf, linkId } = await joinedStage(world);

afterEach(async () => {
  expect(await sanityChecks(db)).toEqual([]);
});

describe('doing', () => {
  const doings = (s: Joined, { act }: Family): readonly (() => Promise<unknown>)[] => [
    () => core.applications.declineTurn(act, s.id),
    () => core.applications.withdraw(act, s.id),
    () => core.applications.undoWithdrawal(act, s.id),
    () => core.signing.prepareChoice(act, s.id, s.group),
    () => core.signing.prepareWishes(act, s.id, [s.group]),
    () => core.signing.linkChoice(act, s.id, s.group),
  ];

  it('is the first applicant’s, where the district does not let the second one sign', async () => {
    const s = await withTurn();
    for (const work of doings(s, s.other)) expect(await refusal(work())).toBe('guardian.onlyOwner');
    await world.choose(s.owner, s.id, s.group);
    const referral = await referralOf(s);
    expect(await refusal(core.referrals.cancel(s.other.act, referral))).toBe('guardian.onlyOwner');
    expect(await refusal(core.referrals.extend(s.other.act, referral, '2026-12-20', 'ILLNESS'))).toBe(
      'guardian.onlyOwner',
    );
    expect(await refusal(core.referrals.cancel((await world.person()).act, referral))).toBe(
      'application.unknown',
    );
  });

  it('is both parents’ where it does: the statement is of who signs, the referral of the first applicant', async () => {
    const s = await withTurn(true);
    expect(await core.applications.card(s.other.personId, s.id)).toMatchObject({
      role: 'GUARDIAN',
      canSign: true,
      canChoose: true,
      canWithdraw: true,
    });
    const result = await world.choose(s.other, s.id, s.group);
    expect(result.kind).toBe('CHOICE');
    const referral = await referralOf(s);
    const row = await db.prisma.referral.findUniqueOrThrow({
      where: { id: referral },
      include: { statement: true, application: true },
    });
    expect(row.statement?.person_id).toBe(s.other.personId);
    expect(row.application.applicant_id).toBe(s.owner.personId);
    expect(await core.referrals.byId(s.other.personId, referral)).toMatchObject({ canCancel: true });
    await core.referrals.cancel(s.other.act, referral);
    await core.applications.declineTurn(s.other.act, s.id);
    await core.applications.withdraw(s.other.act, s.id);
    await core.applications.undoWithdrawal(s.other.act, s.id);
    const actors = await db.prisma.event.findMany({
      where: { application_id: s.id, transition: { in: ['R1', 'R2', 'A8c', 'A15', 'A15u'] } },
    });
    expect(actors.map(({ transition }) => transition).sort()).toEqual(['A15', 'A15u', 'A8c', 'R1', 'R2']);
    expect(new Set(actors.map(({ actor_id }) => actor_id))).toEqual(new Set([s.other.personId]));
  });

  it('ends with the link, also between the statement and its signature', async () => {
    const s = await withTurn(true);
    const { id } = await core.signing.prepareChoice(s.other.act, s.id, s.group);
    const code = world.lastCode(s.other.phone);
    await core.guardians.unlink(s.other.act, await linkId(s));
    expect(await refusal(core.signing.sign(s.other.act, id, code))).toBe('application.unknown');
    expect(await core.signing.state(s.other.act, id)).toMatchObject({ state: 'VOID' });
    expect(await world.stateOf(s.id)).toBe('NOTIFIED');
    await world.choose(s.owner, s.id, s.group);
  });

  it('ends when the district takes the right back before the signature', async () => {
    const s = await withTurn(true);
    const { id } = await core.signing.prepareChoice(s.other.act, s.id, s.group);
    const code = world.lastCode(s.other.phone);
    await db.prisma.policy.updateMany({ where: { district_id: s.district }, data: { value: false } });
    expect(await refusal(core.signing.sign(s.other.act, id, code))).toBe('guardian.onlyOwner');
    expect(await world.stateOf(s.id)).toBe('NOTIFIED');
    await world.choose(s.owner, s.id, s.group);
  });

  it('of both at once gives one referral', async () => {
    for (let round = 0; round < 3; round += 1) {
      const s = await withTurn(true);
      const works = await Promise.all(
        [s.owner, s.other].map(async (parent) => {
          const { id } = await core.signing.prepareChoice(parent.act, s.id, s.group);
          const code = world.lastCode(parent.phone);
          return () => core.signing.sign(parent.act, id, code);
        }),
      );
      const ended = await race(...works);
      expect(ended.filter((code) => code === 'done')).toHaveLength(1);
      expect(await db.prisma.referral.count({ where: { application_id: s.id } })).toBe(1);
    }
  });

  it('while the other parent takes them out: one or the other, never both', async () => {
    const s = await joined(true);
    await db.prisma.guardian_link.updateMany({
      where: { application_id: s.id },
      data: { proof: 'OPERATOR' },
    });
    const link = await linkId(s);
    const ended = await race(
      () => core.applications.withdraw(s.other.act, s.id),
      () => core.guardians.unlink(s.owner.act, link),
    );
    expect(ended[1]).toBe('done');
    expect(['done', 'application.unknown']).toContain(ended[0]);
    expect(await world.stateOf(s.id)).toBe(ended[0] === 'done' ? 'WITHDRAWN' : 'QUEUED');
  });
});

describe('the proof of a signature', () => {
  it('is its signer’s alone, whichever parent signed: a certificate has an e-mail and an IIN in it', async () => {
    for (const [signer, reader] of [
      ['owner', 'other'],
      ['other', 'owner'],
    ] as const) {
      const s = await withTurn(true);
      const { link } = await core.signing.linkChoice(s[signer].act, s.id, s.group);
      const { session, view } = await core.signPages.open(new URL(link.url).hash.slice(1));
      await core.signPages.accept(view.id, { session: session ?? '' }, 'STATEMENT', proofOf(s[signer].iin));
      const referral = await referralOf(s);
      const document = await db.prisma.document.findFirstOrThrow({ where: { referral_id: referral } });
      const proof = async ({ personId }: Family) =>
        (await core.applications.documents(personId, s.id)).find(({ id }) => id === document.id)?.hasProof;
      expect([await proof(s[signer]), await proof(s[reader])]).toEqual([true, false]);
      const link2 = (by: Family) => refusal(core.signing.proofLink(by.act, document.id as DocumentId));
      expect([await link2(s[signer]), await link2(s[reader])]).toEqual(['done', 'signature.none']);
    }
  });
});
