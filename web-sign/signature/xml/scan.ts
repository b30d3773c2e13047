import { SignatureRefused } from '../reasons.ts';
import { decodeText, decodeValue, refuseBadCharacters } from './characters.ts';
import { type OpenElement, openElement, type WrittenAttribute } from './namespaces.ts';
import type { XmlElement } from './tree.ts';

/** Bounds of one document. Whatever is longer, deeper or richer is refused before anything reads it. */
export interface Bounds {
  /** UTF-16 units. */
  readonly length: number;
  readonly depth: number;
  /** And four times as many attributes. */
  readonly elements: number;
}

/** A statement is a few kilobytes; the rest is room for a signature and for a serialiser that writes every letter as a reference. */
export const STATEMENT_BOUNDS: Bounds = { length: 512 * 1024, depth: 64, elements: 1_000 };
/** What the command line reads: documents of others, which may be larger. */
export const DOCUMENT_BOUNDS: Bounds = { length: 2 * 1024 * 1024, depth: 128, elements: 4_000 };

const MOST_ATTRIBUTES = 64;
const LONGEST_NAME = 256;

/**
 * A strict reader of a small XML: elements, attributes, text, references to characters. No document type, no processing
 * instruction but one leading declaration, no comment, no CDATA, no entity of one's own, UTF-8 only, nothing after the root.
 * Whatever a lenient parser might read in two ways is refused here with its own reason, so that what is verified later
 * can be read in one way only (EDS.md §6.3). One pass, no backtracking.
 * @throws SignatureRefused
 */
export function scanXml(text: string, bounds: Bounds): XmlElement {
  if (text.length > bounds.length) throw new SignatureRefused('too-large', `${text.length} signs`);
  if (text.trim() === '') throw new SignatureRefused('empty');
  refuseBadCharacters(text);
  return new Scanner(text, bounds).read();
}

const START =
  'A-Za-z_\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c\\u200d\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufefe\\uff00-\\ufffd';
const NAME = `[${START}][${START}\\-.0-9\\u00b7\\u0300-\\u036f\\u203f\\u2040]*`;
const QUALIFIED = `${NAME}(?::${NAME})?`;
const SPACE = '[ \\t\\r\\n]';

const DECLARATION = new RegExp(
  `<\\?xml${SPACE}+version${SPACE}*=${SPACE}*(?:"1\\.0"|'1\\.0')` +
    `(?:${SPACE}+encoding${SPACE}*=${SPACE}*(?:"([A-Za-z][A-Za-z0-9._-]*)"|'([A-Za-z][A-Za-z0-9._-]*)'))?` +
    `(?:${SPACE}+standalone${SPACE}*=${SPACE}*(?:"(?:yes|no)"|'(?:yes|no)'))?${SPACE}*\\?>`,
  'y',
);
const TAG_NAME = new RegExp(QUALIFIED, 'y');
const ATTRIBUTE = new RegExp(`${SPACE}+(${QUALIFIED})${SPACE}*=${SPACE}*(?:"([^"<]*)"|'([^'<]*)')`, 'y');
const START_END = new RegExp(`${SPACE}*(/?)>`, 'y');
const END_TAG = new RegExp(`</(${QUALIFIED})${SPACE}*>`, 'y');
const BLANK = /^[ \t\r\n]*$/;

class Scanner {
  readonly #text: string;
  readonly #bounds: Bounds;
  readonly #open: OpenElement[] = [];
  #at = 0;
  #elements = 0;
  #attributes = 0;
  #root: OpenElement | null = null;

  constructor(text: string, bounds: Bounds) {
    this.#text = text;
    this.#bounds = bounds;
  }

