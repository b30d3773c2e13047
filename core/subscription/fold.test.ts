import { expect, test } from 'vitest';
import { chance } from '../../local/testing/random.ts';
import { fold } from './fold.ts';

test.each([
  ['«Күншуақ» балабақшасы', 'куншуак балабакшасы'],
  ['Әсем Әлем', 'асем алем'],
  ['Ыңғайлы', 'ынгайлы'],
  ['ҮМІТ – Ұя', 'умит уя'],
  ['Ғарышкер, Өрлеу, Ақбөпе', 'гарышкер орлеу акбопе'],
  ['Гүлаһбар', 'гулахбар'],
  ['Ёлочка №5', 'елочка 5'],
  ["  “Н'ұр-Жан”  ", 'нур жан'],
  ['е\u0308лка и\u0306', 'елка й'],
  ['ба\u0301лдырған', 'балдырган'],
  ['<b>%_\\</b>', 'b b'],
  ['🧸 «»', ''],
])('%s is compared as %s', (text, folded) => {
  expect(fold(text)).toBe(folded);
});

const PAIRS = 'қк әа ңн өо ұу үу іи һх ғг ёе'.split(' ');

test('whatever is typed: folding twice is folding once, and neither case nor a Kazakh letter nor a quote matters', () => {
  const random = chance(27);
  const alphabet = [...'абвгқәңөұүіһғёй ЫЬ№5«»"\'-.,<>%_\\\u0301\u0308\u0306İßéΣ🧸'];
  for (let round = 0; round < 2000; round += 1) {
    const text = Array.from({ length: random.between(0, 30) }, () => random.of(alphabet)).join('');
    const folded = fold(text);
    expect(fold(folded)).toBe(folded);
    expect(folded).not.toMatch(/[қәңөұүіһғё«»"'<>%_\\A-ZА-Я]|^ | $| {2}/);
    const cyrillic = text.replaceAll(/[^\p{Script=Cyrillic} №5«».,-]/gu, '');
    expect(fold(cyrillic.toUpperCase())).toBe(fold(cyrillic));
    expect(fold(`«${cyrillic}»`)).toBe(fold(cyrillic));
    let russian = cyrillic.toLowerCase();
    for (const [kazakh = '', plain = ''] of PAIRS.map((pair) => [...pair]))
      russian = russian.replaceAll(kazakh, plain);
    expect(fold(russian)).toBe(fold(cyrillic));
  }
});
