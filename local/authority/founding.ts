import { createHash } from 'node:crypto';
import { parseCertificate } from '../../web-sign/signature/certificate/certificate.ts';
import type { AuthoritySettings, Chain } from './api.ts';
import type { Made } from './journal.ts';
import { gostPrivateKey, type PrivateKey, rsaPrivateKey } from './key.ts';
import {
  type Addresses,
  AUTHORITY_NAMES,
  authorityName,
  type Issuer,
  issuingExtensions,
  rootExtensions,
} from './profile.ts';
import { keyIdentifier, signCertificate } from './x509.ts';

const YEAR = 365 * 24 * 3_600_000;
/** Tests issue certificates of years ago, and the clock of the local world runs years ahead. */
const BEFORE = 6 * YEAR;
const AFTER = 15 * YEAR;

export const CHAINS: readonly Chain[] = ['GOST', 'RSA'];

export const fileName = (level: 'root' | 'issuing', chain: Chain) => `${level}-${chain.toLowerCase()}`;

export function addressesOf(baseUrl: AuthoritySettings['baseUrl'], file: string): Addresses {
  const base = `${typeof baseUrl === 'string' ? baseUrl : baseUrl()}/authority`;
  return {
    ocsp: `${base}/ocsp`,
    issuer: `${base}/${file}.cer`,
    list: `${base}/${file}.crl`,
    delta: `${base}/${file}-delta.crl`,
  };
}

/** The key identifier without its top bit, as at НУЦ (EDS.md §2.3); another number where one key has several certificates. */
export function serialOf(spki: Uint8Array, taken: (serial: bigint) => boolean): bigint {
  let bytes = keyIdentifier(spki);
  for (;;) {
    const serial = BigInt.asUintN(159, BigInt(`0x${Buffer.from(bytes).toString('hex')}`));
    if (serial > 0n && !taken(serial)) return serial;
    bytes = createHash('sha1').update(bytes).digest();
  }
}

export const privateKeyOf = (chain: Chain, secret: Uint8Array): PrivateKey =>
  chain === 'GOST' ? gostPrivateKey(secret) : rsaPrivateKey(secret);

/** An authority as an issuer of certificates. */
export function issuerOf(made: Made, baseUrl: AuthoritySettings['baseUrl'], file: string): Issuer {
  const { subjectDer, serialNumber } = parseCertificate(Buffer.from(made.certificate, 'base64'));
  return {
    name: subjectDer,
    serial: BigInt(`0x${serialNumber}`),
    key: privateKeyOf(made.chain, Buffer.from(made.secret, 'base64')),
    get addresses() {
      return addressesOf(baseUrl, file);
    },
  };
}

/** A root and an issuing authority of each chain, to be written as the first entries of the journal. */
export async function found({ clock, baseUrl, keys }: Required<AuthoritySettings>): Promise<Made[]> {
  const now = clock.now().getTime();
  const dates = { notBefore: new Date(now - BEFORE), notAfter: new Date(now + AFTER) };
  const secrets = await Promise.all([keys.gost(), keys.gost(), keys.rsa(), keys.rsa()]);
  return CHAINS.flatMap((chain, index) => {
    const [rootSecret, issuingSecret] = secrets.slice(index * 2, index * 2 + 2);
    if (!rootSecret || !issuingSecret) return [];
    return foundChain(chain, rootSecret, issuingSecret, dates, baseUrl);
  });
}

function foundChain(
  chain: Chain,
  rootSecret: Uint8Array,
  issuingSecret: Uint8Array,
  dates: { readonly notBefore: Date; readonly notAfter: Date },
  baseUrl: AuthoritySettings['baseUrl'],
): Made[] {
  const names = AUTHORITY_NAMES[chain];
  const key = privateKeyOf(chain, rootSecret);
  const name = authorityName(names.root);
  const serial = serialOf(key.spki, () => false);
  const root = signCertificate(
    {
      ...dates,
      serial,
      subject: name,
      spki: key.spki,
      extensions: rootExtensions(key, { name, serial }),
    },
    name,
    key,
  );
  const { spki } = privateKeyOf(chain, issuingSecret);
  const rootIssuer = { name, serial, key, addresses: addressesOf(baseUrl, fileName('root', chain)) };
  const issuing = signCertificate(
    {
      ...dates,
      serial: serialOf(spki, (one) => one === serial),
      subject: authorityName(names.issuing),
      spki,
      extensions: issuingExtensions(spki, chain, rootIssuer),
    },
    name,
    key,
  );
  return [entry('root', chain, rootSecret, root), entry('issuing', chain, issuingSecret, issuing)];
}

/** A line of the journal. `owner` is empty for the authority's own certificates. */
export function entry(
  role: Made['role'],
  chain: Chain,
  secret: Uint8Array,
  certificate: Uint8Array,
  owner = '',
): Made {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  return { is: 'made', role, chain, secret: base64(secret), certificate: base64(certificate), owner };
}
