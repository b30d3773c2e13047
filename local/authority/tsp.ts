import {
  contextTag,
  fieldsOf,
  parseDer,
  readBoolean,
  readInteger,
  readOctets,
  readOid,
  Tag,
} from '../../web-sign/signature/der/reader.ts';
import { generalizedTime, integer, octets, oid, sequence } from '../../web-sign/signature/der/writer.ts';
import type { CmsSigner } from './cms.ts';
import { ContentType, signedData, signingCertificateV1 } from './cms.ts';

/** PKIStatus (RFC 3161 §2.4.2). */
export const StampStatus = { GRANTED: 0, REJECTION: 2 } as const;

export interface StampRequest {
  /** AlgorithmIdentifier and digest of what is stamped, as sent. */
  readonly imprint: Uint8Array;
  readonly digest: Uint8Array;
  readonly policy: string | undefined;
  readonly nonce: bigint | undefined;
  readonly wantsCertificate: boolean;
}

/** RFC 3161 §2.4.1. @throws DerError when it is no such request. */
export function readStampRequest(bytes: Uint8Array): StampRequest {
  const request = fieldsOf(parseDer(bytes));
  readInteger(request.next());
  const imprint = request.next();
  const policy = request.optional(Tag.OID);
  const nonce = request.optional(Tag.INTEGER);
  const wants = request.optional(Tag.BOOLEAN);
  request.optional(contextTag(0, true));
  request.end();
  const parts = fieldsOf(imprint);
  parts.next(Tag.SEQUENCE);
  return {
    imprint: imprint.bytes,
    digest: readOctets(parts.next()),
    policy: policy && readOid(policy),
    nonce: nonce && readInteger(nonce),
    wantsCertificate: wants !== undefined && readBoolean(wants),
  };
}

export interface Stamp {
  readonly policy: string;
  /** DER of MessageImprint. */
  readonly imprint: Uint8Array;
  readonly serial: bigint;
  readonly at: Date;
  readonly nonce: bigint | undefined;
  readonly withCertificate: boolean;
}

/** DER of MessageImprint for a digest whose AlgorithmIdentifier is `algorithm`. */
export const messageImprint = (algorithm: Uint8Array, digest: Uint8Array) =>
  sequence(algorithm, octets(digest));

/** A time-stamp token: CMS over TSTInfo, in the shape of НУЦ's own; DER. */
export function stampToken(stamp: Stamp, signer: CmsSigner): Promise<Uint8Array> {
  const content = sequence(
    integer(1),
    oid(stamp.policy),
    stamp.imprint,
    integer(stamp.serial),
    generalizedTime(stamp.at),
    ...(stamp.nonce === undefined ? [] : [integer(stamp.nonce)]),
  );
  return signedData(
    {
      version: 3,
      contentType: ContentType.TST_INFO,
      content,
      attached: true,
      withCertificate: stamp.withCertificate,
      at: stamp.at,
      attributes: [signingCertificateV1(signer.certificate)],
    },
    signer,
  );
}

/** TimeStampResp (RFC 3161 §2.4.2), DER. */
export function stampAnswer(
  status: (typeof StampStatus)[keyof typeof StampStatus],
  token?: Uint8Array,
): Uint8Array {
  return sequence(sequence(integer(status)), ...(token === undefined ? [] : [token]));
}
