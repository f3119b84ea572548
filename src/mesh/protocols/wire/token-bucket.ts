/** Lets `perSecond` events through in the long run and up to `burst` at once. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #filledAtMs: number;

  constructor(init: { perSecond: number; burst: number }, nowMs: number) {
    this.#perSecond = init.perSecond;
    this.#burst = init.burst;
    this.#tokens = init.burst;
    this.#filledAtMs = nowMs;
  }

  take(nowMs: number): boolean {
    const earned = ((nowMs - this.#filledAtMs) / 1_000) * this.#perSecond;
    this.#tokens = Math.min(this.#burst, this.#tokens + earned);
    this.#filledAtMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
