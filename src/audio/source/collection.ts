/** Folders and playlists of the library: their items and the order of these. */
import { posix } from 'node:path';
import type { Chance } from '#core/clock.ts';
import { audioErrors, shown } from '../errors.ts';
import type { CollectionItem, LeftOut } from './contract.ts';
import {
  findLibraryFile,
  type LibraryFolder,
  LibraryLookup,
  listFolder,
  openLibraryFile,
  resolveLibraryFile,
} from './library.ts';
import { libraryLimits } from './library-index.ts';
import { resolveLibraryList } from './lists/library-list.ts';
import { parseList } from './lists/list.ts';
import { readListText } from './lists/remote-list.ts';

/** Files of a folder. */
export const itemsMax = 10_000;

export interface Collection {
  title: string;
  items: readonly CollectionItem[];
  leftOut?: LeftOut | undefined;
}

/** Throws AUDIO_SOURCE_UNKNOWN, and AUDIO_NOT_AUDIO for one without items. */
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
    count,
    of: fileCount,
    reasons: [...(count > 0 ? [tooMany] : []), ...(foldersLeftOut > 0 ? [tooDeep] : [])],
  };
}

/**
 * A list in the library: M3U, PLS, XSPF, ASX. It names library files, relative to it, and addresses. Entries that name
 * nothing playable are left out. Throws AUDIO_SOURCE_UNKNOWN, AUDIO_PLAYLIST_REFUSED, AUDIO_NOT_AUDIO for one without
 * items.
 */
export async function playlistItems(folders: readonly string[], name: string): Promise<Collection> {
  const path = await resolveLibraryFile(folders, name);
  const list = parseList(await readPlaylist(path, name));
  const { dir } = posix.parse((await findLibraryFile(folders, name))?.name ?? name);
  const { items, leftOut } = await resolveLibraryList(list, dir, new LibraryLookup(folders));
  const reason = leftOut.firstReason;
  if (items.length === 0) throw empty(name, `it names nothing to play${reason ? `; ${reason}` : ''}`);
  return { title: name, items, leftOut: leftOut.view };
}

async function readPlaylist(path: string, name: string): Promise<string> {
  const refused = (reason: string) => audioErrors.AUDIO_PLAYLIST_REFUSED({ source: shown(name), reason });
  // The stream closes the file, however reading ends.
  const file = await openLibraryFile(path, name);
  return readListText(file.createReadStream(), refused);
}

/** Fisher–Yates. */
export function shuffled<T>(chance: Chance, items: readonly T[]): T[] {
  const left = [...items];
  const taken: T[] = [];
  while (left.length > 0) {
    const at = Math.floor(chance.fraction() * left.length);
    const last = left.splice(-1);
    // The last takes the place of what is taken, so that none is moved up.
    taken.push(...(at === left.length ? last : left.splice(at, 1, ...last)));
  }
  return taken.reverse();
}

function empty(name: string, found: string) {
  return audioErrors.AUDIO_NOT_AUDIO({ source: shown(name), found });
}
