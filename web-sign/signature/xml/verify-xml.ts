import type { SignatureAlgorithm } from '../api.ts';
import { BoundedMap } from '../bounded-map.ts';
import { type Certificate, parseCertificate } from '../certificate/certificate.ts';
import { SignatureRefused } from '../reasons.ts';
import { DSIG } from './algorithms.ts';
import { canonicalXml } from './canonical.ts';
import { DOCUMENT_BOUNDS, STATEMENT_BOUNDS, scanXml } from './scan.ts';
import { readShape, type SignatureShape, type Strictness } from './shape.ts';
import { elementsOf, isElement, isInside, type XmlElement } from './tree.ts';
import { checkSignature } from './xmldsig.ts';

/** A signature that is right in itself. Whose certificate it is, and whether it counts, is judged elsewhere. */
export interface XmlSignature {
  readonly algorithm: SignatureAlgorithm;
  readonly certificate: Certificate;
  /** Canonical form that was signed, UTF-8. */
  readonly signedBytes: Uint8Array;
  /** ELEMENT: only one element of the document is signed; whatever stands beside it is nobody's word. */
  readonly covers: 'DOCUMENT' | 'ELEMENT';
  /** `Id` of the signed element; empty when the signature refers to the whole document. */
  readonly reference: string;
}

/**
 * A statement that core issued, signed once: enveloped, the signature the last child of the root, and its canonical form
 * byte-equal to that of `content`. Nothing is read from the upload but the signature.
 * @throws SignatureRefused; the signature is judged before the content, so that `other-document` means: rightly signed.
 */
export function verifyStatementXml(signed: string, content: string): XmlSignature {
  const root = scanXml(signed, STATEMENT_BOUNDS);
  const signatures = signaturesOf(root);
  const [signature, ...more] = signatures;
  if (!signature) throw new SignatureRefused('no-signature');
  if (more.length > 0) throw new SignatureRefused('several-signatures', `${signatures.length}`);
  if (signature.parentNode !== root || root.childNodes.at(-1) !== signature) {
    throw new SignatureRefused('signature-place');
  }
  refuseStrayParts(root, signatures);
  const found = verifyOne(root, signature, 'STATEMENT', new Set());
  if (found.signedText !== canonicalFormOf(content)) throw new SignatureRefused('other-document');
  return found.signature;
}

const MOST_SIGNATURES = 8;
/** Elements that are looked at, each once a signature: what is searched with XPath grows with their square. */
const MOST_WORK = 12_000;

/**
 * Every signature of a document of others, in the order of the document, as NCALayer and Kalkan write them: each further
 * signer appends a sibling, so the last one is checked first and then taken out (EDS.md §2.1). All must be right.
 * A signature may refer to one element by its `Id`; that is told by `covers`, and a second element with that Id is refused.
 * @throws SignatureRefused
 */
export function verifySignedXml(signed: string): XmlSignature[] {
  const root = scanXml(withoutMargins(signed), DOCUMENT_BOUNDS);
  const signatures = signaturesOf(root);
  if (signatures.length === 0) throw new SignatureRefused('no-signature');
  if (signatures.length > MOST_SIGNATURES)
    throw new SignatureRefused('several-signatures', `${signatures.length}`);
  if (elementCount(root) * signatures.length > MOST_WORK) throw new SignatureRefused('too-large', 'elements');
  if (signatures.includes(root)) throw new SignatureRefused('signature-place', 'the root');
  refuseStrayParts(root, signatures);
  const removed = new Set<XmlElement>();
  const found: XmlSignature[] = [];
  for (const signature of signatures.toReversed()) {
    found.unshift(verifyOne(root, signature, 'DOCUMENT', removed).signature);
    removed.add(signature);
  }
  return found;
}

/** Files begin with a byte order mark or an empty line; neither belongs to the document. */
function withoutMargins(text: string): string {
  return text.replace(/^\ufeff?[ \t\r\n]*/, '');
}

function verifyOne(
  root: XmlElement,
  element: XmlElement,
  strictness: Strictness,
  removed: ReadonlySet<XmlElement>,
): { signature: XmlSignature; signedText: string } {
  const shape = readShape(element, strictness);
  const target = targetOf(root, shape);
  const certificate = parseCertificate(shape.certificate);
  if (!certificate.publicKey) throw new SignatureRefused('unsupported-key');
  const signedText = checkSignature({ root, shape, key: certificate.publicKey, target, removed });
  return {
    signedText,
    signature: {
      algorithm: shape.algorithm,
      certificate,
      signedBytes: Buffer.from(signedText),
      covers: target === root ? 'DOCUMENT' : 'ELEMENT',
      reference: shape.reference,
    },
  };
}

function targetOf(root: XmlElement, { reference, element }: SignatureShape): XmlElement {
  if (reference === '') return root;
  // Readers differ about what an Id is: any attribute of that name counts, in whatever letters and namespace.
  const holders = [...elementsOf(root)].filter((candidate) =>
    candidate.attributes.some(({ localName, value }) => value === reference && /^id$/i.test(localName)),
  );
  const [target, ...more] = holders;
  if (more.length > 0) throw new SignatureRefused('duplicate-id');
  if (!target || target.namespaceURI === DSIG || isInside(target, element))
    throw new SignatureRefused('reference');
  return target;
}

function elementCount(root: XmlElement): number {
  return elementsOf(root).reduce((count) => count + 1, 0);
}

function isSignature(element: XmlElement): boolean {
  return element.localName === 'Signature' && element.namespaceURI === DSIG;
}

/** In document order, also those inside others. */
function signaturesOf(root: XmlElement): XmlElement[] {
  return [...elementsOf(root)].filter(isSignature);
}

/** A SignedInfo or a KeyInfo that lies about outside a signature is bait for readers that search by name. */
function refuseStrayParts(element: XmlElement, signatures: readonly XmlElement[]): void {
  if (signatures.includes(element)) return;
  if (element.namespaceURI === DSIG) throw new SignatureRefused('signature-shape', 'outside Signature');
  for (const child of element.childNodes) if (isElement(child)) refuseStrayParts(child, signatures);
}

const canonicalForms = new BoundedMap<string, string>(256);

/** Canonical form of a text of core; the newest few are kept, since a statement is checked soon after it was issued. */
function canonicalFormOf(content: string): string {
  const known = canonicalForms.get(content);
  if (known !== undefined) return known;
  const canonical = canonicalOrRefused(content);
  canonicalForms.set(content, canonical);
  return canonical;
}

/** What core issued need not be XML: a PDF, say, is signed in another way, and no signed XML can be it. */
function canonicalOrRefused(content: string): string {
  try {
    return canonicalXml(scanXml(content, STATEMENT_BOUNDS));
  } catch (error) {
    if (error instanceof SignatureRefused)
      throw new SignatureRefused('other-document', 'the content is no XML');
    throw error;
  }
}
