import type { SignatureAlgorithm } from '../api.ts';
import type { HashAlgorithm } from '../keys.ts';
import { type Reason, SignatureRefused } from '../reasons.ts';
import { CANONICAL_FORMS, DIGEST_METHODS, DSIG, ENVELOPED, fits, SIGNATURE_METHODS } from './algorithms.ts';
import { declaredPrefix } from './namespaces.ts';
import { attributeOf, isElement, type XmlElement } from './tree.ts';

/** STATEMENT: ours, exactly as NCALayer signs it. DOCUMENT: what Kalkan and its kin write into documents of others. */
export type Strictness = 'STATEMENT' | 'DOCUMENT';

/** A ds:Signature of which every element, attribute and sign of text was expected. */
export interface SignatureShape {
  readonly element: XmlElement;
  readonly signedInfo: XmlElement;
  readonly keyInfo: XmlElement;
  /** URI of CanonicalizationMethod. */
  readonly canonicalization: string;
  /** URI of SignatureMethod. */
  readonly signatureMethod: string;
  readonly algorithm: SignatureAlgorithm;
  /** Empty for the whole document, otherwise the `Id` of an element. */
  readonly reference: string;
  readonly enveloped: boolean;
  /** Whether the referenced part is brought into the exclusive canonical form. */
  readonly exclusive: boolean;
  /** URI of DigestMethod. */
  readonly digestMethod: string;
  readonly hash: HashAlgorithm;
  readonly signatureValue: Uint8Array;
  /** DER. */
  readonly certificate: Uint8Array;
}

/** Reads a ds:Signature element by element. @throws SignatureRefused for anything that is not on the list. */
export function readShape(element: XmlElement, strictness: Strictness): SignatureShape {
  const reader = new ShapeReader(strictness);
  checkDeclarations(element, strictness);
  const parts = reader.children(element, ['Id'], 'signature-shape');
  if (parts.filter(named('SignedInfo')).length > 1) throw new SignatureRefused('several-signed-info');
  const foreign = parts.find((part) => !['SignedInfo', 'SignatureValue', 'KeyInfo'].includes(part.localName));
  if (foreign) throw new SignatureRefused('foreign-element', foreign.localName);
  const [signedInfo, signatureValue, keyInfo, ...rest] = parts;
  if (
    signedInfo?.localName !== 'SignedInfo' ||
    signatureValue?.localName !== 'SignatureValue' ||
    rest.length > 0
  ) {
    throw new SignatureRefused('signature-shape', 'children of Signature');
  }
  if (keyInfo?.localName !== 'KeyInfo') throw new SignatureRefused('certificate-missing', 'no KeyInfo');
  return {
    element,
    signedInfo,
    keyInfo,
    ...readSignedInfo(reader, signedInfo),
    signatureValue: reader.bytes(signatureValue, ['Id'], 'signature-shape'),
    certificate: readKeyInfo(reader, keyInfo),
  };
}

/** A statement's signature declares its own prefix and nothing else. */
function checkDeclarations(element: XmlElement, strictness: Strictness): void {
  if (strictness === 'DOCUMENT') return;
  for (const { name } of element.attributes) {
    const prefix = declaredPrefix(name);
    if (prefix !== undefined && prefix !== element.prefix) {
      throw new SignatureRefused('signature-shape', 'namespace declared on Signature');
    }
  }
}

function readSignedInfo(reader: ShapeReader, signedInfo: XmlElement) {
  const [canonicalization, signatureMethod, ...references] = reader.children(
    signedInfo,
    ['Id'],
    'signature-shape',
  );
  if (
    canonicalization?.localName !== 'CanonicalizationMethod' ||
    signatureMethod?.localName !== 'SignatureMethod'
  ) {
    throw new SignatureRefused('signature-shape', 'children of SignedInfo');
  }
  const [reference, ...more] = references;
  if (reference?.localName !== 'Reference' || more.length > 0) {
    throw new SignatureRefused('reference', `${references.length} references`);
  }
  const form = reader.algorithm(canonicalization, 'canonicalization');
  const known = CANONICAL_FORMS.get(form);
  if (!known || (known.exclusive && reader.strict)) throw new SignatureRefused('canonicalization');
  const method = reader.algorithm(signatureMethod, 'algorithm');
  const algorithm = SIGNATURE_METHODS.get(method);
  if (!algorithm) throw new SignatureRefused('algorithm', 'signature method');
  const rest = readReference(reader, reference);
  if (!fits(algorithm, rest.hash)) throw new SignatureRefused('algorithm', 'digest of another kind');
  return { canonicalization: form, signatureMethod: method, algorithm, ...rest };
}

const ID = /^[\p{L}\p{N}_.-]{1,256}$/u;

function readReference(reader: ShapeReader, element: XmlElement) {
  const uri = attributeOf(element, 'URI');
  const byId = uri?.startsWith('#') === true && ID.test(uri.slice(1));
  if (uri === undefined || !(uri === '' || (byId && !reader.strict))) {
    throw new SignatureRefused('reference', 'URI');
  }
  const parts = reader.children(element, ['URI', 'Id', 'Type'], 'reference');
  const names = parts.map((part) => part.localName).join(' ');
  // Without transforms the comments and the signature itself would be signed: no such signature can be ours.
  if (names === 'DigestMethod DigestValue') throw new SignatureRefused('transforms', 'none');
  const [transforms, digestMethod, digestValue] = parts;
  if (!transforms || !digestMethod || !digestValue || names !== 'Transforms DigestMethod DigestValue') {
    throw new SignatureRefused('reference', 'children of Reference');
  }
  const digest = reader.algorithm(digestMethod, 'algorithm');
  const hash = DIGEST_METHODS.get(digest);
  if (!hash) throw new SignatureRefused('algorithm', 'digest method');
  reader.bytes(digestValue, [], 'signature-shape');
  return {
    reference: uri.slice(1),
    digestMethod: digest,
    hash,
    ...readTransforms(reader, transforms, uri === ''),
  };
}

