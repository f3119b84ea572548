import type { ArtifactStore } from '#contracts/artifacts.ts';
import type { Clock } from '#core/clock.ts';
import { type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { Rounds } from '#core/rounds.ts';
import { errnoOf } from '#storage/files/errno.ts';
import { makeFolder } from '#storage/files/make-folder.ts';
import { artifactErrors } from './errors.ts';
import { type WatchedFile, WatchedFiles } from './watched-files.ts';

/** Between two looks at the folder. */
export const lookMs = 1_000;
/** Pause before a file is retried after a problem that may pass (disk full, no connection to the database). */
export const retryMs = 60_000;
/** Files watched at a time; the rest waits in the folder. */
export const watchedFilesMax = 10_000;

export interface WatchedFolderComponents {
  store: ArtifactStore;
  clock: Clock;
  logger: Logger;
}

export interface WatchedFolderInit {
  folder: string;
  /** A file is stored when its size and time have not changed for this long. */
  stableMs: number;
  /** Absent: the files belong to the hub, and every guild it serves sees them. */
  guildId: string | undefined;
}

interface Seen {
  file: WatchedFile;
  sinceMs: number;
}

/**
 * Stores files that others put into a folder: stored ones move to `done/`, refused ones to `failed/` beside a file with
 * the reason. Links, folders and names that begin with a dot are left alone. After a process ended between storing and
 * moving, the file is stored again, which changes nothing.
 */
export class WatchedFolder {
  readonly #components: WatchedFolderComponents;
  readonly #init: WatchedFolderInit;
  readonly #looks: Rounds;
  #seen = new Map<string, Seen>();
  readonly #retryAtMs = new Map<string, number>();
  #pathAtStart: string | undefined;
  /** Why the last look failed. */
  #trouble: string | undefined;

  constructor(components: WatchedFolderComponents, init: WatchedFolderInit) {
    this.#components = components;
    this.#init = init;
    this.#looks = new Rounds(components, {
      everyMs: lookMs,
      run: () => this.#look(),
      failed: (error) => this.#tell(error),
    });
  }

  /** Throws ARTIFACT_WATCH_LINK, and ARTIFACT_IO_FAILED when the folder can't be made or written to. */
  async start(): Promise<void> {
    const { folder } = this.#init;
    try {
      makeFolder(folder, 0o750);
      const files = await WatchedFiles.open(folder);
      this.#pathAtStart = files.realPath;
      await files.close();
    } catch (error) {
      const reason = errnoOf(error) ?? 'unknown';
      throw isGuildmeshError(error) ? error : artifactErrors.ARTIFACT_IO_FAILED({ reason }, { cause: error });
    }
    this.#looks.begin();
  }

  stop(): Promise<void> {
    return this.#looks.stop();
  }

  async #look(): Promise<void> {
    const files = await WatchedFiles.open(this.#init.folder, this.#pathAtStart);
    await this.#lookOver(files).finally(() => files.close());
    this.#trouble = undefined;
  }

  /** Once, not at every look. */
  #tell(error: unknown): void {
    const { logger } = this.#components;
    const { code, next } = isGuildmeshError(error) ? error : { code: errnoOf(error) ?? 'unknown' };
    if (this.#trouble === code) return;
    this.#trouble = code;
    logger.error({ err: error, code, next }, 'the watched folder can’t be used; it is looked at again');
  }

  async #lookOver(files: WatchedFiles): Promise<void> {
    const nowMs = this.#components.clock.monotonicMs();
    const seen = new Map<string, Seen>();
    for (const file of await files.list(watchedFilesMax)) {
      const before = this.#seen.get(file.name);
      seen.set(file.name, before?.file.mark === file.mark ? before : { file, sinceMs: nowMs });
    }
    this.#seen = seen;
    for (const name of this.#retryAtMs.keys()) if (!seen.has(name)) this.#retryAtMs.delete(name);
    for (const [name, { file, sinceMs }] of seen) {
      if (this.#looks.signal.aborted) return;
      const isDue = nowMs >= (this.#retryAtMs.get(name) ?? 0);
      if (isDue && nowMs - sinceMs >= this.#init.stableMs) await this.#take(files, file);
    }
  }

  async #take(files: WatchedFiles, file: WatchedFile): Promise<void> {
    const { store, clock, logger } = this.#components;
    const { signal } = this.#looks;
    const { guildId } = this.#init;
    const { name } = file;
    try {
      const draft = { label: name, source: 'folder', ...(guildId !== undefined && { guildId }) };
      const refusal = await store.put(draft, files.bytesOf(file), signal).then(() => undefined, refusalOf);
      if (refusal) await this.#fail(files, file, refusal);
      else await files.moveToDone(file);
    } catch (error) {
      if (signal.aborted) return;
      // Changed meanwhile, or a problem of our own: it stays and is retried.
      this.#seen.delete(name);
      if (!isGuildmeshError(error, 'ARTIFACT_CHANGED'))
        this.#retryAtMs.set(name, clock.monotonicMs() + retryMs);
      logger.warn({ err: error, name }, 'watched file could not be taken in now');
    }
  }

  async #fail(files: WatchedFiles, file: WatchedFile, refusal: GuildmeshError): Promise<void> {
    this.#components.logger.warn({ name: file.name, code: refusal.code }, 'watched file refused');
    await files.moveToFailed(file, `${refusal.code}\n${refusal.message}\n${refusal.next}\n`);
  }
}

/** Failures that a retry would not change. Throws everything else. */
function refusalOf(error: unknown): GuildmeshError {
  const passing = ['ARTIFACT_CHANGED', 'ARTIFACT_BUSY'];
  const isFinal = isGuildmeshError(error) && error.kind === 'user' && !passing.includes(error.code);
  if (!isFinal) throw error;
  return error;
}
