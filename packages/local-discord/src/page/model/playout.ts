/** Kept ahead of the loudspeaker, so that a frame may come this much late unheard. */
export const playoutDelayS = 0.12;
/** More than this ahead means the sender's clock runs faster or a burst came: frames are dropped until it is less. */
export const playoutAheadMaxS = 0.6;

/**
 * When the next frame of a speaker starts, in the audio clock's seconds. `nextS` is where its last one ends.
 * Undefined: drop it. After a gap playing starts over with the full delay.
 */
export function playoutTime(nowS: number, nextS: number | undefined): number | undefined {
  if (nextS === undefined || nextS < nowS) return nowS + playoutDelayS;
  return nextS - nowS > playoutAheadMaxS ? undefined : nextS;
}
