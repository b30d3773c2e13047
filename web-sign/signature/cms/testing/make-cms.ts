import type { SignatureAlgorithm } from '../../api.ts';
import { parseCertificate } from '../../certificate/certificate.ts';
import { context, integer, nullValue, octets, oid, sequence, setOf, time } from '../../der/writer.ts';
import { digestOf, HASH_OF_ALGORITHM, oidOfHash, oidOfSignatureAlgorithm } from '../../keys.ts';
import { CmsOid } from '../oids.ts';

/** Makes CMS of every shape, right ones and wrong ones, for the tests of whoever has to read them. */

export interface TestSigner {
  readonly algorithm: SignatureAlgorithm;
  /** DER. */
  readonly certificate: Uint8Array;
  sign(data: Uint8Array): Uint8Array;
}

/** How one signer differs from a right CAdES-BES one; everything left out is right. */
export interface SignerFaults {
  /** Gets contentType, signingTime and messageDigest, DER, and gives what is signed instead; null: no signed attributes. */
  readonly attributes?: ((usual: readonly Uint8Array[]) => readonly Uint8Array[]) | null;
  /** Written and signed in the order given. */
  readonly unsorted?: boolean;
  /** AlgorithmIdentifiers, DER. */
  readonly digestAlgorithm?: Uint8Array;
  readonly signatureAlgorithm?: Uint8Array;
  /** SignerIdentifier, DER. */
  readonly identifier?: Uint8Array;
  readonly version?: number;
  readonly signature?: (right: Uint8Array) => Uint8Array;
  /** Unsigned attributes, DER. */
  readonly unsigned?: (signature: Uint8Array) => readonly Uint8Array[];
}

export interface Recipe {
  readonly content: Uint8Array;
  readonly detached?: boolean;
  readonly contentType?: string;
  readonly version?: number;
  /** Of digestAlgorithms; those of the signers unless told. */
  readonly digestOids?: readonly string[];
  /** EncapsulatedContentInfo, DER, in place of the right one. */
  readonly encapsulated?: Uint8Array;
  /** DER of each; the signers' own unless told. */
  readonly certificates?: readonly Uint8Array[];
  readonly signers: readonly (TestSigner & { readonly faults?: SignerFaults })[];
}

export const SIGNED_AT = new Date('2026-11-20T05:00:00Z');

export function attribute(type: string, ...values: Uint8Array[]): Uint8Array {
  return sequence(oid(type), setOf(...values));
}

export function algorithmId(dotted: string): Uint8Array {
  return sequence(oid(dotted), nullValue());
}

/** ContentInfo with SignedData, DER unless the faults say otherwise. */
export function makeCms(recipe: Recipe): Uint8Array {
  const contentType = recipe.contentType ?? CmsOid.DATA;
  const certificates = recipe.certificates ?? recipe.signers.map(({ certificate }) => certificate);
  const usual = recipe.signers.map(({ algorithm }) => oidOfHash(HASH_OF_ALGORITHM[algorithm]));
  const body = sequence(
    integer(recipe.version ?? 1),
    setOf(...(recipe.digestOids ?? usual).map(algorithmId)),
    recipe.encapsulated ??
      sequence(oid(contentType), ...(recipe.detached ? [] : [context(0, true, octets(recipe.content))])),
    ...(certificates.length === 0 ? [] : [context(0, true, ...certificates)]),
    setOf(...recipe.signers.map((signer) => signerInfo(signer, contentType, recipe.content))),
  );
  return sequence(oid(CmsOid.SIGNED_DATA), context(0, true, body));
}

function signerInfo(signer: Recipe['signers'][number], contentType: string, content: Uint8Array): Uint8Array {
  const { algorithm, certificate, faults = {} } = signer;
  const hash = HASH_OF_ALGORITHM[algorithm];
  const usual = [
    attribute(CmsOid.CONTENT_TYPE, oid(contentType)),
    attribute(CmsOid.SIGNING_TIME, time(SIGNED_AT)),
    attribute(CmsOid.MESSAGE_DIGEST, octets(digestOf(hash, content))),
  ];
  const attributes = faults.attributes === null ? null : (faults.attributes?.(usual) ?? usual);
  const set = attributes && (faults.unsorted ? unsortedSet(attributes) : setOf(...attributes));
  const right = signer.sign(set ?? content);
  const value = faults.signature?.(right) ?? right;
  const unsigned = faults.unsigned?.(value) ?? [];
  return sequence(
    integer(faults.version ?? 1),
    faults.identifier ?? issuerAndSerial(certificate),
    faults.digestAlgorithm ?? algorithmId(oidOfHash(hash)),
    ...(set === null ? [] : [tagged(0, set)]),
    faults.signatureAlgorithm ?? algorithmId(oidOfSignatureAlgorithm(algorithm)),
    octets(value),
    ...(unsigned.length === 0 ? [] : [tagged(1, setOf(...unsigned))]),
  );
}

export function issuerAndSerial(certificate: Uint8Array): Uint8Array {
  const { issuerDer, serialNumber } = parseCertificate(certificate);
  return sequence(issuerDer, integer(BigInt(`0x${serialNumber}`)));
}

export function keyIdentifier(certificate: Uint8Array): Uint8Array {
  return context(0, false, parseCertificate(certificate).subjectKeyId ?? new Uint8Array());
}

function unsortedSet(parts: readonly Uint8Array[]): Uint8Array {
  return retagged(sequence(...parts), 0x31);
}

/** SET OF under [n] IMPLICIT. */
function tagged(n: number, set: Uint8Array): Uint8Array {
  return retagged(set, 0xa0 | n);
}

function retagged(bytes: Uint8Array, tag: number): Uint8Array {
  const out = Uint8Array.from(bytes);
  out[0] = tag;
  return out;
}
