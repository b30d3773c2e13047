import { nullValue } from '../../web-sign/signature/der/writer.ts';
import type { Chain, KeyKind, Order, Role } from './api.ts';
import type { PrivateKey } from './key.ts';
import {
  authorityKey,
  basicConstraints,
  distinguishedName,
  extendedKeyUsage,
  extension,
  informationAccess,
  keptInFile,
  keyUsage,
  listAt,
  policies,
  type SubjectPart,
  subjectKey,
} from './x509.ts';

/** What stands in each kind of certificate (EDS.md §2.3), in the order of НУЦ РК. The names are invented, and say so. */

/** Addresses of the services for certificates of one issuer. */
export interface Addresses {
  readonly ocsp: string;
  /** Of the issuer's certificate. */
  readonly issuer: string;
  readonly list: string;
  readonly delta: string;
}

export interface Issuer {
  readonly name: Uint8Array;
  readonly serial: bigint;
  readonly key: PrivateKey;
  readonly addresses: Addresses;
}

export const chainOf = ({ key }: Pick<Issuer, 'key'>): Chain => (key.algorithm === 'RSA' ? 'RSA' : 'GOST');

const BITS = {
  digitalSignature: 0,
  nonRepudiation: 1,
  keyEncipherment: 2,
  keyAgreement: 4,
  certSign: 5,
  listSign: 6,
};
const EMAIL_PROTECTION = '1.3.6.1.5.5.7.3.4';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
const OCSP_NO_CHECK = '1.3.6.1.5.5.7.48.1.5';

const INDIVIDUAL = '1.2.398.3.3.4.1.1';
const ORGANISATION = '1.2.398.3.3.4.1.2';
const ROLES: Readonly<Record<Role, readonly string[]>> = {
  INDIVIDUAL: [INDIVIDUAL],
  HEAD: [ORGANISATION, `${ORGANISATION}.1`],
  'MAY-SIGN': [ORGANISATION, `${ORGANISATION}.2`],
  EMPLOYEE: [ORGANISATION, `${ORGANISATION}.5`],
  'INFORMATION-SYSTEM': [ORGANISATION, `${ORGANISATION}.6`],
};

const POLICY = '1.2.398.3.3.2';
/** RFC 3161 policies of НУЦ's time stamps. */
export const STAMP_POLICIES: Readonly<Record<Chain, string>> = {
  GOST: `${POLICY}.6.4`,
  RSA: `${POLICY}.6.2`,
};

const KINDS: Readonly<
  Record<KeyKind, { usage: readonly number[]; purpose: string; policy(organisation: boolean): string }>
> = {
  GOST: {
    usage: [BITS.digitalSignature, BITS.nonRepudiation, BITS.keyAgreement],
    purpose: EMAIL_PROTECTION,
    policy: () => POLICY,
  },
  'RSA-SIGN': {
    usage: [BITS.digitalSignature, BITS.nonRepudiation],
    purpose: EMAIL_PROTECTION,
    policy: (organisation) => (organisation ? `${POLICY}.1` : `${POLICY}.3`),
  },
  'RSA-AUTH': {
    usage: [BITS.digitalSignature, BITS.keyEncipherment],
    purpose: CLIENT_AUTH,
    policy: (organisation) => (organisation ? `${POLICY}.2` : `${POLICY}.4`),
  },
};

export const AUTHORITY_NAMES: Readonly<Record<Chain, { readonly root: string; readonly issuing: string }>> = {
  GOST: { root: 'КЕЗЕК НЕГІЗГІ СЫНАҚ ОРТАЛЫҒЫ (GOST)', issuing: 'КЕЗЕК СЫНАҚ ОРТАЛЫҒЫ (GOST)' },
  RSA: { root: 'КЕЗЕК НЕГІЗГІ СЫНАҚ ОРТАЛЫҒЫ (RSA)', issuing: 'КЕЗЕК СЫНАҚ ОРТАЛЫҒЫ (RSA)' },
};

