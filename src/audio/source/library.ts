import { constants } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { audioErrors, shown } from '../errors.ts';

export const sampleName = 'sample';
export const sampleTitle = 'guildmesh sample';
const samplePath = fileURLToPath(new URL('./../sample/guildmesh-sample.opus', import.meta.url));

const audioExtensions = new Set('.opus .ogg .oga .mp3 .aac .m4a .mp4 .flac .wav .webm .mka .mkv'.split(' '));
const filesMax = 2_000;
const depthMax = 4;
/** A name further away than this is no misspelling. */
const suggestionDistanceMax = 4;

/** The path of a library file. Nothing outside the folder can be named, by dots or by symbolic links. */
export async function resolveLibraryFile(libraryDir: string | undefined, name: string): Promise<string> {
  if (name === sampleName) return samplePath;
  const path = await insideLibrary(libraryDir, name);
  if (!path || !(await stat(path)).isFile()) throw await unknownSource(libraryDir, name);
  await access(path, constants.R_OK).catch(() => {
    throw audioErrors.AUDIO_SOURCE_UNREADABLE({ source: shown(name) });
  });
  return path;
}

/** The audio files in a folder of the library, `shows/`, and in those below it, by name. */
export async function listFolder(libraryDir: string | undefined, name: string): Promise<string[]> {
  const path = await insideLibrary(libraryDir, name);
  if (!libraryDir || !path || !(await stat(path)).isDirectory()) throw await unknownSource(libraryDir, name);
  const prefix = name.replace(/\/*$/, '/');
  return (await listLibrary(path)).map((file) => prefix + file);
}

/** The folders of the library that hold audio files, as `shows/`, and its playlists. */
export async function listCollections(libraryDir: string | undefined): Promise<string[]> {
  const folders = (await listLibrary(libraryDir)).map((file) => dirname(file)).filter((name) => name !== '.');
  const playlists = (await walk(libraryDir, (name) => isPlaylistName(name))).sort();
  return [...new Set(folders.map((name) => `${name}/`)), ...playlists];
}

export function isPlaylistName(name: string): boolean {
  return /^\.m3u8?$/i.test(extname(name));
}

async function insideLibrary(libraryDir: string | undefined, name: string): Promise<string | undefined> {
  if (!libraryDir || name.includes('\0')) return undefined;
  const path = await realpath(join(libraryDir, name)).catch(() => undefined);
  const root = await realpath(libraryDir).catch(() => undefined);
  return path && root && path.startsWith(root + sep) ? path : undefined;
}

async function unknownSource(libraryDir: string | undefined, name: string) {
  const known = [sampleName, ...(await listLibrary(libraryDir)), ...(await listCollections(libraryDir))];
  const suggestion = closest(name, known);
  return audioErrors.AUDIO_SOURCE_UNKNOWN({ source: shown(name), ...(suggestion ? { suggestion } : {}) });
}

/** Relative names of audio files, `/` between folders, sorted; at most 2,000 and four folders deep. */
export async function listLibrary(libraryDir: string | undefined): Promise<string[]> {
  const files = await walk(libraryDir, (name) => audioExtensions.has(extname(name).toLowerCase()));
  return files.sort();
}

async function walk(libraryDir: string | undefined, wanted: (name: string) => boolean): Promise<string[]> {
  if (!libraryDir) return [];
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
