import { createHash } from 'node:crypto';
import {
  bits,
  bool,
  context,
  integer,
  octets,
  oid,
  printable,
  sequence,
  setOf,
  time,
  utf8,
} from '../../web-sign/signature/der/writer.ts';
import { publicKeyOf } from '../../web-sign/signature/keys.ts';
import { algorithms, type PrivateKey } from './key.ts';

/** Pieces of RFC 5280 in DER, as НУЦ РК writes them (EDS.md §2.3). */

export type SubjectPart = readonly [
  'CN' | 'SURNAME' | 'SERIALNUMBER' | 'C' | 'O' | 'OU' | 'GIVENNAME',
  string,
];

const ATTRIBUTES = {
  CN: '2.5.4.3',
  SURNAME: '2.5.4.4',
  SERIALNUMBER: '2.5.4.5',
  C: '2.5.4.6',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  GIVENNAME: '2.5.4.42',
} as const;

/** A distinguished name; country and serial number as PrintableString, the rest as UTF8String. */
export function distinguishedName(parts: readonly SubjectPart[]): Uint8Array {
  return sequence(
    ...parts.map(([type, value]) => {
      const text = type === 'C' || type === 'SERIALNUMBER' ? printable(value) : utf8(value);
      return setOf(sequence(oid(ATTRIBUTES[type]), text));
    }),
  );
}

/** An extension whose value is `value` (DER). */
export function extension(id: string, value: Uint8Array, critical = false): Uint8Array {
  return sequence(oid(id), ...(critical ? [bool(true)] : []), octets(value));
}

/** SHA-1 of the key bits: 20 bytes (RFC 5280 §4.2.1.2, method 1). */
export function keyIdentifier(spki: Uint8Array): Uint8Array {
  return createHash('sha1').update(publicKeyOf(spki).keyBits).digest();
}

export const subjectKey = (spki: Uint8Array) => extension('2.5.29.14', octets(keyIdentifier(spki)));

/** Leaves carry the key identifier alone; authorities also name and serial number of their issuer, as at НУЦ. */
export function authorityKey(
  issuerSpki: Uint8Array,
  issuer?: { name: Uint8Array; serial: bigint },
): Uint8Array {
  const also = issuer
    ? [context(1, true, context(4, true, issuer.name)), context(2, false, integer(issuer.serial).subarray(2))]
    : [];
  return extension('2.5.29.35', sequence(context(0, false, keyIdentifier(issuerSpki)), ...also));
}

/** The named bits, bit 0 first: 0 digitalSignature, 1 nonRepudiation, 2 keyEncipherment, 4 keyAgreement, 5 keyCertSign, 6 cRLSign. */
export function keyUsage(...named: number[]): Uint8Array {
  const octet = named.reduce((sum, bit) => sum | (0x80 >> bit), 0);
  return extension('2.5.29.15', bits(Uint8Array.of(octet), 7 - Math.max(...named)), true);
}

export const extendedKeyUsage = (ids: readonly string[], critical = false) =>
  extension('2.5.29.37', sequence(...ids.map(oid)), critical);

export const policies = (...ids: string[]) =>
  extension('2.5.29.32', sequence(...ids.map((id) => sequence(oid(id)))));

export function basicConstraints(pathLength?: number): Uint8Array {
  const limit = pathLength === undefined ? [] : [integer(pathLength)];
  return extension('2.5.29.19', sequence(bool(true), ...limit), true);
}

const uri = (url: string) => context(6, false, Buffer.from(url, 'latin1'));

/** Where revocation lists lie: 2.5.29.31 the whole list, 2.5.29.46 the delta. */
export function listAt(url: string, id: '2.5.29.31' | '2.5.29.46' = '2.5.29.31'): Uint8Array {
  return extension(id, sequence(sequence(context(0, true, context(0, true, uri(url))))));
}

export function informationAccess(urls: { ocsp?: string; issuer: string }): Uint8Array {
  const ocsp = urls.ocsp === undefined ? [] : [sequence(oid('1.3.6.1.5.5.7.48.1'), uri(urls.ocsp))];
  return extension(
    '1.3.6.1.5.5.7.1.1',
    sequence(...ocsp, sequence(oid('1.3.6.1.5.5.7.48.2'), uri(urls.issuer))),
  );
}

/** НУЦ's own extension: where the key is kept; here a file. */
export const keptInFile = extension('1.2.398.3.3.5', sequence(oid('1.2.398.3.3.5.1.1')));

export interface Unsigned {
  readonly serial: bigint;
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly Uint8Array[];
}

/** `content`, the algorithm of the key, and its signature: the shape of certificates, lists and answers. */
export function signed(content: Uint8Array, key: PrivateKey, ...more: Uint8Array[]): Uint8Array {
  return sequence(content, algorithms[key.algorithm].signature, bits(key.sign(content)), ...more);
}

/** A certificate of version 3, DER. */
export function signCertificate(what: Unsigned, issuerName: Uint8Array, issuerKey: PrivateKey): Uint8Array {
  const content = sequence(
    context(0, true, integer(2)),
    integer(what.serial),
    algorithms[issuerKey.algorithm].signature,
    issuerName,
    sequence(time(what.notBefore), time(what.notAfter)),
    what.subject,
    what.spki,
    context(3, true, sequence(...what.extensions)),
  );
  return signed(content, issuerKey);
}
