import { mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeTemporaryFolder, removeTemporaryFolder } from '../../local/testing/temporary.ts';
import { fileScanStore } from './file-store.ts';

const root = makeTemporaryFolder();
afterAll(() => removeTemporaryFolder(root));
let serial = 0;
const fresh = () => {
  serial += 1;
  const folder = join(root, `scans-${serial}`);
  return { folder, store: fileScanStore(folder) };
};
const KEY = `ab${'cd'.repeat(31)}`;
async function* pieces(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}
const read = async (from: AsyncIterable<Uint8Array> | undefined) => {
  if (from === undefined) return undefined;
  let text = '';
  for await (const piece of from) text += Buffer.from(piece).toString();
  return text;
};
const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));

describe('a folder of scans', () => {
  it('keeps what it is given, for this account alone', async () => {
    const { folder, store } = fresh();
    await store.put(KEY, pieces('one ', 'two'), 7);
    expect(await read(await store.get(KEY))).toBe('one two');
    expect(filesOf(folder)).toEqual([join('ab', KEY.slice(2))]);
    expect(statSync(join(folder, 'ab', KEY.slice(2))).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'ab')).mode & 0o077).toBe(0);
  });

  it('has nothing under a key that it was not given, and forgets what is removed', async () => {
    const { store } = fresh();
    expect(await store.get(KEY)).toBeUndefined();
    await store.remove(KEY);
    await store.put(KEY, pieces('one'), 3);
    await store.remove(KEY);
    expect(await store.get(KEY)).toBeUndefined();
  });

  it('changes nothing under a key that is there, and does not even read', async () => {
    const { store } = fresh();
    await store.put(KEY, pieces('one'), 3);
    let asked = false;
    async function* other() {
      asked = true;
      yield Buffer.from('two');
    }
    await store.put(KEY, other(), 3);
    expect(asked).toBe(false);
    expect(await read(await store.get(KEY))).toBe('one');
  });

  it('takes the same scan twice at once', async () => {
    const { folder, store } = fresh();
    const all = Array.from({ length: 8 }, () => store.put(KEY, pieces('one', 'two'), 6));
    await Promise.all(all);
    expect(await read(await store.get(KEY))).toBe('onetwo');
    expect(filesOf(folder)).toHaveLength(1);
  });

  it('keeps nothing that came in half', async () => {
    const { folder, store } = fresh();
    async function* broken() {
      yield Buffer.from('one');
      throw new Error('the line is dead');
    }
    await expect(store.put(KEY, broken(), 6)).rejects.toThrow('the line is dead');
    await expect(store.put(KEY, pieces('one'), 6)).rejects.toThrow('3 bytes');
    expect(await store.get(KEY)).toBeUndefined();
    expect(filesOf(folder)).toEqual([]);
  });

  it('removes what a process that was killed left half written a day ago, and nothing younger', async () => {
    const { folder, store } = fresh();
    mkdirSync(join(folder, 'incoming'), { recursive: true });
    for (const name of ['old', 'young']) writeFileSync(join(folder, 'incoming', name), 'half');
    const dayAgo = new Date(statSync(join(folder, 'incoming', 'young')).mtimeMs - 25 * 3_600_000);
    utimesSync(join(folder, 'incoming', 'old'), dayAgo, dayAgo);
    await store.put(KEY, pieces('one'), 3);
    expect(filesOf(folder).sort()).toEqual([join('ab', KEY.slice(2)), join('incoming', 'young')]);
  });

  it('tells a fault of the disk from a scan that is not there', async () => {
    const { folder, store } = fresh();
    await store.put(KEY, pieces('one'), 3);
    rmSync(join(folder, 'ab'), { recursive: true });
    writeFileSync(join(folder, 'ab'), 'a file in place of the folder');
    await expect(store.get(KEY)).rejects.toThrow('ENOTDIR');
  });

  it('takes no key that leads elsewhere', async () => {
    const { store } = fresh();
    for (const key of ['../../etc/passwd', '', KEY.toUpperCase(), `${KEY}0`])
      await expect(store.get(key)).rejects.toThrow('not a key');
  });
});
