import { describe, expect, it } from 'vitest';
import { decodeCallback } from '../callback.ts';
import { allScreens } from '../screens/index.ts';
import { type NoticeContent, noticeCodes } from './core.ts';
import { renderMail } from './mail.ts';
import { renderNotice } from './render.ts';

const DEADLINE = '2026-03-27T18:59:59.999Z';
const ID = '0195a6f0-0000-7000-8000-000000000001';
const content = (code: string, params: NoticeContent['params'] = {}): NoticeContent => ({
  noticeId: ID as NoticeContent['noticeId'],
  code,
  legal: true,
  params: {
    deadline: DEADLINE,
    cancelUntil: DEADLINE,
    until: DEADLINE,
    undoUntil: DEADLINE,
    position: 12,
    miss: 1,
    misses: 3,
    maxMisses: 3,
    reason: 'INCOMPLETE',
    birthYear: 2022,
    language: 'kk',
    more: 2,
    subscription: ID,
    link: ID,
    entry: ID,
    safe: 1,
    archived: 1,
    ...params,
  },
  createdAt: new Date('2026-03-24T05:00:00Z'),
  applicationId: ID as NoticeContent['applicationId'],
  referralId: ID as NoticeContent['referralId'],
  childName: 'Айша <3',
  numberTail: '4512',
  referralNumber: 'Ж-2026-000017',
  kindergarten: { kk: '«Жұлдыз» & Ко', ru: '«Звезда» & Ко' },
  kindergartenId: ID as NoticeContent['kindergartenId'],
  refusalNote: null,
});

