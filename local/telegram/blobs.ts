import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes on disk under their own hash: written once however often they are saved, gone when nothing names them. */
export class Blobs {
  readonly #folder: string;
  readonly #known: Set<string>;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    this.#known = new Set(readdirSync(folder).filter((name) => /^[0-9a-f]{64}$/.test(name)));
  }

  put(hash: string, bytes: Buffer): void {
    if (this.#known.has(hash)) return;
    const path = join(this.#folder, hash);
    // Written beside and renamed: a kill in the middle leaves no torn file under a good name.
    writeFileSync(`${path}.new`, bytes);
    renameSync(`${path}.new`, path);
    this.#known.add(hash);
  }

  /** Undefined when somebody has taken the file away. */
  get(hash: string): Buffer | undefined {
    if (!this.#known.has(hash)) return undefined;
    try {
      return readFileSync(join(this.#folder, hash));
    } catch {
      return undefined;
    }
  }

  /** Removes everything else. */
  keepOnly(hashes: ReadonlySet<string>): void {
    for (const hash of this.#known) {
      if (hashes.has(hash)) continue;
      rmSync(join(this.#folder, hash), { force: true });
      this.#known.delete(hash);
    }
  }
}
