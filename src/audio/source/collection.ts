/** Folders and playlists of the library: which items, in which order. */
import { posix } from 'node:path';
import type { Chance } from '#core/clock.ts';
import { audioErrors, shown } from '../errors.ts';
import { looksLikeUrl, parseSourceUrl } from './fetch/source-url.ts';
import { listFolder, openLibraryFile, resolveLibraryFile } from './library.ts';

const playlistBytesMax = 1_048_576;
export const itemsMax = 2_000;

export interface CollectionItem {
  /** A library file, or an http(s) address. */
  name: string;
  /** What a playlist calls it. */
  title?: string | undefined;
}

/** Throws AUDIO_SOURCE_UNKNOWN, AUDIO_NOT_AUDIO for one without items. */
export async function folderItems(folders: readonly string[], name: string): Promise<CollectionItem[]> {
  const files = await listFolder(folders, name);
  if (files.length === 0) throw empty(name, 'no audio file is in it');
  return files.slice(0, itemsMax).map((file) => ({ name: file }));
}

/**
 * An M3U in the library: names of library files, relative to it, and addresses. Throws AUDIO_SOURCE_UNKNOWN,
 * AUDIO_PLAYLIST_REFUSED, AUDIO_NOT_AUDIO, and AUDIO_SCHEME_REFUSED for an item that is neither.
 */
export async function playlistItems(folders: readonly string[], name: string): Promise<CollectionItem[]> {
  const path = await resolveLibraryFile(folders, name);
  const items = readItems(await readPlaylist(path, name), posix.dirname(name));
  if (items.length === 0) throw empty(name, 'it names nothing to play');
  return items;
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
