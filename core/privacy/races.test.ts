import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { coreWorld, freshIin } from '../../local/testing/core-world.ts';
import { sanityChecks } from '../audit/sanity.ts';
import { ending } from '../draft/testing/stage.ts';
import { BIRTH, joinedStage } from '../guardian/testing/stage.ts';

// Monday 23 November 2026, 10:00 in Kazakhstan.
const world = await coreWorld({ start: '2026-11-23T05:00:00Z' });
const { core, db } = world;
const { withTurn } = await joinedStage(world);

afterEach(async () => {
  expect(await sanityChecks(db)).toEqual([]);
});

/** Until so many transactions wait for a lock; or long enough to know that they never will. */
async function blocked(count: number): Promise<void> {
  for (let tries = 0; tries < 60; tries += 1) {
    const { rows } = await world.database.pool.query<{ n: number }>(
      `SELECT count(DISTINCT pid)::integer AS n FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if ((rows[0]?.n ?? 0) >= count) return;
    await wait(20);
  }
}

/** Begins one work after another while the row is held, and lets them go on together. */
async function meeting(row: string, id: string, ...works: (() => Promise<unknown>)[]): Promise<string[]> {
  const holder = await world.database.pool.connect();
  await holder.query('BEGIN');
  await holder.query(`SELECT FROM ${row} = $1::uuid FOR NO KEY UPDATE`, [id]);
  const begun: Promise<string>[] = [];
  for (const work of works) {
    begun.push(ending(work()));
    await blocked(begun.length);
  }
  await holder.query('COMMIT');
  holder.release();
  return Promise.all(begun);
}

describe('deleting the account at the moment of', () => {
  it('a choice that the second parent signs', async () => {
    const { other, id, group } = await withTurn(true);
    const prepared = await core.signing.prepareChoice(other.act, id, group);
    const code = world.lastCode(other.phone);
    const ended = await meeting(
      'person WHERE id',
      other.personId,
      () => core.signing.sign(other.act, prepared.id, code),
      () => core.privacy.deleteAccount(other.act),
    );
    expect(ended).toEqual(['done', 'done']);
    expect(await world.stateOf(id)).toBe('REFERRED');
  });

  it('a change of language in the chat', async () => {
    const family = await world.person();
    const at = world.clock.now();
    const chat = { channel: 'TELEGRAM', address: '77', person_id: family.personId, phone: family.phone };
    await db.prisma.messenger_account.create({
      data: { ...chat, consented_at: at, logged_in_at: at, verified_at: at, created_at: at },
    });
    const ended = await meeting(
      'contact WHERE person_id',
      family.personId,
      () => core.privacy.deleteAccount(family.act),
      // The chat is another one when it is done: the message comes again and begins it anew.
      () =>
        core.people.setLanguage('77', 'ru').catch((error) => expect(String(error)).toContain('not found')),
    );
    expect(ended).toEqual(['done', 'done']);
    expect(await db.prisma.person.count({ where: { id: family.personId } })).toBe(0);
  });

  it('itself, from two chats', async () => {
    const family = await world.person();
    const ended = await meeting(
      'contact WHERE person_id',
      family.personId,
      () => core.privacy.deleteAccount(family.act),
      () => core.privacy.deleteAccount(family.act),
    );
    expect(ended).toEqual(['done', 'done']);
  });

  it('a change in one of the queues that the person has joined', async () => {
    const other = await world.person();
    const districts = [await world.district('DAA'), await world.district('DAB')];
    // Their queues were made in the other order than the applications.
    for (const district of districts) await world.enqueue(await world.person(), BIRTH, { district });
    for (const district of districts.toReversed()) {
      const iin = freshIin(BIRTH);
      await world.enqueue(await world.person(), BIRTH, { iin, district });
      await world.born(other, iin, BIRTH);
      await core.guardians.request(other.act, iin);
    }
    const queues = await db.prisma.queue.findMany({
      where: { district_id: { in: districts } },
      orderBy: { id: 'asc' },
    });
    const asked: string[] = [];
    const holder = await world.database.pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM queue WHERE id = $1 FOR NO KEY UPDATE', [queues[0]?.id]);
    const deleted = ending(core.privacy.deleteAccount(other.act));
    await blocked(1);
    // Whoever changes two queues locks them in the order of their ids.
    asked.push(
      await holder.query('SELECT FROM queue WHERE id = $1 FOR NO KEY UPDATE NOWAIT', [queues[1]?.id]).then(
        () => 'free',
        () => 'held',
      ),
    );
    await holder.query('ROLLBACK');
    holder.release();
    expect([...asked, await deleted]).toEqual(['free', 'done']);
  });
});

describe('a link to the own data', () => {
  const opened = async (url: string) => {
    const { session, view } = await core.signPages.open(new URL(url).hash.slice(1));
    return { id: view.id, session: session ?? '' };
  };

  it('is nothing to sign, neither here nor on a phone', async () => {
    const { id, session } = await opened((await core.privacy.exportLink((await world.person()).act)).url);
    const pages = core.signPages;
    expect(await ending(pages.signable(id, { session }, 'XML'))).toBe('link.unknown');
    expect(await ending(pages.signable(id, { session }, 'PDF'))).toBe('link.unknown');
    expect(await ending(pages.startPhone(id, { session }, 'XML'))).toBe('link.unknown');
    expect(await ending(pages.accept(id, { session }, 'STATEMENT', {} as never))).toBe('link.unknown');
  });

  it('that stands open in a browser ends with the account', async () => {
    const family = await world.person();
    const application = await world.enqueue(family, BIRTH);
    await core.applications.withdraw(family.act, application);
    const { id, session } = await opened((await core.privacy.exportLink(family.act)).url);
    await core.signPages.file(id, session, 'kezek-data.json');
    expect(await core.privacy.deleteAccount(family.act)).toEqual({ kept: true });
    expect(await ending(core.signPages.view(id, { session }))).toBe('link.unknown');
    expect(await ending(core.signPages.file(id, session, 'kezek-data.json'))).toBe('link.unknown');
  });
});
