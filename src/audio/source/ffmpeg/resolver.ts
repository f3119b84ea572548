import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, join, resolve } from 'node:path';

/** Some install it to have any ffmpeg at all. Its builds are years old: see `weaknessesOf`. */
const npmBinary = '@ffmpeg-installer/ffmpeg';

export interface FoundFfmpeg {
  path: string;
  /** Where it was found: the operator's option, the search path, an npm package. */
  from: 'option' | 'path' | 'npm';
}

/** The option if it names a file; else the name in the search path; else, for plain `ffmpeg`, the npm package. */
export async function resolveFfmpeg(program: string, searchPath: string): Promise<FoundFfmpeg | undefined> {
  const path = await findExecutable(program, searchPath);
  if (path) return { path, from: /[/\\]/.test(program) ? 'option' : 'path' };
  const fromNpm = program === 'ffmpeg' ? npmPath() : undefined;
  return fromNpm && (await isExecutable(fromNpm)) ? { path: fromNpm, from: 'npm' } : undefined;
}

export async function findExecutable(program: string, searchPath: string): Promise<string | undefined> {
  const candidates = /[/\\]/.test(program)
    ? [resolve(program)]
    : searchPath
        .split(delimiter)
        .filter(Boolean)
        .map((folder) => join(folder, program));
  for (const candidate of candidates) if (await isExecutable(candidate)) return candidate;
  return undefined;
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function npmPath(): string | undefined {
  try {
    const found: unknown = createRequire(import.meta.url)(npmBinary);
    if (typeof found !== 'object' || found === null || !('path' in found)) return undefined;
    return typeof found.path === 'string' ? found.path : undefined;
  } catch {
    return undefined;
  }
}
