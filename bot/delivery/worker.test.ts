import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { deliveryStage, N11, NOON, until } from './testing/stage.ts';

const { pool, core, clock, later, telegram, sms, letters, start, families, plan, got, states, settled } =
  await deliveryStage();

describe('notices', () => {
  it('leave by every channel, in the person’s language', async () => {
    start();
    const made = await families(1, { phone: true, email: true, language: 'ru' });
    await plan(made.map(N11));
    await settled(made);
    expect(await states(made)).toEqual({ 'TELEGRAM SENT': 1, 'SMS SENT': 1, 'EMAIL SENT': 1 });
    expect(made.flatMap(got)).toEqual([expect.stringContaining('Срок выбора истёк')]);
    expect(sms.at(-1)?.text).toMatch(/^Kezek: Срок выбора истёк\. Алдияр, №\d{4}\.$/);
    expect(letters.at(-1)?.subject).toMatch(/^Срок выбора истёк · №\d{4}$/);
  });

  it('are sent once, however many workers there are', async () => {
    for (let n = 0; n < 4; n += 1) start();
    const made = await families(120);
    await plan(made.map(N11));
    await settled(made);
    expect(made.map((family) => got(family).length)).toEqual(made.map(() => 1));
  });

  it('mark a chat that is blocked and go by SMS; the next notice does not try it again', async () => {
    start();
    const made = await families(1);
    const [family] = made;
    await plan(made.map(N11));
    await settled(made);
    telegram().sim.block(Number(family?.address), true);
    await pool.query(
      `INSERT INTO contact (person_id, kind, value, is_main, confirmed_at, created_at) VALUES ($1, 'PHONE', '+77019999901', true, NULL, $2)`,
      [family?.personId, NOON],
    );
    await plan(made.map(N11));
    await pool.query('UPDATE contact SET confirmed_at = $2 WHERE person_id = $1', [family?.personId, NOON]);
    await settled(made);
    await until(async () => (await states(made))['SMS SENT'] === 1);
    expect(await states(made)).toEqual({ 'TELEGRAM SENT': 1, 'TELEGRAM UNREACHABLE': 1, 'SMS SENT': 1 });
    await plan(made.map(N11));
    await settled(made);
    expect((await states(made))['TELEGRAM UNREACHABLE']).toBe(1);
  });

  it('wait together when Telegram asks one process to, and lose nothing', async () => {
    telegram().sim.fault({ method: 'sendMessage', code: 429, retry_after: 1, times: 1 });
    start();
    start();
    const made = await families(40);
    await plan(made.map(N11));
    await until(async () => {
      const { rows } = await pool.query(
        "SELECT paused_until > now() AS paused FROM sending_pace WHERE name = 'telegram'",
      );
      return rows[0]?.paused === true;
    });
    later(1000);
    await settled(made);
    expect(await states(made)).toEqual({ 'TELEGRAM SENT': 40 });
    expect(made.map((family) => got(family).length)).toEqual(made.map(() => 1));
  });

  it('repeat a legal notice once when the connection is cut after it was handed over, others never', async () => {
    telegram().sim.fault({ method: 'sendMessage', mode: 'drop-after', times: 2 });
    start({ perChatMs: 0 });
    const made = await families(2);
    const [legal, other] = made;
    if (legal === undefined || other === undefined) throw new Error('two were expected');
    await plan([N11(legal), { ...N11(other), code: 'N14' }]);
    await until(async () => (await states([other]))['TELEGRAM UNKNOWN'] === 1);
    later(5000);
    await settled(made);
    expect(got(legal)).toHaveLength(2);
    expect(got(other)).toHaveLength(1);
    expect(await states([legal])).toEqual({ 'TELEGRAM SENT': 1 });
  });

  it('come back by their lease when a process died between claim and outcome', async () => {
    const made = await families(3);
    await plan(made.map(N11));
    const dead = {
      channel: 'TELEGRAM',
      legal: true,
      worker: '00000000-0000-4000-8000-000000000000',
      limit: 3,
    } as const;
    await core.notices.claim({ ...dead, at: clock.now(), leaseMs: 45_000 });
    start();
    await wait(150);
    expect(made.flatMap(got)).toEqual([]);
    later(45_000);
    await settled(made);
    expect(made.map((family) => got(family).length)).toEqual([1, 1, 1]);
  });

  it('are tried again when Telegram is away', async () => {
    telegram().sim.fault({ method: 'sendMessage', code: 500, times: 1 });
    start();
    const made = await families(1);
    await plan(made.map(N11));
    await until(async () => {
      const { rows } = await pool.query(
        "SELECT FROM delivery WHERE error = 'telegram 500' AND state = 'PENDING'",
      );
      return rows.length === 1;
    });
    later(6000);
    await settled(made);
    expect(made.map((family) => got(family).length)).toEqual([1]);
  });

  it('that are in the air are finished at the stop, the rest is given back', async () => {
    const made = await families(60);
    await plan(made.map(N11));
    const delivery = start({ perSecond: 50 });
    await until(() => made.flatMap(got).length > 5);
    await delivery.stop();
    const sent = made.flatMap(got).length;
    expect(await states(made)).toEqual({ 'TELEGRAM SENT': sent, 'TELEGRAM PENDING': 60 - sent });
    const { rows } = await pool.query(
      "SELECT FROM delivery WHERE state = 'PENDING' AND claimed_by IS NOT NULL",
    );
    expect(rows).toEqual([]);
    start();
    await settled(made);
    expect(made.map((family) => got(family).length)).toEqual(made.map(() => 1));
  });
});
