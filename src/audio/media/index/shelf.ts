import { basename } from 'node:path';
import type { KeyValueStore } from '#contracts/key-value-store.ts';
import type { Clock } from '#core/clock.ts';
import { foldName, sameName, wordsFit } from '#core/text/names.ts';
import type { LibraryIndex, Listing } from '../../source/library-index.ts';
import { withoutExtension } from '../../source/library-names.ts';
import { tagLine } from '../tag-line.ts';
import type { KnownFile } from './known-file.ts';
import { KnownFiles } from './known-files.ts';

/** A listing may be this old while people type; the new one is there for the next letter. */
const freshMs = 2_000;

/** Something in a library folder that plays by its name. */
export interface ShelfEntry {
  /** As the source opener takes it. */
  name: string;
  kind: 'file' | 'folder' | 'playlist';
  known: KnownFile | undefined;
}

/** One library folder: what is in it, and what its files say of themselves as far as they were read. */
export class Shelf {
  readonly root: string;
  readonly #index: Pick<LibraryIndex, 'of'>;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #known: KnownFiles;
  #listing: Listing | undefined;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;
  #names: readonly string[] = [];
  #kinds: ShelfEntry['kind'][] = [];
  /** Folded: title, artist, album and name of each. */
  #folded: string[] = [];

  constructor(
    components: { index: Pick<LibraryIndex, 'of'>; cache: KeyValueStore; clock: Pick<Clock, 'monotonicMs'> },
    root: string,
  ) {
    this.root = root;
    this.#index = components.index;
    this.#clock = components.clock;
    this.#known = new KnownFiles(components, root);
  }

  /** Names of files, as of the last look. */
  get files(): readonly string[] {
    return this.#listing?.files ?? [];
  }

  knownOf(name: string): KnownFile | undefined {
    return this.#known.of(name);
  }

  async keep(name: string, known: KnownFile): Promise<void> {
    await this.#known.keep(name, known);
    const at = this.#names.indexOf(name);
    if (at >= 0) this.#folded[at] = this.#foldedOf(name);
  }

  /** Looks again where the last look is old; callers that can't wait read what is there. Never throws. */
  refresh(): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    if (this.#reading === undefined && nowMs - this.#readAtMs >= freshMs)
      this.#reading = this.#look()
        .catch(() => {})
        .finally(() => {
          this.#readAtMs = this.#clock.monotonicMs();
          this.#reading = undefined;
        });
    return this.#reading ?? Promise.resolve();
  }

  /** Titles of files where they are known, else their names. */
  titles(): string[] {
    return this.files.map((name) => this.#known.of(name)?.title ?? plainName(name));
  }

  /** The best that fit, and not more; in the order of the library where they fit alike. */
  find(words: readonly string[], countMax: number): ShelfEntry[] {
    const byFit: ShelfEntry[][] = [[], [], []];
    for (let at = 0; at < this.#names.length; at++) {
      const fit = wordsFit(this.#folded[at] ?? '', words);
      const found = fit === undefined ? undefined : byFit[fit];
      if (!found || found.length >= countMax) continue;
      found.push(this.#entry(at));
      if (fit === 0 && found.length >= countMax) break;
    }
    return byFit.flat().slice(0, countMax);
  }

  /** Those that are called so: by name, with or without extension and folder, by title, by artist and title. */
  called(text: string): ShelfEntry[] {
    const folded = foldName(text);
    const found: ShelfEntry[] = [];
    for (let at = 0; at < this.#names.length && found.length < calledMax; at++) {
      if (!(this.#folded[at] ?? '').includes(firstWord(folded))) continue;
      const entry = this.#entry(at);
      if (namesOf(entry).some((name) => sameName(name, text))) found.push(entry);
    }
    return found;
  }

  #entry(at: number): ShelfEntry {
    const name = this.#names[at] ?? '';
    return { name, kind: this.#kinds[at] ?? 'file', known: this.#known.of(name) };
  }

  async #look(): Promise<void> {
    const listing = await this.#index.of(this.root);
    if (listing === this.#listing) return;
    const isFirst = this.#listing === undefined;
    const there = new Set(listing.files);
    if (isFirst) await this.#known.load((name) => there.has(name));
    else this.#known.forgetExcept((name) => there.has(name));
    this.#listing = listing;
    this.#names = [...listing.folders, ...listing.playlists, ...listing.files];
    this.#kinds = [
      ...listing.folders.map(() => 'folder' as const),
      ...listing.playlists.map(() => 'playlist' as const),
      ...listing.files.map(() => 'file' as const),
    ];
    this.#folded = this.#names.map((name) => this.#foldedOf(name));
  }

  #foldedOf(name: string): string {
    const { album = '', artist = '', title = '' } = this.#known.of(name) ?? {};
    return foldName([title, artist, album, name].filter(Boolean).join(' '));
  }
}

/** More that are called alike aren't told apart by a name. */
const calledMax = 8;

function firstWord(folded: string): string {
  return folded.split(/[^\p{L}\p{N}]/u).find(Boolean) ?? '';
}

export function plainName(name: string): string {
  const file = basename(name);
  return tagLine(withoutExtension(file)) || tagLine(file) || 'untitled';
}

function namesOf(entry: ShelfEntry): string[] {
  const { kind, known, name } = entry;
  const plain = withoutExtension(name);
  const names = [name, plain, basename(name), basename(plain)];
  if (kind === 'folder') names.push(name.slice(0, -1));
  if (known) names.push(known.title);
  if (known?.artist) names.push(`${known.artist} ${known.title}`, `${known.title} ${known.artist}`);
  if (known?.artist) names.push(`${known.artist} – ${known.title}`, `${known.artist} - ${known.title}`);
  return names;
}
