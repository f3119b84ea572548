/**
 * Time and chance enter the hub here, so that tests can drive both. Nothing else calls Date.now,
 * performance.now, setTimeout, crypto.randomUUID or Math.random.
 */
import { randomBytes, randomUUID } from 'node:crypto';

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Wall clock, milliseconds since 1970 with a fraction. May step; never use it for durations. */
  nowMs(): number;
  /** Milliseconds since an arbitrary start; never steps. */
  monotonicMs(): number;
  /** Calls `run` once after `delayMs`. `background` timers do not keep the process alive. */
  after(delayMs: number, run: () => void, options?: { background?: boolean }): Timer;
  /** Resolves after `delayMs`; rejects with the signal's reason when aborted first. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

export interface Chance {
  uuid(): string;
  bytes(count: number): Uint8Array;
  /** Uniform in [0, 1). */
  fraction(): number;
}

export function systemClock(): Clock {
  return {
    nowMs: () => performance.timeOrigin + performance.now(),
    monotonicMs: () => performance.now(),
    after,
    sleep: (delayMs, signal) => sleepWith(after, delayMs, signal),
  };
}

/** `sleep` in terms of `after`: shared by the system clock and by clocks that tests drive. */
export function sleepWith(schedule: Clock['after'], delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = schedule(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    function onAbort(): void {
      timer.cancel();
      reject(signal?.reason);
    }
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

export function systemChance(): Chance {
  return {
    uuid: () => randomUUID(),
    bytes: (count) => new Uint8Array(randomBytes(count)),
    fraction: () => Math.random(),
  };
}

function after(delayMs: number, run: () => void, options?: { background?: boolean }): Timer {
  const handle = setTimeout(run, delayMs);
  if (options?.background) handle.unref();
  return { cancel: () => clearTimeout(handle) };
}
