import { describe, expect, it, vi } from 'vitest';
import { type Act, AlreadyApplied } from '../act.ts';
import type { ScanId } from '../ids.ts';
import type { Refusal } from '../refusal.ts';
import type { ScanSource } from './api.ts';
import { createInspector } from './inspector.ts';
import { Room } from './room.ts';
import { createScans } from './scans.ts';
import { from, pieces, refusalOf, scanStage } from './testing/stage.ts';

const { world, parent, papers, paper, claimOf, draft } = await scanStage();
const { core, db, clock, scanStore, database } = world;
const { scans } = core;
const blobs = async () => (await db.prisma.scan_blob.findMany()).length;

describe('a scan', () => {
  it('is kept with the claim, sealed, and read again by who sent it', async () => {
    const claim = await draft();
    const kept = await scans.add(parent.act, claim, from(paper(2)));
    expect(kept).toMatchObject({ type: 'application/pdf', pages: 3, bytes: paper(2).length });
    expect(await scans.list(parent.act, claim)).toEqual([kept]);
    const { content, fileName, type } = await scans.content(parent.act, kept.id);
    expect(Buffer.compare(content, paper(2))).toBe(0);
    expect([fileName, type]).toEqual([`scan-${kept.id}.pdf`, 'application/pdf']);
    const row = await db.prisma.scan.findUniqueOrThrow({ where: { id: kept.id }, include: { blob: true } });
    expect(row.blob.stored_at).toEqual(clock.now());
    const file = scanStore.files.get(Buffer.from(row.hash).toString('hex'));
    expect(Buffer.from(file ?? []).includes('%PDF')).toBe(false);
  });

  it('that two families send is one file, and outlives what one of them removes', async () => {
    const other = await world.person();
    const claims = [
      await draft(),
      await claimOf(other.act, await world.enqueue(other, '2023-03-01')),
    ] as const;
    const files = scanStore.files.size;
    const mine = await scans.add(parent.act, claims[0], from(paper(3)));
    const theirs = await scans.add(other.act, claims[1], from(paper(3)));
    expect(scanStore.files.size).toBe(files + 1);
    await scans.remove(parent.act, mine.id);
    clock.set(new Date(clock.now().getTime() + 49 * 3_600_000));
    await scans.purge();
    expect((await scans.content(other.act, theirs.id)).content).toHaveLength(paper(3).length);
  });

  it('is refused twice in one claim, before anything is looked at', async () => {
    const claim = await draft();
    await scans.add(parent.act, claim, from(paper(0)));
    expect(await refusalOf(scans.add(parent.act, claim, from(paper(0))))).toBe('scan.twice');
    const both = await Promise.allSettled([
      scans.add(parent.act, claim, from(paper(1))),
      scans.add(parent.act, claim, from(paper(1))),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await scans.list(parent.act, claim)).toHaveLength(2);
  });

  it('has room for ten, also when they are sent at once', async () => {
    const claim = await draft();
    const sent = await Promise.allSettled(
      papers.slice(0, 12).map((one) => scans.add(parent.act, claim, from(one))),
    );
    const codes = sent.flatMap((one) => (one.status === 'rejected' ? [(one.reason as Refusal).code] : []));
    expect(codes).toEqual(['scan.tooMany', 'scan.tooMany']);
    const kept = await scans.list(parent.act, claim);
    expect(kept).toHaveLength(10);
    const late: ScanSource = { size: 1, open: () => Promise.reject(new Error('fetched in vain')) };
    expect(await refusalOf(scans.add(parent.act, claim, late))).toBe('scan.tooMany');
    await scans.add(parent.act, claim, from(paper(12)), kept[0]?.id);
    expect((await scans.list(parent.act, claim)).map(({ id }) => id)).not.toContain(kept[0]?.id);
  });

  it('is as large as the messenger allows, whatever it says', async () => {
    const claim = await draft();
    const megabytes = 25;
    let asked = 0;
    async function* flood() {
      for (; asked < megabytes; asked += 1) yield Buffer.alloc(1024 * 1024, 7);
    }
    const announced: ScanSource = { size: megabytes * 1024 * 1024, open: async () => flood() };
    expect(await refusalOf(scans.add(parent.act, claim, announced))).toBe('scan.tooLarge');
    expect(asked).toBe(0);
    for (const size of [1_000, undefined]) {
      asked = 0;
      const lying: ScanSource = { size, open: async () => flood() };
      expect(await refusalOf(scans.add(parent.act, claim, lying))).toBe('scan.tooLarge');
      expect(asked).toBe(20);
    }
    expect(await refusalOf(scans.add(parent.act, claim, from(new Uint8Array(0))))).toBe('scan.damaged');
    const kept = await scans.add(parent.act, claim, from(paper(5), undefined));
    expect((await scans.content(parent.act, kept.id)).content).toHaveLength(paper(5).length);
  });

  it('that is refused leaves nothing behind', async () => {
    const claim = await draft();
    const before = [await blobs(), scanStore.files.size];
    const zip = from(Buffer.from('PK\x03\x04 called photo.jpg'));
    expect(await refusalOf(scans.add(parent.act, claim, zip))).toBe('scan.type');
    expect([await blobs(), scanStore.files.size]).toEqual(before);
  });
});

describe('a message', () => {
  let serial = 70n;
  const asked = async (): Promise<Act> => {
    serial += 1n;
    await database.pool.query('INSERT INTO inbox (message_id, lane, received_at) VALUES ($1, $2, $3)', [
      serial,
      String(serial),
      clock.now(),
    ]);
    return { ...parent.act, messageId: serial };
  };

  it('that comes again after the commit adds nothing and fetches nothing', async () => {
    const claim = await draft();
    const act = await asked();
    await scans.add(act, claim, from(paper(0)));
    const again: ScanSource = { size: 1, open: () => Promise.reject(new Error('fetched again')) };
    await expect(scans.add(act, claim, again)).rejects.toThrow(AlreadyApplied);
    const [kept] = await scans.list(parent.act, claim);
    const removal = await asked();
    await scans.remove(removal, kept?.id as ScanId);
    await expect(scans.remove(removal, kept?.id as ScanId)).rejects.toThrow(AlreadyApplied);
    // Its effect stands even when what it added is gone.
    await expect(scans.add(act, claim, from(paper(0)))).rejects.toThrow(AlreadyApplied);
  });

  it('handled twice at the same time adds once', async () => {
    const claim = await draft();
    const act = await asked();
    const both = await Promise.allSettled([
      scans.add(act, claim, from(paper(0))),
      scans.add(act, claim, from(paper(0))),
    ]);
    const failed = both.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(failed.map(String)).toEqual([String(new AlreadyApplied())]);
    expect(await scans.list(parent.act, claim)).toHaveLength(1);
  });

  it('that failed on the way is not used up', async () => {
    const claim = await draft();
    const act = await asked();
    const broken: ScanSource = { size: 9, open: () => Promise.reject(new Error('no line')) };
    await expect(scans.add(act, claim, broken)).rejects.toThrow('no line');
    await scans.add(act, claim, from(paper(0)));
    expect(await scans.list(parent.act, claim)).toHaveLength(1);
  });
});

describe('memory', () => {
  it('holds four scans at once, and asks for a fifth only when one of them is gone', async () => {
    const own = createScans({ db, clock, secrets: world.secrets, scanStore }, createInspector());
    const claim = await draft();
    const gate = Promise.withResolvers<void>();
    let opened = 0;
    const held = (content: Uint8Array): ScanSource => ({
      size: content.length,
      open: async () => {
        opened += 1;
        await gate.promise;
        return pieces(content);
      },
    });
    const adding = papers.slice(0, 10).map((one) => own.add(parent.act, claim, held(one)));
    await vi.waitUntil(() => opened >= 4);
    // All ten have asked for their claim by now, and the six wait outside.
    await Promise.all(Array.from({ length: 20 }, () => scans.list(parent.act, claim)));
    expect([opened, own.held]).toEqual([4, 4]);
    gate.resolve();
    await Promise.all(adding);
    expect([opened, own.held]).toEqual([10, 0]);
  });

  it('that is full is left to those who wait, and the next ones are asked to come again', async () => {
    const room = new Room(1, 2);
    const gate = Promise.withResolvers<void>();
    const order: number[] = [];
    const inside = (n: number) => room.inside(async () => void order.push(n));
    const first = room.inside(() => gate.promise);
    const waiting = [inside(1), inside(2)];
    await expect(inside(3)).rejects.toThrow('too many');
    gate.resolve();
    await Promise.all([first, ...waiting]);
    expect(order).toEqual([1, 2]);
    await expect(room.inside(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(room.taken).toBe(0);
  });
});
