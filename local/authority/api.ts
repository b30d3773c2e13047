import type { Clock } from '../../core/clock.ts';
import type { Key } from './key.ts';

export type KeyKind = 'GOST' | 'RSA-SIGN' | 'RSA-AUTH';
/** EDS.md §2.3; a role other than INDIVIDUAL needs a BIN. */
export type Role = 'INDIVIDUAL' | 'HEAD' | 'MAY-SIGN' | 'EMPLOYEE' | 'INFORMATION-SYSTEM';
export type Chain = 'GOST' | 'RSA';

/** Who asks for a key, and which one. */
export interface Order {
  /** Twelve digits; null only for an information system. */
  readonly iin: string | null;
  readonly surname: string;
  readonly name: string;
  readonly patronymic?: string | undefined;
  readonly kind: KeyKind;
  /** Twelve digits of the organisation in whose name the key signs. */
  readonly bin?: string | undefined;
  readonly organisation?: string | undefined;
  /** INDIVIDUAL without a BIN, HEAD with one, unless told. */
  readonly role?: Role | undefined;
  /** An hour before now unless told. */
  readonly notBefore?: Date | undefined;
  /** A year after `notBefore` unless told. */
  readonly notAfter?: Date | undefined;
}

/**
 * Who signs in place of the right service. `stranger`: a certificate with all the right words that another key signed;
 * `leaf`: a person's key of the same issuing authority; `expired`: the service's own certificate, a year past its end.
 */
export type Impostor = 'stranger' | 'leaf' | 'expired';

/** How an OCSP answer or a revocation list differs from a right one; everything left out is right. */
export interface AnswerFault {
  readonly signer?: Impostor | undefined;
  /** Moves thisUpdate and nextUpdate; a day in the past makes the answer stale. Milliseconds. */
  readonly shift?: number | undefined;
}

export interface OcspFault extends AnswerFault {
  /** Answers about another serial number. */
  readonly otherCertificate?: boolean | undefined;
  readonly nonce?: 'none' | 'other' | undefined;
  readonly status?: 'unknown' | 'try-later' | undefined;
}

export interface StampFault {
  readonly signer?: Impostor | undefined;
  readonly imprint?: 'other' | undefined;
  readonly nonce?: 'none' | 'other' | undefined;
  readonly status?: 'rejected' | undefined;
}

/** A test certificate authority: root and issuing authority for GOST-512 and for RSA-2048, invented names, real profile. */
export interface Authority {
  /** A new key with a new certificate, each time. RSA keys are made when first asked for. */
  issue(order: Order): Promise<Key>;
  /** The person's own key of that kind that is valid now; made at the first call and after its end or revocation. */
  keyFor(order: Order): Promise<Key>;
  /** Every key that is kept, oldest first: also expired and revoked ones, as a folder of .p12 files would hold them. */
  keys(): readonly Key[];
  /**
   * `serial`: hex as in Certificate.serialNumber. The lists and OCSP say it from `at` on.
   * @throws RangeError when no such certificate was issued.
   */
  revoke(serial: string, at: Date): void;
  /** Roots and issuing authorities, DER: what an operator puts into TRUST_DIR. */
  trust(): readonly { readonly file: string; readonly der: Uint8Array }[];
  /** RFC 6960: DER of a request → DER of an answer. */
  ocsp(request: Uint8Array, fault?: OcspFault): Promise<Uint8Array>;
  /** RFC 5280: `issuing-gost`, `issuing-gost-delta`, `root-gost` and the same for rsa; undefined for any other name. */
  crl(name: string, fault?: AnswerFault): Promise<Uint8Array | undefined>;
  /** DER of `root-gost`, `issuing-gost`, `root-rsa`, `issuing-rsa`; undefined for any other name. */
  cer(name: string): Uint8Array | undefined;
  /** RFC 3161: DER of a request → DER of an answer. */
  tsp(request: Uint8Array, fault?: StampFault): Promise<Uint8Array>;
  /** A time-stamp token (CMS) over these bytes, as signCms takes it. */
  stamp(signature: Uint8Array, chain?: Chain): Promise<Uint8Array>;
}

/** Where new keys come from; tests share a few RSA keys, which are slow to make. */
export interface KeySource {
  /** PKCS#8 DER. */
  rsa(): Promise<Uint8Array>;
  /** 64 bytes, little-endian. */
  gost(): Uint8Array;
}

export interface AuthoritySettings {
  readonly clock: Clock;
  /** `http://localhost:3001`: where `/authority/…` is answered; written into new certificates. A function where the port is known later. */
  readonly baseUrl: string | (() => string);
  readonly keys?: KeySource | undefined;
}
