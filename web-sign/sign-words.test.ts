import { describe, expect, it } from 'vitest';
import type { LinkId, LinkOutcome, LinkView } from '../core/index.ts';
import { viewOnWire } from './sign-words.ts';
import { CHOICE } from './testing/sign-pages.ts';

const NOW = new Date('2026-11-24T02:00:00Z');
const ADMIT = new Date('2026-12-01T18:59:59Z');
const house = (name: string) => ({
  kindergarten: { kk: `«${name}» балабақшасы`, ru: `Детский сад «${name}»` },
  address: { kk: 'Ақмол ауылы, Абай көшесі, 12', ru: 'село Акмол, улица Абая, 12' },
});

const view = (outcome: LinkOutcome): LinkView => ({
  id: '0195a6f0-0000-7000-8000-000000000001' as LinkId,
  purpose: 'SIGN',
  language: 'kk',
  state: 'DONE',
  expiresAt: ADMIT,
  about: {
    ...CHOICE,
    kind: outcome.kind === 'TRANSFER' ? 'TRANSFER' : 'WAITLIST',
    groups: [],
    kindergartens: [house('Жұлдыз'), house('Айна')],
  },
  maskedIin: null,
  outcome,
  refusal: null,
  phone: 'NONE',
  files: [],
});

describe('what the page is told of a waiting list', () => {
  it('names the kindergartens in order of wish, and how many lists were joined', () => {
    const joined = { kind: 'WAITLIST', joined: 2, referralNumber: null, admitUntil: null } as const;
    const wire = viewOnWire(view(joined), NOW);
    expect(wire.about?.kindergartens.map(({ kindergarten }) => kindergarten.ru)).toEqual([
      'Детский сад «Жұлдыз»',
      'Детский сад «Айна»',
    ]);
    expect(wire.outcome).toEqual(joined);
  });

  it.each([
    { kind: 'WAITLIST', joined: 0, referralNumber: '000451', admitUntil: ADMIT } as const,
    { kind: 'TRANSFER', referralNumber: '000451', admitUntil: ADMIT } as const,
  ])('tells the term of a referral in words of both languages: $kind', (outcome) => {
    expect(viewOnWire(view(outcome), NOW).outcome).toMatchObject({
      kind: outcome.kind,
      referralNumber: '000451',
      admitUntil: {
        at: ADMIT.toISOString(),
        words: { kk: '1 желтоқсан 2026 ж., сейсенбі, 23:59', ru: 'вторник, 1 декабря 2026 г., 23:59' },
      },
    });
  });
});
