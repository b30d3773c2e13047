import { describe, expect, it } from 'vitest';
import { renderStatement, type StatementPaper, statementNumber } from './statement.ts';

const group = {
  kindergarten: { kk: '«Балдырған» балабақшасы', ru: 'Детский сад «Балдырған»' },
  address: { kk: 'Ақмол ауылы', ru: 'село Акмол' },
  name: 'Күншуақ',
  language: 'kk',
} as const;
const paper: StatementPaper = {
  id: '01a20232-e85e-7bdb-82ee-76312756e700',
  sha256: 'ab'.repeat(32),
  issuedAt: new Date('2026-11-24T02:00:00Z'),
  expiresAt: new Date('2026-11-24T02:30:00Z'),
  verifyUrl: 'https://kezek.example/check/01a20232-e85e-7bdb-82ee-76312756e700',
  about: {
    kind: 'CHOICE',
    applicationNumber: 'AKM-TSL-2026-000123',
    childName: 'Әлихан',
    district: { kk: 'Целиноград ауданы', ru: 'Целиноградский район' },
    children: [],
    kindergartens: [],
    groups: [group],
  },
};

describe('a statement as a paper', () => {
  it('is the same bytes for the same facts: a signature over it can be checked for ever', async () => {
    const [first, second, other] = await Promise.all([
      renderStatement(paper, 'kk'),
      renderStatement(paper, 'kk'),
      renderStatement(paper, 'ru'),
    ]);
    expect(first.equals(second)).toBe(true);
    expect(first.equals(other)).toBe(false);
  });

  it('changes with the text it is bound to', async () => {
    const [first, second] = await Promise.all(
      ['ab', 'cd'].map((hex) => renderStatement({ ...paper, sha256: hex.repeat(32) }, 'kk')),
    );
    expect(first?.equals(second ?? Buffer.alloc(0))).toBe(false);
  });

  it('holds twenty wishes', async () => {
    const groups = Array.from({ length: 20 }, () => group);
    const pdf = await renderStatement({ ...paper, about: { ...paper.about, kind: 'WISHES', groups } }, 'ru');
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('has a number one can read out', () => {
    expect(statementNumber(paper.id)).toBe('S-76312756e700');
  });
});
