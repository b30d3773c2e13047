import type { Texts } from '../../locales/index.ts';
import type { BenefitCategory } from '../core.ts';
import type { Button, Keyboard } from '../keyboard.ts';
import { lines, shortened } from '../words.ts';

const LABEL = 30;

/** A row for each category of the dictionary; `makeButton` says what its button does. `from`: the number before the first. */
export function categoryRows(
  categories: readonly BenefitCategory[],
  t: Texts,
  makeButton: (label: string, category: BenefitCategory) => Button,
  from = 0,
): Keyboard {
  return categories.map((category, n) => [
    makeButton(`${from + n + 1}. ${shortened(t.pick(category.name), LABEL)}`, category),
  ]);
}

/** The whole names under the same numbers, each with the paper that proves it. */
export function categoryLines(categories: readonly BenefitCategory[], t: Texts, from = 0): string {
  return lines(
    ...categories.map(({ name, proof }, n) =>
      t.html('benefit.entry', { n: from + n + 1, name: t.pick(name), proof: t.pick(proof) }),
    ),
  );
}
