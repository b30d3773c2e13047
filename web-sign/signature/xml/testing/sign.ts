import { DOMParser } from '@xmldom/xmldom';
import { findAncestorNs, SignedXml } from 'xml-crypto';
import type { TestKey } from '../../certificate/testing/make.ts';
import { digestOf, HASH_OF_ALGORITHM } from '../../keys.ts';

/**
 * Signs as NCALayer and Kalkan do, with the canonical forms of xml-crypto over xmldom and not with our own: what is
 * checked by our own code was made by another's.
 */

export const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
export const C14N = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
export const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const ENVELOPED = `${DSIG}enveloped-signature`;
export const KNCA = 'urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:';
const MORE = 'http://www.w3.org/2001/04/xmldsig-more#';

const METHODS = {
  'RSA-SHA256': [`${MORE}rsa-sha256`, 'http://www.w3.org/2001/04/xmlenc#sha256'],
  'RSA-SHA384': [`${MORE}rsa-sha384`, `${MORE}sha384`],
  'RSA-SHA512': [`${MORE}rsa-sha512`, 'http://www.w3.org/2001/04/xmlenc#sha512'],
  'GOST3410-2015-512': [`${KNCA}gostr34102015-gostr34112015-512`, `${KNCA}gostr34112015-512`],
  'GOST3410-2015-256': [`${KNCA}gostr34102015-gostr34112015-256`, `${KNCA}gostr34112015-256`],
} as const;

/** COMPACT: basics. LINES: commonUtils. LINES_CR: the same under a newer Java. */
export type Layout = 'COMPACT' | 'LINES' | 'LINES_CR';

export interface Signer {
  readonly key: TestKey;
  /** DER. */
  readonly certificate: Uint8Array;
}

export interface SignOptions {
  readonly layout?: Layout;
  /** Of the elements of the signature; empty for a default namespace. */
  readonly prefix?: string;
  /** False when the root declares the prefix already. */
  readonly declare?: boolean;
  /** `Id` of the element to sign, unless it is the whole document. */
  readonly reference?: string;
  readonly canonicalization?: string;
  readonly transforms?: readonly string[];
  readonly signatureMethod?: string;
  readonly digestMethod?: string;
  /** What stands in KeyInfo, instead of X509Data with the certificate; null leaves KeyInfo out. */
  readonly keyInfo?: string | null;
  /** Attributes that SignedInfo takes over from around it: xml-crypto forgets them. */
  readonly inherited?: string;
  /** The signature goes before this text instead of the end of the root. */
  readonly before?: string;
}

/** What NCALayer makes of a text before it signs it: parsed and written anew by Java. */
export function rewritten(xml: string): string {
  const body = xml
    .replace(/^<\?xml[^>]*\?>/, '')
    .replace(/&apos;/g, "'")
    .replace(/>([^<]*)</g, (text) => text.replace(/&quot;/g, '"'));
  return `<?xml version="1.0" encoding="UTF-8" standalone="no"?>${body}`;
}

export function base64(bytes: Uint8Array, layout: Layout): string {
  const text = Buffer.from(bytes).toString('base64');
  if (layout === 'COMPACT') return text;
  return text.replace(/.{76}(?=.)/g, layout === 'LINES' ? '$&\n' : '$&&#13;\n');
}

/** Element of X509Data with one certificate, as it stands in KeyInfo. */
export function x509Data(certificate: Uint8Array, prefix: string, layout: Layout): string {
  const tag = prefix === '' ? '' : `${prefix}:`;
  const gap = layout === 'COMPACT' ? '' : '\n';
  return [
    `<${tag}X509Data>`,
    `<${tag}X509Certificate>${gap}${base64(certificate, layout)}${gap}</${tag}X509Certificate>`,
    `</${tag}X509Data>`,
  ].join(gap);
}

