/** The contents of a library's folders, in the order in which people read names. */
import { type Dirent, promises as fs } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { comparePaths } from '#core/text/names.ts';
import { HeldFolder } from '#storage/files/held-folder.ts';
import { isAudioName, isPlaylistName } from './library-names.ts';

/** Each bounds the cost of reading a library folder once; `leftOut` counts what a limit excludes, and people see it. */
export const libraryLimits = {
  /** Levels of folders, including the library's own. */
  depth: 16,
  folders: 10_000,
  /** Audio files and playlists. */
  files: 50_000,
} as const;

/** Names relative to the folder that was read, `/` between folders. */
export interface Listing {
  files: readonly string[];
  playlists: readonly string[];
  /** Folders with audio files in them or below: `shows/`, `shows/old/`. */
  folders: readonly string[];
  /** Files beyond the limit, counted; folders that were not read. */
  leftOut: { files: number; folders: number };
}

interface Entry {
  name: string;
  kind: 'file' | 'folder';
}

export type ReadFolder = (path: string, root: string) => Promise<readonly Entry[]>;

/** `library`: the folder that links may lead to, if it is one above. */
export async function listingOf(
  root: string,
  read: ReadFolder = readFolder,
  library = root,
): Promise<Listing> {
  const look = new Look();
  for (let next = look.nextFolder(); next; next = look.nextFolder())
    for (const { kind, name } of await read(join(root, next.prefix), library))
      if (kind === 'folder') look.folder(next, name);
      else look.file(next, name);
  return look.listing();
}

interface WaitingFolder {
  prefix: string;
  depth: number;
}

/** One look at a library: what was found so far, and which folders wait. */
class Look {
  readonly #files: string[] = [];
  readonly #playlists: string[] = [];
  readonly #withAudio = new Set<string>();
  readonly #leftOut = { files: 0, folders: 0 };
  readonly #waiting: WaitingFolder[] = [{ prefix: '', depth: 1 }];
  #folderCount = 0;

  nextFolder(): WaitingFolder | undefined {
    return this.#waiting.shift();
  }

  folder({ depth, prefix }: WaitingFolder, name: string): void {
    if (depth >= libraryLimits.depth || this.#folderCount >= libraryLimits.folders) {
      this.#leftOut.folders++;
      return;
    }
    this.#folderCount++;
    this.#waiting.push({ prefix: `${prefix}${name}/`, depth: depth + 1 });
  }

  file({ prefix }: WaitingFolder, name: string): void {
    const isAudio = isAudioName(name);
    if (!isAudio && !isPlaylistName(name)) return;
    // The folder counts even where its files no longer do: it can be played by its name.
    if (isAudio) noteFolders(prefix, this.#withAudio);
    if (this.#files.length + this.#playlists.length >= libraryLimits.files) this.#leftOut.files++;
    else (isAudio ? this.#files : this.#playlists).push(prefix + name);
  }

  listing(): Listing {
    const sorted = (names: Iterable<string>) => [...names].sort(comparePaths);
    return {
      files: sorted(this.#files),
      playlists: sorted(this.#playlists),
      folders: sorted(this.#withAudio),
      leftOut: this.#leftOut,
    };
  }
}

/** Reads a library again only where something changed: a folder's modification time shows it. */
export class LibraryIndex {
  readonly #nowMs: () => number;
  readonly #roots = new Map<string, { folders: Map<string, Known>; listing: Listing }>();

  constructor(clock: { nowMs(): number }) {
    this.#nowMs = () => clock.nowMs();
  }

  async of(root: string): Promise<Listing> {
    const before = this.#roots.get(root);
    const folders = new Map<string, Known>();
    const read: ReadFolder = async (path) => {
      const known = folders.get(path) ?? (await this.#look(path, root, before?.folders.get(path)));
      folders.set(path, known);
      return known.entries;
    };
    if (before && (await isAsBefore(before.folders, (path) => read(path, root)))) return before.listing;
    const listing = await listingOf(root, read);
    this.#roots.set(root, { folders, listing });
    return listing;
  }

  async #look(path: string, root: string, known: Known | undefined): Promise<Known> {
    const atMs = this.#nowMs();
    const changedMs = await fs.stat(path).then(
      (stats) => stats.mtimeMs,
      () => Number.NaN,
    );
    if (known && known.changedMs === changedMs && known.readAtMs - changedMs > settledMs) return known;
    return { changedMs, readAtMs: atMs, entries: await readFolder(path, root) };
  }
}

interface Known {
  changedMs: number;
  readAtMs: number;
  entries: readonly Entry[];
}

/**
 * File systems give times as coarse as two seconds (FAT): a folder that changed so recently may change again unnoticed.
 */
const settledMs = 2_500;

async function isAsBefore(
  folders: ReadonlyMap<string, Known>,
  read: (path: string) => Promise<readonly Entry[]>,
): Promise<boolean> {
  for (const [path, { entries }] of folders) if ((await read(path)) !== entries) return false;
  return true;
}

/**
 * The contents of a library folder; empty for one that is gone, or that was replaced by a link, itself or a folder
 * above it. Held open while it is read, so that such a link can't come in between.
 */
export async function readFolder(path: string, root: string): Promise<readonly Entry[]> {
  const inside = await fs.realpath(root).catch(() => undefined);
  if (inside === undefined) return [];
  const place = join(inside, relative(root, path));
  const held = await HeldFolder.open(place).catch(() => undefined);
  if (!held) return [];
  try {
    if ((await held.realPath().catch(() => undefined)) !== place) return [];
    const entries = await fs.readdir(held.at('.'), { withFileTypes: true }).catch(() => []);
    const found: Entry[] = [];
    for (const entry of entries) {
      const kind = kindOf(entry) ?? (await linkedFile(held.at(entry.name), inside));
      if (kind) found.push({ name: entry.name, kind });
    }
    return found;
  } finally {
    await held.close();
  }
}

function kindOf(entry: Dirent): Entry['kind'] | undefined {
  if (entry.isDirectory()) return 'folder';
  return entry.isFile() ? 'file' : undefined;
}

/**
 * A link to a file of the library plays by its name; a link to a folder is not followed, because it may lead in a
 * circle.
 */
async function linkedFile(path: string, inside: string): Promise<'file' | undefined> {
  if (!isAudioName(path) && !isPlaylistName(path)) return undefined;
  const target = await fs.realpath(path).catch(() => undefined);
  if (!target?.startsWith(inside + sep)) return undefined;
  const stats = await fs.stat(target).catch(() => undefined);
  return stats?.isFile() ? 'file' : undefined;
}

function noteFolders(prefix: string, folders: Set<string>): void {
  for (let end = prefix.length; end > 0; end = prefix.lastIndexOf('/', end - 2) + 1) {
    const folder = prefix.slice(0, end);
    if (folders.has(folder)) return;
    folders.add(folder);
  }
}
