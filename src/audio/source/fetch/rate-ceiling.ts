import type { Clock } from '#core/clock.ts';

export interface RateCeiling {
  bytesPerSecondMax: number;
  /** Allowed at once, without holding the sender back. */
  burstBytesMax: number;
}

/** No stream that we play is faster: 192 kHz, 24 bit, stereo, uncompressed, is 1,152 kB/s. */
export const sourceBytesPerSecondMax = 1_572_864;
/**
 * Its sender sets the pace, so only this bounds what it may make us decode. At the start it sends some seconds at once.
 */
export const radioCeiling: RateCeiling = {
  bytesPerSecondMax: sourceBytesPerSecondMax,
  burstBytesMax: 2 * sourceBytesPerSecondMax,
};
/**
 * A file is read no faster than it plays: decoded audio waits. This bounds the parts without sound. 192 kHz, 32 bit,
 * 7.1 is 6.1 MB/s, a film seldom more than 5. Its cover and its index come at its beginning.
 */
export const fileCeiling: RateCeiling = {
  bytesPerSecondMax: 8 * 1_048_576,
  burstBytesMax: 32 * 1_048_576,
};

/** Passes bytes on unchanged up to the ceiling, then only as fast as it allows: the sender is held back. */
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
