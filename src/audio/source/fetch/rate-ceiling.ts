import type { Clock } from '#core/clock.ts';

/** Above this no audio we play is: 96 kHz, 24 bit, stereo is 576 kB/s. */
export const sourceBytesPerSecondMax = 1_048_576;
/** Radios send some seconds at once when one tunes in. */
const burstBytesMax = 2 * 1_048_576;

/** Lets bytes through as they come up to the ceiling, then only as fast as it allows: the sender is held back. */
export async function* underRateCeiling(
  clock: Clock,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let allowance = burstBytesMax;
  let lastMs = clock.monotonicMs();
  for await (const chunk of bytes) {
    const nowMs = clock.monotonicMs();
    allowance = Math.min(burstBytesMax, allowance + ((nowMs - lastMs) * sourceBytesPerSecondMax) / 1_000);
    lastMs = nowMs;
    allowance -= chunk.length;
    if (allowance < 0) await clock.sleep((-allowance * 1_000) / sourceBytesPerSecondMax, signal);
    yield chunk;
  }
}
