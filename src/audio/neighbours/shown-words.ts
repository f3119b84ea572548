import type { Clock } from '#core/clock.ts';
import { Latest } from '#core/latest.ts';
import { neighbourLimits } from './limits.ts';

/**
 * The communities whose six words a person was shown, by their keys. A press confirms only such a key: a name is a claim
 * that another hub can make a moment later. Every process begins with none: after a restart the words are shown again.
 */
export class ShownWords {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  /** Until when each counts. */
  readonly #untilMs = new Latest<string, number>({ countMax: neighbourLimits.shownMax });

  constructor({ clock }: { clock: Pick<Clock, 'monotonicMs'> }) {
    this.#clock = clock;
  }

  /** `asker`: `actorKey`. */
  show(asker: string, peerId: string): void {
    this.#untilMs.set(keyOf(asker, peerId), this.#clock.monotonicMs() + neighbourLimits.shownForMs);
  }

  has(asker: string, peerId: string): boolean {
    const untilMs = this.#untilMs.get(keyOf(asker, peerId));
    return untilMs !== undefined && this.#clock.monotonicMs() < untilMs;
  }
}

function keyOf(asker: string, peerId: string): string {
  return `${asker}\n${peerId}`;
}
