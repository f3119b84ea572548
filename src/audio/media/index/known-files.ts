import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { KeyValueStore } from '#contracts/key-value-store.ts';
import { type KnownFile, knownFile } from './known-file.ts';

/**
 * A folder's files are spread over so many values of the cache: one value for each would fill the cache's number of
 * entries, one for all would be too long, and be written again for each file.
 */
const bucketCount = 256;

const bucket = z.record(z.string(), knownFile);

/**
 * What is known of the files of one library folder, by name. Kept in the cache and not in a table, because it can be
 * read again from the files: a lost cache costs time only.
 */
export class KnownFiles {
  readonly #cache: KeyValueStore;
  readonly #prefix: string;
  readonly #buckets = Array.from({ length: bucketCount }, () => new Map<string, KnownFile>());

  constructor({ cache }: { cache: KeyValueStore }, root: string) {
    this.#cache = cache;
    this.#prefix = `media-tags:${createHash('sha256').update(root).digest('hex').slice(0, 16)}`;
  }

  /** `isThere`: files that are gone are forgotten. */
  async load(isThere: (name: string) => boolean): Promise<void> {
    for (const [index, known] of this.#buckets.entries()) {
      const stored = bucket.safeParse(await this.#cache.get(`${this.#prefix}:${index}`));
      for (const [name, file] of Object.entries(stored.data ?? {})) if (isThere(name)) known.set(name, file);
    }
  }

  of(name: string): KnownFile | undefined {
    return this.#buckets[bucketOf(name)]?.get(name);
  }

  async keep(name: string, file: KnownFile): Promise<void> {
    const index = bucketOf(name);
    const known = this.#buckets[index]?.set(name, file) ?? [];
    await this.#cache.set(`${this.#prefix}:${index}`, Object.fromEntries(known));
  }

  forgetExcept(isThere: (name: string) => boolean): void {
    for (const known of this.#buckets)
      for (const name of known.keys()) if (!isThere(name)) known.delete(name);
  }
}

/** Cheap, and the same in every process: FNV-1a. */
function bucketOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % bucketCount;
}
