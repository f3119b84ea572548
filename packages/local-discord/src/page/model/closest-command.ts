import { wordsOf } from '../../people/typed-line.ts';
import type { CommandPath } from './command-paths.ts';

/** More different letters than this, or than a third of them, are another word. */
const differencesMax = 3;

/** The line with the command that was probably meant; undefined when none is close. */
export function closestCommand(text: string, commands: readonly CommandPath[]): string | undefined {
  const words = wordsOf(text.slice(1));
  const close = commands.flatMap(({ path }) => {
    const head = words.slice(0, path.split(' ').length);
    const typed = head.map((word) => word.text.toLowerCase()).join(' ');
    const differences = path.startsWith(`${typed} `) ? 0 : differencesOf(typed, path);
    const isClose = differences <= Math.min(differencesMax, Math.ceil(path.length / 3));
    const rest = text.slice(1 + (head.at(-1)?.end ?? 0));
    return isClose ? [{ differences, line: `/${path}${rest}` }] : [];
  });
  return close.sort((a, b) => a.differences - b.differences)[0]?.line;
}

/** Letters to add, drop, change or swap with their neighbour, to make one word of the other. */
function differencesOf(from: string, to: string): number {
  const none = Array.from({ length: to.length + 1 }, (_, column) => column);
  const rows = [none];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    rows.push(current);
    for (let column = 1; column <= to.length; column += 1) {
      const changed = from[row - 1] === to[column - 1] ? 0 : 1;
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const best = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + changed,
      );
      current[column] = swapped ? Math.min(best, at(row - 2, column - 2) + 1) : best;
    }
  }
  return at(from.length, to.length);
}
