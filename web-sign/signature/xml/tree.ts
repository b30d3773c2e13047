/** A parsed document as scan.ts gives it: elements, attributes and text, nothing else. Names are those of the DOM. */
export interface XmlAttribute {
  /** As written: `xml:lang`. */
  readonly name: string;
  /** Empty when there is none. */
  readonly prefix: string;
  readonly localName: string;
  /** Empty for an attribute without a prefix. */
  readonly namespaceURI: string;
  /** References replaced, white space normalised as XML 1.0 §3.3.3 says. */
  readonly value: string;
}

export interface XmlText {
  readonly data: string;
}

export interface XmlElement {
  readonly tagName: string;
  readonly prefix: string;
  readonly localName: string;
  readonly namespaceURI: string;
  readonly attributes: readonly XmlAttribute[];
  readonly childNodes: readonly (XmlElement | XmlText)[];
  readonly parentNode: XmlElement | null;
  /** Prefix → namespace in force here; '' is the default one. */
  readonly scope: ReadonlyMap<string, string>;
}

export const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';
export const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/';

export function isElement(node: XmlElement | XmlText): node is XmlElement {
  return 'tagName' in node;
}

/** The element and all below it, in document order. */
export function* elementsOf(element: XmlElement): Generator<XmlElement> {
  yield element;
  for (const child of element.childNodes) if (isElement(child)) yield* elementsOf(child);
}

export function childElements(element: XmlElement): XmlElement[] {
  return element.childNodes.filter(isElement);
}

/** Undefined when the element has no such attribute, written without a prefix. */
export function attributeOf(element: XmlElement, name: string): string | undefined {
  return element.attributes.find((attribute) => attribute.name === name)?.value;
}

export function isInside(element: XmlElement, ancestor: XmlElement): boolean {
  for (let at: XmlElement | null = element; at; at = at.parentNode) if (at === ancestor) return true;
  return false;
}
