import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCallback, encodeCallback, encodeEventCallback, packId, unpackId } from './callback.ts';

const application = '01938f5e-7a3c-7b1e-8c2d-0123456789ab';
const group = '01938f5e-7a3c-7b1e-8c2d-ba9876543210';
const plain = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);

describe('what a button carries', () => {
  test('two ids and an action fit into 64 bytes', () => {
    const data = encodeCallback('wishes/add', [application, group]);
    expect(Buffer.byteLength(data)).toBeLessThanOrEqual(64);
    expect(decodeCallback(data)).toEqual({
      kind: 'target',
      event: false,
      screen: 'wishes',
      action: 'add',
      args: [application, group],
    });
  });

  test('no arguments, numbers, dates and empty arguments come back as they were', () => {
    for (const args of [[], ['0'], ['2026-03-27', 'ILLNESS'], ['', 'kk']]) {
      const decoded = decodeCallback(encodeCallback('free', args));
      expect(decoded).toMatchObject({ args: args.length === 1 && args[0] === '' ? [] : args });
    }
    expect(encodeCallback('menu')).toBe('v1:menu:');
    expect(decodeCallback(encodeCallback('free', [3]))).toMatchObject({ args: ['3'] });
  });

  test('an id is 22 signs and comes back', () => {
    fc.assert(
      fc.property(fc.uuid(), (uuid) => {
        expect(packId(uuid)).toHaveLength(22);
        expect(unpackId(packId(uuid))).toBe(uuid);
      }),
    );
  });

  test('whatever was encoded is decoded', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.uuid(), plain), { minLength: 1, maxLength: 2 }), (args) => {
        expect(decodeCallback(encodeCallback('card', args))).toMatchObject({ screen: 'card', args });
      }),
    );
  });

  test('garbage never throws and is never a target', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 64 }), (data) => {
        const decoded = decodeCallback(data);
        if (decoded.kind === 'target') expect(data).toMatch(/^[ve]1:/);
      }),
    );
    const garbage = ['', ':', 'v1', 'v1:', 'v1::', 'v1:menu', 'menu', 'v1:Menu:', 'v1:menu:а', 'v1:menu:a b'];
    for (const data of garbage) expect(decodeCallback(data)).toEqual({ kind: 'old' });
    expect(decodeCallback(`v1:card:${'A'.repeat(21)}B`)).toEqual({ kind: 'old' });
    expect(decodeCallback(`v1:card:${'a'.repeat(21)}`)).toEqual({ kind: 'old' });
    expect(decodeCallback('v1:a/b/c:')).toEqual({ kind: 'old' });
  });

  test('another version is old', () => {
    expect(decodeCallback('v0:menu:')).toEqual({ kind: 'old' });
    expect(decodeCallback('v2:menu:')).toEqual({ kind: 'old' });
    expect(decodeCallback('v11:menu:')).toEqual({ kind: 'old' });
  });

  test('what does not fit or is not plain is a mistake of the program', () => {
    expect(() => encodeCallback('card', [application, group, application])).toThrow(RangeError);
    expect(() => encodeCallback('card', ['230514590109а'])).toThrow(RangeError);
    expect(() => encodeCallback('card', ['x'.repeat(21)])).toThrow(RangeError);
    expect(() => encodeCallback('Card', [])).toThrow(RangeError);
  });

  test('a notice opens a screen, or names an action', () => {
    expect(decodeCallback(encodeEventCallback('card', [application]))).toMatchObject({ event: true });
    expect(decodeCallback(encodeEventCallback('subs/stop', [application]))).toMatchObject({
      event: true,
      screen: 'subs',
      action: 'stop',
      args: [application],
    });
  });
});
