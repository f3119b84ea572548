import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { requirePlainFolder } from './plain-folder.ts';

/**
 * A folder that others may write to, held open during the work in it. Where the system has `/proc/self/fd`, replacing
 * the folder, or one above it, in the middle of the work can't redirect the work.
 */
export class HeldFolder {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #base: string;

  /** Throws ELOOP for a link, ENOTDIR for anything else that isn't a folder, and the file system's own errors. */
  static async open(path: string): Promise<HeldFolder> {
    requirePlainFolder(path);
    const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    try {
      const facts = await handle.stat();
      const magic = `/proc/self/fd/${handle.fd}`;
      const reached = await stat(`${magic}/.`).catch(() => undefined);
      return new HeldFolder(path, handle, reached && isSame(reached, facts) ? magic : path);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  private constructor(path: string, handle: FileHandle, base: string) {
    this.path = path;
    this.#handle = handle;
    this.#base = base;
  }

  /** The path of a name in this folder; the file there may still be a link. Valid until `close`. */
  at(name: string): string {
    return join(this.#base, name);
  }

  /** Its current path without links, whatever name it was opened by. */
  realPath(): Promise<string> {
    return realpath(this.#base);
  }

  /** Throws as `open`. */
  inner(name: string): Promise<HeldFolder> {
    return HeldFolder.open(this.at(name));
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

function isSame(a: Stats, b: Stats): boolean {
  return a.ino === b.ino && a.dev === b.dev;
}
