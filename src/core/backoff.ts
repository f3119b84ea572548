import type { Chance } from './clock.ts';

export interface BackoffInit {
  baseMs: number;
  ceilingMs: number;
}

/** Keeps the doubling a number that arithmetic can hold. */
const doublingsMax = 30;

/** Full jitter: anything up to a bound that doubles with each attempt (0 is the first). */
export function backoffMs(chance: Pick<Chance, 'fraction'>, init: BackoffInit, attempt: number): number {
  return chance.fraction() * Math.min(init.ceilingMs, init.baseMs * 2 ** Math.min(attempt, doublingsMax));
}
