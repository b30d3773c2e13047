import { expect, test } from 'vitest';
import { texts } from '../../locales/index.ts';

test.each(['kk', 'ru'] as const)(
  'a code fits into one SMS in %s, and its digits are the only ones beside the minutes',
  (language) => {
    for (const key of ['sms.loginCode', 'sms.signCode'] as const) {
      const text = texts(language).plain(key, { code: '123456', minutes: 5 });
      // Cyrillic is sent as UCS-2: 70 signs a message.
      expect(text.length).toBeLessThanOrEqual(70);
      expect(text.match(/\d+/g)).toEqual(['123456', '5']);
    }
  },
);

test.each([
  ...['length', 'letters', 'bin', 'date', 'century', 'checksum'].map((code) => `iin.${code}`),
  ...['invalid', 'russian', 'foreign', 'notMobile'].map((code) => `phone.${code}`),
  ...['letters', 'invalid'].map((code) => `email.${code}`),
  ...['noConsent', 'noContact', 'notRegistered', 'tooManyTries', 'unavailable'].map(
    (code) => `login.${code}`,
  ),
  ...['format', 'wrong', 'late', 'exhausted', 'none', 'tooOften', 'notSent'].map((code) => `code.${code}`),
  ...['exists', 'tooMany', 'lastPhone', 'unknown', 'unconfirmed'].map((code) => `contact.${code}`),
  ...['expired', 'unknown', 'signed'].map((code) => `statement.${code}`),
  'wishes.none',
  'group.unknown',
  'document.unknown',
  'staff.noPerson',
  'staff.badRole',
])('the refusal %s has its words in both languages', (code) => {
  for (const language of ['kk', 'ru'] as const) expect(texts(language).has(`refusal.${code}`)).toBe(true);
});
