import type { Key } from './key.ts';

/** The key of a .p12 file of НУЦ РК, GOST or RSA. @throws P12Error when the password is wrong or the file another. */
export function readP12(_bytes: Uint8Array, _password: string): Key {
  throw new Error('not built yet');
}

export class P12Error extends Error {
  readonly reason: 'password' | 'malformed' | 'unsupported';
  constructor(reason: 'password' | 'malformed' | 'unsupported', detail?: string) {
    super(detail === undefined ? reason : `${reason}: ${detail}`);
    this.name = 'P12Error';
    this.reason = reason;
  }
}
