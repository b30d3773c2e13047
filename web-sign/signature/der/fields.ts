import { DerError, type DerNode, Tag } from './node.ts';
import { children } from './tree.ts';

/** The fields of a sequence taken in order: what is required, what may be there, and nothing beside it. All throw DerError. */
export class Fields {
  readonly #nodes: readonly DerNode[];
  #at = 0;

  constructor(node: DerNode, tag: number = Tag.SEQUENCE) {
    if (node.tag !== tag) throw new DerError(`type ${node.tag} where ${tag} was expected`);
    this.#nodes = children(node);
  }

  /** The next field, of the given type when one is given. */
  next(tag?: number): DerNode {
    const node = this.#nodes[this.#at];
    if (!node) throw new DerError('a field is missing');
    if (tag !== undefined && node.tag !== tag) {
      throw new DerError(`type ${node.tag} where ${tag} was expected`);
    }
    this.#at += 1;
    return node;
  }

  /** The next field when it has this type. */
  optional(tag: number): DerNode | undefined {
    const node = this.#nodes[this.#at];
    if (node?.tag !== tag) return undefined;
    this.#at += 1;
    return node;
  }

  get more(): boolean {
    return this.#at < this.#nodes.length;
  }

  /** Nothing may be left. */
  end(): void {
    if (this.more) throw new DerError('an unexpected field');
  }
}

export function fieldsOf(node: DerNode, tag: number = Tag.SEQUENCE): Fields {
  return new Fields(node, tag);
}