export const authorityName = (name: string) =>
  distinguishedName([
    ['CN', name],
    ['C', 'KZ'],
  ]);

export type Service = 'ocsp' | 'tsa';

export const serviceName = (service: Service, chain: Chain) =>
  distinguishedName([
    ['CN', service === 'ocsp' ? 'OCSP RESPONDER' : 'TIME-STAMPING AUTHORITY'],
    ['C', 'KZ'],
    ['O', AUTHORITY_NAMES[chain].issuing],
  ]);

export const roleOf = (order: Order): Role => order.role ?? (order.bin === undefined ? 'INDIVIDUAL' : 'HEAD');

/** Extended key usage of a person's key, object identifiers. */
export const usagesOf = (order: Order): readonly string[] => [
  KINDS[order.kind].purpose,
  ...ROLES[roleOf(order)],
];

/** CN, SURNAME, serialNumber, C, then O and OU of an organisation, and the patronymic last. */
export function subjectOf(order: Order): Uint8Array {
  const capitals = (text: string) => text.toUpperCase();
  const parts: SubjectPart[] = [
    ['CN', capitals(`${order.surname} ${order.name}`.trim())],
    ['SURNAME', capitals(order.surname)],
  ];
  if (order.iin !== null) parts.push(['SERIALNUMBER', `IIN${order.iin}`]);
  parts.push(['C', 'KZ']);
  if (order.organisation !== undefined) parts.push(['O', order.organisation]);
  if (order.bin !== undefined) parts.push(['OU', `BIN${order.bin}`]);
  if (order.patronymic) parts.push(['GIVENNAME', capitals(order.patronymic)]);
  return distinguishedName(parts);
}

export function rootExtensions(key: PrivateKey, self: { name: Uint8Array; serial: bigint }): Uint8Array[] {
  return [
    basicConstraints(),
    keyUsage(BITS.certSign, BITS.listSign),
    subjectKey(key.spki),
    authorityKey(key.spki, self),
    policies('1.2.398.3.1.2'),
  ];
}

/** The path length is limited for RSA alone, as in the test certificates of НУЦ. */
export function issuingExtensions(spki: Uint8Array, chain: Chain, root: Issuer): Uint8Array[] {
  return [
    chain === 'RSA' ? basicConstraints(0) : basicConstraints(),
    keyUsage(BITS.certSign, BITS.listSign),
    listAt(root.addresses.list),
    subjectKey(spki),
    authorityKey(root.key.spki, root),
    informationAccess({ issuer: root.addresses.issuer }),
    policies(POLICY),
  ];
}

const published = ({ addresses }: Issuer) => [
  informationAccess(addresses),
  listAt(addresses.list),
  listAt(addresses.delta, '2.5.29.46'),
];

export function leafExtensions(spki: Uint8Array, order: Order, issuer: Issuer): Uint8Array[] {
  const kind = KINDS[order.kind];
  return [
    policies(kind.policy(order.bin !== undefined)),
    ...published(issuer),
    extendedKeyUsage(usagesOf(order)),
    keyUsage(...kind.usage),
    subjectKey(spki),
    authorityKey(issuer.key.spki),
    keptInFile,
  ];
}

/** The responder is not asked about itself (RFC 6960 §4.2.2.2.1). */
export function serviceExtensions(service: Service, spki: Uint8Array, issuer: Issuer): Uint8Array[] {
  const own = [subjectKey(spki), authorityKey(issuer.key.spki), keptInFile];
  if (service === 'ocsp') {
    return [
      keyUsage(BITS.digitalSignature),
      extension(OCSP_NO_CHECK, nullValue()),
      extendedKeyUsage([OCSP_SIGNING]),
      ...own,
    ];
  }
  return [
    extendedKeyUsage([TIME_STAMPING], true),
    policies(STAMP_POLICIES[chainOf(issuer)]),
    ...published(issuer),
    keyUsage(BITS.digitalSignature),
    ...own,
  ];
}
