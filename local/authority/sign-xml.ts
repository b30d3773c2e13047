import type { Key } from './key.ts';

/** BASICS: compact. COMMON_UTILS: a line break after every element, base64 wrapped at 76 columns (EDS.md §2.1). */
export type XmlLayout = 'BASICS' | 'COMMON_UTILS';

/**
 * Enveloped XMLDSIG as NCALayer makes it: the last child of the root element.
 * @throws Error when `xml` is not one well-formed document.
 */
export function signXml(_xml: string, _key: Key, _layout: XmlLayout = 'BASICS'): string {
  throw new Error('not built yet');
}
