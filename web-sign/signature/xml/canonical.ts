import { declaredPrefix } from './namespaces.ts';
import { XML_NAMESPACE, type XmlElement } from './tree.ts';

/** What both our own tree and a DOM of another parser offer: the same canonical form can be made of either. */
export interface CanonicalElement {
  readonly tagName: string;
  readonly prefix: string | null;
  readonly attributes: ArrayLike<CanonicalAttribute>;
  readonly childNodes: ArrayLike<CanonicalElement | { readonly data: string }>;
}

export interface CanonicalAttribute {
  readonly name: string;
  readonly prefix: string | null;
  readonly localName: string;
  readonly namespaceURI: string | null;
  readonly value: string;
}

/** What a part of a document takes over from the elements around it. */
export interface Context {
  /** Prefix → namespace in force around the element. */
  readonly namespaces: ReadonlyMap<string, string>;
  /** `xml:lang` and the like of the elements around, nearest first of each name (inclusive form only). */
  readonly inherited: readonly CanonicalAttribute[];
}

export interface CanonicalOptions {
  /** Exclusive XML Canonicalization 1.0 without a prefix list, otherwise Canonical XML 1.0. */
  readonly exclusive?: boolean | undefined;
  /** None for the root of a document. */
  readonly context?: Context | undefined;
  /** Elements that are left out whole: signatures. */
  readonly without?: ReadonlySet<unknown> | undefined;
}

const NO_CONTEXT: Context = { namespaces: new Map(), inherited: [] };

/** The context of an element inside its own document. */
export function contextOf(element: XmlElement): Context {
  const inherited = new Map<string, CanonicalAttribute>();
  for (let at = element.parentNode; at; at = at.parentNode) {
    for (const attribute of at.attributes) {
      if (attribute.namespaceURI === XML_NAMESPACE && !inherited.has(attribute.name)) {
        inherited.set(attribute.name, attribute);
      }
    }
  }
  return {
    namespaces: element.parentNode?.scope ?? NO_CONTEXT.namespaces,
    inherited: [...inherited.values()],
  };
}

/**
 * Canonical XML 1.0 (W3C 2001-03-15) or its exclusive form (2002-07-18) of an element; there are no comments and no
 * processing instructions to keep or drop: scan.ts lets none in. The signed bytes are these in UTF-8.
 */
export function canonicalXml(element: CanonicalElement, options: CanonicalOptions = {}): string {
  const { exclusive = false, context = NO_CONTEXT, without } = options;
  const out: string[] = [];
  const writer = exclusive ? new ExclusiveNamespaces(context) : new InclusiveNamespaces(context);
  write(element, writer, exclusive ? [] : context.inherited, without, out);
  return out.join('');
}

function write(
  element: CanonicalElement,
  namespaces: NamespaceWriter,
  inherited: readonly CanonicalAttribute[],
  without: ReadonlySet<unknown> | undefined,
  out: string[],
): void {
  if (without?.has(element)) return;
  const inner = namespaces.enter(element);
  out.push('<', element.tagName);
  for (const [prefix, uri] of inner.declarations) {
    out.push(prefix === '' ? ' xmlns="' : ` xmlns:${prefix}="`, escapeValue(uri), '"');
  }
  for (const { name, value } of attributesInOrder(element, inherited)) {
    out.push(' ', name, '="', escapeValue(value), '"');
  }
  out.push('>');
  const { childNodes } = element;
  for (let index = 0; index < childNodes.length; index++) {
    const child = childNodes[index];
    if (child === undefined) continue;
    if ('tagName' in child) write(child, inner.namespaces, [], without, out);
    else out.push(escapeText(child.data));
  }
  out.push('</', element.tagName, '>');
}

/** Code units, as the signers' own library orders them. */
function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function attributesInOrder(
  element: CanonicalElement,
  inherited: readonly CanonicalAttribute[],
): readonly CanonicalAttribute[] {
  if (element.attributes.length === 0 && inherited.length === 0) return [];
  const own = Array.from(element.attributes).filter(({ name }) => declaredPrefix(name) === undefined);
  const taken = inherited.filter(({ name }) => !own.some((attribute) => attribute.name === name));
  if (own.length + taken.length < 2) return own.length === 1 ? own : taken;
  return [...own, ...taken].sort(
    (left, right) =>
      compare(left.namespaceURI ?? '', right.namespaceURI ?? '') || compare(left.localName, right.localName),
  );
}

