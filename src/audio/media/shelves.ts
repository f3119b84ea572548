import type { KeyValueStore } from '#contracts/key-value-store.ts';
import type { Clock } from '#core/clock.ts';
import type { ItemFacts } from '../source/contract.ts';
import { knownFacts } from '../source/known-facts.ts';
import type { LibraryFolders } from '../source/library-folders.ts';
import { LibraryIndex } from '../source/library-index.ts';
import type { FactsReader } from './facts-reader.ts';
import { readFile } from './index/background-reader.ts';
import { plainName, Shelf, type ShelfEntry } from './index/shelf.ts';
import { namedFacts } from './tag-line.ts';

export interface ShelvesComponents {
  library: LibraryFolders;
  cache: KeyValueStore;
  facts: Pick<FactsReader, 'read'>;
  clock: Clock;
}

/** The library folders of all guilds, each read once however many guilds have it. */
export class Shelves {
  readonly #components: ShelvesComponents;
  readonly #index: LibraryIndex;
  readonly #byRoot = new Map<string, Shelf>();

  constructor(components: ShelvesComponents) {
    this.#components = components;
    this.#index = new LibraryIndex(components.clock);
  }

  /** A guild's own folder before the one of all guilds. */
  of(guildId: string): Shelf[] {
    return this.#components.library.of(guildId).map((root) => this.#shelf(root));
  }

  all(): Shelf[] {
    return this.#components.library.all().map((root) => this.#shelf(root));
  }

  /** What is known without reading anything. */
  known(guildId: string, name: string): ItemFacts {
    for (const shelf of this.of(guildId)) {
      const known = shelf.knownOf(name);
      if (known) return knownFacts(known);
    }
    return namedFacts(plainName(name));
  }

  /** With its cover; what can't be read is left out. Throws the signal's reason. */
  async read(guildId: string, name: string, signal: AbortSignal): Promise<ItemFacts> {
    for (const shelf of this.of(guildId)) {
      const read = await readFile(this.#components.facts, shelf, name, signal, true).catch(() => undefined);
      signal.throwIfAborted();
      if (read) return knownFacts(read);
    }
    return this.known(guildId, name);
  }

  /** By name, title, or artist and title; the guild's own first, one name once. */
  async called(guildId: string, text: string): Promise<ShelfEntry[]> {
    const shelves = this.of(guildId);
    await Promise.all(shelves.map((shelf) => shelf.refresh()));
    return once(shelves.flatMap((shelf) => shelf.called(text)));
  }

  /** The best of those that fit. Not waited for where a folder is being read again. */
  find(guildId: string, words: readonly string[], countMax: number): ShelfEntry[] {
    return once(this.of(guildId).flatMap((shelf) => shelf.find(words, countMax))).slice(0, countMax);
  }

  #shelf(root: string): Shelf {
    const shelf = this.#byRoot.get(root) ?? new Shelf({ ...this.#components, index: this.#index }, root);
    this.#byRoot.set(root, shelf);
    return shelf;
  }
}

/** A name that exists twice means the first. */
function once(entries: readonly ShelfEntry[]): ShelfEntry[] {
  const names = new Set<string>();
  return entries.filter(({ name }) => !names.has(name) && names.add(name));
}
