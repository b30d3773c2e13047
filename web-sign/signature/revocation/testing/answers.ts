import { createHash } from 'node:crypto';
import type { Certificate } from '../../certificate/certificate.ts';
import { ExtensionOid } from '../../certificate/extensions.ts';
import {
  algorithmIdentifier,
  makeExtension,
  type TestKey,
  webAddress,
} from '../../certificate/testing/make.ts';
import {
  bits,
  context,
  der,
  generalizedTime,
  integer,
  nullValue,
  octets,
  oid,
  sequence,
  time,
} from '../../der/writer.ts';
import { type HashAlgorithm, oidOfHash } from '../../keys.ts';
import { issuerHashes, OcspOid } from '../ocsp-request.ts';

/** OCSP answers and revocation lists for tests, with every field open to be made wrong. */

const ENUMERATED = 0x0a;

export interface OcspOptions {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  /** Who signs; named by certificate, or by the hash of its key. */
  readonly signer: { readonly key: TestKey; readonly certificate: Certificate };
  readonly byKey?: boolean;
  /** Sent along; nothing unless told. */
  readonly certificates?: readonly Uint8Array[];
  readonly status?: 'good' | 'unknown' | { readonly revokedAt: Date; readonly reason?: number };
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date;
  readonly producedAt?: Date;
  readonly nonce?: Uint8Array;
  readonly hash?: HashAlgorithm;
  /** Made by `makeExtension`. */
  readonly extensions?: readonly Uint8Array[];
  readonly singleExtensions?: readonly Uint8Array[];
  /** How often the answer about the certificate is repeated; once unless told. */
  readonly times?: number;
}

function statusOf(status: OcspOptions['status'] = 'good'): Uint8Array {
  if (status === 'good') return context(0, false);
  if (status === 'unknown') return context(2, false);
  const reason =
    status.reason === undefined ? [] : [context(0, true, der(ENUMERATED, Uint8Array.of(status.reason)))];
  return context(1, true, generalizedTime(status.revokedAt), ...reason);
}

function single(options: OcspOptions): Uint8Array {
  const { certificate, issuer, hash = 'SHA256', singleExtensions = [] } = options;
  const { name, key } = issuerHashes(hash, issuer);
  return sequence(
    sequence(
      sequence(oid(oidOfHash(hash)), nullValue()),
      octets(name),
      octets(key),
      integer(Buffer.from(certificate.serialNumber, 'hex')),
    ),
    statusOf(options.status),
    generalizedTime(options.thisUpdate),
    ...(options.nextUpdate ? [context(0, true, generalizedTime(options.nextUpdate))] : []),
    ...(singleExtensions.length > 0 ? [context(1, true, sequence(...singleExtensions))] : []),
  );
}

function responder({ signer, byKey }: OcspOptions): Uint8Array {
  if (!byKey) return context(1, true, signer.certificate.subjectDer);
  const keyBits = signer.certificate.publicKey?.keyBits ?? new Uint8Array();
  return context(2, true, octets(createHash('sha1').update(keyBits).digest()));
}

/** OCSPResponse with the status "successful". */
export function makeOcspAnswer(options: OcspOptions): Uint8Array {
  const { signer, nonce, certificates = [], times = 1 } = options;
  const extensions = [
    ...(nonce ? [makeExtension(OcspOid.NONCE, octets(nonce))] : []),
    ...(options.extensions ?? []),
  ];
  const data = sequence(
    responder(options),
    generalizedTime(options.producedAt ?? options.thisUpdate),
    sequence(...Array.from({ length: times }, () => single(options))),
    ...(extensions.length > 0 ? [context(1, true, sequence(...extensions))] : []),
  );
  const basic = sequence(
    data,
    algorithmIdentifier(signer.key.algorithm),
    bits(signer.key.sign(data)),
    ...(certificates.length > 0 ? [context(0, true, sequence(...certificates))] : []),
  );
  return sequence(
    der(ENUMERATED, Uint8Array.of(0)),
    context(0, true, sequence(oid(OcspOid.BASIC), octets(basic))),
  );
}

/** OCSPResponse that says nothing but its status. */
export function makeOcspError(status: number): Uint8Array {
  return sequence(der(ENUMERATED, Uint8Array.of(status)));
}

/** The nonce of a request: the last octets of it, as our own requests are written. */
export function nonceOf(request: Uint8Array): Uint8Array {
  return request.slice(-32);
}

export interface ListEntry {
  readonly serialNumber: string;
  readonly revokedAt: Date;
  readonly reason?: number;
  readonly invalidSince?: Date;
}

export interface ListOptions {
  readonly key: TestKey;
  /** DER of the issuer's name. */
  readonly issuer: Uint8Array;
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date | null;
  readonly number?: number;
  readonly deltaBase?: number;
  readonly entries?: readonly ListEntry[];
  readonly deltaUrl?: string;
  /** Made by `makeExtension`. */
  readonly extensions?: readonly Uint8Array[];
  readonly version?: Uint8Array;
}

function entry({ serialNumber, revokedAt, reason, invalidSince }: ListEntry): Uint8Array {
  const extensions = [
    ...(reason === undefined ? [] : [makeExtension('2.5.29.21', der(ENUMERATED, Uint8Array.of(reason)))]),
    ...(invalidSince ? [makeExtension('2.5.29.24', generalizedTime(invalidSince))] : []),
  ];
  return sequence(
    integer(Buffer.from(serialNumber, 'hex')),
    time(revokedAt),
    ...(extensions.length > 0 ? [sequence(...extensions)] : []),
  );
}

function listExtensions({ number, deltaBase, deltaUrl, extensions = [] }: ListOptions): Uint8Array[] {
  const made: Uint8Array[] = [...extensions];
  if (number !== undefined) made.push(makeExtension('2.5.29.20', integer(number)));
  if (deltaBase !== undefined) made.push(makeExtension('2.5.29.27', integer(deltaBase), true));
  if (deltaUrl !== undefined) {
    const point = sequence(context(0, true, context(0, true, webAddress(deltaUrl))));
    made.push(makeExtension(ExtensionOid.FRESHEST_CRL, sequence(point)));
  }
  return made;
}

/** CertificateList of version 2, valid for a week unless told. */
export function makeList(options: ListOptions): Uint8Array {
  const { key, issuer, thisUpdate, entries = [], version = integer(1) } = options;
  const nextUpdate =
    options.nextUpdate === undefined ? new Date(thisUpdate.getTime() + 7 * 86_400_000) : options.nextUpdate;
  const extensions = listExtensions(options);
  const tbs = sequence(
    version,
    algorithmIdentifier(key.algorithm),
    issuer,
    time(thisUpdate),
    ...(nextUpdate ? [time(nextUpdate)] : []),
    ...(entries.length > 0 ? [sequence(...entries.map(entry))] : []),
    ...(extensions.length > 0 ? [context(0, true, sequence(...extensions))] : []),
  );
  return sequence(tbs, algorithmIdentifier(key.algorithm), bits(key.sign(tbs)));
}
