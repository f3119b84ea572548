import { constants, type Stats } from 'node:fs';
import { access, type FileHandle, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openInPlace, openPlainFile } from '#storage/files/plain-file.ts';
import { audioErrors, shown } from '../errors.ts';

export const sampleName = 'sample';
export const sampleTitle = 'guildmesh sample';
const samplePath = fileURLToPath(new URL('./../sample/guildmesh-sample.opus', import.meta.url));

const audioExtensions = new Set('.opus .ogg .oga .mp3 .aac .m4a .mp4 .flac .wav .webm .mka .mkv'.split(' '));
const filesMax = 2_000;
const depthMax = 4;
/** A name further away than this is no misspelling. */
const suggestionDistanceMax = 4;

/**
 * The path of a file in the first of the folders that has it. Nothing outside of them can be named, by dots or by
 * symbolic links.
 */
export async function resolveLibraryFile(folders: readonly string[], name: string): Promise<string> {
  if (name === sampleName) return samplePath;
  const path = await insideLibrary(folders, name, (stats) => stats.isFile());
  if (path === undefined) throw await unknownSource(folders, name);
  await access(path, constants.R_OK).catch(() => {
    throw audioErrors.AUDIO_SOURCE_UNREADABLE({ source: shown(name) });
  });
  return path;
}

/** Opens what `resolveLibraryFile` found. Whoever may write to the library can't lead the read out of it meanwhile. */
export async function openLibraryFile(path: string, name: string): Promise<FileHandle> {
  try {
    return await (path === samplePath ? openPlainFile(path) : openInPlace(path));
  } catch (error) {
    throw audioErrors.AUDIO_SOURCE_UNREADABLE({ source: shown(name) }, { cause: error });
  }
}

/** The audio files in a folder of the library, `shows/`, and in those below it, by name; of the first that has it. */
export async function listFolder(folders: readonly string[], name: string): Promise<string[]> {
  const path = await insideLibrary(folders, name, (stats) => stats.isDirectory());
  if (path === undefined) throw await unknownSource(folders, name);
  const prefix = name.replace(/\/*$/, '/');
  return (await listLibrary([path])).map((file) => prefix + file);
}

/** The folders of the library that hold audio files, as `shows/`, and its playlists. */
export async function listCollections(folders: readonly string[]): Promise<string[]> {
  const inside = (await listLibrary(folders)).map((file) => dirname(file)).filter((name) => name !== '.');
  const playlists = await walkAll(folders, (name) => isPlaylistName(name));
  return [...new Set(inside.map((name) => `${name}/`)), ...playlists];
}

export function isPlaylistName(name: string): boolean {
  return /^\.m3u8?$/i.test(extname(name));
}

async function insideLibrary(
  folders: readonly string[],
  name: string,
  isWanted: (stats: Stats) => boolean,
): Promise<string | undefined> {
  if (name.includes('\0')) return undefined;
  for (const folder of folders) {
    const path = await realpath(join(folder, name)).catch(() => undefined);
    const root = await realpath(folder).catch(() => undefined);
    if (path && root && path.startsWith(root + sep) && isWanted(await stat(path))) return path;
  }
  return undefined;
}

async function unknownSource(folders: readonly string[], name: string) {
  const known = [sampleName, ...(await listLibrary(folders)), ...(await listCollections(folders))];
  const suggestion = closest(name, known);
  return audioErrors.AUDIO_SOURCE_UNKNOWN({ source: shown(name), ...(suggestion ? { suggestion } : {}) });
}

/** Relative names of audio files, `/` between folders, sorted; of each folder at most 2,000, four folders deep. */
export function listLibrary(folders: readonly string[]): Promise<string[]> {
  return walkAll(folders, (name) => audioExtensions.has(extname(name).toLowerCase()));
}

async function walkAll(folders: readonly string[], wanted: (name: string) => boolean): Promise<string[]> {
  const names = await Promise.all(folders.map((folder) => walk(folder, wanted)));
  return [...new Set(names.flat())].sort();
}

async function walk(libraryDir: string, wanted: (name: string) => boolean): Promise<string[]> {
  const names: string[] = [];
  const folders = [{ path: libraryDir, depth: 1 }];
  for (let folder = folders.shift(); folder && names.length < filesMax; folder = folders.shift()) {
    const entries = await readdir(folder.path, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(folder.path, entry.name);
      if (entry.isDirectory() && folder.depth < depthMax) folders.push({ path, depth: folder.depth + 1 });
      else if (entry.isFile() && wanted(entry.name))
        names.push(relative(libraryDir, path).split(sep).join('/'));
    }
  }
  return names.slice(0, filesMax);
}

function closest(name: string, candidates: readonly string[]): string | undefined {
  const wanted = name.toLowerCase().slice(0, 100);
  const best = candidates
    .map((candidate) => ({ candidate, distance: distanceTo(wanted, candidate) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return best && best.distance <= suggestionDistanceMax ? best.candidate : undefined;
}

function distanceTo(wanted: string, candidate: string): number {
  const lower = candidate.toLowerCase().slice(0, 100);
  const withoutExtension = lower.slice(0, lower.length - extname(lower).length);
  return Math.min(editDistance(wanted, lower), editDistance(wanted, withoutExtension));
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
