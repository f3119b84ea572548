import type { Chance, Clock } from './clock.ts';

const counterMax = 0xfff;

/**
 * Ids that sort by the order they were made in: UUID version 7 (RFC 9562 §5.7, method 1: a 12-bit counter within the
 * millisecond). One maker per process; a wall clock that steps back does not break the order.
 */
export class SortableIds {
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #chance: Pick<Chance, 'bytes'>;
  #lastMs = 0;
  #counter = 0;

  constructor(components: { clock: Pick<Clock, 'nowMs'>; chance: Pick<Chance, 'bytes'> }) {
    this.#clock = components.clock;
    this.#chance = components.chance;
  }

  next(): string {
    const nowMs = Math.floor(this.#clock.nowMs());
    if (nowMs > this.#lastMs) {
      this.#lastMs = nowMs;
      this.#counter = 0;
    } else if (++this.#counter > counterMax) {
      this.#lastMs++;
      this.#counter = 0;
    }
    const time = this.#lastMs.toString(16).padStart(12, '0');
    const counter = this.#counter.toString(16).padStart(3, '0');
    const random = Buffer.from(this.#chance.bytes(8));
    random[0] = ((random[0] ?? 0) & 0x3f) | 0x80;
    const tail = random.toString('hex');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counter}-${tail.slice(0, 4)}-${tail.slice(4)}`;
  }
}