type Declarations = readonly (readonly [prefix: string, uri: string])[];

interface NamespaceWriter {
  enter(element: CanonicalElement): {
    readonly declarations: Declarations;
    readonly namespaces: NamespaceWriter;
  };
}

const NONE: Declarations = [];

function ownDeclarations(element: CanonicalElement): [string, string][] {
  const found: [string, string][] = [];
  for (let index = 0; index < element.attributes.length; index++) {
    const attribute = element.attributes[index];
    const prefix = attribute && declaredPrefix(attribute.name);
    if (attribute && prefix !== undefined && prefix !== 'xml') found.push([prefix, attribute.value]);
  }
  return found;
}

/** What differs from what is written already; taking back a default namespace that nobody wrote says nothing. */
function news(
  wanted: Iterable<readonly [string, string]>,
  written: ReadonlyMap<string, string>,
): Declarations {
  const found = [...wanted].filter(([prefix, uri]) => (written.get(prefix) ?? '') !== uri);
  return found.length > 1 ? found.sort(([left], [right]) => compare(left, right)) : found;
}

function extended(written: ReadonlyMap<string, string>, added: Declarations): ReadonlyMap<string, string> {
  return added.length === 0 ? written : new Map([...written, ...added]);
}

/** Every declaration in force is written where it first holds. */
class InclusiveNamespaces implements NamespaceWriter {
  readonly #written: ReadonlyMap<string, string>;
  readonly #around: ReadonlyMap<string, string> | null;

  constructor(context: Context | null, written: ReadonlyMap<string, string> = new Map()) {
    this.#around = context && context.namespaces.size > 0 ? context.namespaces : null;
    this.#written = written;
  }

  enter(element: CanonicalElement): { declarations: Declarations; namespaces: NamespaceWriter } {
    const own = ownDeclarations(element);
    if (own.length === 0 && !this.#around) return { declarations: NONE, namespaces: this };
    const wanted = this.#around ? new Map([...this.#around, ...own]) : own;
    const declarations = news(withoutXml(wanted), this.#written);
    return { declarations, namespaces: new InclusiveNamespaces(null, extended(this.#written, declarations)) };
  }
}

function* withoutXml(wanted: Iterable<readonly [string, string]>): Generator<readonly [string, string]> {
  for (const pair of wanted) if (pair[0] !== 'xml') yield pair;
}

/** Only what the element and its attributes use is written. */
class ExclusiveNamespaces implements NamespaceWriter {
  readonly #scope: ReadonlyMap<string, string>;
  readonly #written: ReadonlyMap<string, string>;

  constructor(context: Context, written: ReadonlyMap<string, string> = new Map()) {
    this.#scope = context.namespaces;
    this.#written = written;
  }

  enter(element: CanonicalElement): { declarations: Declarations; namespaces: NamespaceWriter } {
    const scope = extended(this.#scope, ownDeclarations(element));
    const used = new Set([element.prefix ?? '']);
    for (const { name, prefix } of Array.from(element.attributes)) {
      if (prefix && prefix !== 'xml' && declaredPrefix(name) === undefined) used.add(prefix);
    }
    const wanted = [...used].map((prefix): [string, string] => [prefix, scope.get(prefix) ?? '']);
    const declarations = news(wanted, this.#written);
    const context = { namespaces: scope, inherited: [] };
    return {
      declarations,
      namespaces: new ExclusiveNamespaces(context, extended(this.#written, declarations)),
    };
  }
}

const TEXT_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\r': '&#xD;',
};

function escapeText(text: string): string {
  return /[&<>\r]/.test(text) ? text.replace(/[&<>\r]/g, (sign) => TEXT_ESCAPES[sign] ?? sign) : text;
}

const VALUE_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

function escapeValue(value: string): string {
  return /[&<"\t\n\r]/.test(value)
    ? value.replace(/[&<"\t\n\r]/g, (sign) => VALUE_ESCAPES[sign] ?? sign)
    : value;
}
