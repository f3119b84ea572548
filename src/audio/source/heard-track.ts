/**
 * A film whose default track is silent while another has sound: nobody means that silence. Both the tracks that are passed
 * through and those that are decoded come by here as packets, so what is judged is what would be heard.
 */

import { frameDurationMs } from '#contracts/audio.ts';
import type { Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import { loadOpusCodec, type OpusDecoder } from '../opus/codec.ts';
import type { SourceFrame } from './contract.ts';
import type { Opening } from './opened-source.ts';

/** Silent so far, the other tracks are looked at: at its start, and once more where all begin late. */
const looksFrames = [10_000, 60_000].map((ms) => ms / frameDurationMs);
/** Silence is kept back so long, by the clock, while it isn't known whether another track is heard instead. */
const heldMsMax = 2_000;
const othersMax = 4;
/** −66 dBFS: no room is as quiet as that, and no codec makes more of digital silence. */
const silentPeakMax = 16;

export interface HeardTrackComponents {
  clock: Clock;
  logger: Logger;
}

export interface HeardTrackInit {
  /** The track to be heard, open. */
  first: Opening;
  /** Those to be heard instead, the best first. */
  others: readonly number[];
  open: (track: number) => Promise<Opening>;
  /** Each of them, whenever it is opened, is where all are by now. */
  isLive?: boolean;
  /** Another one is heard. */
  onOther: (track: number) => void;
}

/** The track to be heard, or, where it stays silent and another has sound, that one from the same place on. */
export async function* heardTrack(
  { clock, logger }: HeardTrackComponents,
  { first, isLive = false, onOther, open, others }: HeardTrackInit,
  signal: AbortSignal,
): AsyncGenerator<SourceFrame, void, void> {
  const frames = first.frames[Symbol.asyncIterator]();
  const decoder = (await loadOpusCodec()).createDecoder();
  const startedAtMs = clock.monotonicMs();
  const held: SourceFrame[] = [];
  let seenCount = 0;
  let isOver = false;
  try {
    for (const lookAt of looksFrames) {
      for (let isSilent = true; isSilent && !isOver && seenCount < lookAt; ) {
        const next = await frames.next();
        isOver = next.done === true;
        if (next.done) break;
        seenCount++;
        held.push(next.value);
        isSilent = peakOf(decoder, next.value) <= silentPeakMax;
        if (!isSilent) {
          yield* held.splice(0);
          return yield* rest(frames);
        }
        if (clock.monotonicMs() - startedAtMs > heldMsMax) yield* held.splice(0);
      }
      const givenCount = seenCount - held.length;
      // What is read as it comes can't be had from the same place.
      const mayChange = seenCount > 0 && (isLive || givenCount === 0 || first.facts.pace === 'file');
      for (const track of mayChange ? others.slice(0, othersMax) : []) {
        const other = await withSound(open, track, lookAt).catch((err: unknown) => {
          signal.throwIfAborted();
          logger.warn({ err, track }, 'track could not be looked at');
        });
        if (!other) continue;
        first.close();
        onOther(track);
        return yield* other(isLive ? 0 : givenCount);
      }
      yield* held.splice(0);
      if (isOver) return;
    }
    yield* rest(frames);
  } finally {
    first.close();
    await frames.return?.();
  }
}

/** What plays it but for its first frames; undefined for a track that is silent, too, for so many frames. */
async function withSound(open: (track: number) => Promise<Opening>, track: number, framesMax: number) {
  const decoder = (await loadOpusCodec()).createDecoder();
  const opening = await open(track);
  const frames = opening.frames[Symbol.asyncIterator]();
  const seen: SourceFrame[] = [];
  const close = async () => {
    // First of all: a live one would be waited for until something comes of it.
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

/** What no decoder takes isn't heard. */
function peakOf(decoder: OpusDecoder, { payload }: SourceFrame): number {
  try {
    return decoder.decode(payload).reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
  } catch {
    return 0;
  }
}
