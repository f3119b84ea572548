import { foldName } from './names.ts';

/** With more typing errors than this, another name was meant. */
const editsMax = 3;
const textLengthMax = 100;

/**
 * The nearest of the names people could have meant, if one is near. Letter case doesn't count. `spellings`: other ways
 * to write a name, such as a file without its extension.
 */
export function suggest(
  text: string,
  names: readonly string[],
  spellings: (name: string) => readonly string[] = (name) => [name],
): string | undefined {
  if (text.length > textLengthMax) return undefined;
  const typed = foldName(text);
  const distanceMax = Math.min(editsMax, Math.floor(typed.length / 2));
  let best: string | undefined;
  let bestDistance = distanceMax + 1;
  for (const name of names)
    for (const spelling of spellings(name).map(foldName)) {
      // A larger difference in length needs more changes than are allowed.
      if (Math.abs(spelling.length - typed.length) >= bestDistance) continue;
      const distance = editDistance(typed, spelling);
      if (distance >= bestDistance) continue;
      best = name;
      bestDistance = distance;
    }
  return best;
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
