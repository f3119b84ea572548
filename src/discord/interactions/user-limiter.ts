import type { Clock } from '#core/clock.ts';
import { limiterUsersMax } from './limits.ts';

interface Bucket {
  tokens: number;
  atMs: number;
}

export interface UserLimiterInit {
  burstMax: number;
  refillMs: number;
}

/** One token bucket per person. Remembers at most `limiterUsersMax` people. */
export class UserLimiter {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #init: UserLimiterInit;
  /** Least recently used first. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(components: { clock: Pick<Clock, 'monotonicMs'> }, init: UserLimiterInit) {
    this.#clock = components.clock;
    this.#init = init;
  }

  /** Takes one token. Returns 0, or how many milliseconds until there is one. */
  take(userId: string): number {
    const nowMs = this.#clock.monotonicMs();
    const { burstMax, refillMs } = this.#init;
    const last = this.#buckets.get(userId) ?? { tokens: burstMax, atMs: nowMs };
    const tokens = Math.min(burstMax, last.tokens + (nowMs - last.atMs) / refillMs);
    this.#buckets.delete(userId);
    this.#buckets.set(userId, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs: nowMs });
    this.#forgetIdlest();
    return tokens >= 1 ? 0 : (1 - tokens) * refillMs;
  }

  #forgetIdlest(): void {
    if (this.#buckets.size <= limiterUsersMax) return;
    for (const userId of this.#buckets.keys()) {
      this.#buckets.delete(userId);
      return;
    }
  }
}
