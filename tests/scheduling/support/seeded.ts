/** The same numbers at each run: mulberry32. */
export function randomFrom(seed: number) {
  let state = seed >>> 0;
  return {
    between(low: number, high: number): number {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = state;
      t = Math.imul(t ^ (t >>> 15), t | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return low + (((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * (high - low);
    },
  };
}