describe('every notice', () => {
  const events = [
    ...['NEW', 'LAST_DAY', 'NOT_COME', 'CANCELLED', 'EXTENDED'],
    ...['LEAVING', 'STAYS', 'LEFT_BY_DEPARTMENT', 'MOVED'],
  ].map((event) => ['N36', { event }] as const);
  const ticks = ['LEFT', 'LEAVING_REFUSED', 'FILED', 'REFUSED', 'CANCELLED'] as const;
  const both = [0, 1] as const;
  const told = [
    ['N34', { event: 'LOGIN' }] as const,
    ['N41', { kind: 'CHOICE' }] as const,
    ...['WISHES', 'REGISTRATION', 'WAITLIST', 'TRANSFER'].map((kind) => ['N41', { kind }] as const),
    ...both.flatMap((safe) => ticks.map((event) => ['N29e', { event, safe }] as const)),
    ...both.map((safe) => ['N29', { safe, archive: safe }] as const),
    ...both.map((safe) => ['N29x', { safe, archived: safe }] as const),
    ...['BOTH', 'LEAVE', 'FILE'].map((event) => ['N29r', { event, safe: 0 }] as const),
    ...['JOINED', 'LINKED', 'REMOVED', 'LEFT', 'REFUSED'].map((event) => ['N35a', { event }] as const),
    ...['CHECKING', 'CONFIRMED', 'DECLINED', 'EXPIRING', 'EXPIRED'].map(
      (event) => ['N5', { event }] as const,
    ),
    ['N5', { event: 'CONFIRMED', until: null }] as const,
    ...events,
    ...noticeCodes
      .filter((code) => code !== 'N5' && code !== 'N35a' && code !== 'N29e')
      .map((code) => [code, {}] as const),
  ];

  it.each(told)('%s %o has its words in both languages', (code, params) => {
    for (const language of ['kk', 'ru'] as const) {
      const { html, sms, subject, plain } = renderNotice(content(code, params), language);
      for (const text of [html, sms, subject, plain]) expect(text).not.toMatch(/\{\{|undefined|null/);
      expect(html.length).toBeLessThan(1000);
      expect(plain).not.toMatch(/<\/?[bi]>|&amp;/);
      expect(html.match(/<b>/g)?.length).toBe(html.match(/<\/b>/g)?.length);
      expect(sms.length).toBeLessThan(201);
    }
  });

  it.each(told)('%s %o has one button to a screen that exists', (code, params) => {
    const { button } = renderNotice(content(code, params), 'kk');
    const data =
      button !== null && 'callback_data' in button ? decodeCallback(button.callback_data) : undefined;
    expect(data).toMatchObject({ kind: 'target', event: true });
    expect([...allScreens().keys()]).toContain(data?.kind === 'target' ? data.screen : '');
  });
});

describe('the words', () => {
  it('tell the deadline with date, weekday and hour, and escape names', () => {
    const { html } = renderNotice(content('N10'), 'kk');
    expect(html).toContain('27 наурыз 2026 ж., жұма, 23:59');
    expect(html).toContain('Айша &lt;3 · №4512');
    expect(renderNotice(content('N12'), 'ru').html).toContain('«Звезда» &amp; Ко');
  });

  it('tell of an open place until when, how many more, and how to hear no more of it', () => {
    const found = renderNotice({ ...content('N27'), childName: null, applicationId: null }, 'kk');
    expect(found.html).toContain('«Жұлдыз» &amp; Ко');
    expect(found.html).toContain('оқыту тілі: <b>қазақ тілі</b>');
    expect(found.html).toContain('Тілек қабылдау мерзімі: <b>27 наурыз 2026 ж., жұма, 23:59</b>');
    expect(found.html).toContain('Осы маңайда бос орын ашылған басқа балабақшалар: <b>2</b>');
    expect(found.brief).toContain('<b>2</b>');
    const data = found.stop !== null && 'callback_data' in found.stop ? found.stop.callback_data : '';
    expect(decodeCallback(data)).toMatchObject({ event: true, screen: 'subs', action: 'stop', args: [ID] });
    const firstCome = renderNotice(content('N27', { deadline: null, more: 0 }), 'ru');
    expect(firstCome.html).not.toMatch(/Пожелания|Других садов/);
    expect(renderNotice(content('N12'), 'ru').stop).toBeNull();
  });

  it('show the note of the kindergarten, and neutral words for a reason that has none', () => {
    const noted = { ...content('N17'), refusalNote: 'анықтама <жоқ>' };
    expect(renderNotice(noted, 'kk').html).toContain('анықтама &lt;жоқ&gt;');
    expect(renderNotice(content('N24', { reason: 'DECEASED' }), 'ru').html).toContain(
      'изменились регистрационные данные',
    );
  });

  it('tell what is to be done for a transfer, what of it is still open, and what becomes of the present place', () => {
    const issued = renderNotice(content('N29'), 'kk').html;
    expect(issued).toContain('1) Баланы қазіргі балабақшадан шығарыңыз');
    expect(issued).toContain('2) Жаңа балабақшаға қабылдауға өтініш беріңіз');
    expect(issued).toContain('<b>27 наурыз 2026 ж., жұма, 23:59</b>');
    expect(issued).toContain('қазіргі орны сақталады');
    expect(issued).toContain('жолдама мен ваучер жойылады, ал өтініш мұрағатқа ауыстырылады');
    const kept = renderNotice(content('N29', { safe: 0, archive: 0 }), 'ru').html;
    expect(kept).toContain('место не сохраняется');
    expect(kept).not.toContain('архив');
    const open = (event: string) => renderNotice(content('N29r', { event }), 'ru').html.match(/☐/g)?.length;
    expect(['BOTH', 'LEAVE', 'FILE'].map(open)).toEqual([2, 1, 1]);
    const refused = {
      ...content('N29e', { event: 'LEAVING_REFUSED', reason: 'DEBT' }),
      refusalNote: 'қарыз <5000>',
    };
    expect(renderNotice(refused, 'kk').html).toContain('қарыз &lt;5000&gt;');
    expect(renderNotice(refused, 'ru').html).toContain('есть долг по оплате');
  });

  it('lead from an offer to its answer, by the id of the entry', () => {
    const { button } = renderNotice(content('N28'), 'kk');
    const data = button !== null && 'callback_data' in button ? button.callback_data : '';
    expect(decodeCallback(data)).toMatchObject({ event: true, screen: 'wloffer', args: [ID] });
  });

  it('make a letter with the same words and one link', () => {
    const mail = renderMail(renderNotice(content('N12'), 'ru'), 'ru', {
      supportPhone: '1414',
      botUrl: 'https://t.me/x?a=1&b=2',
    });
    expect(mail.subject).toBe('Направление выдано · №4512');
    expect(mail.html).toContain('href="https://t.me/x?a=1&amp;b=2"');
    expect(mail.text).toContain('Айша <3');
    expect(mail.text).toContain('1414');
  });
});
