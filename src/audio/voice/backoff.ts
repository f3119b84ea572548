import type { Chance } from '#core/clock.ts';

/** Doubles with each attempt up to the maximum; half of it is random, so that many don't come back at once. */
export function backoffMs(
  chance: Pick<Chance, 'fraction'>,
  attempt: number,
  firstMs: number,
  mostMs: number,
): number {
  const fullMs = Math.min(mostMs, firstMs * 2 ** Math.max(0, attempt - 1));
  return fullMs / 2 + (fullMs / 2) * chance.fraction();
}
