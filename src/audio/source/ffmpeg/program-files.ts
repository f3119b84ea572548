import { execFile } from 'node:child_process';
import { open, readlink, realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Tools } from './jail-tools.ts';
import { findExecutable } from './resolver.ts';

const run = promisify(execFile);
const lddTimeoutMs = 5_000;
const outputBytesMax = 262_144;
const firstLineBytesMax = 256;
/** A script's interpreter may be another script, with `env` in front of it. */
const interpretersMax = 3;
/** From a library's name to its file: `libblas.so.3`, `/etc/alternatives/…`, and so on. */
const linksMax = 8;
/**
 * Shared by every program of the machine: bound as a whole, since a bind for each of 200 libraries takes half a second.
 */
const libraryFolder = /^(\/nix\/store|\/gnu\/store|(?:\/usr(?:\/local)?)?\/lib(?:32|64|x32)?)(?:\/|$)/;

/**
 * What a program needs to run, as read-only binds for bubblewrap: its file, the interpreter of a script, and the
 * libraries that `ldd` names, which it finds without running the program.
 */
export async function filesOf(program: string, tools: Tools): Promise<string[]> {
  const files = new Map<string, string>();
  const folders = new Set<string>();
  for (const path of await programsOf(program, tools.searchPath)) {
    files.set(path, await realpath(path));
    for (const library of await librariesOf(path, tools)) await addLibrary(library, files, folders);
  }
  const outer = [...folders].filter(
    (folder) => ![...folders].some((other) => folder.startsWith(`${other}/`)),
  );
  const binds = await Promise.all(outer.sort().map(async (folder) => [await realpath(folder), folder]));
  return [...binds, ...[...files].map(([path, real]) => [real, path])].flatMap(([from = '', to = '']) => [
    '--ro-bind',
    from,
    to,
  ]);
}

/** The program, and what its first line names, as execve(2) reads it. */
async function programsOf(program: string, searchPath: string): Promise<string[]> {
  const programs = [program];
  for (let path = program; programs.length <= interpretersMax; ) {
    const line = /^#!\s*(\S+)(?:[ \t]+(\S+))?/.exec(await firstBytes(path));
    const [, interpreter, argument] = line ?? [];
    if (!interpreter) break;
    programs.push(interpreter);
    const named =
      /\/env$/.test(interpreter) && argument ? await findExecutable(argument, searchPath) : undefined;
    if (named) programs.push(named);
    path = named ?? interpreter;
  }
  return programs;
}

async function firstBytes(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(firstLineBytesMax), 0, firstLineBytesMax, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** `libm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x…)`, and the loader only by its path. None for a static program. */
async function librariesOf(path: string, { ldd, searchPath }: Tools): Promise<string[]> {
  if (!ldd) return [];
  const env = { PATH: searchPath, LC_ALL: 'C' };
  const options = { env, timeout: lddTimeoutMs, killSignal: 'SIGKILL', maxBuffer: outputBytesMax } as const;
  const listing = await run(ldd, [path], options).catch(() => ({ stdout: '' }));
  return [...listing.stdout.matchAll(/^\s*(?:\S+ => )?(\/.*?) \(0x[0-9a-f]+\)$/gm)].map(
    ([, file = '']) => file,
  );
}

async function addLibrary(library: string, files: Map<string, string>, folders: Set<string>): Promise<void> {
  let path = library;
  for (let links = 0; links <= linksMax; links++) {
    if (!libraryFolder.test(path)) {
      files.set(path, await realpath(path));
      return;
    }
    folders.add(/^\/(?:nix|gnu)\/store/.exec(path)?.[0] ?? dirname(path));
    const target = await readlink(path).catch(() => undefined);
    if (target === undefined) return;
    path = resolve(dirname(path), target);
  }
}
