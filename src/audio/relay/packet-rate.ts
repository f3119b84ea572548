/** Reports come twice a second: over less time the rate would reflect the reports, not the packets. */
const windowMs = 4_000;

/** Packets sent per second, from a count that only grows while the connection lasts. */
export class PacketRate {
  #from: { count: number; atMs: number } | undefined;
  #perSecond: number | undefined;

  /** `nowMs` is monotonic. Undefined until two readings are far enough apart. */
  read(count: number, nowMs: number): number | undefined {
    const from = this.#from;
    if (!from || count < from.count) {
      this.#from = { count, atMs: nowMs };
      this.#perSecond = undefined;
    } else if (nowMs - from.atMs >= windowMs) {
      this.#perSecond = Math.min(50, ((count - from.count) * 1_000) / (nowMs - from.atMs));
      this.#from = { count, atMs: nowMs };
    }
    return this.#perSecond;
  }
}
