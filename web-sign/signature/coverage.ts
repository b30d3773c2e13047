import { DSIG } from './xml/algorithms.ts';
import { DOCUMENT_BOUNDS, scanXml } from './xml/scan.ts';
import { elementsOf, isElement, isInside, XMLNS_NAMESPACE, type XmlElement } from './xml/tree.ts';

/**
 * Whether a signature over the element with this Id speaks for the whole document: around it are only elements without
 * words of their own, and other signatures. Anything else beside it is signed by nobody, and "valid" said of the file
 * would be taken to mean it too (EDS.md §6.2). `text` has been verified, so the Id is there once.
 */
export function coversWhole(text: string, reference: string): boolean {
  const root = scanXml(text, DOCUMENT_BOUNDS);
  const target = [...elementsOf(root)].find((element) =>
    element.attributes.some(({ localName, value }) => value === reference && /^id$/i.test(localName)),
  );
  return target !== undefined && isBareAround(root, target);
}

function isBareAround(element: XmlElement, target: XmlElement): boolean {
  if (element === target || isSignature(element)) return true;
  if (!isInside(target, element)) return false;
  return (
    element.attributes.every(({ namespaceURI }) => namespaceURI === XMLNS_NAMESPACE) &&
    element.childNodes.every((node) =>
      isElement(node) ? isBareAround(node, target) : node.data.trim() === '',
    )
  );
}

function isSignature(element: XmlElement): boolean {
  return element.localName === 'Signature' && element.namespaceURI === DSIG;
}
