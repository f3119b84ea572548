import { constants, type Stats } from 'node:fs';
import { access, type FileHandle, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compareNames, foldName } from '#core/text/names.ts';
import { suggest } from '#core/text/suggest.ts';
import { openInPlace, openPlainFile } from '#storage/files/plain-file.ts';
import { audioErrors, shown } from '../errors.ts';
import { listingOf } from './library-index.ts';
import { isShortName, meantByShort, shortNameOf, withoutExtension } from './library-names.ts';

export const sampleName = 'sample';
/** What `/setup` plays to hear whether sound arrives. */
export const chimeName = 'guildmesh-chime';
export const sampleTitle = 'guildmesh sample';
/** Length of the file that is delivered with the hub. */
export const sampleDurationMs = 76_000;
const shipped: ReadonlyMap<string, string> = new Map([
  [sampleName, shippedFile('guildmesh-sample.opus')],
  [chimeName, shippedFile('guildmesh-chime.opus')],
]);

/**
 * The path of a file in the first of the folders that has it. Nothing outside of them can be named, by dots or by
 * symbolic links.
 */
export async function resolveLibraryFile(folders: readonly string[], name: string): Promise<string> {
  const found = await findLibraryFile(folders, name);
  if (found === undefined) throw await unknownSource(folders, name);
  await access(found.path, constants.R_OK).catch(() => {
    throw audioErrors.AUDIO_SOURCE_UNREADABLE({ source: shown(name) });
  });
  return found.path;
}

/**
 * Opens what `resolveLibraryFile` found. People who may write to the library can't redirect the read out of it
 * meanwhile.
 */
export async function openLibraryFile(path: string, name: string): Promise<FileHandle> {
  try {
    return await (isShipped(path) ? openPlainFile(path) : openInPlace(path));
  } catch (error) {
    throw audioErrors.AUDIO_SOURCE_UNREADABLE({ source: shown(name) }, { cause: error });
  }
}

/** A folder of the library, and the audio files in it and below, in natural order. */
export interface LibraryFolder {
  /** As written on the disk, with `/` at its end. */
  name: string;
  files: readonly string[];
  /** In total, including those beyond the limits of one listing. */
  fileCount: number;
  foldersLeftOut: number;
}

/** From the first of the folders that has it. Throws AUDIO_SOURCE_UNKNOWN. */
export async function listFolder(folders: readonly string[], name: string): Promise<LibraryFolder> {
  const found = await placeOf(folders, name, (stats) => stats.isDirectory());
  if (found === undefined) throw await unknownSource(folders, name);
  const { files, leftOut } = await listingOf(found.path, undefined, found.library);
  const prefix = `${found.name}/`;
  return {
    name: prefix,
    files: files.map((file) => prefix + file),
    fileCount: files.length + leftOut.files,
    foldersLeftOut: leftOut.folders,
  };
}

/** The place of a library file; undefined where there is none of that name. */
export async function findLibraryFile(folders: readonly string[], name: string): Promise<Place | undefined> {
  const path = shipped.get(name);
  if (path !== undefined) return { path, name, library: dirname(path) };
  return placeOf(folders, name, (stats) => stats.isFile());
}

function isShipped(path: string): boolean {
  return [...shipped.values()].includes(path);
}

function shippedFile(name: string): string {
  return fileURLToPath(new URL(`./../sample/${name}`, import.meta.url));
}

/** Looks up many names, as a list has them, and reads each folder once. */
export class LibraryLookup {
  readonly #folders: readonly string[];
  readonly #seen: FoldedFolders = new Map();

  constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  get roots(): readonly string[] {
    return this.#folders;
  }

  async file(name: string): Promise<Place | undefined> {
    return placeOf(this.#folders, name, (stats) => stats.isFile(), this.#seen);
  }
}

/** By path: the names in a folder, grouped by what their spellings have in common. */
type FoldedFolders = Map<string, ReadonlyMap<string, readonly string[]>>;

interface Place {
  /** The library folder that contains it. */
  library: string;
  /** The real path, without links. */
  path: string;
  /** Relative to its library folder, `/` between folders, in the letters of the disk. */
  name: string;
}

/**
 * By its exact name in any of the folders; else by one that is spelled alike; else by the short form of a long name.
 */
async function placeOf(
  folders: readonly string[],
  name: string,
  isWanted: (stats: Stats) => boolean,
  seen: FoldedFolders = new Map(),
): Promise<Place | undefined> {
  const parts = partsOf(name);
  if (!parts) return undefined;
  for (const spelled of [asTyped, spelledAlike])
    for (const folder of folders) {
      const library = await realpath(folder).catch(() => undefined);
      const place = library && (await placeIn(library, spelled(library, parts, seen), isWanted));
      if (place) return place;
    }
  const long = isShortName(name) ? meantByShort(name, await allNames(folders)) : undefined;
  return long === undefined ? undefined : placeOf(folders, long, isWanted);
}

async function placeIn(
  library: string,
  names: AsyncIterable<string>,
  isWanted: (stats: Stats) => boolean,
): Promise<Place | undefined> {
  for await (const name of names) {
    const path = await pathInside(library, name, isWanted);
    if (path) return { path, name, library };
  }
  return undefined;
}

/** The folders and the file of a name; undefined for what can't be one, or leads out. */
function partsOf(name: string): string[] | undefined {
  if (name.includes('\0')) return undefined;
  const parts = posix
    .normalize(name)
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  return parts.length === 0 || parts.includes('..') ? undefined : parts;
}

async function pathInside(
  root: string,
  name: string,
  isWanted: (stats: Stats) => boolean,
): Promise<string | undefined> {
  const path = await realpath(join(root, name)).catch(() => undefined);
  if (!path?.startsWith(root + sep)) return undefined;
  const stats = await stat(path).catch(() => undefined);
  return stats && isWanted(stats) ? path : undefined;
}

async function* asTyped(_root: string, parts: readonly string[]): AsyncGenerator<string> {
  yield parts.join('/');
}

/** Every path whose folders and file are spelled alike. Nothing outside of the root is read. */
async function* spelledAlike(
  root: string,
  parts: readonly string[],
  seen: FoldedFolders,
  above = '',
): AsyncGenerator<string> {
  const [part = '', ...below] = parts;
  const folder = join(root, above);
  const alike = seen.get(folder) ?? folded(await readdir(folder).catch(() => []));
  seen.set(folder, alike);
  for (const entry of alike.get(foldName(part)) ?? []) {
    const name = above + entry;
    if (below.length === 0) yield name;
    else if (await pathInside(root, name, (stats) => stats.isDirectory()))
      yield* spelledAlike(root, below, seen, `${name}/`);
  }
}

function folded(names: readonly string[]): ReadonlyMap<string, string[]> {
  return Map.groupBy(names.toSorted(compareNames), foldName);
}

async function allNames(folders: readonly string[]): Promise<string[]> {
  const listings = await Promise.all(folders.map((folder) => listingOf(folder)));
  return listings.flatMap((listing) => [...listing.folders, ...listing.playlists, ...listing.files]);
}

export async function unknownSource(folders: readonly string[], name: string) {
  const known = [sampleName, ...(await allNames(folders))];
  const meant = suggest(name, known, (candidate) => [candidate, withoutExtension(candidate)]);
  const suggestion = meant && shortNameOf(meant);
  return audioErrors.AUDIO_SOURCE_UNKNOWN({ source: shown(name), ...(suggestion ? { suggestion } : {}) });
}
