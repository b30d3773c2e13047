import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import kk from '../../locales/document.kk.json' with { type: 'json' };
import ru from '../../locales/document.ru.json' with { type: 'json' };
import type { ReferralData, RegistrationData } from './data.ts';
import { fontNames, readFont } from './fonts.ts';
import { composeReferral, renderReferral } from './referral.ts';
import { composeRegistration, renderRegistration } from './registration.ts';
import { heightOf, openSheet, page, type Sheet } from './sheet.ts';

const common = {
  issuer: { kk: 'Целиноград ауданының білім бөлімі', ru: 'Отдел образования Целиноградского района' },
  verifyUrl: 'https://kezek.example.kz/v/AZk3f0aBcDeFgHiJkLmNoP',
  child: { fullName: 'Үлгібаева Әсем Ойдарқызы', birthDate: '2023-05-14', iinMasked: '2305•••••109' },
  applicant: { fullName: 'Үлгібаев Ойдар Һамитұлы' },
  district: { kk: 'Целиноград ауданы', ru: 'Целиноградский район' },
  birthYear: 2023,
};

const referral: ReferralData = {
  ...common,
  number: 'AKM-TSL-J-2026-000123',
  applicationNumber: 'AKM-TSL-2023-004512',
  kindergarten: {
    name: { kk: '«Жұлдыз» балабақшасы', ru: 'Детский сад «Жұлдыз»' },
    address: { kk: 'Үлгі ауылы, Бірінші көше, 12', ru: 'с. Улги, ул. Первая, 12' },
    phone: '+7 71651 3-12-34',
    group: '«Балапан»',
    language: 'mixed',
  },
  issuedAt: '2026-03-19T04:12:00.000Z',
  comeUntil: '2026-03-31T18:59:59.999Z',
  cancelUntil: '2026-03-20T04:12:00.000Z',
  terms: {
    showUpWorkingDays: 5,
    stopListWorkingDays: 10,
    maxMisses: 3,
    cancelHours: 24,
    extensionCalendarDays: 30,
  },
};

const registration: RegistrationData = {
  ...common,
  number: 'AKM-TSL-2026-004512',
  position: 128,
  preferredLanguage: null,
  registeredAt: '2026-03-19T04:12:00.000Z',
  interestUntil: '2027-03-19T18:59:59.999Z',
  terms: { interestMonths: 12, turnWorkingDays: 3 },
};

const languages = ['kk', 'ru'] as const;
const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** The streams of a PDF, unpacked. */
function streamsOf(pdf: Buffer): string[] {
  const raw = pdf.toString('latin1');
  return [...raw.matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)].flatMap(([, body]) => {
    try {
      return [inflateSync(Buffer.from(body ?? '', 'latin1')).toString('latin1')];
    } catch {
      return [];
    }
  });
}

/** Every character that a reader can select and search for, by the fonts' own tables (ToUnicode). */
function searchableCharacters(pdf: Buffer): Set<string> {
  const tables = streamsOf(pdf).filter((stream) => stream.includes('begincmap'));
  const codes = tables.flatMap((table) =>
    [...table.matchAll(/<([0-9a-f]{4})>/gi)].map(([, hex]) => hex ?? ''),
  );
  return new Set(codes.map((hex) => String.fromCodePoint(Number.parseInt(hex, 16))));
}

describe('the fonts', () => {
  it.each(fontNames)('%s has every letter of both languages', (name) => {
    const letters = 'ӘәҒғҚқҢңӨөҰұҮүҺһІіАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя';
    const signs = '0123456789№«»–—•·’ʼ-.,:;!()/+₸';
    const missing = [...letters, ...signs].filter(
      (sign) => !readFont(name).hasGlyphForCodePoint(sign.codePointAt(0) ?? 0),
    );
    expect(missing).toEqual([]);
  });
});

describe.each(languages)('the papers in %s', (language) => {
  const papers = {
    referral: () => renderReferral(referral, language),
    registration: () => renderRegistration(registration, language),
  };

  it.each(['referral', 'registration'] as const)(
    '%s is a PDF with the same bytes every time',
    async (kind) => {
      const first = await papers[kind]();
      const second = await papers[kind]();
      expect(first.subarray(0, 8).toString('latin1')).toBe('%PDF-1.7');
      expect(hash(second)).toBe(hash(first));
      expect(first.length).toBeLessThan(100_000);
    },
  );

  it('can be searched for every letter that stands in them', async () => {
    await papers.registration();
    const characters = searchableCharacters(await papers.referral());
    const shown = `${Object.values(language === 'kk' ? kk.referral.note : ru.referral.note)
      .join('')
      .replace(
        /\{\{\w+\}\}/g,
        '',
      )}${referral.child.fullName}${referral.applicant.fullName}${referral.kindergarten.name[language]}`;
    expect([...shown].filter((sign) => !characters.has(sign))).toEqual([]);
  });

  it('fit on one page', () => {
    for (const sheet of [composeReferral(referral, language), composeRegistration(registration, language)]) {
      expect(sheet.pages).toBe(1);
      expect(sheet.y).toBeLessThanOrEqual(page.bottom + 13);
    }
  });
});

