import { createHash } from 'node:crypto';

/** A file that arrived. Its bytes may have left: they are kept within a limit, the newest first. */
export interface StoredFile {
  readonly id: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly md5: string;
}

/** For all services together. */
export const bytesKeptMax = 96 * 1024 * 1024;

/** Bytes of files, by their hash, so that the same bytes are kept once. */
export class Depot {
  readonly #kept = new Map<string, Buffer>();
  readonly #max: number;
  #total = 0;

  constructor(max = bytesKeptMax) {
    this.#max = max;
  }

  get totalBytes(): number {
    return this.#total;
  }

  keep(bytes: Uint8Array): StoredFile {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const md5 = createHash('md5').update(bytes).digest('hex');
    const before = this.#kept.get(sha256);
    if (before) this.#forget(sha256, before);
    if (bytes.byteLength <= this.#max) {
      this.#kept.set(sha256, Buffer.from(bytes));
      this.#total += bytes.byteLength;
    }
    for (const [oldest, held] of this.#kept) {
      if (this.#total <= this.#max) break;
      this.#forget(oldest, held);
    }
    return { id: sha256, sizeBytes: bytes.byteLength, sha256, md5 };
  }

  /** Undefined: they have left, or were too many. */
  read({ id }: Pick<StoredFile, 'id'>): Buffer | undefined {
    return this.#kept.get(id);
  }

  #forget(id: string, held: Buffer): void {
    this.#kept.delete(id);
    this.#total -= held.byteLength;
  }
}
