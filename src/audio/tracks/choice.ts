/** One audio track of a file, as its maker marked it. */

export interface AudioTrack {
  /** Its maker marked it as one that players may choose by default. */
  isDefault: boolean;
  /**
   * Made for some listeners only: a commentary, a description for the blind, clearer speech for the hard of hearing.
   */
  isSpecial: boolean;
}

/**
 * The index of the track to hear: the first default that is for everybody; else the first that is for everybody,
 * because programs mark the first track as default where nobody chose one. A special one only where nothing else is
 * left.
 */
export function chosenTrack(tracks: readonly AudioTrack[]): number | undefined {
  return tracksByChoice(tracks)[0];
}

/** The indexes of tracks that may be heard, the one to hear first. */
export function tracksByChoice(tracks: readonly AudioTrack[]): number[] {
  const forEverybody = tracks.filter(({ isSpecial }) => !isSpecial);
  const eligible = forEverybody.length > 0 ? forEverybody : tracks;
  return eligible
    .toSorted((a, b) => Number(b.isDefault) - Number(a.isDefault))
    .map((track) => tracks.indexOf(track));
}
