import { expect, it } from 'vitest';
import type { SessionStore } from '../store.ts';

export interface TestDialog {
  screen: string;
  args: string[];
}

/** What every store of sessions must do. `open` gives a store as another process would have it. */
export function behavesAsSessionStore(open: () => SessionStore<TestDialog>): void {
  it('gives back what was written, to other processes too, until it is deleted', async () => {
    const [one, two] = [open(), open()];
    expect(await one.read('1')).toBeUndefined();
    await one.write('1', { screen: 'menu', args: [] });
    expect(await two.read('1')).toEqual({ screen: 'menu', args: [] });
    await two.write('1', { screen: 'кезек', args: ['ә'] });
    expect(await one.read('1')).toEqual({ screen: 'кезек', args: ['ә'] });
    await one.delete('1');
    expect(await two.read('1')).toBeUndefined();
  });

  it('writes a value again only when it changed', async () => {
    const [one, two] = [open(), open()];
    await one.write('2', { screen: 'menu', args: [] });
    const read = await one.read('2');
    expect(read).toBeDefined();
    if (!read) return;
    await two.write('2', { screen: 'newer', args: [] });
    await one.write('2', read);
    expect(await one.read('2')).toMatchObject({ screen: 'newer' });
    read.args.push('x');
    await one.write('2', read);
    expect(await one.read('2')).toEqual({ screen: 'menu', args: ['x'] });
  });
}
