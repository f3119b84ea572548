/**
 * A film whose default track is silent while another has sound: nobody wants that silence. Tracks that are passed
 * through and tracks that are decoded both come here as packets, so the decision is made on what would be heard.
 */

import { frameDurationMs } from '#contracts/audio.ts';
import type { Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import { loadOpusCodec, type OpusDecoder } from '../opus/codec.ts';
import type { SourceFrame } from './contract.ts';
import type { Opening } from './opened-source.ts';

/** If it is silent so far, the other tracks are examined: at its start, and once more because all may begin late. */
const looksFrames = [10_000, 60_000].map((ms) => ms / frameDurationMs);
/** Silence is held back for this long, by the clock, until it is known whether another track is heard instead. */
const heldMsMax = 2_000;
const othersMax = 4;
/** −66 dBFS: no room is as quiet as that, and no codec turns digital silence into more. */
const silentPeakMax = 16;

export interface HeardTrackComponents {
  clock: Clock;
  logger: Logger;
}

export interface HeardTrackInit {
  /** The chosen track, open. */
  first: Opening;
  /** Tracks to hear instead, the best first. */
  others: readonly number[];
  open: (track: number) => Promise<Opening>;
  /** Opening any of them, at any time, gives the current moment. */
  isLive?: boolean;
  /** Another track is heard. */
  onOther: (track: number) => void;
}

/** The chosen track, or, where it stays silent and another has sound, that one from the same place on. */
export async function* heardTrack(
  { clock, logger }: HeardTrackComponents,
  { first, isLive = false, onOther, open, others }: HeardTrackInit,
  signal: AbortSignal,
): AsyncGenerator<SourceFrame, void, void> {
  const codec = await loadOpusCodec();
  const start = new SilentStart(clock, codec.createDecoder(), first);
  try {
    for (const lookAt of looksFrames) {
      if (yield* start.silence(lookAt)) break;
      const { givenCount, seenCount } = start;
      // A live input can't be read from the same place again.
      const mayChange = seenCount > 0 && (isLive || givenCount === 0 || first.facts.pace === 'file');
      const other = mayChange
        ? await otherWithSound({ logger }, { open, tracks: others, framesMax: lookAt }, signal)
        : undefined;
      if (other) {
        first.close();
        onOther(other.track);
        return yield* other.play(isLive ? 0 : givenCount);
      }
      yield* start.takeHeld();
      if (start.isOver) return;
    }
    yield* start.takeHeld();
    yield* rest(start.frames);
  } finally {
    first.close();
    await start.frames.return?.();
  }
}

/** A track from its start, for as long as it is silent. */
class SilentStart {
  readonly frames: AsyncIterator<SourceFrame>;
  seenCount = 0;
  isOver = false;
  readonly #clock: Clock;
  readonly #decoder: OpusDecoder;
  readonly #startedAtMs: number;
  #held: SourceFrame[] = [];

  constructor(clock: Clock, decoder: OpusDecoder, { frames }: Opening) {
    this.#clock = clock;
    this.#decoder = decoder;
    this.#startedAtMs = clock.monotonicMs();
    this.frames = frames[Symbol.asyncIterator]();
  }

  get givenCount(): number {
    return this.seenCount - this.#held.length;
  }

  /** Up to so many frames from the start, without the newest; returns whether there is sound among them. */
  async *silence(framesMax: number): AsyncGenerator<SourceFrame, boolean, void> {
    while (!this.isOver && this.seenCount < framesMax) {
      const next = await this.frames.next();
      if (next.done) {
        this.isOver = true;
        break;
      }
      this.seenCount++;
      this.#held.push(next.value);
      if (peakOf(this.#decoder, next.value) > silentPeakMax) return true;
      if (this.#clock.monotonicMs() - this.#startedAtMs > heldMsMax) yield* this.takeHeld();
    }
    return false;
  }

  takeHeld(): SourceFrame[] {
    return this.#held.splice(0);
  }
}

/** The first of these tracks that has sound within so many frames; one that can't be opened is skipped. */
async function otherWithSound(
  { logger }: { logger: Logger },
  { framesMax, open, tracks }: { framesMax: number; open: HeardTrackInit['open']; tracks: readonly number[] },
  signal: AbortSignal,
) {
  for (const track of tracks.slice(0, othersMax)) {
    const play = await withSound(open, track, framesMax).catch((err: unknown) => {
      signal.throwIfAborted();
      logger.warn({ err, track }, 'track could not be looked at');
    });
    if (play) return { track, play };
  }
  return undefined;
}

/** An opening of it after its first frames; undefined for a track that is silent, too, for this many frames. */
async function withSound(open: (track: number) => Promise<Opening>, track: number, framesMax: number) {
  const decoder = (await loadOpusCodec()).createDecoder();
  const opening = await open(track);
  const frames = opening.frames[Symbol.asyncIterator]();
  const seen: SourceFrame[] = [];
  const close = async () => {
    // First of all: waiting for something from a live one would take long.
    opening.close();
    await frames.return?.();
  };
  try {
    while (seen.length < framesMax) {
      const next = await frames.next();
      if (next.done) break;
      seen.push(next.value);
      if (peakOf(decoder, next.value) <= silentPeakMax) continue;
      return async function* (skippedCount: number): AsyncGenerator<SourceFrame, void, void> {
        try {
          let skip = skippedCount;
          for (const frame of seen.splice(0)) if (skip-- <= 0) yield frame;
          for await (const frame of rest(frames)) if (skip-- <= 0) yield frame;
        } finally {
          await close();
        }
      };
    }
  } catch (error) {
    await close();
    throw error;
  }
  await close();
  return undefined;
}

async function* rest(frames: AsyncIterator<SourceFrame>): AsyncGenerator<SourceFrame, void, void> {
  for (let next = await frames.next(); !next.done; next = await frames.next()) yield next.value;
}

/** What no decoder accepts isn't heard. */
function peakOf(decoder: OpusDecoder, { payload }: SourceFrame): number {
  try {
    return decoder.decode(payload).reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
  } catch {
    return 0;
  }
}
