import { describe, expect, test } from 'vitest';
import { AlreadyApplied } from '../act.ts';
import type { StatementId } from '../ids.ts';
import { Refusal } from '../refusal.ts';
import { MINUTE, openStage, ROUND, refusedAs, START, wrong } from './testing/stage.ts';

const {
  act,
  applicationId,
  clock,
  database,
  db,
  effects,
  group,
  lastCode,
  later,
  parent,
  performer,
  prepare,
  secondGroup,
  signing,
  strangers,
} = await openStage();

describe('signing', () => {
  test('performs once and answers the same to whoever signs again', async () => {
    const { id } = await prepare();
    const code = lastCode();
    const result = await signing.sign(act, id, code);
    expect(result).toEqual({ kind: 'CHOICE', referral: { id, number: parent } });
    expect(await signing.sign(act, id, code)).toEqual(result);
    expect(await signing.sign(act, id, 'anything')).toEqual(result);
    expect(await effects()).toEqual({ [`test choice ${group}`]: 1 });
    const row = await db.prisma.statement.findUniqueOrThrow({ where: { id } });
    expect([row.signed_at, row.method]).toEqual([new Date(START), 'OTP']);
    await expect(signing.resend(act, id)).rejects.toEqual(refusedAs('statement.signed'));
  });

  test('many calls at once with the right code have one effect and one answer', async () => {
    const { id } = await prepare();
    const code = lastCode();
    const results = await Promise.all(Array.from({ length: 6 }, () => signing.sign(act, id, code)));
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
    expect(await effects()).toEqual({ [`test choice ${group}`]: 1 });
  });

  test('wishes keep their order, none twice', async () => {
    const wished = [secondGroup, group, secondGroup];
    const { id, kind } = await signing.prepareWishes(act, applicationId, wished);
    expect(kind).toBe('WISHES');
    expect(await signing.sign(act, id, lastCode())).toEqual({ kind: 'WISHES', roundAt: ROUND });
    expect(await effects()).toEqual({ [`test wishes ${secondGroup},${group}`]: 1 });
  });

  test('what the district no longer takes is refused, and the code is not used up', async () => {
    const { id } = await prepare();
    const { id: policy } = await db.prisma.policy.create({
      data: {
        key: 'sign.methods',
        value: { CHOICE: ['EDS'], WISHES: ['EDS'] },
        valid_from: new Date('2020-01-01'),
        basis: 'test',
      },
    });
    await expect(signing.sign(act, id, lastCode())).rejects.toEqual(
      refusedAs('sign.method', { methods: 'EDS' }),
    );
    expect(await effects()).toEqual({});
    await db.prisma.policy.delete({ where: { id: policy } });
    expect(await signing.sign(act, id, lastCode())).toMatchObject({ kind: 'CHOICE' });
  });

  test('a refusal of the performer undoes its work and makes the statement void for good', async () => {
    const { id } = await prepare();
    const code = lastCode();
    performer.refuses = new Refusal('choice.taken', { free: 0 });
    await expect(signing.sign(act, id, code)).rejects.toEqual(refusedAs('choice.taken', { free: 0 }));
    expect(await effects()).toEqual({});
    performer.refuses = null;
    await expect(signing.sign(act, id, code)).rejects.toEqual(refusedAs('choice.taken', { free: 0 }));
    await expect(signing.resend(act, id)).rejects.toEqual(refusedAs('choice.taken'));
    const row = await db.prisma.statement.findUniqueOrThrow({ where: { id } });
    expect([row.signed_at, row.method, row.result]).toEqual([
      null,
      null,
      { refused: { code: 'choice.taken', params: { free: 0 } } },
    ]);
    const again = await prepare();
    expect(again.id).not.toBe(id);
    await signing.sign(act, again.id, lastCode());
    expect(await effects()).toEqual({ [`test choice ${group}`]: 1 });
  });

  test('a fault of the machine leaves everything as it was, the code too', async () => {
    const { id } = await prepare();
    const code = lastCode();
    performer.refuses = new Error('connection lost');
    await expect(signing.sign(act, id, code)).rejects.toThrow('connection lost');
    expect(await effects()).toEqual({});
    performer.refuses = null;
    await signing.sign(act, id, code);
    expect(await effects()).toEqual({ [`test choice ${group}`]: 1 });
  });

  test('five wrong codes end it; a new code may be asked for', async () => {
    const { id } = await prepare();
    const code = lastCode();
    for (const left of [4, 3, 2, 1]) {
      await expect(signing.sign(act, id, wrong(code))).rejects.toEqual(refusedAs('code.wrong', { left }));
    }
    await expect(signing.sign(act, id, wrong(code))).rejects.toEqual(refusedAs('code.exhausted'));
    await expect(signing.sign(act, id, code)).rejects.toEqual(refusedAs('code.exhausted'));
    await expect(signing.resend(act, id)).rejects.toEqual(refusedAs('code.tooOften'));
    later(MINUTE);
    await signing.resend(act, id);
    await signing.sign(act, id, lastCode());
  });

  test('late codes and late statements', async () => {
    const { id } = await prepare();
    later(5 * MINUTE + 1);
    await expect(signing.sign(act, id, lastCode())).rejects.toEqual(refusedAs('code.late'));
    clock.set('2026-11-23T04:29:00Z');
    await signing.resend(act, id);
    clock.set('2026-11-23T04:30:00.001Z');
    await expect(signing.sign(act, id, lastCode())).rejects.toEqual(refusedAs('statement.expired'));
    await expect(signing.resend(act, id)).rejects.toEqual(refusedAs('statement.expired'));
    clock.set('2026-11-23T04:30:00Z');
    await signing.sign(act, id, lastCode());
  });

  test("a code that is none, and somebody else's or no statement", async () => {
    const { id } = await prepare();
    await expect(signing.sign(act, id, '12 34')).rejects.toEqual(refusedAs('code.format'));
    await expect(signing.sign(strangers, id, lastCode())).rejects.toEqual(refusedAs('statement.unknown'));
    await expect(signing.resend(strangers, id)).rejects.toEqual(refusedAs('statement.unknown'));
    await expect(signing.sign(act, group as string as StatementId, lastCode())).rejects.toEqual(
      refusedAs('statement.unknown'),
    );
    expect(await effects()).toEqual({});
  });

  test('a statement whose bytes were changed is not performed', async () => {
    const { id } = await prepare();
    await database.pool.query(
      "UPDATE statement SET content = replace(content, 'Балапан', 'Еркем') WHERE id = $1",
      [id],
    );
    await expect(signing.sign(act, id, lastCode())).rejects.toThrow('is not what was written');
    expect(await effects()).toEqual({});
  });

  test('a repeated message counts no second try, and after success finds the result', async () => {
    await database.pool.query(
      "INSERT INTO inbox (message_id, lane, received_at) VALUES (1, 'a', now()), (2, 'a', now())",
    );
    const { id } = await prepare();
    const code = lastCode();
    const first = { ...act, messageId: 1n };
    await expect(signing.sign(first, id, wrong(code))).rejects.toEqual(refusedAs('code.wrong', { left: 4 }));
    await expect(signing.sign(first, id, wrong(code))).rejects.toBeInstanceOf(AlreadyApplied);
    const second = { ...act, messageId: 2n };
    const result = await signing.sign(second, id, code);
    expect(await signing.sign(second, id, code)).toEqual(result);
    expect(await effects()).toEqual({ [`test choice ${group}`]: 1 });
  });
});
