/** How much audio a relay holds back, and how far that may adapt. */
export interface DelayRange {
  /** At the start of a stream. */
  startMs: number;
  /** The delay never adapts below this. */
  floorMs: number;
  /** The delay never adapts above this. */
  ceilingMs: number;
}

export type BufferProfile = 'talk' | 'music' | 'robust';

const profiles: Record<BufferProfile, DelayRange> = {
  talk: { startMs: 200, floorMs: 120, ceilingMs: 1_000 },
  music: { startMs: 400, floorMs: 400, ceilingMs: 2_000 },
  robust: { startMs: 1_500, floorMs: 1_000, ceilingMs: 3_000 },
};

/** `bufferMs` replaces the profile's start and floor; the ceiling is never below it. */
export function delayRangeOf(profile: BufferProfile, bufferMs?: number): DelayRange {
  const range = profiles[profile];
  if (bufferMs === undefined) return range;
  return { startMs: bufferMs, floorMs: bufferMs, ceilingMs: Math.max(range.ceilingMs, bufferMs) };
}
