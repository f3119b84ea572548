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
      // A live input can't be read from the same place again.
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
