import { children, DerError, type DerNode, fieldsOf, readOid, readText, Tag } from '../der/reader.ts';

/** One attribute of a distinguished name; `value` is null for a type of text that nobody here reads. */
export interface NameAttribute {
  readonly oid: string;
  readonly value: string | null;
}

export const NameOid = {
  COMMON_NAME: '2.5.4.3',
  SURNAME: '2.5.4.4',
  SERIAL_NUMBER: '2.5.4.5',
  COUNTRY: '2.5.4.6',
  ORGANISATION: '2.5.4.10',
  UNIT: '2.5.4.11',
  GIVEN_NAME: '2.5.4.42',
} as const;

function textOrNull(node: DerNode): string | null {
  try {
    return readText(node);
  } catch (error) {
    if (error instanceof DerError) return null;
    throw error;
  }
}

/** The attributes of a Name in their order. Throws DerError. */
export function parseName(name: DerNode): readonly NameAttribute[] {
  if (name.tag !== Tag.SEQUENCE) throw new DerError('a name is a sequence');
  return children(name).flatMap((set) => {
    if (set.tag !== Tag.SET) throw new DerError('a name consists of sets');
    return children(set).map((pair) => {
      const fields = fieldsOf(pair);
      const oid = readOid(fields.next(Tag.OID));
      const value = textOrNull(fields.next());
      fields.end();
      return { oid, value };
    });
  });
}

/** Values of one attribute type, in their order. */
export function valuesOf(name: readonly NameAttribute[], oid: string): readonly string[] {
  return name.flatMap((attribute) =>
    attribute.oid === oid && attribute.value !== null ? [attribute.value] : [],
  );
}
