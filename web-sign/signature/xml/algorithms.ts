import type { SignatureAlgorithm } from '../api.ts';
import type { HashAlgorithm } from '../keys.ts';

/** Names of algorithms in XMLDSIG that are accepted; whatever is missing here is refused (EDS.md §2.1). */

export const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
export const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const MORE = 'http://www.w3.org/2001/04/xmldsig-more#';
const KNCA = 'urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:';

export const INCLUSIVE = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';

/** Whether the canonical form is the exclusive one. Comments make no difference: there are none. */
export const CANONICAL_FORMS: ReadonlyMap<string, { readonly exclusive: boolean }> = new Map([
  [INCLUSIVE, { exclusive: false }],
  [`${INCLUSIVE}#WithComments`, { exclusive: false }],
  [EXCLUSIVE, { exclusive: true }],
  [`${EXCLUSIVE}WithComments`, { exclusive: true }],
]);

export const SIGNATURE_METHODS: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  [`${MORE}rsa-sha256`, 'RSA-SHA256'],
  [`${MORE}rsa-sha384`, 'RSA-SHA384'],
  [`${MORE}rsa-sha512`, 'RSA-SHA512'],
  [`${KNCA}gostr34102015-gostr34112015-512`, 'GOST3410-2015-512'],
  [`${KNCA}gostr34102015-gostr34112015-256`, 'GOST3410-2015-256'],
]);

export const DIGEST_METHODS: ReadonlyMap<string, HashAlgorithm> = new Map([
  ['http://www.w3.org/2001/04/xmlenc#sha256', 'SHA256'],
  [`${MORE}sha384`, 'SHA384'],
  ['http://www.w3.org/2001/04/xmlenc#sha512', 'SHA512'],
  [`${KNCA}gostr34112015-512`, 'STREEBOG512'],
  [`${KNCA}gostr34112015-256`, 'STREEBOG256'],
]);

/** A GOST signature goes with its own hash; RSA with any SHA-2. */
export function fits(algorithm: SignatureAlgorithm, hash: HashAlgorithm): boolean {
  if (algorithm === 'GOST3410-2015-512') return hash === 'STREEBOG512';
  if (algorithm === 'GOST3410-2015-256') return hash === 'STREEBOG256';
  return hash.startsWith('SHA');
}
