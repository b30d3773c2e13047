/**
 * Why a signature is not accepted, one word per cause. `refusal.signature.<reason>` in `locales/` holds the sentence a
 * person reads; what only an attack or a broken program produces shares one sentence there and keeps its own word here.
 */
export type Reason =
  // the upload as such
  | 'empty'
  | 'too-large'
  | 'not-text'
  | 'not-der'
  // XML before it is parsed (pre-scan)
  | 'doctype'
  | 'processing-instruction'
  | 'comment'
  | 'cdata'
  | 'not-well-formed'
  | 'after-root'
  | 'too-deep'
  | 'encoding'
  | 'control-character'
  | 'entity'
  // XMLDSIG, its shape
  | 'no-signature'
  | 'several-signatures'
  | 'signature-place'
  | 'signature-shape'
  | 'several-signed-info'
  | 'canonicalization'
  | 'algorithm'
  | 'reference'
  | 'transforms'
  | 'duplicate-id'
  | 'foreign-element'
  // what was signed
  | 'digest-mismatch'
  | 'signature-mismatch'
  | 'other-document'
  // CMS
  | 'not-cms'
  | 'signers'
  | 'content-type'
  | 'content-missing'
  | 'message-digest'
  | 'signing-certificate'
  | 'time-stamp'
  // certificate and chain
  | 'certificate-missing'
  | 'several-certificates'
  | 'certificate-malformed'
  | 'unsupported-key'
  | 'critical-extension'
  | 'untrusted'
  | 'not-authority'
  | 'path-length'
  | 'issuer-signature'
  | 'expired'
  | 'not-yet-valid'
  | 'issuer-expired'
  // whose key, and for what
  | 'need-signing-key'
  | 'need-authentication-key'
  | 'need-individual-key'
  | 'no-iin'
  // revocation
  | 'revoked'
  | 'revocation-unavailable';

/** A signature, certificate or proof is not accepted. `detail` is for the log and never holds personal data. */
export class SignatureRefused extends Error {
  readonly reason: Reason;
  constructor(reason: Reason, detail?: string) {
    super(detail === undefined ? reason : `${reason}: ${detail}`);
    this.name = 'SignatureRefused';
    this.reason = reason;
  }
}
