import { expect, it } from 'vitest';
import { Busy, createGate } from './sign-gate.ts';

it('lets in as many as there are places, keeps a line, and turns the rest away', async () => {
  const gate = createGate(2, 1);
  const doors: (() => void)[] = [];
  const begun: number[] = [];
  const enter = (n: number) =>
    gate.run(() => {
      begun.push(n);
      return new Promise<number>((resolve) => void doors.push(() => resolve(n)));
    });
  const [one, two, three] = [enter(1), enter(2), enter(3)];
  await expect(enter(4)).rejects.toBeInstanceOf(Busy);
  expect(begun).toEqual([1, 2]);
  doors[0]?.();
  expect(await one).toBe(1);
  await expect.poll(() => begun).toEqual([1, 2, 3]);
  doors[1]?.();
  doors[2]?.();
  expect(await Promise.all([two, three])).toEqual([2, 3]);
  await expect(gate.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await gate.run(async () => 'free')).toBe('free');
});