  read(): XmlElement {
    this.#readDeclaration();
    for (;;) {
      const tag = this.#text.indexOf('<', this.#at);
      this.#readText(tag < 0 ? this.#text.length : tag);
      if (tag < 0) break;
      this.#readMarkup();
    }
    if (!this.#root || this.#open.length > 0) throw new SignatureRefused('not-well-formed', 'ends too early');
    return this.#root;
  }

  #readDeclaration(): void {
    if (!/^<\?xml[ \t\r\n]/.test(this.#text)) return;
    DECLARATION.lastIndex = 0;
    const found = DECLARATION.exec(this.#text);
    if (!found) throw new SignatureRefused('not-well-formed', 'XML declaration');
    const encoding = found[1] ?? found[2] ?? 'UTF-8';
    if (encoding.toUpperCase() !== 'UTF-8') throw new SignatureRefused('encoding', encoding);
    this.#at = DECLARATION.lastIndex;
  }

  #readText(end: number): void {
    if (end === this.#at) return;
    const written = this.#text.slice(this.#at, end);
    this.#at = end;
    const parent = this.#open.at(-1);
    if (parent) parent.childNodes.push({ data: decodeText(written) });
    else if (!BLANK.test(written)) {
      throw new SignatureRefused(this.#root ? 'after-root' : 'not-well-formed', 'text outside the root');
    }
  }

  #readMarkup(): void {
    const sign = this.#text[this.#at + 1];
    if (sign === '!') throw new SignatureRefused(this.#declarationReason());
    if (sign === '?') throw new SignatureRefused('processing-instruction');
    if (sign === '/') {
      this.#readEnd();
      return;
    }
    if (this.#root && this.#open.length === 0) throw new SignatureRefused('after-root', 'a second root');
    this.#readStart();
  }

  #declarationReason(): 'comment' | 'cdata' | 'doctype' | 'not-well-formed' {
    if (this.#text.startsWith('<!--', this.#at)) return 'comment';
    if (this.#text.startsWith('<![', this.#at)) return 'cdata';
    return /[A-Za-z]/.test(this.#text[this.#at + 2] ?? '') ? 'doctype' : 'not-well-formed';
  }

  #readStart(): void {
    const tagName = this.#match(TAG_NAME, this.#at + 1)?.[0];
    if (tagName === undefined || tagName.length > LONGEST_NAME)
      throw new SignatureRefused('not-well-formed', 'tag');
    const attributes = this.#readAttributes();
    const end = this.#match(START_END, this.#at);
    if (!end) throw new SignatureRefused('not-well-formed', 'tag');
    this.#count(attributes.length);
    if (this.#open.length >= this.#bounds.depth) throw new SignatureRefused('too-deep');
    const element = openElement(tagName, attributes, this.#open.at(-1) ?? null);
    this.#root ??= element;
    if (end[1] === '') this.#open.push(element);
  }

  #count(attributes: number): void {
    this.#elements += 1;
    this.#attributes += attributes;
    const { elements } = this.#bounds;
    if (this.#elements > elements || this.#attributes > 4 * elements) {
      throw new SignatureRefused('too-large', 'elements and attributes');
    }
  }

  #readAttributes(): WrittenAttribute[] {
    const attributes: WrittenAttribute[] = [];
    for (let found = this.#match(ATTRIBUTE, this.#at); found; found = this.#match(ATTRIBUTE, this.#at)) {
      const name = found[1] ?? '';
      if (attributes.length === MOST_ATTRIBUTES) throw new SignatureRefused('too-large', 'attributes');
      if (name.length > LONGEST_NAME) throw new SignatureRefused('not-well-formed', 'attribute');
      attributes.push({ name, value: decodeValue(found[2] ?? found[3] ?? '') });
    }
    return attributes;
  }

  #readEnd(): void {
    const name = this.#match(END_TAG, this.#at)?.[1];
    const element = this.#open.pop();
    if (!element || element.tagName !== name) throw new SignatureRefused('not-well-formed', 'end tag');
  }

  /** Matches here or nowhere, and moves on. */
  #match(pattern: RegExp, at: number): RegExpExecArray | null {
    pattern.lastIndex = at;
    const found = pattern.exec(this.#text);
    if (found) this.#at = pattern.lastIndex;
    return found;
  }
}
