import { describe, expect, test } from 'vitest';
import { texts } from '../../locales/index.ts';
import { render as renderHello } from './hello.ts';
import { pagesOf, renderManual, renderTopics } from './help.ts';

const SECTION = {
  kk: 'Мектепке дейінгі білім беру ұйымдарына кезекке қою және жолдама беру',
  ru: 'Постановка в очередь и выдача направлений в дошкольные организации',
} as const;

describe.each(['kk', 'ru'] as const)('the home of S2 (%s)', (language) => {
  const t = texts(language);

  test('names the section, and leads to the manuals and the phone of support', () => {
    const hello = renderHello({ consented: false, eds: true, support: '1414' }, t);
    expect(hello.text).toContain(SECTION[language]);
    expect(hello.text).toContain('1414');
    expect(hello.keyboard.flat().map(({ text }) => text)).toContain(t.plain('button.help'));
    const help = renderTopics({ support: '+7 7162 00-00-00' }, t);
    expect(help.text).toContain('+7 7162 00-00-00');
    expect(help.keyboard.flat().map(({ text }) => text)).toContain(t.plain('manual.transfer.title'));
  });

  test('has a manual of the transfer in steps, from the section to the referral', () => {
    const pages = pagesOf('transfer', t);
    expect(pages).toBe(4);
    const all = Array.from({ length: pages }, (_page, page) =>
      renderManual({ topic: 'transfer', page, form: false }, t),
    );
    const told = all.map(({ text }) => text).join('\n');
    for (let step = 1; step <= 7; step += 1) expect(told).toContain(`${step}. `);
    for (const key of ['menu.waitlist', 'waitlist.join'] as const) {
      const named = t.plain(key).replace(/^\S+ /u, '');
      expect(told).toContain(`«${named}»`);
    }
    expect(told).toMatch(/ваучер/);
  });
});
