import {
  type CanonicalizationOrTransformationAlgorithm,
  type HashAlgorithm,
  type SignatureAlgorithm,
  SignedXml,
} from 'xml-crypto';
import { digestOf, type PublicKey } from '../keys.ts';
import { SignatureRefused } from '../reasons.ts';
import { CANONICAL_FORMS, ENVELOPED } from './algorithms.ts';
import { type CanonicalElement, canonicalXml, contextOf } from './canonical.ts';
import type { SignatureShape } from './shape.ts';
import type { XmlElement } from './tree.ts';

/** One signature of a document, its key, and what stands in the document but does not count. */
export interface Check {
  readonly root: XmlElement;
  readonly shape: SignatureShape;
  readonly key: PublicKey;
  /** The referenced element; the root for the whole document. */
  readonly target: XmlElement;
  /** Signatures that were added later and are verified already. */
  readonly removed: ReadonlySet<XmlElement>;
}

/**
 * XML Signature core validation by xml-crypto with the algorithms of НУЦ РК plugged in.
 *
 * xml-crypto never sees the upload: it parses text that we write from the tree of scan.ts in canonical form, where the
 * lenient parser below it can read nothing in another way. What it then canonicalises out of its own tree must equal
 * what we make out of ours: two parsers have to agree on every sign that was signed.
 * @returns the signed text in canonical form
 * @throws SignatureRefused digest-mismatch, signature-mismatch
 */
export function checkSignature(check: Check): string {
  const { shape, target, removed } = check;
  const signed = canonicalXml(target, {
    exclusive: shape.exclusive,
    context: contextOf(target),
    without: shape.enveloped ? new Set([...removed, shape.element]) : removed,
  });
  const engine = new Engine(check);
  let valid = false;
  try {
    valid = engine.checkSignature(documentFor(check));
  } catch {
    throw new SignatureRefused(engine.digestsAgree ? 'signature-mismatch' : 'digest-mismatch');
  }
  const [reference, ...more] = valid ? engine.getSignedReferences() : [];
  if (reference === undefined) throw new SignatureRefused('digest-mismatch');
  if (reference !== signed || more.length > 0) {
    throw new SignatureRefused('digest-mismatch', 'read in two ways');
  }
  return signed;
}

/**
 * The document that xml-crypto is given: without the signature, when this cuts itself out of what it signs. xml-crypto
 * would parse, copy and search it, to know it by its SignatureValue, for nothing but to remove it.
 */
function documentFor({ root, shape, removed }: Check): string {
  const { element, enveloped, signedInfo, keyInfo } = shape;
  const left = enveloped ? [element] : [signedInfo, keyInfo];
  return forParser(canonicalXml(root, { without: new Set([...removed, ...left]) }));
}

/** xmldom takes these two for line ends, as XML 1.1 would; written as references they stay what they are. */
function forParser(canonical: string): string {
  return canonical.replace(/[\u0085\u2028]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

type Transform = new () => CanonicalizationOrTransformationAlgorithm;

/** Canonical forms over the tree of xmldom, which are told what the element takes over from around it. */
function canonicalForms({ target }: Check): Record<string, Transform> {
  const context = contextOf(target);
  const forms: Record<string, Transform> = {};
  for (const [uri, { exclusive }] of CANONICAL_FORMS) {
    forms[uri] = class implements CanonicalizationOrTransformationAlgorithm {
      process(node: unknown): string {
        if (!isCanonicalElement(node)) throw new TypeError('an element was expected');
        return canonicalXml(node, { exclusive, context });
      }
      getAlgorithmName(): string {
        return uri;
      }
    };
  }
  return forms;
}

function isCanonicalElement(node: unknown): node is CanonicalElement {
  return typeof node === 'object' && node !== null && 'tagName' in node;
}

function hashOf({ shape }: Check): new () => HashAlgorithm {
  return class implements HashAlgorithm {
    getHash(xml: string): string {
      return Buffer.from(digestOf(shape.hash, Buffer.from(xml))).toString('base64');
    }
    getAlgorithmName(): string {
      return shape.digestMethod;
    }
  };
}

function signatureOf({ shape, key }: Check, asked: () => void): new () => SignatureAlgorithm {
  return class implements SignatureAlgorithm {
    verifySignature(signedInfo: string): boolean {
      asked();
      return key.verify(shape.algorithm, Buffer.from(signedInfo), shape.signatureValue);
    }
    getSignature(): string {
      throw new Error('only for checking');
    }
    getAlgorithmName(): string {
      return shape.signatureMethod;
    }
  };
}

/** See `documentFor`. */
class CutOutAlready implements CanonicalizationOrTransformationAlgorithm {
  process(node: Node): Node {
    return node;
  }
  getAlgorithmName(): typeof ENVELOPED {
    return ENVELOPED;
  }
}

/** One check of one signature. */
class Engine extends SignedXml {
  /** Whether the digests were right: xml-crypto asks for the signature only then. */
  digestsAgree = false;
  readonly #shape: SignatureShape;

  constructor(check: Check) {
    const { canonicalization, signatureMethod } = check.shape;
    // The plugged algorithm knows the key; xml-crypto only wants to be given one.
    super({
      publicCert: 'unused',
      canonicalizationAlgorithm: canonicalization,
      signatureAlgorithm: signatureMethod,
    });
    this.#shape = check.shape;
    this.CanonicalizationAlgorithms = { ...canonicalForms(check), [ENVELOPED]: CutOutAlready };
    // shape.ts has read every part of the signature; looking for them again with XPath would be a third of the whole check.
    Object.assign(this, {
      signatureValue: 'read by shape.ts',
      getCanonSignedInfoXml: () => this.getCanonXml(),
    });
    this.HashAlgorithms = { [check.shape.digestMethod]: hashOf(check) };
    const asked = () => {
      this.digestsAgree = true;
    };
    this.SignatureAlgorithms = { [check.shape.signatureMethod]: signatureOf(check, asked) };
  }

  /** The signed form of SignedInfo, which takes over namespaces and `xml:lang` of the elements around it. */
  override getCanonXml(): string {
    const { signedInfo, canonicalization } = this.#shape;
    const exclusive = CANONICAL_FORMS.get(canonicalization)?.exclusive ?? false;
    return canonicalXml(signedInfo, { exclusive, context: contextOf(signedInfo) });
  }
}
