/**
 * Canonical XML 1.0 (inclusive, without comments) and the plain writing of NCALayer, on a DOM. Written apart from the
 * library that verifies, so that each checks the other.
 */

const XML_PREFIX = 'xml:';
const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

const canonicalText = (text: string) =>
  text.replace(/[&<>\r]/g, (one) => REFERENCES[one] ?? hexReference(one));
const canonicalValue = (text: string) =>
  text.replace(/[&<"\t\n\r]/g, (one) => REFERENCES[one] ?? hexReference(one));
const plainText = (text: string) =>
  text.replace(/[&<>\r]/g, (one) => REFERENCES[one] ?? decimalReference(one));
const plainValue = (text: string) =>
  text.replace(/[&<>"\t\n\r]/g, (one) => REFERENCES[one] ?? decimalReference(one));

const hexReference = (one: string) => `&#x${one.charCodeAt(0).toString(16).toUpperCase()};`;
const decimalReference = (one: string) => `&#${one.charCodeAt(0)};`;

export const isElement = (node: Node): node is Element => node.nodeType === 1;
const isText = (node: Node): node is CharacterData => node.nodeType === 3 || node.nodeType === 4;
/** The XML declaration comes as an instruction too; it is none. */
const isInstruction = (node: Node): node is ProcessingInstruction =>
  node.nodeType === 7 && node.nodeName !== 'xml';
const isComment = (node: Node): node is CharacterData => node.nodeType === 8;

const attributesOf = (element: Element): Attr[] => Array.from(element.attributes);
const isDeclaration = ({ nodeName }: Attr) => nodeName === 'xmlns' || nodeName.startsWith('xmlns:');
/** Of a declaration: '' for the default namespace. */
const declaredPrefix = ({ nodeName }: Attr) => nodeName.slice('xmlns:'.length);

const instruction = ({ target, data }: ProcessingInstruction) => `<?${target}${data ? ` ${data}` : ''}?>`;

const byText = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

/** Prefix → namespace, as already written on the elements around. */
type Scope = ReadonlyMap<string, string>;

/** The whole document: what a reference with URI="" covers. Instructions outside the root stand on lines of their own. */
export function canonicalDocument(document: Document): string {
  const nodes = Array.from(document.childNodes);
  const root = nodes.findIndex(isElement);
  return nodes
    .map((node, index) => {
      if (isElement(node)) return canonicalElement(node, new Map());
      if (!isInstruction(node)) return '';
      return index < root ? `${instruction(node)}\n` : `\n${instruction(node)}`;
    })
    .join('');
}

/** One element cut out of its document: it carries the namespaces and the xml: attributes of the elements around it. */
export function canonicalApex(element: Element): string {
  const around: Element[] = [];
  for (let node = element.parentNode; node && isElement(node); node = node.parentNode) around.unshift(node);
  const inherited = new Map<string, Attr>();
  for (const attribute of around.flatMap(attributesOf)) {
    if (isDeclaration(attribute) || attribute.nodeName.startsWith(XML_PREFIX)) {
      inherited.set(attribute.nodeName, attribute);
    }
  }
  return canonicalElement(element, new Map(), [...inherited.values()]);
}

function canonicalElement(element: Element, scope: Scope, inherited: readonly Attr[] = []): string {
  const own = new Map([...inherited, ...attributesOf(element)].map((one) => [one.nodeName, one]));
  const all = [...own.values()];
  const declared = all
    .filter(isDeclaration)
    .filter((one) => (scope.get(declaredPrefix(one)) ?? '') !== one.value)
    .toSorted((one, other) => byText(declaredPrefix(one), declaredPrefix(other)));
  const attributes = all
    .filter((one) => !isDeclaration(one))
    .toSorted(
      (one, other) =>
        byText(one.namespaceURI ?? '', other.namespaceURI ?? '') ||
        byText(one.localName ?? one.nodeName, other.localName ?? other.nodeName),
    );
  const inner = new Map([
    ...scope,
    ...declared.map((one): [string, string] => [declaredPrefix(one), one.value]),
  ]);
  const content = Array.from(element.childNodes, (node) => {
    if (isElement(node)) return canonicalElement(node, inner);
    if (isText(node)) return canonicalText(node.data);
    return isInstruction(node) ? instruction(node) : '';
  }).join('');
  return `<${element.nodeName}${written([...declared, ...attributes], canonicalValue)}>${content}</${element.nodeName}>`;
}

function written(attributes: readonly Attr[], quote: (text: string) => string): string {
  return attributes.map(({ nodeName, value }) => ` ${nodeName}="${quote(value)}"`).join('');
}

/**
 * A document as NCALayer writes it: the declaration with `standalone="no"`, attributes by name, empty elements short.
 * `last` is put before the end of the root.
 */
export function plainDocument(document: Document, last = ''): string {
  const root = document.documentElement;
  const body = Array.from(document.childNodes, (node) =>
    node === root ? plainElement(root, last) : plainNode(node),
  ).join('');
  return `<?xml version="1.0" encoding="UTF-8" standalone="no"?>${body}`;
}

function plainElement(element: Element, last = ''): string {
  const { nodeName } = element;
  const attributes = attributesOf(element).toSorted((one, other) => byText(one.nodeName, other.nodeName));
  const start = `<${nodeName}${written(attributes, plainValue)}`;
  const content = Array.from(element.childNodes, plainNode).join('') + last;
  return content === '' ? `${start}/>` : `${start}>${content}</${nodeName}>`;
}

function plainNode(node: Node): string {
  if (isElement(node)) return plainElement(node);
  if (isText(node)) return plainText(node.data);
  if (isInstruction(node)) return instruction(node);
  return isComment(node) ? `<!--${node.data}-->` : '';
}
