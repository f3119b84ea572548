/** Comparing two series of measurements of the same thing. Pure. */

export interface Comparison {
  /** Medians. */
  ours: number;
  theirs: number;
  ratio: number;
  /** Within which the ratio of medians lies with 95 %: percentile bootstrap. */
  interval: [number, number];
  /** `worse`, `better`: the whole interval says so. What lies inside it is unproven either way. */
  verdict: 'worse' | 'better' | 'unproven';
}

const resamples = 4_000;
const outside = 0.025;
/** With fewer the resampled medians hardly differ, and an interval of them proves nothing. */
const runsMin = 6;

/** More is worse. The resampling is the same for the same numbers. */
export function compare(ours: readonly number[], theirs: readonly number[]): Comparison {
  const next = generator(ours.length * 65_537 + theirs.length);
  const ratios = Array.from(
    { length: resamples },
    () => median(resampled(ours, next)) / median(resampled(theirs, next)),
  ).sort((a, b) => a - b);
  const at = (share: number) => ratios[Math.round(share * (resamples - 1))] ?? Number.NaN;
  const interval: [number, number] = [at(outside), at(1 - outside)];
  const [low, high] = interval;
  return {
    ours: median(ours),
    theirs: median(theirs),
    ratio: median(ours) / median(theirs),
    interval,
    verdict: ours.length < runsMin || (low <= 1 && high >= 1) ? 'unproven' : low > 1 ? 'worse' : 'better',
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}

function resampled(values: readonly number[], next: () => number): number[] {
  return values.map(() => values[Math.floor(next() * values.length)] ?? Number.NaN);
}

/** mulberry32: numbers from 0 to below 1. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
