import { createHmac, createPrivateKey, timingSafeEqual } from 'node:crypto';
import { parseCertificate } from '../../web-sign/signature/certificate/certificate.ts';
import { KeyOid } from '../../web-sign/signature/keys.ts';
import { SignatureRefused } from '../../web-sign/signature/reasons.ts';
import { type Ber, BerError, parseBer } from './ber.ts';
import { certifiedKey, gostPrivateKey, type Key, type PrivateKey, rsaPrivateKey } from './key.ts';
import { type Derivation, decryptPbe, derive, Purpose } from './p12-cipher.ts';

export class P12Error extends Error {
  readonly reason: 'password' | 'malformed' | 'unsupported';
  constructor(reason: 'password' | 'malformed' | 'unsupported', detail?: string) {
    super(detail === undefined ? reason : `${reason}: ${detail}`);
    this.name = 'P12Error';
    this.reason = reason;
  }
}

const Oid = {
  DATA: '1.2.840.113549.1.7.1',
  ENCRYPTED_DATA: '1.2.840.113549.1.7.6',
  SHROUDED_KEY_BAG: '1.2.840.113549.1.12.10.1.2',
  CERTIFICATE_BAG: '1.2.840.113549.1.12.10.1.3',
  SHA1: '1.3.14.3.2.26',
};

/**
 * The key of a .p12 file as НУЦ РК gives it (EDS.md §1.5): BER, SHA-1 with triple DES around the key, RC2 around the
 * certificates; GOST or RSA.
 * @throws P12Error when the password is wrong or the file is another.
 */
export function readP12(bytes: Uint8Array, password: string): Key {
  try {
    return read(bytes, password);
  } catch (error) {
    if (error instanceof BerError || error instanceof SignatureRefused || error instanceof RangeError) {
      throw new P12Error('malformed', error.message);
    }
    throw error;
  }
}

function read(bytes: Uint8Array, password: string): Key {
  const [, authenticated, mac] = parseBer(bytes).children;
  const safe = dataOf(authenticated);
  checkMac(safe, mac, password);
  const bags = parseBer(safe).children.flatMap((part) => bagsOf(part, password));
  const [key] = bags
    .filter(({ type }) => type === Oid.SHROUDED_KEY_BAG)
    .map(({ value }) => keyOf(value, password));
  if (!key) throw new P12Error('malformed', 'no key inside');
  const certificate = bags
    .filter(({ type }) => type === Oid.CERTIFICATE_BAG)
    .map(({ value }) => Uint8Array.from(child(child(value, 1), 0).content))
    .find((one) => Buffer.compare(parseCertificate(one).publicKey?.spki ?? EMPTY, key.spki) === 0);
  if (!certificate) throw new P12Error('malformed', 'no certificate of the key inside');
  return certifiedKey(key, certificate);
}

const EMPTY = new Uint8Array();

function child(node: Ber | undefined, index: number): Ber {
  const found = node?.children[index];
  if (!found) throw new BerError('a field is missing');
  return found;
}

/** ContentInfo of plain data: its octets. */
function dataOf(info: Ber | undefined): Uint8Array {
  if (oidOf(child(info, 0)) !== Oid.DATA) throw new P12Error('unsupported', 'protected by a public key');
  return child(child(info, 1), 0).content;
}

function checkMac(content: Uint8Array, mac: Ber | undefined, password: string): void {
  const [info, salt] = [child(mac, 0), child(mac, 1).content];
  if (oidOf(child(child(info, 0), 0)) !== Oid.SHA1) throw new P12Error('unsupported', 'MAC');
  const count = mac?.children[2];
  const key = derive({ password, salt, iterations: count ? iterationsOf(count) : 1 }, Purpose.MAC, 20);
  const expected = child(info, 1).content;
  const found = createHmac('sha1', key).update(content).digest();
  if (expected.length !== found.length || !timingSafeEqual(expected, found)) throw new P12Error('password');
}

interface Bag {
  readonly type: string;
  readonly value: Ber;
}

/** SafeContents, plain or encrypted. */
function bagsOf(info: Ber, password: string): Bag[] {
  const encrypted = oidOf(child(info, 0)) === Oid.ENCRYPTED_DATA;
  const contents = encrypted ? opened(child(child(child(info, 1), 0), 1), password) : dataOf(info);
  return parseBer(contents).children.map((bag) => ({
    type: oidOf(child(bag, 0)),
    value: child(child(bag, 1), 0),
  }));
}

/** EncryptedContentInfo. */
function opened(info: Ber, password: string): Uint8Array {
  return decrypted(child(info, 1), child(info, 2).content, password);
}

function decrypted(algorithm: Ber, data: Uint8Array, password: string): Uint8Array {
  const scheme = oidOf(child(algorithm, 0));
  const parameters = child(algorithm, 1);
  if (!scheme.startsWith('1.2.840.113549.1.12.1.')) throw new P12Error('unsupported', scheme);
  const derivation: Derivation = {
    password,
    salt: child(parameters, 0).content,
    iterations: iterationsOf(child(parameters, 1)),
  };
  return decryptPbe(scheme, derivation, data);
}

/** EncryptedPrivateKeyInfo around PKCS#8; a GOST key is an OCTET STRING with 64 bytes, little-endian. */
function keyOf(bag: Ber, password: string): PrivateKey {
  const pkcs8 = decrypted(child(bag, 0), child(bag, 1).content, password);
  const info = parseBer(pkcs8);
  const algorithm = oidOf(child(child(info, 1), 0));
  if (algorithm === KeyOid.RSA) return rsaKeyOf(pkcs8);
  if (algorithm !== KeyOid.GOST_512) throw new P12Error('unsupported', algorithm);
  return gostPrivateKey(Uint8Array.from(parseBer(child(info, 2).content).content));
}

function rsaKeyOf(pkcs8: Uint8Array): PrivateKey {
  try {
    createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  } catch (error) {
    throw new BerError('no RSA key', { cause: error });
  }
  return rsaPrivateKey(pkcs8);
}

const MAX_ITERATIONS = 100_000;

function iterationsOf({ content }: Ber): number {
  const count = content.length > 4 ? MAX_ITERATIONS + 1 : content.reduce((all, one) => all * 256 + one, 0);
  if (count < 1 || count > MAX_ITERATIONS) throw new BerError('number of rounds');
  return count;
}

/** Dotted form. */
function oidOf({ tag, content }: Ber): string {
  if (tag !== 0x06) throw new BerError('no object identifier');
  const arcs: number[] = [];
  let arc = 0;
  for (const octet of content) {
    arc = arc * 128 + (octet & 0x7f);
    if (octet >= 0x80) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [first = 0, ...rest] = arcs;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...rest].join('.');
}
