export interface ListEntry {
  /** File names or addresses as the list has them: the first, and alternatives for when it can't be played. */
  names: readonly string[];
  title?: string | undefined;
  /** How long it plays, where the list says so; a station has no end. */
  seconds?: number | undefined;
}

/** Anything that isn't a length (−1, 0, nothing) stands for a stream. */
export function lengthOf(text: string | undefined): number | undefined {
  const length = Number(text ?? Number.NaN);
  return length > 0 ? length : undefined;
}
