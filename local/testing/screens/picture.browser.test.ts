import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { testBrowser } from '../browser.ts';
import { seenIn, standStill } from './looks.ts';
import { difference, small } from './picture.ts';
import { wordingProblems } from './wording.ts';

const browser = await testBrowser();
const LABELS = ['📝 Өтінімді беру', '📖 Толық нұсқаулық', '🔢 Кезектегі орным', '🏫 Бос орындар'];
const TEXT = `<i>Баланы кезекке қою › Қызмет сипаттамасы</i>

<b>📌 Осы жердің ережелері</b>
• Кезегіңіз келгенде балабақшаны таңдау мерзімі: 3 жұмыс күні
• Жолдамамен балабақшаға келу мерзімі: 5 жұмыс күні

Мүдделілікті растау мерзімі: <b>23 қараша 2027 ж., сейсенбі</b>`;

let page: Page;
let kept: Buffer;

/** A message as the chat page draws it, with what a test has done to it. */
async function drawn(change: () => void = () => undefined): Promise<Buffer> {
  const keys = LABELS.map(
    (label) => `<div class="row"><button class="key"><span>${label}</span></button></div>`,
  );
  await page.setContent(`<!doctype html><meta name="viewport" content="width=device-width">
    <style>body { margin: 0; font-size: 15px; line-height: 1.4; background: #d5e2ec }
      .message { padding: 10px; width: 310px } .bubble { padding: 9px; background: #fff; border-radius: 14px }
      .words { white-space: pre-wrap } .row { display: grid; margin-top: 4px }
      .key { height: 42px; padding: 0 10px; border: 0; border-radius: 12px; font-size: 15px; font-weight: 600; background: #f8fafc;
        overflow: hidden; white-space: nowrap }</style>
    <article class="message"><div class="bubble"><div class="words">${TEXT}</div></div>
    <div class="inline-keyboard">${keys.join('')}</div></article>`);
  await standStill(page);
  await page.evaluate(change);
  const { height } = (await page.locator('.message').boundingBox()) ?? { height: 0 };
  return small(await page.screenshot({ clip: { x: 0, y: 0, width: 390, height: Math.ceil(height) } }));
}

const style = (css: string) =>
  `(() => { const s = document.createElement('style'); s.textContent = ${JSON.stringify(css)}; document.head.append(s) })()`;
const styled = (css: string) => drawn(style(css) as unknown as () => void);

beforeAll(async () => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  page = await context.newPage();
  kept = await drawn();
});

describe('a picture is the same', () => {
  it('when nothing has changed', async () => {
    expect(await difference(kept, await drawn())).toBeUndefined();
  });

  it.each([
    ['placed more exactly', '* { text-rendering: geometricPrecision }'],
    ['a little larger', '.words, .key { font-size: 15.08px }'],
    ['a little wider', '* { letter-spacing: 0.06px }'],
    ['a little heavier', '.words, .key { -webkit-text-stroke: 0.15px #222 }'],
    ['with lines a little further apart', '.words { line-height: 1.415 }'],
  ])('with letters %s', async (_, css) => {
    expect(await difference(kept, await styled(css))).toBeUndefined();
  });
});

describe('a picture is told as another', () => {
  it.each<[string, () => void]>([
    ['a button is missing', () => document.querySelector('.row')?.remove()],
    ['a button has no words', () => document.querySelector('.key span')?.replaceChildren()],
    ['a button says something else', () => document.querySelector('.key span')?.replaceChildren('🚪 Шығу')],
    [
      'buttons have changed places',
      () => document.querySelectorAll('.row')[3]?.after(document.querySelector('.row') ?? ''),
    ],
    ['a line is missing', () => document.querySelector('.words i')?.remove()],
    ['the screen is empty', () => document.querySelector('.words')?.replaceChildren()],
    [
      'a text runs over the edge',
      () => Object.assign(document.querySelector<HTMLElement>('.words')?.style ?? {}, { whiteSpace: 'pre' }),
    ],
    [
      'a date is another',
      () => document.querySelectorAll('.words b')[1]?.replaceChildren('5 мамыр 2031 ж., бейсенбі'),
    ],
    [
      'bold is bold no more',
      () =>
        document.querySelectorAll<HTMLElement>('.words b').forEach((node) => {
          node.style.fontWeight = '400';
          node.style.opacity = '0.2';
        }),
    ],
  ])('when %s', async (_, change) => {
    expect(await difference(kept, await drawn(change))).toBeTypeOf('string');
  });
});

describe('what does not fit', () => {
  const seen = () => seenIn(page.locator('.message'));

  it('is nothing where all is well', async () => {
    await drawn();
    const { problems, buttons } = await seen();
    expect(problems).toEqual([]);
    expect(buttons).toEqual(LABELS);
  });

  it.each<[string, RegExp, () => void]>([
    [
      'a long label',
      /button is cut/,
      () =>
        document.querySelector('.key span')?.replaceChildren('Қызметтің толық сипаттамасы мен нұсқаулығы'),
    ],
    [
      'dots',
      /nothing says it whole/,
      () => document.querySelector('.key span')?.replaceChildren('Толық нұсқа…'),
    ],
    [
      'a broken label',
      /more than one line/,
      () => {
        document.querySelector('.key span')?.replaceChildren('Толық', document.createElement('br'), 'нұсқа');
      },
    ],
    [
      'a wide text',
      /is \d+ wide|outside|is cut/,
      () => Object.assign(document.querySelector<HTMLElement>('.words')?.style ?? {}, { whiteSpace: 'pre' }),
    ],
  ])('is told: %s', async (_, problem, change) => {
    await drawn(change);
    expect((await seen()).problems.join('\n')).toMatch(problem);
  });
});

describe('what is not well said', () => {
  const names = [{ kk: '«Балдырған» бөбекжайы', ru: 'Ясли-сад «Балдырған»' }];

  it.each([
    ['Сақталатын соңғы күн: 22 қаңтар 2027 ж., жұма', 'kk', []],
    ['Последний день: пятница, 22 января 2027 г.', 'ru', []],
    ['Кезек нөмірі: {{n}}', 'kk', ['a hole: {{', 'a hole: }}']],
    ['form.intro.title', 'kk', ['a key: form.intro.title']],
    ['Заявлений пока нет. Начните в разделе «Поставить в очередь».', 'kk', [/^of ru/]],
    ['Қазір Сізден ештеңе талап етілмейді.', 'ru', []],
    ['🏫 Ясли-сад «Балдырған»', 'kk', [/^a name of ru/]],
    ['Мерзімі: 22 қаңтар, жұма', 'kk', [/^a date without/]],
    ['Срок: 2027-01-22', 'ru', ['a date as 2027-01-22']],
    ['✅Расталды', 'kk', ['no space after ✅']],
  ] as const)('%s (%s)', (text, language, expected) => {
    const found = wordingProblems(text, language, names);
    expect(found).toHaveLength(expected.length);
    for (const [n, wanted] of expected.entries()) expect(found[n]).toMatch(wanted);
  });
});
