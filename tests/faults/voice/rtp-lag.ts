import type { Listener } from '@guildmesh/local-discord/voice/contract';

const samplesPerMs = 48;

/** How far what a listener gets is behind the wall clock by its RTP timestamps, against how it was at first. */
export class RtpLag {
  readonly stop: () => void;
  #baseMs = Number.POSITIVE_INFINITY;
  #measuring = false;
  #first: { arrivedAtMs: number; timestamp: number } | undefined;
  #lags: { arrivedAtMs: number; lagMs: number }[] = [];

  constructor(listener: Listener, speakerId: string) {
    this.stop = listener.onFrame(({ arrivedAtMs, rtpTimestamp, speakerId: from }) => {
      if (from !== speakerId) return;
      this.#first ??= { arrivedAtMs, timestamp: rtpTimestamp };
      // Signed, over the wrap of 32 bits.
      const sinceFirst = (rtpTimestamp - this.#first.timestamp) | 0;
      const lagMs = arrivedAtMs - this.#first.arrivedAtMs - sinceFirst / samplesPerMs;
      if (this.#measuring) this.#lags.push({ arrivedAtMs, lagMs: lagMs - this.#baseMs });
      else this.#baseMs = Math.min(this.#baseMs, lagMs);
    });
  }

  /** The calm is over: what came without delay so far is what lags are held against. */
  begin(): void {
    this.#measuring = true;
  }

  /** Over the last milliseconds: the least, which no later packet makes up for, and the most. */
  last(spanMs: number): { leastMs: number; mostMs: number } {
    const sinceMs = (this.#lags.at(-1)?.arrivedAtMs ?? 0) - spanMs;
    const lags = this.#lags.filter(({ arrivedAtMs }) => arrivedAtMs > sinceMs).map(({ lagMs }) => lagMs);
    return { leastMs: Math.round(Math.min(...lags)), mostMs: Math.round(Math.max(...lags)) };
  }
}
