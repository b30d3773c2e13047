import { SignatureRefused } from '../reasons.ts';
import { XML_NAMESPACE, XMLNS_NAMESPACE, type XmlAttribute, type XmlElement, type XmlText } from './tree.ts';

export interface WrittenAttribute {
  readonly name: string;
  readonly value: string;
}

/** An element whose children are still being read. */
export interface OpenElement extends XmlElement {
  readonly childNodes: (XmlElement | XmlText)[];
}

/** In force at one place; each element that declares one copies them. */
const MOST_NAMESPACES = 64;

const OUTERMOST: ReadonlyMap<string, string> = new Map([
  ['', ''],
  ['xml', XML_NAMESPACE],
]);

function split(name: string): { prefix: string; localName: string } {
  const colon = name.indexOf(':');
  return colon < 0
    ? { prefix: '', localName: name }
    : { prefix: name.slice(0, colon), localName: name.slice(colon + 1) };
}

/** The prefix an attribute declares: '' for `xmlns`, undefined when it declares none. */
export function declaredPrefix(name: string): string | undefined {
  if (name === 'xmlns') return '';
  return name.startsWith('xmlns:') ? name.slice(6) : undefined;
}

function refuse(what: string): never {
  throw new SignatureRefused('not-well-formed', what);
}

/** Namespaces in XML 1.0 §3 and §5: what is reserved stays reserved, and only the default namespace can be taken back. */
function checkDeclaration(prefix: string, uri: string): void {
  if (prefix === 'xmlns') refuse('declaration of xmlns');
  if ((prefix === 'xml') !== (uri === XML_NAMESPACE)) refuse('declaration of xml');
  if (uri === XMLNS_NAMESPACE) refuse('declaration of the namespace of declarations');
  if (prefix !== '' && uri === '') refuse('prefix without a namespace');
}

function scopeWith(
  outer: ReadonlyMap<string, string>,
  written: readonly WrittenAttribute[],
): ReadonlyMap<string, string> {
  let scope: Map<string, string> | undefined;
  for (const { name, value } of written) {
    const prefix = declaredPrefix(name);
    if (prefix === undefined) {
      // Other readers take everything that begins so for a declaration and drop it.
      if (name.startsWith('xmlns')) refuse('reserved attribute');
      continue;
    }
    checkDeclaration(prefix, value);
    scope ??= new Map(outer);
    scope.set(prefix, value);
    if (scope.size > MOST_NAMESPACES) throw new SignatureRefused('too-large', 'namespaces');
  }
  return scope ?? outer;
}

function namespaceOf(prefix: string, scope: ReadonlyMap<string, string>): string {
  return scope.get(prefix) ?? refuse('prefix that is not declared');
}

function attributeOf({ name, value }: WrittenAttribute, scope: ReadonlyMap<string, string>): XmlAttribute {
  const { prefix, localName } = split(name);
  if (name === 'xmlns' || prefix === 'xmlns') {
    return { name, prefix, localName, namespaceURI: XMLNS_NAMESPACE, value };
  }
  return { name, prefix, localName, namespaceURI: prefix === '' ? '' : namespaceOf(prefix, scope), value };
}

function refuseTwins(attributes: readonly XmlAttribute[]): void {
  if (attributes.length < 2) return;
  const seen = new Set<string>();
  for (const { localName, namespaceURI } of attributes) {
    const name = `${namespaceURI} ${localName}`;
    if (seen.has(name)) refuse('attribute twice');
    seen.add(name);
  }
}

/** Resolves names and hangs the element into its parent. */
export function openElement(
  tagName: string,
  written: readonly WrittenAttribute[],
  parent: OpenElement | null,
): OpenElement {
  const scope = scopeWith(parent?.scope ?? OUTERMOST, written);
  const { prefix, localName } = split(tagName);
  if (prefix === 'xmlns') refuse('element in the namespace of declarations');
  const attributes = written.map((attribute) => attributeOf(attribute, scope));
  refuseTwins(attributes);
  const element: OpenElement = {
    tagName,
    prefix,
    localName,
    namespaceURI: namespaceOf(prefix, scope),
    attributes,
    childNodes: [],
    parentNode: parent,
    scope,
  };
  parent?.childNodes.push(element);
  return element;
}
