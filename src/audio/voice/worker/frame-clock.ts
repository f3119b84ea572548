import type { Clock, Timer } from '#core/clock.ts';

export interface FrameClockInit {
  intervalMs: number;
  /** When it is later than this many intervals, the missed ones are skipped. */
  lateCountMax: number;
  /** Time between ticks while catching up. */
  catchUpSpacingMs: number;
}

export interface FrameTick {
  /** How long after its due time it begins. */
  lateMs: number;
  /** Intervals due so far, including this one and skipped ones: the time, in intervals. */
  turn: number;
}

export interface FrameClock {
  start(): void;
  stop(): void;
  readonly running: boolean;
  /** Intervals left out because the thread came too late for them. */
  readonly skippedCount: number;
}

/**
 * Calls `tick` once per interval on the monotonic clock. Each due time follows from the first, not from the last call,
 * so lateness doesn't add up; a late thread catches up tick by tick, never in a burst.
 */
export function createFrameClock(
  components: { clock: Clock },
  init: FrameClockInit,
  tick: (moment: FrameTick) => void,
): FrameClock {
  const { clock } = components;
  let timer: Timer | undefined;
  let dueAtMs = 0;
  let skippedCount = 0;
  let turn = 0;

  function arm(earliestAtMs: number): void {
    const nowMs = clock.monotonicMs();
    timer = clock.after(Math.max(0, Math.max(dueAtMs, earliestAtMs) - nowMs), fire);
  }

  function fire(): void {
    const nowMs = clock.monotonicMs();
    const lateMs = Math.max(0, nowMs - dueAtMs);
    const lateCount = Math.floor(lateMs / init.intervalMs);
    if (lateCount > init.lateCountMax) {
      skippedCount += lateCount;
      turn += lateCount;
      dueAtMs += lateCount * init.intervalMs;
    }
    dueAtMs += init.intervalMs;
    turn++;
    // Armed first: a tick that throws must not end the clock for all channels.
    arm(nowMs + init.catchUpSpacingMs);
    tick({ lateMs, turn });
  }

  return {
    start() {
      if (timer) return;
      dueAtMs = clock.monotonicMs();
      arm(dueAtMs);
    },
    stop() {
      timer?.cancel();
      timer = undefined;
    },
    get running() {
      return timer !== undefined;
    },
    get skippedCount() {
      return skippedCount;
    },
  };
}
