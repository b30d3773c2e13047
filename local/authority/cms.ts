import { createHash } from 'node:crypto';
import { parseCertificate } from '../../web-sign/signature/certificate/certificate.ts';
import { context, integer, octets, oid, sequence, setOf, time } from '../../web-sign/signature/der/writer.ts';
import { digestOf } from '../../web-sign/signature/keys.ts';
import { algorithms, type Key } from './key.ts';

export const ContentType = {
  DATA: '1.2.840.113549.1.7.1',
  SIGNED_DATA: '1.2.840.113549.1.7.2',
  TST_INFO: '1.2.840.113549.1.9.16.1.4',
} as const;

const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SIGNING_TIME = '1.2.840.113549.1.9.5';
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12';
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';

export const attribute = (type: string, value: Uint8Array) => sequence(oid(type), setOf(value));

/** ESSCertIDv2 with SHA-256, which is its default and therefore not named (RFC 5035). */
export function signingCertificateV2(certificate: Uint8Array): Uint8Array {
  const hash = createHash('sha256').update(certificate).digest();
  return attribute(SIGNING_CERTIFICATE_V2, sequence(sequence(sequence(octets(hash)))));
}

/** The first version, with SHA-1: what НУЦ's time stamps carry. */
export function signingCertificateV1(certificate: Uint8Array): Uint8Array {
  const hash = createHash('sha1').update(certificate).digest();
  return attribute(SIGNING_CERTIFICATE, sequence(sequence(sequence(octets(hash)))));
}

export type CmsSigner = Pick<Key, 'algorithm' | 'certificate' | 'sign'>;

export interface SignedData {
  /** Of SignedData: 1, or 3 where the content is not plain data (RFC 5652 §5.1). */
  readonly version: 1 | 3;
  readonly contentType: string;
  readonly content: Uint8Array;
  /** Hash of a content that is not here. */
  readonly digest?: Uint8Array | undefined;
  readonly attached: boolean;
  readonly withCertificate: boolean;
  readonly at: Date;
  /** Beside contentType, signingTime and messageDigest. */
  readonly attributes: readonly Uint8Array[];
  /** Unsigned attributes, made when the signature is known. */
  readonly unsigned?: ((signature: Uint8Array) => Promise<readonly Uint8Array[]>) | undefined;
}

/** ContentInfo with SignedData by one signer, DER. */
export async function signedData(what: SignedData, signer: CmsSigner): Promise<Uint8Array> {
  const { signature, digest, hash } = algorithms[signer.algorithm];
  const attributes = setOf(
    attribute(CONTENT_TYPE, oid(what.contentType)),
    attribute(SIGNING_TIME, time(what.at)),
    attribute(MESSAGE_DIGEST, octets(what.digest ?? digestOf(hash, what.content))),
    ...what.attributes,
  );
  const value = signer.sign(attributes);
  const unsigned = (await what.unsigned?.(value)) ?? [];
  const { issuerDer, serialNumber } = parseCertificate(signer.certificate);
  const signerInfo = sequence(
    integer(1),
    sequence(issuerDer, integer(BigInt(`0x${serialNumber}`))),
    digest,
    tagged(0, attributes),
    signature,
    octets(value),
    ...(unsigned.length === 0 ? [] : [tagged(1, setOf(...unsigned))]),
  );
  const body = sequence(
    integer(what.version),
    setOf(digest),
    sequence(oid(what.contentType), ...(what.attached ? [context(0, true, octets(what.content))] : [])),
    ...(what.withCertificate ? [context(0, true, signer.certificate)] : []),
    setOf(signerInfo),
  );
  return sequence(oid(ContentType.SIGNED_DATA), context(0, true, body));
}

/** A SET OF under the tag [n] IMPLICIT: the signature is over the SET, the message carries the tag. */
function tagged(n: number, set: Uint8Array): Uint8Array {
  const out = Uint8Array.from(set);
  out[0] = 0xa0 | n;
  return out;
}
