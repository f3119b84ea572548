import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { requirePlainFolder } from './plain-folder.ts';

/**
 * A folder that others may write to, held open while it is worked in: where the system has `/proc/self/fd`, what is put
 * in the place of the folder or of one above it, in the middle of the work, leads none of the work elsewhere.
 */
export class HeldFolder {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #base: string;

  /** Throws ELOOP for a link, ENOTDIR for what is no folder, and what the file system says. */
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

  /** Where a name of this folder is reached; what lies there may still be a link. Good until `close`. */
  at(name: string): string {
    return join(this.#base, name);
  }

  /** Where it is now, whatever name it was opened by: without links. */
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
