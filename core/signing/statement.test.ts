import fc from 'fast-check';
import { expect, test } from 'vitest';
import { statementHash, statementText } from './statement.ts';

const facts = (name: string) => ({
  id: 'i',
  kind: 'WISHES' as const,
  applicationNumber: 'n',
  applicant: 'p',
  groups: [{ id: 'g', name, kindergartenId: 'k', kindergarten: { kk: name, ru: name } }],
  issuedAt: new Date(0),
  expiresAt: new Date(1),
});

test('whatever a kindergarten is called, its name stays text', () => {
  const skeleton = (xml: string) => xml.replace(/>[^<]*</g, '><');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const xml = statementText(facts(name));
      expect(skeleton(xml)).toBe(skeleton(statementText(facts(''))));
      expect(xml.isWellFormed()).toBe(true);
      expect(xml.match(/&(?!(?:amp|lt|gt|quot|apos);)/)).toBeNull();
      expect([...xml].every((sign) => sign >= ' ' && sign !== '\ufffe' && sign !== '\uffff')).toBe(true);
    }),
  );
});

test('the same facts give the same bytes, others give others', () => {
  expect(statementText(facts('А'))).toBe(statementText(facts('А')));
  expect(statementHash(statementText(facts('А')))).not.toEqual(statementHash(statementText(facts('Б'))));
});
