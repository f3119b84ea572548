/** Folders and playlists of the library: which items, in which order. */
import { posix } from 'node:path';
import type { Chance } from '#core/clock.ts';
import { audioErrors, shown } from '../errors.ts';
import type { LeftOut } from './contract.ts';
import { looksLikeUrl, parseSourceUrl } from './fetch/source-url.ts';
import { type LibraryFolder, listFolder, openLibraryFile, resolveLibraryFile } from './library.ts';
import { libraryLimits } from './library-index.ts';

const playlistBytesMax = 1_048_576;
/** Files of a folder, entries of a list. */
export const itemsMax = 10_000;

export interface CollectionItem {
  /** A library file, or an http(s) address. */
  name: string;
  /** What a playlist calls it. */
  title?: string | undefined;
}

export interface Collection {
  title: string;
  items: readonly CollectionItem[];
  leftOut?: LeftOut | undefined;
}

/** Throws AUDIO_SOURCE_UNKNOWN, AUDIO_NOT_AUDIO for one without items. */
export async function folderItems(folders: readonly string[], name: string): Promise<Collection> {
  const folder = await listFolder(folders, name);
  if (folder.files.length === 0) throw empty(name, 'no audio file is in it');
  return {
    title: folder.name.replace(/\/$/, ''),
    items: folder.files.slice(0, itemsMax).map((file) => ({ name: file })),
    leftOut: leftOutOf(folder),
  };
}

function leftOutOf({ fileCount, foldersLeftOut }: LibraryFolder): LeftOut | undefined {
  const count = Math.max(0, fileCount - itemsMax);
  if (count === 0 && foldersLeftOut === 0) return undefined;
  const { depth, folders } = libraryLimits;
  const tooMany = `a folder plays ${itemsMax} files at most`;
  const tooDeep = `${foldersLeftOut} folders lie more than ${depth} deep, or are more than ${folders}`;
  return {
    ...{ count, of: fileCount },
    reasons: [...(count > 0 ? [tooMany] : []), ...(foldersLeftOut > 0 ? [tooDeep] : [])],
  };
}

/**
 * An M3U in the library: names of library files, relative to it, and addresses. Throws AUDIO_SOURCE_UNKNOWN,
 * AUDIO_PLAYLIST_REFUSED, AUDIO_NOT_AUDIO, and AUDIO_SCHEME_REFUSED for an item that is neither.
 */
export async function playlistItems(folders: readonly string[], name: string): Promise<Collection> {
  const path = await resolveLibraryFile(folders, name);
  const items = readItems(await readPlaylist(path, name), posix.dirname(name));
  if (items.length === 0) throw empty(name, 'it names nothing to play');
  return { title: name, items };
}

async function readPlaylist(path: string, name: string): Promise<string> {
  await using file = await openLibraryFile(path, name);
  const buffer = Buffer.alloc(playlistBytesMax + 1);
  let length = 0;
  for (let read = 1; read > 0 && length < buffer.length; length += read)
    read = (await file.read(buffer, length, buffer.length - length, length)).bytesRead;
  if (length > playlistBytesMax)
    throw audioErrors.AUDIO_PLAYLIST_REFUSED({ source: shown(name), reason: 'it is longer than 1 MiB' });
  return buffer.toString('utf8', 0, length);
}

/** Fisher–Yates. */
export function shuffled<T>(chance: Chance, items: readonly T[]): T[] {
  const result = [...items];
  for (let index = result.length - 1; index > 0; index--) {
    const other = Math.floor(chance.fraction() * (index + 1));
    [result[index], result[other]] = [result[other] as T, result[index] as T];
  }
  return result;
}

function readItems(text: string, folder: string): CollectionItem[] {
  const items: CollectionItem[] = [];
  let title: string | undefined;
  for (const line of text.replace(/^\ufeff/, '').split(/\r?\n/)) {
    const entry = line.trim();
    if (entry.startsWith('#EXTINF:')) title = entry.split(/,(.*)/s)[1]?.trim() || undefined;
    if (entry === '' || entry.startsWith('#')) continue;
    if (items.length >= itemsMax) break;
    items.push({ name: nameOf(entry, folder), title });
    title = undefined;
  }
  return items;
}

function nameOf(entry: string, folder: string): string {
  if (looksLikeUrl(entry)) return parseSourceUrl(entry).href;
  return posix.join(folder, entry.replaceAll('\\', '/'));
}

function empty(name: string, found: string) {
  return audioErrors.AUDIO_NOT_AUDIO({ source: shown(name), found });
}
