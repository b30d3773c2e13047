import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { Blobs } from './blobs.ts';
import { Files } from './files.ts';
import { PARENT, raw, standIn } from './testing.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'telegram-'));
  return () => rmSync(folder, { recursive: true });
});

/** Noise: no two are the same, and none can be packed. */
const noise = (width: number) =>
  sharp({
    create: {
      width,
      height: width,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  })
    .jpeg()
    .toBuffer();

describe('the state file', () => {
  it('names pictures and holds none, and they are there after a restart', async () => {
    const stateFile = join(folder, 'telegram.json');
    const first = await standIn({ stateFile });
    const items = await Promise.all(
      Array.from({ length: 12 }, async (_, i) => ({
        kind: 'photo' as const,
        name: `${i}.jpg`,
        bytes: await noise(600),
      })),
    );
    const sent = await first.sim.album(PARENT, items);
    first.sim.document(PARENT, { name: 'a.pdf', bytes: Buffer.from('%PDF-1.4 қағаз') });
    await first.close();
    const onDisk = readdirSync(join(folder, 'telegram-files'));
    expect(onDisk.length).toBe(12 * 3 + 1);
    const stored = onDisk.reduce((sum, name) => sum + statSync(join(folder, 'telegram-files', name)).size, 0);
    expect(stored).toBeGreaterThan(1_000_000);
    expect(statSync(stateFile).size).toBeLessThan(60_000);
    const second = await standIn({ stateFile });
    const photo = sent[5]?.photo?.at(-1);
    const file = (await raw(second, 'getFile', { file_id: photo?.file_id })).result;
    expect(file).toMatchObject({ file_size: photo?.file_size });
    const again = await raw(second, 'sendPhoto', { chat_id: PARENT, photo: photo?.file_id });
    expect(again.result).toMatchObject({ photo: sent[5]?.photo });
    await second.close();
    expect(readdirSync(join(folder, 'telegram-files')).length).toBe(onDisk.length);
  });

  it('of before, with the bytes inside, is read and made small', async () => {
    const stateFile = join(folder, 'telegram.json');
    const first = await standIn({ stateFile });
    const { document } = first.sim.document(PARENT, { name: 'a.bin', bytes: Buffer.alloc(5000, 'x') });
    await first.close();
    const saved = JSON.parse(readFileSync(stateFile, 'utf8')) as { files: Record<string, unknown>[] };
    const [{ hash: _, ...rest } = {}] = saved.files;
    const bytes = Buffer.alloc(5000, 'x').toString('base64');
    writeFileSync(stateFile, JSON.stringify({ ...saved, files: [{ ...rest, bytes }] }));
    rmSync(join(folder, 'telegram-files'), { recursive: true });
    const second = await standIn({ stateFile });
    const response = await fetch(`${second.url}/sim/files/${document?.file_id}`);
    expect((await response.arrayBuffer()).byteLength).toBe(5000);
    await second.close();
    expect(readFileSync(stateFile, 'utf8')).not.toContain(bytes);
    expect(readdirSync(join(folder, 'telegram-files'))).toHaveLength(1);
  });

  it('does without files that were taken away', async () => {
    const stateFile = join(folder, 'telegram.json');
    const first = await standIn({ stateFile });
    const { document } = first.sim.document(PARENT, { name: 'a.bin', bytes: Buffer.from('x') });
    await first.close();
    rmSync(join(folder, 'telegram-files'), { recursive: true });
    const second = await standIn({ stateFile });
    expect((await raw(second, 'getFile', { file_id: document?.file_id })).description).toBe(
      'Bad Request: wrong file_id or the file is temporarily unavailable',
    );
    expect(second.sim.messages(PARENT)).toHaveLength(1);
    const next = second.sim.document(PARENT, { name: 'b.bin', bytes: Buffer.from('x') });
    expect(next.document?.file_id).not.toBe(document?.file_id);
    await second.close();
  });
});

describe('files in memory', () => {
  it('are forgotten from the oldest on, on disk too, past the limit', () => {
    const files = new Files(2500);
    const blobs = new Blobs(folder);
    const add = (letter: string) =>
      files.add('documents', `${letter}.bin`, '', Buffer.alloc(1000, letter)).file.file_id;
    const ids = [add('a'), add('b')];
    files.save(blobs);
    ids.push(add('c'));
    expect(ids.map((id) => files.find(id)?.name)).toEqual([undefined, 'b.bin', 'c.bin']);
    files.save(blobs);
    expect(readdirSync(folder)).toHaveLength(2);
    add('b');
    expect(files.save(blobs)).toHaveLength(3);
    expect(readdirSync(folder)).toHaveLength(2);
    for (const letter of 'dbe') ids.push(add(letter));
    expect(ids.slice(1).map((id) => files.find(id)?.name)).toEqual([
      undefined,
      undefined,
      undefined,
      'b.bin',
      'e.bin',
    ]);
    expect(files.byPath('documents/file_1.bin')).toBeUndefined();
    files.save(blobs);
    expect(readdirSync(folder)).toHaveLength(2);
  });
});
