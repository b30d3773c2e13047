/** A certificate in the words of НУЦ РК (EDS.md §2.3). */
export interface CertificateFacts {
  /** Subject CN: surname and name. Personal. */
  readonly name: string;
  /** Twelve digits of `serialNumber=IIN…`; null for certificates of information systems. Personal. */
  readonly iin: string | null;
  /** Twelve digits of `OU=BIN…`; null for an individual's own key. */
  readonly bin: string | null;
  /** Hex, lower case, no leading zeros dropped. */
  readonly serialNumber: string;
  /** Issuer CN. */
  readonly issuer: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly keyAlgorithm: 'RSA' | 'GOST-512' | 'GOST-256';
  /** INDIVIDUAL: 1.2.398.3.3.4.1.1 and no BIN; ORGANISATION: 1.2.398.3.3.4.1.2 or a BIN. */
  readonly holder: 'INDIVIDUAL' | 'ORGANISATION' | 'OTHER';
  /** nonRepudiation and emailProtection. */
  readonly canSign: boolean;
  /** digitalSignature and clientAuth; a GOST-2015 key of the new scheme serves both ends without clientAuth. */
  readonly canAuthenticate: boolean;
}

export type SignatureAlgorithm =
  | 'RSA-SHA256'
  | 'RSA-SHA384'
  | 'RSA-SHA512'
  | 'GOST3410-2015-512'
  | 'GOST3410-2015-256';

/** What the authority said about the certificate at a moment. `UNAVAILABLE`: nobody answered; the caller decides, never silently. */
export interface Revocation {
  readonly state: 'GOOD' | 'UNAVAILABLE';
  readonly source: 'OCSP' | 'CRL' | null;
  readonly checkedAt: Date;
  /** DER of the answer or list that was relied on. */
  readonly evidence: Uint8Array | null;
}

/** An RFC 3161 token over the signature value. */
export interface TimeStamp {
  readonly at: Date;
  /** Whether its authority's chain ends at our anchors: only then its time counts. */
  readonly trusted: boolean;
  readonly token: Uint8Array;
}

/** A signature that was accepted: over exactly the expected content, by a key whose chain ends at our own anchors. */
export interface VerifiedSignature {
  readonly format: 'XML' | 'CMS';
  readonly algorithm: SignatureAlgorithm;
  readonly signer: CertificateFacts;
  /** DER: the signer's certificate, then its issuers up to the anchor. */
  readonly chain: readonly Uint8Array[];
  readonly revocation: Revocation;
  readonly timeStamp: TimeStamp | null;
  /** The moment for which validity was judged: a trusted time stamp's, otherwise the receipt. */
  readonly validAt: Date;
  /** What came in, as it came. */
  readonly container: Uint8Array;
}

/** What must have been signed, when it came in, and which kind of key is wanted. */
export interface Expected {
  /** Exact bytes of the statement that core issued. */
  readonly content: Uint8Array;
  readonly at: Date;
  readonly use: 'SIGN' | 'LOGIN';
}

/** Throws SignatureRefused; anything else that is thrown is a bug. Never trusts a word of the upload about itself. */
export interface Verifier {
  /** One enveloped XMLDSIG over the whole statement; its canonical form must be byte-equal to that of `content`. */
  verifyXml(signed: string, expected: Expected): Promise<VerifiedSignature>;
  /** CMS by one signer over `content`, attached or detached; DER. */
  verifyCms(signed: Uint8Array, expected: Expected): Promise<VerifiedSignature>;
  /** Asks again about a certificate that could not be checked. Throws SignatureRefused('revoked'). */
  recheck(chain: readonly Uint8Array[], validAt: Date): Promise<Revocation>;
}
