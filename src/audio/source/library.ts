import { constants } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
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
  const unknown = async () => {
    const suggestion = closest(name, [sampleName, ...(await listLibrary(libraryDir))]);
    return audioErrors.AUDIO_SOURCE_UNKNOWN({ source: shown(name), ...(suggestion ? { suggestion } : {}) });
  };
  if (!libraryDir || name.includes('\0')) throw await unknown();
  const path = await realpath(join(libraryDir, name)).catch(() => undefined);
  const root = await realpath(libraryDir).catch(() => undefined);
  if (!path || !root || !path.startsWith(root + sep)) throw await unknown();
  if (!(await stat(path)).isFile()) throw await unknown();
  await access(path, constants.R_OK).catch(() => {
    throw audioErrors.AUDIO_SOURCE_UNREADABLE({ source: shown(name) });
  });
  return path;
}

/** Relative names of audio files, `/` between folders, sorted; at most 2,000 and four folders deep. */
export async function listLibrary(libraryDir: string | undefined): Promise<string[]> {
  if (!libraryDir) return [];
  const names: string[] = [];
  const folders = [{ path: libraryDir, depth: 1 }];
  for (let folder = folders.shift(); folder && names.length < filesMax; folder = folders.shift()) {
    const entries = await readdir(folder.path, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(folder.path, entry.name);
      if (entry.isDirectory() && folder.depth < depthMax) folders.push({ path, depth: folder.depth + 1 });
      else if (entry.isFile() && audioExtensions.has(extname(entry.name).toLowerCase()))
        names.push(relative(libraryDir, path).split(sep).join('/'));
    }
  }
  return names.slice(0, filesMax).sort();
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
