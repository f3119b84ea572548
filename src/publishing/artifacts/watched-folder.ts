import { constants, type Stats } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactStore } from '#contracts/artifacts.ts';
import type { Clock, Timer } from '#core/clock.ts';
import { errorText, type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { codeOf } from './artifact-files.ts';
import { artifactErrors } from './errors.ts';

/** Between two looks at the folder. */
export const lookMs = 1_000;
/** After what may pass by itself (disk full, no connection to the database), until the file is tried again. */
export const retryMs = 60_000;
/** Files watched at a time; the rest waits in the folder. */
export const watchedFilesMax = 10_000;
/** Leaves room for `.reason.txt` and a number within the 255 bytes of a file name. */
const nameBytesMax = 200;
const readChunkBytes = 256 * 1024;

export interface WatchedFolderComponents {
  store: ArtifactStore;
  clock: Clock;
  logger: Logger;
}

export interface WatchedFolderInit {
  folder: string;
  /** A file is taken in when its size and time have not changed for this long. */
  stableMs: number;
  /** Absent: the files belong to the hub, and every guild it serves sees them. */
  guildId: string | undefined;
}

interface Seen {
  mark: string;
  sinceMs: number;
}

/**
 * Takes in files that others put into a folder: what was kept is moved to `done/`, what can't be kept to `failed/`
 * beside a file with the reason. Links, folders and names that begin with a dot are left alone. A process that ends
 * between keeping and moving takes the file in again, which changes nothing.
 */
export class WatchedFolder {
  readonly #components: WatchedFolderComponents;
  readonly #init: WatchedFolderInit;
  readonly #stopped = new AbortController();
  #seen = new Map<string, Seen>();
  readonly #retryAtMs = new Map<string, number>();
  #timer: Timer | undefined;
  #look: Promise<void> = Promise.resolve();

  constructor(components: WatchedFolderComponents, init: WatchedFolderInit) {
    this.#components = components;
    this.#init = init;
  }

  /** Throws ARTIFACT_IO_FAILED when the folder can't be made or written to. */
  async start(): Promise<void> {
    try {
      for (const name of ['done', 'failed'])
        await mkdir(join(this.#init.folder, name), { recursive: true, mode: 0o750 });
    } catch (error) {
      throw artifactErrors.ARTIFACT_IO_FAILED({ reason: codeOf(error) ?? 'unknown' }, { cause: error });
    }
    this.#look = this.#lookAndGoOn();
  }

  async stop(): Promise<void> {
    this.#stopped.abort(new Error('the watched folder is left'));
    this.#timer?.cancel();
    await this.#look;
  }

  async #lookAndGoOn(): Promise<void> {
    const { clock, logger } = this.#components;
    try {
      await this.#lookOnce();
    } catch (error) {
      if (!this.#stopped.signal.aborted) logger.error({ err: error }, 'watched folder could not be read');
    }
    if (this.#stopped.signal.aborted) return;
    this.#timer = clock.after(lookMs, () => (this.#look = this.#lookAndGoOn()), { background: true });
  }

  async #lookOnce(): Promise<void> {
    const nowMs = this.#components.clock.monotonicMs();
    const seen = new Map<string, Seen>();
    const names = (await readdir(this.#init.folder)).filter((name) => !name.startsWith('.'));
    for (const name of names.sort().slice(0, watchedFilesMax)) {
      const stats = await statOf(join(this.#init.folder, name));
      if (!stats?.isFile()) continue;
      const before = this.#seen.get(name);
      const mark = markOf(stats);
      seen.set(name, before?.mark === mark ? before : { mark, sinceMs: nowMs });
    }
    this.#seen = seen;
    for (const name of this.#retryAtMs.keys()) if (!seen.has(name)) this.#retryAtMs.delete(name);
    for (const [name, { sinceMs }] of seen) {
      if (this.#stopped.signal.aborted) return;
      const isDue = nowMs >= (this.#retryAtMs.get(name) ?? 0);
      if (isDue && nowMs - sinceMs >= this.#init.stableMs) await this.#take(name);
    }
  }

  async #take(name: string): Promise<void> {
    const { store, clock, logger } = this.#components;
    const { signal } = this.#stopped;
    const { guildId, folder } = this.#init;
    try {
      const draft = { label: name, source: 'folder', ...(guildId !== undefined && { guildId }) };
      await store.put(draft, bytesOf(join(folder, name)), signal);
      await this.#move(name, 'done');
    } catch (error) {
      if (signal.aborted) return;
      const refusal = refusalOf(error);
      if (refusal) return this.#fail(name, refusal);
      // Written to meanwhile, or a trouble of our own: it stays and gets another chance.
      this.#seen.delete(name);
      if (!isGuildmeshError(error, 'ARTIFACT_CHANGED'))
        this.#retryAtMs.set(name, clock.monotonicMs() + retryMs);
      logger.warn({ err: error, name }, 'watched file could not be taken in now');
    }
  }

  async #fail(name: string, refusal: GuildmeshError): Promise<void> {
    this.#components.logger.warn({ name, code: refusal.code }, 'watched file refused');
    const moved = await this.#move(name, 'failed');
    const text = `${refusal.code}\n${refusal.message}\n${refusal.next}\n`;
    await writeFile(`${moved}.reason.txt`, text, { mode: 0o640 });
  }

  /** Gives where it is now. A file of that name that is there already stays. */
  async #move(name: string, to: 'done' | 'failed'): Promise<string> {
    const short = cutToBytes(name, nameBytesMax);
    for (let number = 1; ; number++) {
      const path = join(this.#init.folder, to, number === 1 ? short : `${number}-${short}`);
      if (await statOf(path)) continue;
      await rename(join(this.#init.folder, name), path);
      return path;
    }
  }
}

/** What trying again would not change. */
function refusalOf(error: unknown): GuildmeshError | undefined {
  const passing = ['ARTIFACT_CHANGED', 'ARTIFACT_BUSY'];
  const isFinal = isGuildmeshError(error) && error.kind === 'user' && !passing.includes(error.code);
  return isFinal ? error : undefined;
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array, void> {
  // No link is followed, and a pipe put in the file's place would not be waited for.
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const before = await handle.stat();
    if (!before.isFile()) throw new Error('not a file any more');
    for (;;) {
      const buffer = Buffer.allocUnsafeSlow(readChunkBytes);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length);
      if (bytesRead === 0) break;
      yield buffer.subarray(0, bytesRead);
    }
    if (markOf(await handle.stat()) !== markOf(before)) throw artifactErrors.ARTIFACT_CHANGED();
  } finally {
    await handle.close();
  }
}

function markOf({ size, mtimeMs, ino }: Stats): string {
  return `${ino}:${size}:${mtimeMs}`;
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new Error(`a watched file can't be looked at: ${errorText(error)}`, { cause: error });
  }
}

function cutToBytes(name: string, bytesMax: number): string {
  let short = name;
  while (Buffer.byteLength(short) > bytesMax) short = [...short].slice(0, -1).join('');
  return short;
}
