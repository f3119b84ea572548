import type { Clock } from '#core/clock.ts';

export interface RateCeiling {
  bytesPerSecondMax: number;
  /** At once, without holding the sender back. */
  burstBytesMax: number;
}

/** Above this no stream we play is: 192 kHz, 24 bit, stereo, not packed, is 1,152 kB/s. */
export const sourceBytesPerSecondMax = 1_572_864;
/** Its sender sets the pace, so this alone bounds what it may make us decode. It sends some seconds when one tunes in. */
export const radioCeiling: RateCeiling = {
  bytesPerSecondMax: sourceBytesPerSecondMax,
  burstBytesMax: 2 * sourceBytesPerSecondMax,
};
/**
 * A file is read no faster than it plays: what is decoded waits. This bounds what has no sound in it. 192 kHz, 32 bit,
 * 7.1 is 6.1 MB/s, a film seldom more than 5. At its beginning stand its cover and its index.
 */
export const fileCeiling: RateCeiling = {
  bytesPerSecondMax: 8 * 1_048_576,
  burstBytesMax: 32 * 1_048_576,
};

/** Lets bytes through as they come up to the ceiling, then only as fast as it allows: the sender is held back. */
export async function* underRateCeiling(
  clock: Clock,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  { burstBytesMax, bytesPerSecondMax }: RateCeiling = radioCeiling,
): AsyncGenerator<Uint8Array> {
  let allowance = burstBytesMax;
  let lastMs = clock.monotonicMs();
  for await (const chunk of bytes) {
    const nowMs = clock.monotonicMs();
    allowance = Math.min(burstBytesMax, allowance + ((nowMs - lastMs) * bytesPerSecondMax) / 1_000);
    lastMs = nowMs;
    allowance -= chunk.length;
    if (allowance < 0) await clock.sleep((-allowance * 1_000) / bytesPerSecondMax, signal);
    yield chunk;
  }
}
