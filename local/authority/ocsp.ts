import {
  children,
  contextTag,
  type DerNode,
  fieldsOf,
  parseDer,
  readInteger,
  readOctets,
  readOid,
  Tag,
} from '../../web-sign/signature/der/reader.ts';
import {
  context,
  der,
  generalizedTime,
  integer,
  octets,
  oid,
  sequence,
} from '../../web-sign/signature/der/writer.ts';
import { type HashAlgorithm, hashOfOid } from '../../web-sign/signature/keys.ts';
import type { PrivateKey } from './key.ts';
import { extension, signed } from './x509.ts';

const BASIC_RESPONSE = '1.3.6.1.5.5.7.48.1.1';
const NONCE = '1.3.6.1.5.5.7.48.1.2';

/** OCSPResponseStatus of answers that say nothing about a certificate (RFC 6960 §4.2.1). */
export const OcspStatus = { MALFORMED: 1, TRY_LATER: 3, UNAUTHORIZED: 6 } as const;

/** CertID: which certificate is asked about. */
export interface CertificateId {
  readonly hash: HashAlgorithm;
  /** AlgorithmIdentifier as it was sent. */
  readonly hashDer: Uint8Array;
  readonly issuerName: Uint8Array;
  readonly issuerKey: Uint8Array;
  readonly serial: bigint;
}

export interface OcspRequest {
  readonly ids: readonly CertificateId[];
  /** Value of the nonce extension as it was sent. */
  readonly nonce: Uint8Array | undefined;
}

/** RFC 6960 §4.1.1; a signature of the asker is not looked at. @throws DerError when it is no such request. */
export function readOcspRequest(bytes: Uint8Array): OcspRequest {
  const request = fieldsOf(fieldsOf(parseDer(bytes)).next());
  request.optional(contextTag(0, true));
  request.optional(contextTag(1, true));
  const ids = children(request.next(Tag.SEQUENCE)).map((one) => readId(fieldsOf(one).next()));
  const extensions = request.optional(contextTag(2, true));
  return { ids, nonce: extensions && nonceOf(fieldsOf(extensions, contextTag(2, true)).next()) };
}

function readId(node: DerNode): CertificateId {
  const fields = fieldsOf(node);
  const algorithm = fields.next();
  const name = readOid(fieldsOf(algorithm).next());
  const hash = hashOfOid(name);
  const [issuerName, issuerKey] = [readOctets(fields.next()), readOctets(fields.next())];
  if (hash === undefined) throw new RangeError(`unknown hash ${name}`);
  return { hash, hashDer: algorithm.bytes, issuerName, issuerKey, serial: readInteger(fields.next()) };
}

function nonceOf(extensions: DerNode): Uint8Array | undefined {
  for (const one of children(extensions)) {
    const fields = fieldsOf(one);
    if (readOid(fields.next()) !== NONCE) continue;
    fields.optional(Tag.BOOLEAN);
    return readOctets(fields.next());
  }
  return undefined;
}

/** What is said about one certificate. */
export interface SingleAnswer {
  readonly id: CertificateId;
  readonly state: 'good' | 'unknown' | { readonly revokedAt: Date };
}

export interface OcspAnswer {
  readonly answers: readonly SingleAnswer[];
  readonly thisUpdate: Date;
  readonly nonce: Uint8Array | undefined;
  readonly responder: {
    /** DER of its subject. */
    readonly name: Uint8Array;
    readonly key: PrivateKey;
    /** Of a delegated responder; undefined where the issuer answers itself. */
    readonly certificate: Uint8Array | undefined;
  };
}

/** A successful answer (RFC 6960 §4.2.1), without nextUpdate, as НУЦ gives it; DER. */
export function ocspAnswer({ answers, thisUpdate, nonce, responder }: OcspAnswer): Uint8Array {
  const content = sequence(
    context(1, true, responder.name),
    generalizedTime(thisUpdate),
    sequence(...answers.map((one) => singleResponse(one, thisUpdate))),
    ...(nonce === undefined ? [] : [context(1, true, sequence(extension(NONCE, nonce)))]),
  );
  const certificates =
    responder.certificate === undefined ? [] : [context(0, true, sequence(responder.certificate))];
  const basic = signed(content, responder.key, ...certificates);
  return sequence(
    der(Tag.ENUMERATED, Uint8Array.of(0)),
    context(0, true, sequence(oid(BASIC_RESPONSE), octets(basic))),
  );
}

function singleResponse({ id, state }: SingleAnswer, thisUpdate: Date): Uint8Array {
  return sequence(
    sequence(id.hashDer, octets(id.issuerName), octets(id.issuerKey), integer(id.serial)),
    certificateStatus(state),
    generalizedTime(thisUpdate),
  );
}

function certificateStatus(state: SingleAnswer['state']): Uint8Array {
  if (state === 'good') return context(0, false);
  if (state === 'unknown') return context(2, false);
  return context(1, true, generalizedTime(state.revokedAt));
}

/** An answer that only says why there is none. */
export function ocspError(status: (typeof OcspStatus)[keyof typeof OcspStatus]): Uint8Array {
  return sequence(der(Tag.ENUMERATED, Uint8Array.of(status)));
}