describe('what changes a paper', () => {
  it('is not what was printed before it', async () => {
    const allLetters = 'АӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯ';
    const other = { ...referral, applicant: { fullName: allLetters + allLetters.toLowerCase() } };
    await renderReferral(other, 'kk');
    const later = await renderReferral(referral, 'ru');

    vi.resetModules();
    const anew = await import('./referral.ts');
    expect(anew.renderReferral).not.toBe(renderReferral);
    expect(hash(await anew.renderReferral(referral, 'ru'))).toBe(hash(later));
  });

  it('is any of its data, and the language', async () => {
    const changed: ReferralData = { ...referral, terms: { ...referral.terms, maxMisses: 2 } };
    const papers = [
      await renderReferral(referral, 'kk'),
      await renderReferral(referral, 'ru'),
      await renderReferral(changed, 'kk'),
    ];
    expect(new Set(papers.map(hash)).size).toBe(3);
  });

  it('may be an extension that the district does not know', () => {
    const without: ReferralData = { ...referral, terms: { ...referral.terms, extensionCalendarDays: null } };
    expect(composeReferral(without, 'kk').y).toBeLessThan(composeReferral(referral, 'kk').y);
  });

  it('is refused when it is not whole', () => {
    const refused: ReferralData[] = [
      { ...referral, number: ' ' },
      { ...referral, verifyUrl: 'kezek' },
      { ...referral, issuedAt: '19.03.2026' },
      { ...referral, child: { ...referral.child, birthDate: '2023-02-30' } },
    ];
    for (const data of refused) expect(() => composeReferral(data, 'kk')).toThrow();
    expect(() => composeRegistration({ ...registration, position: 0 }, 'ru')).toThrow();
  });
});

describe('long names', () => {
  const sheet = openSheet({
    language: 'kk',
    title: 't',
    issuer: common.issuer,
    number: '1',
    verifyUrl: common.verifyUrl,
    createdAt: new Date(referral.issuedAt),
    density: 0,
  });

  const name = fc
    .array(fc.constantFrom(...'ӘғҚңӨұҮһІабЩМм-’'), { minLength: 1, maxLength: 60 })
    .map((letters) => `Ә${letters.join('')}`);

  it('wrap, also where a word has nowhere to break', () => {
    const style = { font: 'bold', size: 11.5, color: '#000000' } as const;
    const oneLine = heightOf(sheet, 'Әсем', style, 300);
    expect(heightOf(sheet, 'Қ'.repeat(60), style, 300)).toBeGreaterThanOrEqual(2 * oneLine);
    const height = heightOf(sheet, `${'Қ'.repeat(29)}-${'Ұ'.repeat(30)}`, style, 300);
    expect(height).toBeGreaterThanOrEqual(2 * oneLine);
  });

  it('never run off a page', () => {
    const endsOnPage = (paper: Sheet): void => {
      expect(paper.pages).toBeLessThanOrEqual(2);
      expect(paper.y).toBeLessThanOrEqual(page.bottom + 13);
      // Had any text overflowed, pdfkit would have added a page of its own.
      expect(paper.doc.bufferedPageRange().count).toBe(paper.pages);
    };
    fc.assert(
      fc.property(name, name, name, fc.constantFrom(...languages), (first, second, third, language) => {
        const child = { ...referral.child, fullName: `${first} ${second} ${third}` };
        const applicant = { fullName: `${third} ${first}` };
        const kindergarten = {
          ...referral.kindergarten,
          name: { kk: `«${second}» балабақшасы`, ru: `Детский сад «${second}»` },
        };
        endsOnPage(composeReferral({ ...referral, child, applicant, kindergarten }, language));
        endsOnPage(composeRegistration({ ...registration, child, applicant }, language));
      }),
      { numRuns: 40 },
    );
  });
});

describe('the words themselves', () => {
  const leaves = (value: unknown, path = ''): [string, string][] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`))
      : [[path, String(value)]];
  const gapsOf = (text: string): string[] => [...text.matchAll(/\{\{\w+\}\}/g)].map(([gap]) => gap).sort();

  it('are the same set with the same gaps in both languages', () => {
    const shape = (words: unknown): [string, string[]][] =>
      leaves(words).map(([path, text]) => [path, gapsOf(text)]);
    expect(shape(kk)).toEqual(shape(ru));
  });
});
