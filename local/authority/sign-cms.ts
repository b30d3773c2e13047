import type { Key } from './key.ts';

export interface CmsOptions {
  /** Whether the content travels inside. */
  readonly attached: boolean;
  /** The signer's own clock, for signingTime. */
  readonly at: Date;
  /** An RFC 3161 token over the signature value: Authority.stamp. */
  readonly timeStamp?: ((signature: Uint8Array) => Promise<Uint8Array>) | undefined;
}

/** CMS SignedData by one signer, CAdES-BES or with a time stamp CAdES-T (EDS.md §2.2); DER. */
export async function signCms(_content: Uint8Array, _key: Key, _options: CmsOptions): Promise<Uint8Array> {
  throw new Error('not built yet');
}
