import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMobile, maskPhone, parsePhone } from './phone.ts';

const code = (text: string): string => {
  const parsed = parsePhone(text);
  return parsed.ok ? 'ok' : parsed.code;
};

/** Mobile codes of Kazakhstan (DOMAIN §6.2). */
const mobileCodes = '700 701 702 705 706 707 708 747 760 761 762 763 764 771 775 776 777 778 785'.split(' ');

describe('reading a phone number', () => {
  it.each([
    '87011234567',
    '+77011234567',
    '77011234567',
    '7011234567',
    '+7 701 123 45 67',
    '8 (701) 123-45-67',
    ' 8-701-123-45-67 ',
    '+7\u00a0701\u00a01234567',
    '８７０１１２３４５６７',
  ])('takes %s', (text) => {
    expect(parsePhone(text)).toEqual({ ok: true, phone: '+77011234567', mobile: true });
  });

  it('takes every mobile code however it is written', () => {
    const written = fc
      .tuple(
        fc.constantFrom('8', '+7', '7', ''),
        fc.constantFrom(...mobileCodes),
        fc.integer({ min: 0, max: 9_999_999 }),
        fc.constantFrom('', ' ', '-'),
      )
      .map(([prefix, operator, number, gap]) => {
        const tail = String(number).padStart(7, '0');
        return { text: [prefix, operator, tail].join(gap), phone: `+7${operator}${tail}` };
      });
    fc.assert(
      fc.property(written, ({ text, phone }) => {
        expect(parsePhone(text)).toEqual({ ok: true, phone, mobile: true });
      }),
    );
  });

  it('takes a landline but does not call it mobile', () => {
    const parsed = parsePhone('8 (7162) 25-12-34');
    expect(parsed).toEqual({ ok: true, phone: '+77162251234', mobile: false });
    expect(parsed.ok && isMobile(parsed.phone)).toBe(false);
  });

  it('tells a number of Russia from a mistyped one', () => {
    expect(code('+7 912 123 45 67')).toBe('russian');
    expect(code('8 912 123 45 67')).toBe('russian');
    expect(code('8 495 123 45 67')).toBe('russian');
    expect(code('+996 555 123 456')).toBe('foreign');
    expect(code('87101234567')).toBe('invalid');
    expect(code('+7 600 123 45 67')).toBe('invalid');
    expect(code('8701123456')).toBe('invalid');
    expect(code('870112345678')).toBe('invalid');
    expect(code('8 701 123 45 67 доб. 5')).toBe('invalid');
    expect(code('')).toBe('invalid');
    expect(code('телефон')).toBe('invalid');
  });
});

describe('showing a phone number', () => {
  it('hides the middle', () => {
    const parsed = parsePhone('87011234567');
    expect(parsed.ok && maskPhone(parsed.phone)).toBe('+7 701 ••• •• 67');
  });
});
