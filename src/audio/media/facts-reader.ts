import type { Clock } from '#core/clock.ts';
import { withDeadline } from '#core/deadline.ts';
import { errorText, type GuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import type { ItemFacts } from '../source/contract.ts';
import type { FfmpegProgram } from '../source/ffmpeg/program.ts';
import type { AnyPlace } from '../source/order/any-place.ts';
import { inPlayingOrder } from '../source/order/in-order.ts';
import { id3Bytes } from '../source/order/large-tag.ts';
import { PlaceReader } from '../source/order/place-reader.ts';
import { whyNoSound, whyNotDecoded } from '../source/why-silent.ts';
import { readCover } from './cover.ts';
import type { CoverStore } from './cover-store.ts';
import { fileDurationMs } from './length/file-length.ts';
import { Places } from './places.ts';
import { quickTags } from './quick-tags.ts';
import { namedFacts } from './tag-line.ts';
import { readTags, type Tags } from './tags.ts';

/** For each step, with a file of this machine; a hostile file gets no more. */
const stepMsMax = 10_000;
/** Beside the decoders of what plays, each for well under a second. */
const readersMax = 2;
/** What is looked at of a file without sound, to name what it is: a page's title comes further down. */
const pageProbeBytes = 4_096;
/** Longer is no length of a file but of a damaged header. */
const durationMsMax = 30 * 24 * 3_600_000;

export interface FactsReaderComponents {
  ffmpeg: Pick<FfmpegProgram, 'commandLine'>;
  covers: Pick<CoverStore, 'keep'>;
  clock: Clock;
  logger: Logger;
}

/** What files say of themselves. Nothing about them is so wrong that it fails: then less is known. */
export class FactsReader {
  readonly #components: FactsReaderComponents;
  readonly #places = new Places(readersMax);

  constructor(components: FactsReaderComponents) {
    this.#components = components;
  }

  /**
   * `name`: what it is called where it has no title. The file stays open. Throws the signal's reason; all else only
   * leaves something out.
   */
  async read(
    file: AnyPlace,
    name: string,
    signal: AbortSignal,
    { cover = true }: { cover?: boolean } = {},
  ): Promise<ItemFacts> {
    return this.#places.with(signal, async () => {
      const durationMs = await this.#step(signal, () => fileDurationMs(file));
      const quick = cover ? undefined : await this.#step(signal, () => quickTags(file));
      const tags = quick ?? (await this.#step(signal, (inTime) => this.#tags(file, inTime)));
      const coverId = cover
        ? await this.#step(signal, (inTime) => this.#cover(file, tags, inTime))
        : undefined;
      return factsOf({ ...tags, durationMs: durationMs ?? tags?.durationMs }, name, coverId);
    });
  }

  /** Why ffmpeg finds no sound in a file; undefined where there is some. Throws AUDIO_FFMPEG_*. */
  async whyNoSound(file: AnyPlace, name: string, signal: AbortSignal): Promise<GuildmeshError | undefined> {
    const { tags, complaint } = await this.#places.with(signal, () =>
      readTags(this.#components.ffmpeg, wholeBytes(file), signal),
    );
    if (tags) return undefined;
    const reader = new PlaceReader(file.from(0));
    const start = await reader.peek(pageProbeBytes).finally(() => reader.leave());
    const seen = { source: name, start: start.subarray(0, pageProbeBytes) };
    return whyNotDecoded(seen) ?? whyNoSound({ ...seen, complaint });
  }

  async #tags(file: AnyPlace, signal: AbortSignal): Promise<Tags | undefined> {
    return (await readTags(this.#components.ffmpeg, wholeBytes(file), signal)).tags;
  }

  async #cover(file: AnyPlace, tags: Tags | undefined, signal: AbortSignal): Promise<string | undefined> {
    if (tags?.coverStream === undefined) return undefined;
    const { covers, ffmpeg } = this.#components;
    const picture = await readCover(ffmpeg, tags.coverStream, () => wholeBytes(file), signal);
    return picture && covers.keep(picture);
  }

  async #step<T>(
    signal: AbortSignal,
    step: (inTime: AbortSignal) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const { clock, logger } = this.#components;
    try {
      return await withDeadline(clock, stepMsMax, signal, step, { background: true });
    } catch (error) {
      signal.throwIfAborted();
      logger.debug({ err: error, why: errorText(error) }, 'something of a file is left unread');
      return undefined;
    }
  }
}

function factsOf(tags: Tags, name: string, coverId: string | undefined): ItemFacts {
  const { album, artist, durationMs = 0, title } = tags;
  return {
    title: title || namedFacts(name).title,
    ...(artist ? { artist } : {}),
    ...(album ? { album } : {}),
    ...(durationMs > 0 && durationMs <= durationMsMax ? { durationMs } : {}),
    ...(coverId === undefined ? {} : { coverId }),
  };
}

/** In an order that ffmpeg can read, with the picture that sound is played without. */
async function* wholeBytes(file: AnyPlace): AsyncGenerator<Uint8Array, void, void> {
  const reader = new PlaceReader(file.from(0));
  const start = await reader.peek(16).finally(() => reader.leave());
  yield* id3Bytes(start) > 0 ? file.from(0) : inPlayingOrder(file, 'file');
}
