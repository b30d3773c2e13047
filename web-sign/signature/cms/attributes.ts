import { children, DerError, type DerNode, fieldsOf, readOid, Tag } from '../der/reader.ts';
import { SignatureRefused } from '../reasons.ts';

/** Values by object identifier. */
export type Attributes = ReadonlyMap<string, readonly DerNode[]>;

export interface SignedAttributes {
  readonly attributes: Attributes;
  /** What the signature covers: the bytes as they came, under the tag of a SET (RFC 5652 §5.4). */
  readonly der: Uint8Array;
  /** In the order that DER prescribes. Other programs sign what they wrote in any order; ours do not take it. */
  readonly inOrder: boolean;
}

function attribute(node: DerNode): { oid: string; values: readonly DerNode[] } {
  const fields = fieldsOf(node);
  const oid = readOid(fields.next());
  const values = children(fields.next(Tag.SET));
  fields.end();
  if (values.length === 0) throw new DerError('an attribute without a value');
  return { oid, values };
}

/** `node`: [0] IMPLICIT SET OF Attribute. Each attribute once (RFC 5652 §11). Throws DerError, SignatureRefused('not-cms'). */
export function signedAttributesOf(node: DerNode): SignedAttributes {
  const attributes = new Map<string, readonly DerNode[]>();
  let inOrder = true;
  let previous: Uint8Array | undefined;
  for (const member of children(node)) {
    if (previous !== undefined && Buffer.compare(previous, member.bytes) > 0) inOrder = false;
    previous = member.bytes;
    const { oid, values } = attribute(member);
    if (attributes.has(oid)) throw new SignatureRefused('not-cms', `attribute ${oid} twice`);
    attributes.set(oid, values);
  }
  if (attributes.size === 0) throw new DerError('no signed attributes');
  const der = Uint8Array.from(node.bytes);
  der[0] = Tag.SET;
  return { attributes, der, inOrder };
}

/** No signature covers these, so anybody may add one: the values of equal ones are put together. Throws DerError. */
export function unsignedAttributesOf(node: DerNode): Attributes {
  const attributes = new Map<string, readonly DerNode[]>();
  for (const member of children(node)) {
    const { oid, values } = attribute(member);
    attributes.set(oid, [...(attributes.get(oid) ?? []), ...values]);
  }
  return attributes;
}

/** The only value of an attribute, undefined when there is no such attribute. Throws DerError when there are several. */
export function onlyValue(attributes: Attributes, oid: string): DerNode | undefined {
  const values = attributes.get(oid);
  if (values !== undefined && values.length !== 1) throw new DerError(`attribute ${oid} has several values`);
  return values?.[0];
}
