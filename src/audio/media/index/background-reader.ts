import { stat } from 'node:fs/promises';
import type { Clock } from '#core/clock.ts';
import { errorText } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import type { FfmpegProgram } from '../../source/ffmpeg/program.ts';
import { findLibraryFile, openLibraryFile } from '../../source/library.ts';
import { LocalFile } from '../../source/order/any-place.ts';
import type { FactsReader } from '../facts-reader.ts';
import type { KnownFile } from './known-file.ts';
import { plainName, type Shelf } from './shelf.ts';

/** Part of a core that may be used: what takes a second is followed by a rest of nineteen. */
const coreShare = 0.05;
/** Work is done in pieces of about this long, so that a rest is worth its timer. */
const pieceMs = 50;
/** Between two looks at every file. */
const passEveryMs = 10 * 60_000;

export interface BackgroundReaderComponents {
  /** The shelves of all library folders. */
  shelves: () => readonly Shelf[];
  facts: Pick<FactsReader, 'read'>;
  ffmpeg: Pick<FfmpegProgram, 'check'>;
  clock: Clock;
  logger: Logger;
}

/** Reads the tags of the library's files, one after another, using a small part of one core. */
export class BackgroundReader {
  readonly #components: BackgroundReaderComponents;
  readonly #stopping = new AbortController();
  #busySinceMs = 0;

  constructor(components: BackgroundReaderComponents) {
    this.#components = components;
  }

  /** Runs until it is stopped; never throws. */
  async run(): Promise<void> {
    const { clock, logger } = this.#components;
    const { signal } = this.#stopping;
    while (!signal.aborted)
      try {
        await this.pass(signal);
        await clock.sleep(passEveryMs, signal);
      } catch (error) {
        if (signal.aborted) return;
        logger.info({ err: error, why: errorText(error) }, 'tags of the library are left unread for now');
        await clock.sleep(passEveryMs, signal).catch(() => {});
      }
  }

  stop(): void {
    this.#stopping.abort(new Error('the hub stops'));
  }

  /** One look at every file; those that are new or changed are read. Throws AUDIO_FFMPEG_*, the signal's reason. */
  async pass(signal: AbortSignal): Promise<void> {
    this.#busySinceMs = this.#components.clock.monotonicMs();
    for (const shelf of this.#components.shelves()) {
      await shelf.refresh();
      // Without ffmpeg nothing could be read of any file.
      if (shelf.files.length > 0) await this.#components.ffmpeg.check(signal);
      for (const name of shelf.files) {
        await this.#look(shelf, name, signal);
        await this.#rest(signal);
      }
    }
  }

  async #look(shelf: Shelf, name: string, signal: AbortSignal): Promise<void> {
    const { facts } = this.#components;
    try {
      await readFile(facts, shelf, name, signal, false);
    } catch (error) {
      signal.throwIfAborted();
      this.#components.logger.debug({ err: error, name }, 'a file of the library could not be read');
    }
  }

  /** The time that work takes is at least the time of the core that it uses. */
  async #rest(signal: AbortSignal): Promise<void> {
    const { clock } = this.#components;
    const busyMs = clock.monotonicMs() - this.#busySinceMs;
    if (busyMs < pieceMs) return;
    await clock.sleep((busyMs * (1 - coreShare)) / coreShare, signal);
    this.#busySinceMs = clock.monotonicMs();
  }
}

/**
 * What is known of a file of a shelf, read where it is new or changed; undefined where it is gone. `cover`: its cover is
 * read in any case. Throws what reading throws.
 */
export async function readFile(
  facts: Pick<FactsReader, 'read'>,
  shelf: Shelf,
  name: string,
  signal: AbortSignal,
  cover: boolean,
): Promise<(KnownFile & { coverId?: string | undefined }) | undefined> {
  const found = await findLibraryFile([shelf.root], name);
  const stats = found && (await stat(found.path).catch(() => undefined));
  if (!found || !stats) return undefined;
  const known = shelf.knownOf(name);
  const isKnown = known?.sizeBytes === stats.size && known.changedMs === stats.mtimeMs;
  if (isKnown && !cover) return known;
  const handle = await openLibraryFile(found.path, name);
  const file = new LocalFile(handle, stats.size);
  try {
    const { coverId, ...read } = await facts.read(file, plainName(name), signal, { cover });
    const now = { ...read, sizeBytes: stats.size, changedMs: stats.mtimeMs };
    if (!isKnown) await shelf.keep(name, now);
    return { ...now, coverId };
  } finally {
    file.close();
  }
}
