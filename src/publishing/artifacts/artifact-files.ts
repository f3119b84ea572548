import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Chance, Clock } from '#core/clock.ts';
import { errnoOf } from '#storage/files/errno.ts';
import { makeFolder } from '#storage/files/make-folder.ts';
import { openPlainFile } from '#storage/files/plain-file.ts';
import { requirePlainFolder } from '#storage/files/plain-folder.ts';
import { artifactErrors } from './errors.ts';

const readChunkBytes = 64 * 1024;
/** How much is written between two checks of the free space. */
const bytesBetweenLooks = 64 * 1024 * 1024;
const cidPattern = /^[0-9a-f]{64}$/;

export interface ArtifactFilesInit {
  /** Made if needed, accessible to this user only. */
  folder: string;
  /** What must stay free on the disk after a write, for the database beside it. */
  freeBytesMin: number;
}

/**
 * The bytes on the disk: `ab/cdef…` by content id, and `tmp/` for unfinished files. A file gets its final name only
 * when all its bytes are durable; so a name is always right, whenever the process ends.
 */
export class ArtifactFiles {
  readonly #components: { chance: Chance; clock: Clock };
  readonly #init: ArtifactFilesInit;
  readonly #temporaryFolder: string;
  /** Names under `tmp/` that this process works on: a sweep never takes them, whatever the clock says. */
  readonly #live = new Set<string>();

  constructor(components: { chance: Chance; clock: Clock }, init: ArtifactFilesInit) {
    this.#components = components;
    this.#init = init;
    this.#temporaryFolder = join(init.folder, 'tmp');
  }

