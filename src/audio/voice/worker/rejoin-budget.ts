import type { Chance } from '#core/clock.ts';
import { backoffMs } from '../backoff.ts';
import * as limits from '../limits.ts';

/** How often a connection may break before it is given up; holding for a while makes up for it. */
export class RejoinBudget {
  readonly #chance: Chance;
  readonly #rejoinsMax: number;
  #failureCount = 0;
  #resumeCount = 0;

  constructor(components: { chance: Chance }, init: { rejoinsMax: number }) {
    this.#chance = components.chance;
    this.#rejoinsMax = init.rejoinsMax;
  }

  /** Rejoins in a row so far. */
  get spentCount(): number {
    return this.#failureCount;
  }

  /** The delay before the next rejoin; undefined when there are to be no more. */
  takeDelayMs(): number | undefined {
    if (this.#failureCount >= this.#rejoinsMax) return undefined;
    this.#failureCount++;
    return backoffMs(this.#chance, this.#failureCount, limits.rejoinDelayMs, limits.rejoinDelayMsMax);
  }

  /** Resuming is the library's, and it knows no limit. Returns whether this one is still all right. */
  takeResume(): boolean {
    this.#resumeCount++;
    return this.#resumeCount <= limits.resumesMax;
  }

  /** The connection has held. */
  refill(): void {
    this.#failureCount = 0;
    this.#resumeCount = 0;
  }
}