/** The text with its signature; everything else in it stays as it is. */
export function signXml(xml: string, { key, certificate }: Signer, options: SignOptions = {}): string {
  const { layout = 'COMPACT', prefix = 'ds', declare = true, reference, keyInfo } = options;
  const tag = prefix === '' ? '' : `${prefix}:`;
  const gap = layout === 'COMPACT' ? '' : '\n';
  const canonicalization = options.canonicalization ?? (reference === undefined ? C14N : EXCLUSIVE);
  const transforms =
    options.transforms ??
    (reference === undefined ? [ENVELOPED, `${C14N}#WithComments`] : [`${C14N}#WithComments`]);
  const [signatureMethod, digestMethod] = METHODS[key.algorithm];
  const declaration = declare ? ` xmlns${prefix === '' ? '' : `:${prefix}`}="${DSIG}"` : '';
  const inKeyInfo = keyInfo === undefined ? x509Data(certificate, prefix, layout) : keyInfo;
  const signature = [
    `<${tag}Signature${declaration}>`,
    `<${tag}SignedInfo>`,
    `<${tag}CanonicalizationMethod Algorithm="${canonicalization}"/>`,
    `<${tag}SignatureMethod Algorithm="${options.signatureMethod ?? signatureMethod}"/>`,
    `<${tag}Reference URI="${reference === undefined ? '' : `#${reference}`}">`,
    `<${tag}Transforms>`,
    ...transforms.map((transform) => `<${tag}Transform Algorithm="${transform}"/>`),
    `</${tag}Transforms>`,
    `<${tag}DigestMethod Algorithm="${options.digestMethod ?? digestMethod}"/>`,
    `<${tag}DigestValue>@digest@</${tag}DigestValue>`,
    `</${tag}Reference>`,
    `</${tag}SignedInfo>`,
    `<${tag}SignatureValue>${gap}@signature@${gap}</${tag}SignatureValue>`,
    ...(inKeyInfo === null ? [] : [`<${tag}KeyInfo>`, inKeyInfo, `</${tag}KeyInfo>`]),
    `</${tag}Signature>`,
  ].join(gap);
  const at = options.before === undefined ? xml.lastIndexOf('</') : xml.indexOf(options.before);
  const whole = xml.slice(0, at) + signature + xml.slice(at);
  const form = transforms.find((transform) => transform !== ENVELOPED) ?? C14N;
  const digest = digestOf(
    HASH_OF_ALGORITHM[key.algorithm],
    Buffer.from(canonicalTarget(whole, reference, form)),
  );
  const digested = whole.replace('@digest@', base64(digest, layout));
  const signedInfo = canonicalSignedInfo(digested, canonicalization);
  const value = key.sign(Buffer.from(signedInfo.replace('>', `${options.inherited ?? ''}>`)));
  return digested.replace('@signature@', base64(value, layout));
}

function parse(xml: string): Document {
  return new DOMParser().parseFromString(xml);
}

/** Elements are found by what is still to be filled in: there may be other signatures. */
function ownSignature(document: Document): Element {
  const found = Array.from(document.getElementsByTagNameNS(DSIG, 'Signature')).find((signature) =>
    signature.textContent?.includes('@signature@'),
  );
  if (!found) throw new Error('no signature');
  return found;
}

function canonical(form: string, element: Element, path: string): string {
  const ancestorNamespaces = findAncestorNs(element.ownerDocument, path);
  return new SignedXml().getCanonXml([form], element, { ancestorNamespaces });
}

function canonicalTarget(whole: string, reference: string | undefined, form: string): string {
  const document = parse(whole);
  const signature = ownSignature(document);
  signature.parentNode?.removeChild(signature);
  if (reference === undefined) return canonical(form, document.documentElement, '/*');
  const target = Array.from(document.getElementsByTagName('*')).find((element) =>
    ['Id', 'ID', 'id'].some((name) => element.getAttribute(name) === reference),
  );
  if (!target) throw new Error('no such Id');
  return canonical(form, target, `//*[@Id='${reference}' or @ID='${reference}' or @id='${reference}']`);
}

function canonicalSignedInfo(digested: string, form: string): string {
  const document = parse(digested);
  const signedInfo = ownSignature(document).getElementsByTagNameNS(DSIG, 'SignedInfo')[0];
  if (!signedInfo) throw new Error('no SignedInfo');
  const path = "//*[local-name()='SignedInfo' and contains(string(..), '@signature@')]";
  return canonical(form, signedInfo, path);
}
