import { describe, expect, test } from 'vitest';
import { coreWorld } from '../../local/testing/core-world.ts';

const world = await coreWorld();

describe('what an operator finds by name', () => {
  test('stands in the order of the Kazakh alphabet', async () => {
    const operator = await world.staff({ operator: true });
    const names = ['Үміт', 'Айгөлек', 'Қарлығаш', 'Ясли', 'Әсем', 'Балдәурен', 'Өрлеу', 'Кәусар', 'Ғажайып'];
    for (const name of names) await world.kindergarten(name);
    const { items } = await world.core.staff.kindergartens(operator, world.districtId, 0, 100);
    const found = items.map(({ name }) => names.find((one) => name.kk.includes(one))).filter(Boolean);
    expect(found).toEqual([
      'Айгөлек',
      'Әсем',
      'Балдәурен',
      'Ғажайып',
      'Кәусар',
      'Қарлығаш',
      'Өрлеу',
      'Үміт',
      'Ясли',
    ]);
  });
});
