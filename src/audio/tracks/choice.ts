/** Of the audio tracks of a file the one that is heard, as its maker marked them. */

export interface AudioTrack {
  /** Marked by its maker as one that players may choose by themselves. */
  isDefault: boolean;
  /** Made for some listeners only: a commentary, a description for the blind, clearer speech for the hard of hearing. */
  isSpecial: boolean;
}

/**
 * Its index. The first default that is for everybody; where there is none, the first that is for everybody: programs
 * that write files make the first track a default where nobody chose one. A special one only where nothing else is left.
 */
export function chosenTrack(tracks: readonly AudioTrack[]): number | undefined {
  return tracksByChoice(tracks)[0];
}

/** The indexes of those that may be heard, the one to be heard first. */
export function tracksByChoice(tracks: readonly AudioTrack[]): number[] {
  const forEverybody = tracks.filter(({ isSpecial }) => !isSpecial);
  const eligible = forEverybody.length > 0 ? forEverybody : tracks;
  return eligible
    .toSorted((a, b) => Number(b.isDefault) - Number(a.isDefault))
    .map((track) => tracks.indexOf(track));
}