  async open(): Promise<void> {
    await translated(async () => {
      makeFolder(this.#temporaryFolder, 0o700);
      requirePlainFolder(this.#temporaryFolder);
    });
  }

  /** Throws ARTIFACT_DISK_FULL when less would stay free than is reserved for others. */
  async requireRoom(): Promise<void> {
    const { bavail, bsize } = await translated(() => statfs(this.#init.folder));
    if (bavail * bsize < this.#init.freeBytesMin) throw artifactErrors.ARTIFACT_DISK_FULL();
  }

  async create(): Promise<TemporaryFile> {
    await this.requireRoom();
    const name = this.#components.chance.uuid();
    const path = join(this.#temporaryFolder, name);
    this.#live.add(name);
    try {
      const handle = await translated(() => open(path, 'wx', 0o600));
      return new TemporaryFile(this, { path, handle, onOver: () => void this.#live.delete(name) });
    } catch (error) {
      this.#live.delete(name);
      throw error;
    }
  }

  pathOf(cid: string): string {
    // The only place where a content id becomes a path.
    if (!cidPattern.test(cid)) throw artifactErrors.ARTIFACT_NOT_FOUND({ cid });
    return join(this.#init.folder, cid.slice(0, 2), cid.slice(2));
  }

  /** Undefined when there is none. */
  async sizeBytes(cid: string): Promise<number | undefined> {
    return (await statOf(this.pathOf(cid)))?.size;
  }

  async *read(cid: string, startBytes: number): AsyncGenerator<Uint8Array, void> {
    const path = this.pathOf(cid);
    requirePlainFolder(dirname(path));
    const handle = await openPlainFile(path);
    try {
      for (let position = startBytes; ; ) {
        const buffer = Buffer.allocUnsafeSlow(readChunkBytes);
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
        if (bytesRead === 0) return;
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await handle.close();
    }
  }

  /**
   * Removes a file unless `isWanted` says, once it is out of sight, that it is still wanted. With others on the same
   * folder, one that was written less than `youngerMs` ago may be about to get its row: it is left alone.
   */
  async remove(cid: string, isWanted: () => Promise<boolean>, youngerMs = 0): Promise<boolean> {
    const name = this.#components.chance.uuid();
    const aside = join(this.#temporaryFolder, name);
    this.#live.add(name);
    try {
      if (!(await movedTo(this.pathOf(cid), aside))) return false;
      const moved = await statOf(aside);
      const isYoung = moved !== undefined && this.#components.clock.nowMs() - moved.mtimeMs < youngerMs;
      const isGone = !isYoung && !(await isWanted());
      if (isGone) await rm(aside, { force: true, recursive: true });
      else await rename(aside, this.pathOf(cid));
      return isGone;
    } finally {
      this.#live.delete(name);
    }
  }

  /** Removes unfinished files that were untouched for `olderMs`, and returns how many. */
  async sweepTemporary(olderMs: number): Promise<number> {
    let count = 0;
    for (const name of await readdir(this.#temporaryFolder)) {
      if (this.#live.has(name)) continue;
      const path = join(this.#temporaryFolder, name);
      const found = await statOf(path);
      if (!found || this.#components.clock.nowMs() - found.ctimeMs < olderMs) continue;
      await rm(path, { force: true, recursive: true });
      count++;
    }
    return count;
  }

  /** The content ids that have a file, a folder at a time. */
  async *listed(): AsyncGenerator<string[], void> {
    const entries = await readdir(this.#init.folder, { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    for (const prefix of folders.filter((name) => /^[0-9a-f]{2}$/.test(name))) {
      const names = await readdir(join(this.#init.folder, prefix));
      yield names.map((name) => prefix + name).filter((cid) => cidPattern.test(cid));
    }
  }
}

/** Bytes on their way in: hashed as they are written. */
export class TemporaryFile {
  readonly #files: ArtifactFiles;
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #hash: Hash = createHash('sha256');
  #sizeBytes = 0;
  #bytesSinceLook = 0;
  readonly #onOver: () => void;
  #isOver = false;

  constructor(files: ArtifactFiles, init: { path: string; handle: FileHandle; onOver: () => void }) {
    this.#files = files;
    this.#onOver = init.onOver;
    this.#path = init.path;
    this.#handle = init.handle;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#bytesSinceLook += chunk.byteLength;
    if (this.#bytesSinceLook >= bytesBetweenLooks) {
      this.#bytesSinceLook = 0;
      await this.#files.requireRoom();
    }
    this.#hash.update(chunk);
    this.#sizeBytes += chunk.byteLength;
    for (let written = 0; written < chunk.byteLength; )
      written += (await translated(() => this.#handle.write(chunk, written))).bytesWritten;
  }

  /** All bytes were written. Makes them durable and returns their sha-256. */
  async seal(): Promise<string> {
    await translated(() => this.#handle.sync());
    return this.#hash.digest('hex');
  }

  /**
   * Gives the sealed bytes their final name. An existing file of that name holds the same bytes, or damaged ones: it is
   * replaced.
   */
  async keep(cid: string): Promise<void> {
    const path = this.#files.pathOf(cid);
    await translated(async () => {
      if (await madeInner(dirname(path))) await syncFolder(dirname(dirname(path)));
      await rename(this.#path, path);
      await syncFolder(dirname(path));
    });
    await this.#close();
  }

  /** Leaves nothing behind; after `keep` it does nothing. */
  async discard(): Promise<void> {
    if (this.#isOver) return;
    await rm(this.#path, { force: true });
    await this.#close();
  }

  async #close(): Promise<void> {
    this.#isOver = true;
    this.#onOver();
    await this.#handle.close();
  }
}

/** False when it exists. Throws ELOOP for a link in its place. */
async function madeInner(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    requirePlainFolder(path);
    return false;
  }
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function statOf(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function movedTo(from: string, to: string): Promise<boolean> {
  try {
    requirePlainFolder(dirname(from));
    await rename(from, to);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

async function translated<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const reason = errnoOf(error);
    if (reason === 'ENOSPC' || reason === 'EDQUOT' || reason === 'EFBIG')
      throw artifactErrors.ARTIFACT_DISK_FULL(undefined, { cause: error });
    if (reason) throw artifactErrors.ARTIFACT_IO_FAILED({ reason }, { cause: error });
    throw error;
  }
}
