import { describe, expect, it } from 'vitest';
import { Batcher } from './batcher.ts';

function recording(options: { limit?: number; gatherMs?: number } = {}) {
  const batches: number[][] = [];
  const batcher = new Batcher<number, string>(async (items) => {
    batches.push([...items]);
    await new Promise((resolve) => setImmediate(resolve));
    if (items.includes(-1)) throw new Error('refused');
    return items.map((item) => `#${item}`);
  }, options);
  return { batches, batcher };
}

describe('the batcher', () => {
  it('answers each caller with its own, in as many statements as the limit asks for', async () => {
    const { batches, batcher } = recording({ limit: 3 });
    const answers = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((item) => batcher.add(item)));
    expect(answers).toEqual(['#1', '#2', '#3', '#4', '#5', '#6', '#7']);
    expect(batches).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
  });

  it('gathers what comes while a statement is under way', async () => {
    const { batches, batcher } = recording({ gatherMs: 1 });
    const first = batcher.add(1);
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([first, batcher.add(2), batcher.add(3)]);
    expect(batches).toEqual([[1], [2, 3]]);
  });

  it('rejects those who shared a statement that failed, and goes on', async () => {
    const { batcher } = recording({ limit: 2 });
    const outcomes = await Promise.allSettled([1, -1, 2].map((item) => batcher.add(item)));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect(await batcher.add(9)).toBe('#9');
  });

  it('does not leave a caller waiting for an answer that is missing', async () => {
    const batcher = new Batcher<number, string>(async () => []);
    await expect(batcher.add(1)).rejects.toThrow('answered short');
  });
});
