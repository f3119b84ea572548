import { constants, type Stats } from 'node:fs';
import { link, lstat, mkdir, open, readdir, rename, unlink, writeFile } from 'node:fs/promises';
import { errnoOf } from '#storage/files/errno.ts';
import { HeldFolder } from '#storage/files/held-folder.ts';
import { artifactErrors } from './errors.ts';

/** Leaves room for `.reason.txt` and a number within the 255 bytes of a file name. */
const nameBytesMax = 200;
/** Files of one name that `done` or `failed` hold. */
const sameNameMax = 10_000;
const readChunkBytes = 256 * 1024;

/** A regular file of the watched folder, as it was when it was listed. */
export interface WatchedFile {
  name: string;
  /** Changes when the file does, or when another replaces it. */
  mark: string;
}

/**
 * The watched folder during one look: it, `done` and `failed` are held open, so that a link in the place of one of
 * them, or of a file, can't redirect a read, a move or a note.
 */
export class WatchedFiles {
  /** Without links. */
  readonly realPath: string;
  readonly #folder: HeldFolder;
  readonly #done: HeldFolder;
  readonly #failed: HeldFolder;

  /**
   * Makes `done` and `failed` if needed. `pathAtStart`: where it must still be, with links above it resolved. Throws
   * ARTIFACT_WATCH_LINK, and the file system's errors.
   */
  static async open(path: string, pathAtStart?: string): Promise<WatchedFiles> {
    const held: HeldFolder[] = [];
    const hold = async (shown: string, opening: () => Promise<HeldFolder>) => {
      const folder = await opening().catch((error: unknown) => {
        throw isNoFolder(error)
          ? artifactErrors.ARTIFACT_WATCH_LINK({ path: shown }, { cause: error })
          : error;
      });
      held.push(folder);
      return folder;
    };
    try {
      const folder = await hold(path, () => HeldFolder.open(path));
      const realPath = await folder.realPath();
      if (realPath !== (pathAtStart ?? realPath)) throw artifactErrors.ARTIFACT_WATCH_LINK({ path });
      for (const name of ['done', 'failed']) await makeInner(folder, name);
      const done = await hold(`${path}/done`, () => folder.inner('done'));
      const failed = await hold(`${path}/failed`, () => folder.inner('failed'));
      return new WatchedFiles(realPath, { folder, done, failed });
    } catch (error) {
      await Promise.all(held.map((folder) => folder.close()));
      throw error;
    }
  }

  private constructor(
    realPath: string,
    folders: { folder: HeldFolder; done: HeldFolder; failed: HeldFolder },
  ) {
    this.realPath = realPath;
    this.#folder = folders.folder;
    this.#done = folders.done;
    this.#failed = folders.failed;
  }

  async close(): Promise<void> {
    await Promise.all([this.#folder, this.#done, this.#failed].map((folder) => folder.close()));
  }

  /** By name, at most `countMax`. Links, folders, pipes and names that begin with a dot are left out. */
  async list(countMax: number): Promise<WatchedFile[]> {
    const names = (await readdir(this.#folder.at('.'))).filter((name) => !name.startsWith('.'));
    const files: WatchedFile[] = [];
    for (const name of names.sort().slice(0, countMax)) {
      const stats = await lookAt(this.#folder.at(name));
      if (stats?.isFile()) files.push({ name, mark: markOf(stats) });
    }
    return files;
  }

  /** Throws ARTIFACT_CHANGED when it isn't the file that was listed, or was changed meanwhile. */
  async *bytesOf({ name, mark }: WatchedFile): AsyncGenerator<Uint8Array, void> {
    // Follows no link, and doesn't wait for a pipe in the file's place.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const handle = await open(this.#folder.at(name), flags);
    try {
      const before = await handle.stat();
      if (!before.isFile() || markOf(before) !== mark) throw artifactErrors.ARTIFACT_CHANGED();
      for (;;) {
        const buffer = Buffer.allocUnsafeSlow(readChunkBytes);
        const { bytesRead } = await handle.read(buffer, 0, buffer.length);
        if (bytesRead === 0) break;
        yield buffer.subarray(0, bytesRead);
      }
      if (markOf(await handle.stat()) !== mark) throw artifactErrors.ARTIFACT_CHANGED();
    } finally {
      await handle.close();
    }
  }

  /** Throws ARTIFACT_CHANGED when another file has its name by now. */
  moveToDone(file: WatchedFile): Promise<void> {
    return this.#move(file, this.#done);
  }

  /** The reason is written beside it. Throws ARTIFACT_CHANGED when another file has its name by now. */
  moveToFailed(file: WatchedFile, reason: string): Promise<void> {
    return this.#move(file, this.#failed, reason);
  }

  /** Files in `to` stay: if a name is taken, there or beside it, the new one gets a number in front. */
  async #move({ name, mark }: WatchedFile, to: HeldFolder, reason?: string): Promise<void> {
    const stats = await lookAt(this.#folder.at(name));
    if (!stats || markOf(stats) !== mark) throw artifactErrors.ARTIFACT_CHANGED();
    const short = cutToBytes(name, nameBytesMax);
    for (let number = 1; number <= sameNameMax; number++) {
      const path = to.at(number === 1 ? short : `${number}-${short}`);
      if (reason !== undefined && !(await created(`${path}.reason.txt`, reason))) continue;
      if (await moved(this.#folder.at(name), path)) return;
      if (reason !== undefined) await unlink(`${path}.reason.txt`);
    }
    throw artifactErrors.ARTIFACT_IO_FAILED({ reason: `${sameNameMax} files of one name` });
  }
}

async function makeInner(folder: HeldFolder, name: string): Promise<void> {
  try {
    await mkdir(folder.at(name), { mode: 0o750 });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}

/** False when the name is taken, even by a link. */
async function created(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o640 });
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * False when the new name is taken. Moves by a second name, which never replaces; a disk without hard links gets a
 * rename.
 */
async function moved(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST' || (await lookAt(to))) return false;
    await rename(from, to);
    return true;
  }
  await unlink(from);
  return true;
}

function markOf({ size, mtimeMs, ino }: Stats): string {
  return `${ino}:${size}:${mtimeMs}`;
}

function lookAt(path: string): Promise<Stats | undefined> {
  return lstat(path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  });
}

function isNoFolder(error: unknown): boolean {
  return ['ELOOP', 'ENOTDIR'].includes(errnoOf(error) ?? '');
}

function cutToBytes(name: string, bytesMax: number): string {
  let short = name;
  while (Buffer.byteLength(short) > bytesMax) short = [...short].slice(0, -1).join('');
  return short;
}
