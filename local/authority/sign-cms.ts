import { attribute, ContentType, signedData, signingCertificateV2 } from './cms.ts';
import type { Key } from './key.ts';

const TIME_STAMP_TOKEN = '1.2.840.113549.1.9.16.2.14';

export interface CmsOptions {
  /** Whether the content travels inside. */
  readonly attached: boolean;
  /** The content given is its own hash, by the key's algorithm. */
  readonly digested?: boolean | undefined;
  /** The signer's own clock, for signingTime. */
  readonly at: Date;
  /** An RFC 3161 token over the signature value: Authority.stamp. */
  readonly timeStamp?: ((signature: Uint8Array) => Promise<Uint8Array>) | undefined;
}

const HASH_BYTES = { 'GOST-512': 64, RSA: 32 } as const;

/**
 * CMS SignedData by one signer, CAdES-BES or with a time stamp CAdES-T (EDS.md §2.2); DER.
 * @throws RangeError when `digested` content is no hash by the key's algorithm, or is to be attached.
 */
export async function signCms(
  content: Uint8Array,
  key: Key,
  { attached, digested = false, at, timeStamp }: CmsOptions,
): Promise<Uint8Array> {
  if (digested && attached) throw new RangeError('a hash cannot be attached');
  if (digested && content.length !== HASH_BYTES[key.algorithm])
    throw new RangeError('not a hash for this key');
  return signedData(
    {
      version: 1,
      contentType: ContentType.DATA,
      content,
      digest: digested ? content : undefined,
      attached,
      withCertificate: true,
      at,
      attributes: [signingCertificateV2(key.certificate)],
      unsigned: timeStamp && (async (signature) => [attribute(TIME_STAMP_TOKEN, await timeStamp(signature))]),
    },
    key,
  );
}
