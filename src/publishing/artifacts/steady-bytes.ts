import type { Clock } from '#core/clock.ts';
import { artifactErrors } from './errors.ts';

/**
 * The same bytes; ends at the signal, and with ARTIFACT_STALLED when the next chunk takes longer than `stallMs`. A
 * source that hangs is asked to end, but not waited for.
 */
export async function* steadyBytes(
  clock: Clock,
  bytes: AsyncIterable<Uint8Array>,
  stallMs: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const iterator = bytes[Symbol.asyncIterator]();
  let isOver = false;
  try {
    for (;;) {
      signal.throwIfAborted();
      const result = await nextWithin(clock, iterator, stallMs, signal);
      if (result.done) {
        isOver = true;
        return;
      }
      yield result.value;
    }
  } finally {
    if (!isOver) iterator.return?.()?.catch(() => undefined);
  }
}

function nextWithin(
  clock: Clock,
  iterator: AsyncIterator<Uint8Array>,
  stallMs: number,
  signal: AbortSignal,
): Promise<IteratorResult<Uint8Array>> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(stallMs, () => end(() => reject(artifactErrors.ARTIFACT_STALLED({ stallMs }))));
    const onAbort = () => end(() => reject(signal.reason));
    function end(settle: () => void): void {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
      settle();
    }
    signal.addEventListener('abort', onAbort, { once: true });
    iterator.next().then(
      (result) => end(() => resolve(result)),
      (error: unknown) => end(() => reject(error)),
    );
  });
}
