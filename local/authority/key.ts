/** A private key with its certificate: what a person keeps in a .p12 file, on a card or in a phone. */
export interface Key {
  readonly algorithm: 'GOST-512' | 'RSA';
  /** DER. */
  readonly certificate: Uint8Array;
  /**
   * The whole signature over `data`, the hash inside: RSA-SHA256 with PKCS#1 v1.5 padding, or GOST 34.310-2015 (512) over
   * Streebog-512 as r‖s, each half little-endian (EDS.md §4).
   */
  sign(data: Uint8Array): Uint8Array;
  readonly holder: Holder;
  /** A GOST key of the new scheme serves both ends; RSA keys come in pairs. */
  readonly purpose: 'SIGN' | 'AUTH' | 'BOTH';
}

/** Whose key it is, as its certificate says. Personal. */
export interface Holder {
  /** Twelve digits; null in certificates of information systems. */
  readonly iin: string | null;
  /** Surname and name (subject CN). */
  readonly name: string;
  /** Twelve digits; null in an individual's own key. */
  readonly bin: string | null;
}
