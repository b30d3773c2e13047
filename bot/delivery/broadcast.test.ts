import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { PersonId } from '../../core/ids.ts';
import { TOKEN } from '../../local/telegram/testing.ts';
import { createTelegram } from './telegram.ts';
import { deliveryStage, N11, NOON, until } from './testing/stage.ts';

const { pool, home, core, telegram, start, families, plan, got, settled } = await deliveryStage();

describe('a broadcast', () => {
  const TEXT = { kk: 'Құрметті ата-аналар, <b>жиналыс</b>!', ru: 'Уважаемые родители, собрание!' };

  async function begin(birthYear: number) {
    const [author] = await families(1, { birthYear: 2015 });
    if (author === undefined) throw new Error('no author');
    await pool.query(
      `INSERT INTO staff_role (person_id, role, district_id, granted_at) VALUES ($1, 'OPERATOR', $2, $3)`,
      [author.personId, home.districtId, NOON],
    );
    const act = { personId: author.personId as PersonId, channel: 'WEB' as const };
    const { id } = await core.broadcasts.draft(act, TEXT, { districtId: home.districtId, birthYear });
    const telegramApi = createTelegram({ token: TOKEN, apiRoot: telegram().apiRoot });
    const message = await telegramApi.send(author.address ?? '', '…', []);
    await core.broadcasts.start(act, id, { address: author.address ?? '', message });
    return { act, id, live: () => got(author).at(-1) ?? '' };
  }

  it('reaches everybody once in their language, and the live message tells of it', async () => {
    const made = [
      ...(await families(30, { birthYear: 2010 })),
      ...(await families(10, { birthYear: 2010, language: 'ru' })),
    ];
    telegram().sim.block(Number(made[0]?.address), true);
    start();
    start();
    const { id, live } = await begin(2010);
    await until(async () => (await core.broadcasts.progress(id)).state === 'DONE');
    expect(await core.broadcasts.progress(id)).toMatchObject({
      total: 40,
      sent: 39,
      unreachable: 1,
      unknown: 0,
    });
    expect(made.slice(1).map(got)).toEqual(made.slice(1).map((_, index) => [index < 29 ? TEXT.kk : TEXT.ru]));
    await until(() => live().includes('100%'));
    expect(live()).toContain('▓▓▓▓▓▓▓▓▓▓');
  });

  it('pauses, resumes and stops', async () => {
    const made = await families(200, { birthYear: 2011 });
    const count = () => made.flatMap(got).length;
    const delivery = start({ perSecond: 60 });
    const { act, id } = await begin(2011);
    await until(() => count() > 8);
    await core.broadcasts.pause(act, id);
    await until(async () => {
      const before = count();
      await wait(300);
      return before === count();
    });
    const paused = count();
    expect(paused).toBeLessThan(100);
    await core.broadcasts.resume(act, id);
    await until(() => count() > paused + 8);
    await core.broadcasts.stop(act, id);
    await delivery.stop();
    const progress = await core.broadcasts.progress(id);
    expect(progress).toMatchObject({ state: 'STOPPED', sent: count(), pending: 200 - count() });
    expect(progress.pending).toBeGreaterThan(0);
  });

  it('lets a legal notice go before its own messages', async () => {
    const many = await families(150, { birthYear: 2012 });
    const made = await families(1);
    start({ perSecond: 40 });
    const { act, id } = await begin(2012);
    await until(() => many.flatMap(got).length > 5);
    await plan(made.map(N11));
    await settled(made);
    expect((await core.broadcasts.progress(id)).pending).toBeGreaterThan(50);
    await core.broadcasts.stop(act, id);
  });

  it('sends nobody a second copy when the connection is cut', async () => {
    const made = await families(12, { birthYear: 2013 });
    telegram().sim.fault({ method: 'sendMessage', contains: 'жиналыс', mode: 'drop-after', times: 3 });
    start();
    const { id } = await begin(2013);
    await until(async () => (await core.broadcasts.progress(id)).state === 'DONE');
    expect(await core.broadcasts.progress(id)).toMatchObject({ sent: 9, unknown: 3 });
    expect(made.map((family) => got(family).length)).toEqual(made.map(() => 1));
  });
});
