import type { Clock } from './clock.ts';
import { Latest } from './latest.ts';

/** Askers remembered; the one not seen for longest is forgotten first. */
export const askersMax = 10_000;

export interface RateLimit {
  perMinute: number;
  /** Requests allowed at once. */
  burst: number;
}

export function perSecond(count: number): RateLimit {
  return { perMinute: count * 60, burst: count };
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/** Token buckets, one per asker. */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #limit: RateLimit;
  readonly #buckets = new Latest<string, Bucket>({ countMax: askersMax });

  constructor(components: { clock: Clock }, limit: RateLimit) {
    this.#clock = components.clock;
    this.#limit = limit;
  }

  /** Counts one request. Returns 0 when it may proceed, else the seconds to wait. */
  take(asker: string): number {
    const bucket = this.#filled(asker);
    if (bucket.tokens < 1) return this.#waitSeconds(bucket);
    bucket.tokens -= 1;
    return 0;
  }

  #filled(asker: string): Bucket {
    const nowMs = this.#clock.monotonicMs();
    const { perMinute, burst } = this.#limit;
    const before = this.#buckets.get(asker) ?? { tokens: burst, atMs: nowMs };
    const tokens = Math.min(burst, before.tokens + ((nowMs - before.atMs) * perMinute) / 60_000);
    const bucket = { tokens, atMs: nowMs };
    this.#buckets.set(asker, bucket);
    return bucket;
  }

  #waitSeconds({ tokens }: Bucket): number {
    return Math.max(1, Math.ceil(((1 - tokens) * 60) / this.#limit.perMinute));
  }
}
