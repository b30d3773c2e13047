import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, type CivilDate, civil } from '../calendar/civil-date.ts';
import { checkDigit, type Iin, makeIin, maskIin, parseIin, type Sex } from './iin.ts';

const birthDate = fc.integer({ min: 0, max: 109_570 }).map((days) => addDays(civil('1800-01-01'), days));
const sex = fc.constantFrom<Sex>('male', 'female');
const invented = fc
  .record({ birthDate, sex, serial: fc.integer({ min: 0, max: 9999 }) })
  .map((person) => ({ ...person, iin: makeIin(person.birthDate, person.sex, person.serial) }))
  .filter((person): person is { birthDate: CivilDate; sex: Sex; serial: number; iin: Iin } => !!person.iin);

const code = (text: string): string => {
  const parsed = parseIin(text);
  return parsed.ok ? 'ok' : parsed.code;
};

/** The first pass of the checksum; the second is taken only when this is 10. */
const firstPass = (digits: string): number =>
  [...digits.slice(0, 11)].reduce((sum, digit, place) => sum + Number(digit) * (place + 1), 0) % 11;

const replaceAt = (text: string, place: number, sign: string): string =>
  text.slice(0, place) + sign + text.slice(place + 1);

describe('reading an IIN', () => {
  it('takes the numbers of DOMAIN §6.1', () => {
    expect(parseIin('230514590109')).toEqual({
      ok: true,
      iin: '230514590109',
      birthDate: '2023-05-14',
      sex: 'male',
    });
    expect(parseIin('230514590002')).toMatchObject({ ok: true, birthDate: '2023-05-14' });
    expect(parseIin('240229690009')).toMatchObject({ ok: true, birthDate: '2024-02-29', sex: 'female' });
    expect(parseIin('900101490009')).toMatchObject({ ok: true, birthDate: '1990-01-01', sex: 'female' });
    expect(parseIin('061211600012')).toMatchObject({ ok: true, birthDate: '2006-12-11', sex: 'female' });
    expect(parseIin('791028302728')).toMatchObject({ ok: true, birthDate: '1979-10-28', sex: 'male' });
  });

  it('takes what people paste', () => {
    for (const text of [
      ' 230514 590109 ',
      '230514-590109',
      '2305\u00a01459\u202f0109',
      '230514–590109\n',
      '\u200e230514590109\u200f',
      '２３０５１４５９０１０９',
    ]) {
      expect(parseIin(text)).toMatchObject({ ok: true, iin: '230514590109' });
    }
  });

  it('says the first thing that is wrong', () => {
    expect(code('')).toBe('length');
    expect(code('23051459010')).toBe('length');
    expect(code('2305145901090')).toBe('length');
    expect(code('Айша Нұрлан')).toBe('length');
    expect(code('23051459010О')).toBe('letters');
    expect(code('23051459O109')).toBe('letters');
    expect(code('230514.90109')).toBe('letters');
    expect(code('٢٣٠٥١٤٥٩٠١٠٩')).toBe('letters');
    expect(code('230540012345')).toBe('bin');
    expect(code('230229590001')).toBe('date');
    expect(code('231329590001')).toBe('date');
    expect(code('230500590001')).toBe('date');
    expect(code('000000000000')).toBe('date');
    expect(code('230514090109')).toBe('century');
    expect(code('230514790109')).toBe('century');
    expect(code('230514990109')).toBe('century');
    expect(code('230514590108')).toBe('checksum');
  });

  it('knows that 1900 had no 29 February and 2000 had one', () => {
    expect(code('000229390000')).toBe('date');
    expect(makeIin(civil('2000-02-29'), 'male', 9000)).toBeDefined();
  });
});

describe('the check digit', () => {
  it('has prefixes without any', () => {
    expect(checkDigit('23051459004')).toBeUndefined();
    for (let digit = 0; digit <= 9; digit += 1) expect(code(`23051459004${digit}`)).toBe('checksum');
  });

  it('is reckoned from 11 digits only', () => {
    expect(() => checkDigit('2305145900')).toThrow(RangeError);
    expect(() => checkDigit('2305145900a')).toThrow(RangeError);
  });

  // The weight of the 11th digit is 11, so the first pass cannot see it; and a change may lead into the second pass.
  const seen = (before: string, after: string): boolean =>
    firstPass(before) !== 10 && firstPass(after) !== 10;

  it('catches every wrong digit that its weights can see', () => {
    fc.assert(
      fc.property(invented, fc.nat(10), fc.integer({ min: 1, max: 9 }), ({ iin }, nth, shift) => {
        const place = nth === 10 ? 11 : nth;
        const wrong = replaceAt(iin, place, String((Number(iin[place]) + shift) % 10));
        fc.pre(seen(iin, wrong));
        expect(parseIin(wrong).ok).toBe(false);
      }),
    );
  });

  it('catches every swap of neighbours that its weights can see', () => {
    fc.assert(
      fc.property(invented, fc.nat(9), ({ iin }, place) => {
        const [a, b] = [iin.charAt(place), iin.charAt(place + 1)];
        const wrong = replaceAt(replaceAt(iin, place, b), place + 1, a);
        fc.pre(a !== b && seen(iin, wrong));
        expect(parseIin(wrong).ok).toBe(false);
      }),
    );
  });
});

describe('invented numbers', () => {
  it('read back as the person they were made for', () => {
    fc.assert(
      fc.property(invented, ({ iin, birthDate: born, sex: bornAs }) => {
        expect(parseIin(iin)).toEqual({ ok: true, iin, birthDate: born, sex: bornAs });
      }),
    );
  });

  it('are not made where no check digit fits or no century digit exists', () => {
    expect(makeIin(civil('2023-05-14'), 'male', 9004)).toBeUndefined();
    expect(makeIin(civil('2100-01-01'), 'male', 9000)).toBeUndefined();
    expect(() => makeIin(civil('2023-05-14'), 'male', 10_000)).toThrow(RangeError);
  });
});

describe('showing an IIN', () => {
  it('hides the middle', () => {
    const iin = makeIin(civil('2023-05-14'), 'male', 9010);
    expect(iin && maskIin(iin)).toBe('2305•••••109');
  });
});
