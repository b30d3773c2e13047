import { beforeEach, describe, expect, it } from 'vitest';
import type { ScanStore, ScanView } from './api.ts';
import { createInspector } from './inspector.ts';
import { createScans } from './scans.ts';
import { pdf } from './testing/files.ts';
import { from, scanStage } from './testing/stage.ts';

const { world, parent, draft } = await scanStage();
const { db, clock, secrets, scanStore } = world;
const inspector = createInspector();
const content = await pdf(1);
const source = from(content);
const HOUR = 3_600_000;
const later = (hours: number) => clock.set(new Date(clock.now().getTime() + hours * HOUR));
/** The room of scans of one process, with a store in which something may happen on the way. */
const process = (happens: Partial<ScanStore> = {}) =>
  createScans({ db, clock, secrets, scanStore: { ...scanStore, ...happens } }, inspector);
const scans = process();

const state = async () => [await db.prisma.scan_blob.count(), scanStore.files.size];

beforeEach(async () => {
  await db.prisma.scan.deleteMany();
  later(1_000);
  await scans.purge();
  expect(await state()).toEqual([0, 0]);
});

describe('a file nobody refers to', () => {
  it('goes after a day, and not before', async () => {
    const kept = await scans.add(parent.act, await draft(), source);
    await scans.remove(parent.act, kept.id);
    later(23);
    expect(await scans.purge()).toBe(0);
    expect(await state()).toEqual([1, 1]);
    later(2);
    expect(await scans.purge()).toBe(1);
    expect(await state()).toEqual([0, 0]);
  });

  it('goes when its claim was forgotten, and when its row was never written', async () => {
    const claim = await draft();
    await scans.add(parent.act, claim, source);
    await db.prisma.benefit_claim.delete({ where: { id: claim } });
    const dead = process({ put: () => Promise.reject(new Error('the process was killed')) });
    await expect(dead.add(parent.act, await draft(), from(await pdf(2)))).rejects.toThrow();
    expect(await state()).toEqual([2, 1]);
    later(25);
    expect(await scans.purge()).toBe(2);
    expect(await state()).toEqual([0, 0]);
  });

  it('stays while one scan refers to it, however old', async () => {
    const kept = await scans.add(parent.act, await draft(), source);
    later(10_000);
    expect(await scans.purge()).toBe(0);
    expect((await scans.content(parent.act, kept.id)).content).toHaveLength(content.length);
  });

  it('is tried again when the store fails', async () => {
    const kept = await scans.add(parent.act, await draft(), source);
    await scans.remove(parent.act, kept.id);
    later(25);
    const failing = process({ remove: () => Promise.reject(new Error('the store is away')) });
    await expect(failing.purge()).rejects.toThrow('the store is away');
    expect(await state()).toEqual([1, 1]);
    expect(await scans.purge()).toBe(1);
  });

  it('is removed once by two processes that clean at once', async () => {
    for (const pages of [1, 2, 3]) {
      const kept = await scans.add(parent.act, await draft(), from(await pdf(pages)));
      await scans.remove(parent.act, kept.id);
    }
    later(25);
    const removed = await Promise.all([scans.purge(), process().purge()]);
    expect(removed[0] + removed[1]).toBe(3);
    expect(await state()).toEqual([0, 0]);
  });
});

describe('the same paper is sent while its old file is being removed', () => {
  /** An old file that nobody refers to. */
  async function leftover(): Promise<void> {
    const kept = await scans.add(parent.act, await draft(), source);
    await scans.remove(parent.act, kept.id);
    later(25);
  }

  it('just before: it stays', async () => {
    await leftover();
    const claim = await draft();
    const slow = process({
      put: async (key, pieces, bytes) => {
        expect(await scans.purge()).toBe(0);
        await scanStore.put(key, pieces, bytes);
        expect(await scans.purge()).toBe(0);
      },
    });
    const kept = await slow.add(parent.act, claim, source);
    expect((await scans.content(parent.act, kept.id)).content).toHaveLength(content.length);
  });

  it('just then: the sender waits for it to be gone, and stores it anew', async () => {
    await leftover();
    const claim = await draft();
    let adding: Promise<ScanView> | undefined;
    const cleaning = process({
      remove: async (key) => {
        adding = scans.add(parent.act, claim, source);
        // Whatever the sender does before it has to wait for the row, it has done by now.
        await expect.poll(waiting).toBe(true);
        await scanStore.remove(key);
      },
    });
    expect(await cleaning.purge()).toBe(1);
    const kept = await adding;
    if (kept === undefined) throw new Error('nothing was sent');
    expect(await state()).toEqual([1, 1]);
    expect((await scans.content(parent.act, kept.id)).content).toHaveLength(content.length);
  });

  async function waiting(): Promise<boolean> {
    const { rows } = await world.database.pool.query(
      "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%INSERT INTO scan_blob%' AND datname = current_database()",
    );
    return rows.length > 0;
  }
});
