import type { Listener } from '@guildmesh/local-discord/voice/contract';

/** People hear a pause longer than this. */
export const holeMs = 200;
/** Heard steadily: this much of a second without a hole. */
const steadyMs = 1_000;
const framesOfSteadySecondMin = 40;

/** When a listener got programme frames that it could decrypt. */
export class AudioMeter {
  readonly listener: Listener;
  readonly #arrivalsMs: number[] = [];
  readonly #stop: () => void;

  constructor(listener: Listener) {
    this.listener = listener;
    this.#stop = listener.onFrame((frame) => {
      if (!frame.silence) this.#arrivalsMs.push(frame.arrivedAtMs);
    });
  }

  leave(): void {
    this.#stop();
    this.listener.leave();
  }

  /** The last second was whole. */
  steady(atMs = wallMs()): boolean {
    const recent = this.#arrivalsMs.filter((arrivedAtMs) => arrivedAtMs > atMs - steadyMs);
    if (recent.length < framesOfSteadySecondMin) return false;
    return [atMs - steadyMs, ...recent, atMs].every((each, index, all) => {
      const next = all[index + 1];
      return next === undefined || next - each <= holeMs;
    });
  }

  /** What was heard so far doesn't count any more. */
  forget(): void {
    this.#arrivalsMs.length = 0;
  }

  /** Pauses that ended after `sinceMs`, as distances from it. */
  holes(sinceMs: number): { fromMs: number; toMs: number }[] {
    const before = this.#arrivalsMs.findLast((atMs) => atMs <= sinceMs) ?? sinceMs;
    const times = [before, ...this.#arrivalsMs.filter((atMs) => atMs > sinceMs)];
    return times.flatMap((fromMs, index) => {
      const toMs = times[index + 1];
      if (toMs === undefined || toMs - fromMs <= holeMs) return [];
      return [{ fromMs: Math.round(fromMs - sinceMs), toMs: Math.round(toMs - sinceMs) }];
    });
  }

  /** How long after `sinceMs` the last hole ended: 0 when there was none. */
  backAfterMs(sinceMs: number): number {
    return this.holes(sinceMs).at(-1)?.toMs ?? 0;
  }

  /**
   * Waits until the programme is heard steadily again, at least until the fault has had time to bite. Undefined when
   * that didn't happen in time.
   */
  async untilBack(
    sinceMs: number,
    init: { bitesWithinMs: number; atMostMs: number },
  ): Promise<number | undefined> {
    await pause(Math.max(0, sinceMs + init.bitesWithinMs - wallMs()));
    while (wallMs() < sinceMs + Math.max(init.atMostMs, init.bitesWithinMs) + 2 * steadyMs) {
      if (this.steady()) {
        const backAfterMs = this.backAfterMs(sinceMs);
        return backAfterMs <= init.atMostMs ? backAfterMs : undefined;
      }
      await pause(50);
    }
    return undefined;
  }
}

/** The scale of `HeardFrame.arrivedAtMs`. */
export function wallMs(): number {
  return performance.timeOrigin + performance.now();
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
