import type { Clock } from '#core/clock.ts';
import { neighbourLimits } from './limits.ts';

/**
 * The communities whose six words a person was shown, by their keys. A press confirms only such a key: a name is a claim
 * that another hub can make a moment later. Every process begins with none: after a restart the words are shown again.
 */
export class ShownWords {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  /** Until when each counts; oldest first. */
  readonly #untilMs = new Map<string, number>();

  constructor({ clock }: { clock: Pick<Clock, 'monotonicMs'> }) {
    this.#clock = clock;
  }

  /** `asker`: `actorKey`. */
  show(asker: string, peerId: string): void {
    const key = keyOf(asker, peerId);
    this.#untilMs.delete(key);
    this.#untilMs.set(key, this.#clock.monotonicMs() + neighbourLimits.shownForMs);
    const [oldest] = this.#untilMs.keys();
    if (this.#untilMs.size > neighbourLimits.shownMax && oldest !== undefined) this.#untilMs.delete(oldest);
  }

  has(asker: string, peerId: string): boolean {
    const untilMs = this.#untilMs.get(keyOf(asker, peerId));
    return untilMs !== undefined && this.#clock.monotonicMs() < untilMs;
  }
}

function keyOf(asker: string, peerId: string): string {
  return `${asker}\n${peerId}`;
}
