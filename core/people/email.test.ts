import { describe, expect, it } from 'vitest';
import { maskEmail, parseEmail } from './email.ts';

const code = (text: string): string => {
  const parsed = parseEmail(text);
  return parsed.ok ? 'ok' : parsed.code;
};

describe('reading an e-mail address', () => {
  it('takes what people paste and keeps the mailbox as typed', () => {
    for (const text of [
      'Aisha.N@Mail.KZ',
      '  Aisha.N@mail.kz\n',
      'mailto:Aisha.N@mail.kz',
      'Aisha.N@\u200bmail.kz',
    ]) {
      expect(parseEmail(text)).toEqual({ ok: true, email: 'Aisha.N@mail.kz' });
    }
    expect(code('a+queue@sub.example.org')).toBe('ok');
  });

  it('says what is wrong', () => {
    expect(code('аisha@mail.kz')).toBe('letters');
    expect(code('әке@mail.kz')).toBe('letters');
    const wrong = [
      '',
      'aisha',
      'aisha@',
      '@mail.kz',
      'aisha@mail',
      'a@b@mail.kz',
      'a..b@mail.kz',
      'a@mail..kz',
    ];
    expect(wrong.map(code)).toEqual(wrong.map(() => 'format'));
    expect(code(`${'a'.repeat(65)}@mail.kz`)).toBe('format');
    expect(code(`a@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.${'e'.repeat(63)}.kz`)).toBe(
      'format',
    );
  });
});

describe('showing an e-mail address', () => {
  it('hides the mailbox', () => {
    const parsed = parseEmail('aisha@mail.kz');
    expect(parsed.ok && maskEmail(parsed.email)).toBe('a•••@mail.kz');
  });
});
