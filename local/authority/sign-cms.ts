import { attribute, ContentType, signedData, signingCertificateV2 } from './cms.ts';
import type { Key } from './key.ts';

const TIME_STAMP_TOKEN = '1.2.840.113549.1.9.16.2.14';

export interface CmsOptions {
  /** Whether the content travels inside. */
  readonly attached: boolean;
  /** The signer's own clock, for signingTime. */
  readonly at: Date;
  /** An RFC 3161 token over the signature value: Authority.stamp. */
  readonly timeStamp?: ((signature: Uint8Array) => Promise<Uint8Array>) | undefined;
}

/** CMS SignedData by one signer, CAdES-BES or with a time stamp CAdES-T (EDS.md §2.2); DER. */
export function signCms(
  content: Uint8Array,
  key: Key,
  { attached, at, timeStamp }: CmsOptions,
): Promise<Uint8Array> {
  return signedData(
    {
      version: 1,
      contentType: ContentType.DATA,
      content,
      attached,
      withCertificate: true,
      at,
      attributes: [signingCertificateV2(key.certificate)],
      unsigned: timeStamp && (async (signature) => [attribute(TIME_STAMP_TOKEN, await timeStamp(signature))]),
    },
    key,
  );
}
