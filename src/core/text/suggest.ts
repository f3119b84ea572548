/** More typing errors than this and it was meant to be something else. */
const DISTANCE_MAX = 3;
const TEXT_LENGTH_MAX = 80;

/** The nearest of the names people could have meant, if one is near. Letter case doesn't count. */
export function suggest(text: string, names: readonly string[]): string | undefined {
  if (text.length > TEXT_LENGTH_MAX) return undefined;
  const ranked = names
    .map((name) => ({ name, distance: editDistance(text.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.min(DISTANCE_MAX, Math.floor(text.length / 2)) ? best.name : undefined;
}

/** Insertions, deletions and substitutions between two short texts. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
