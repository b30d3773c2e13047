import { afterEach, describe, expect, it } from 'vitest';
import { coreWorld } from '../../local/testing/core-world.ts';
import type { Act } from '../act.ts';
import { sanityChecks } from '../audit/sanity.ts';
import { guardianStage, race } from './testing/stage.ts';

// Monday 23 November 2026, 10:00 in Kazakhstan.
const world = await coreWorld({ start: '2026-11-23T05:00:00Z' });
const { core, db, clock } = world;
const operator = await world.staff({ operator: true });
const { stage, linkId, stateOf, told, history, termOver, inReview } = guardianStage(world);

afterEach(async () => {
  expect(await sanityChecks(db)).toEqual([]);
});

describe('two things at once', () => {
  const ROUNDS = 4;

  it('requested twice in one second makes one link, of either kind', async () => {
    for (const proven of [false, true]) {
      const s = await stage(proven);
      const again = () => core.guardians.request(s.other.act, s.iin);
      const ended = await race(again, again, again);
      expect(ended.sort()).toEqual(
        proven ? ['done', 'guardian.already', 'guardian.already'] : Array(3).fill('done'),
      );
      expect(await history(s)).toEqual([proven ? 'G2' : 'G1']);
      expect(await told(s.owner)).toEqual([proven ? 'N35a LINKED' : 'N35']);
      if (!proven) await core.guardians.answer(s.owner.act, await linkId(s), false);
    }
  });

  it('agreed and refused: one answer counts', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const s = await stage();
      await core.guardians.request(s.other.act, s.iin);
      const id = await linkId(s);
      const ended = await race(
        () => core.guardians.answer(s.owner.act, id, true),
        () => core.guardians.answer(s.owner.act, id, false),
      );
      expect([...ended].sort()).toEqual(['done', 'guardian.decided']);
      expect(await stateOf(s)).toBe(ended[0] === 'done' ? 'LINKED' : 'REFUSED');
    }
  });

  it('refused by the first applicant while the operator agrees', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const s = await inReview();
      const id = await linkId(s);
      const ended = await race(
        () => core.guardians.answer(s.owner.act, id, false),
        () => core.guardians.decide(operator, id, true),
      );
      expect([...ended].sort()).toEqual(['done', 'guardian.decided']);
      expect(await stateOf(s)).toBe(ended[0] === 'done' ? 'REFUSED' : 'LINKED');
      expect((await told(s.other)).length).toBe(ended[0] === 'done' ? 0 : 1);
    }
  });

  it('answered in the last millisecond, while the term is carried out', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const s = await stage();
      await core.guardians.request(s.other.act, s.iin);
      const id = await linkId(s);
      const { deadline_at } = await db.prisma.timer.findFirstOrThrow({
        where: { subject_id: id, state: 'PENDING' },
      });
      await world.moveTo(deadline_at);
      const ended = await race(
        () => core.guardians.answer(s.owner.act, id, true),
        () => {
          clock.set(new Date(deadline_at.getTime() + 1));
          return core.jobs.sweep();
        },
      );
      expect(ended).toEqual(['done', 'done']);
      expect(await stateOf(s)).toBe('LINKED');
    }
  });

  it('withdrawn meanwhile: an answer still counts, and without one the request is closed', async () => {
    const s = await stage();
    await core.guardians.request(s.other.act, s.iin);
    const ended = await race(
      () => core.applications.withdraw(s.owner.act, s.id),
      async () => core.guardians.answer(s.owner.act, await linkId(s), true),
    );
    expect(ended).toEqual(['done', 'done']);
    expect(await stateOf(s)).toBe('LINKED');

    const silent = await stage();
    await core.guardians.request(silent.other.act, silent.iin);
    await core.applications.withdraw(silent.owner.act, silent.id);
    await termOver(silent);
    expect(await history(silent)).toEqual(['G1', 'G12']);
    expect(await told(silent.other)).toEqual([]);
  });

  it('left and taken out: one of them', async () => {
    const s = await stage();
    await core.guardians.request(s.other.act, s.iin);
    const id = await linkId(s);
    await core.guardians.answer(s.owner.act, id, true);
    const both: Act[] = [s.owner.act, s.other.act];
    const ended = await race(...both.map((act) => () => core.guardians.unlink(act, id)));
    expect(ended.sort()).toEqual(['done', 'guardian.unknown']);
  });
});
