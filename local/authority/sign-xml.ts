import { DOMParser } from '@xmldom/xmldom';
import { digestOf } from '../../web-sign/signature/keys.ts';
import { canonicalApex, canonicalDocument, isElement, plainDocument } from './canonical.ts';
import { algorithms, type Key } from './key.ts';

/**
 * How the signature is laid out (EDS.md §2.1). BASICS: compact. COMMON_UTILS: a line break after every element, base64
 * wrapped at 76 columns. COMMON_UTILS_CR: the same under a newer Java, which ends lines inside base64 with `&#13;`.
 */
export type XmlLayout = 'BASICS' | 'COMMON_UTILS' | 'COMMON_UTILS_CR';

/** The text is not one well-formed XML document. NCALayer answers such with SAXParseException. */
export class XmlMalformed extends Error {}

const DS = 'http://www.w3.org/2000/09/xmldsig#';
const C14N = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
const KZ = 'urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms';
const NAMES = {
  'GOST-512': {
    signature: `${KZ}:gostr34102015-gostr34112015-512`,
    digest: `${KZ}:gostr34112015-512`,
  },
  RSA: {
    signature: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    digest: 'http://www.w3.org/2001/04/xmlenc#sha256',
  },
} as const;

interface Layout {
  /** Between elements. */
  readonly gap: string;
  base64(bytes: Uint8Array): string;
}

const LAYOUTS: Readonly<Record<XmlLayout, Layout>> = {
  BASICS: { gap: '', base64: (bytes) => Buffer.from(bytes).toString('base64') },
  COMMON_UTILS: { gap: '\n', base64: (bytes) => lines(bytes).join('\n') },
  COMMON_UTILS_CR: { gap: '\n', base64: (bytes) => lines(bytes).join('&#13;\n') },
};

const lines = (bytes: Uint8Array) =>
  Buffer.from(bytes)
    .toString('base64')
    .match(/.{1,76}/g) ?? [];

/**
 * Enveloped XMLDSIG as NCALayer makes it: the last child of the root element, after those that are there already; the
 * document itself is written anew.
 * @throws XmlMalformed
 */
export function signXml(xml: string, key: Key, layout: XmlLayout = 'BASICS'): string {
  const document = parse(xml);
  const { gap, base64 } = LAYOUTS[layout];
  const names = NAMES[key.algorithm];
  const digest = digestOf(algorithms[key.algorithm].hash, Buffer.from(canonicalDocument(document)));
  const transforms = [`${DS}enveloped-signature`, `${C14N}#WithComments`].map(
    (name) => `<ds:Transform Algorithm="${name}"/>`,
  );
  const reference = [
    '<ds:Reference URI="">',
    '<ds:Transforms>',
    ...transforms,
    '</ds:Transforms>',
    `<ds:DigestMethod Algorithm="${names.digest}"/>`,
    `<ds:DigestValue>${base64(digest)}</ds:DigestValue>`,
    '</ds:Reference>',
  ];
  const signedInfo = [
    '<ds:SignedInfo>',
    `<ds:CanonicalizationMethod Algorithm="${C14N}"/>`,
    `<ds:SignatureMethod Algorithm="${names.signature}"/>`,
    ...reference,
    '</ds:SignedInfo>',
  ];
  const whole = (...more: string[]) =>
    plainDocument(
      document,
      [`<ds:Signature xmlns:ds="${DS}">`, ...signedInfo, ...more, '</ds:Signature>'].join(gap),
    );
  const value = key.sign(Buffer.from(canonicalSignedInfo(whole())));
  return whole(
    ...['<ds:SignatureValue>', base64(value), '</ds:SignatureValue>', '<ds:KeyInfo>', '<ds:X509Data>'],
    ...['<ds:X509Certificate>', base64(key.certificate), '</ds:X509Certificate>'],
    ...['</ds:X509Data>', '</ds:KeyInfo>'],
  );
}

/** The canonical SignedInfo of the last signature: it stands in the document, so the namespaces around it count. */
function canonicalSignedInfo(xml: string): string {
  const signature = Array.from(parse(xml).documentElement.childNodes).findLast(isElement);
  const info = signature && Array.from(signature.childNodes).find(isElement);
  if (!info) throw new XmlMalformed('no signature');
  return canonicalApex(info);
}

function parse(xml: string): Document {
  const refuse = (message: string) => {
    throw new XmlMalformed(message);
  };
  const parser = new DOMParser({ errorHandler: { warning: refuse, error: refuse, fatalError: refuse } });
  const document = parser.parseFromString(xml, 'text/xml');
  const elements = Array.from(document?.childNodes ?? []).filter(isElement);
  if (elements.length !== 1) throw new XmlMalformed('not one root element');
  return document;
}