/**
 * The whole document: without its signature, then the canonical form. An element by its Id: the canonical form, the
 * signature taken out first where it stands inside. In documents the canonical form may go unsaid.
 */
function readTransforms(reader: ShapeReader, element: XmlElement, whole: boolean) {
  const found = reader.children(element, [], 'transforms').map((transform) => {
    if (transform.localName !== 'Transform') throw new SignatureRefused('transforms');
    return reader.algorithm(transform, 'transforms');
  });
  const enveloped = found[0] === ENVELOPED;
  const [form, ...more] = enveloped ? found.slice(1) : found;
  const known = form === undefined ? undefined : CANONICAL_FORMS.get(form);
  const unsaid = form === undefined && enveloped && !reader.strict;
  const right = known ? !(known.exclusive && reader.strict) : unsaid;
  if (!right || more.length > 0 || (whole && !enveloped)) throw new SignatureRefused('transforms');
  return { enveloped, exclusive: known?.exclusive ?? false };
}

const BESIDE_CERTIFICATE = ['X509SubjectName', 'X509IssuerSerial', 'X509SKI'];

/** What stands beside the certificate is not signed and never read. */
function readKeyInfo(reader: ShapeReader, keyInfo: XmlElement): Uint8Array {
  const beside = (part: XmlElement, names: readonly string[]) =>
    !reader.strict && names.includes(part.localName);
  const data = reader
    .children(keyInfo, ['Id'], 'signature-shape')
    .filter((part) => !beside(part, ['KeyName', 'KeyValue']));
  const certificates = data.flatMap((part) => {
    if (part.localName !== 'X509Data') throw new SignatureRefused('foreign-element', part.localName);
    return reader.children(part, [], 'signature-shape').filter((child) => !beside(child, BESIDE_CERTIFICATE));
  });
  const foreign = certificates.find((part) => part.localName !== 'X509Certificate');
  if (foreign) throw new SignatureRefused('foreign-element', foreign.localName);
  const [certificate, ...more] = certificates;
  if (more.length > 0) throw new SignatureRefused('several-certificates');
  if (!certificate || reader.text(certificate, []).trim() === '')
    throw new SignatureRefused('certificate-missing');
  return reader.bytes(certificate, [], 'certificate-malformed');
}

function named(localName: string): (element: XmlElement) => boolean {
  return (element) => element.localName === localName;
}

const BLANK = /^[ \t\r\n]*$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

class ShapeReader {
  readonly strict: boolean;

  constructor(strictness: Strictness) {
    this.strict = strictness === 'STATEMENT';
  }

  /** Children of an element of the signature: elements of its own namespace, white space between them. */
  children(element: XmlElement, allowed: readonly string[], reason: Reason): XmlElement[] {
    this.#checkAttributes(element, allowed, reason);
    return element.childNodes
      .filter((child) => {
        if (!isElement(child)) {
          if (!BLANK.test(child.data)) throw new SignatureRefused('signature-shape', 'text between elements');
          return false;
        }
        if (child.namespaceURI !== DSIG) throw new SignatureRefused('foreign-element', 'another namespace');
        return true;
      })
      .filter(isElement);
  }

  /** `Algorithm` of an element that has no parameters. */
  algorithm(element: XmlElement, reason: Reason): string {
    const children = this.children(element, ['Algorithm'], reason);
    const uri = attributeOf(element, 'Algorithm');
    if (uri === undefined || children.length > 0) throw new SignatureRefused(reason, 'parameters');
    return uri;
  }

  text(element: XmlElement, allowed: readonly string[]): string {
    this.#checkAttributes(element, allowed, 'signature-shape');
    return element.childNodes
      .map((child) => {
        if (isElement(child)) throw new SignatureRefused('foreign-element', 'inside a value');
        return child.data;
      })
      .join('');
  }

  /** Base64 with line breaks of any kind, also those that Java writes as `&#13;`; every bit is accounted for. */
  bytes(element: XmlElement, allowed: readonly string[], reason: Reason): Uint8Array {
    const written = this.text(element, allowed).replace(/[ \t\r\n]+/g, '');
    const bytes = BASE64.test(written) ? Buffer.from(written, 'base64') : Buffer.alloc(0);
    if (bytes.length === 0 || bytes.toString('base64') !== written)
      throw new SignatureRefused(reason, 'base64');
    return bytes;
  }

  #checkAttributes(element: XmlElement, allowed: readonly string[], reason: Reason): void {
    for (const { name } of element.attributes) {
      const declaration = declaredPrefix(name) !== undefined;
      const expected = declaration
        ? !this.strict || element.localName === 'Signature'
        : allowed.includes(name) && !(this.strict && (name === 'Id' || name === 'Type'));
      if (!expected) throw new SignatureRefused(reason, 'attribute');
    }
  }
}
