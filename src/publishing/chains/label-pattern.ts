import { foldName } from '#core/text/names.ts';

/**
 * Whether a whole label fits a pattern in which `*` stands for any characters and `?` for any one; letter case doesn't
 * count. Linear in label times pattern: a pattern can't be made to run long, as an expression could.
 */
export function fitsPattern(pattern: string, label: string): boolean {
  const wanted = [...foldName(pattern)];
  const given = [...foldName(label)];
  let at = 0;
  let star = -1;
  let starAt = 0;
  for (let index = 0; index < given.length; ) {
    const want = wanted[at];
    if (want === '*') {
      star = at++;
      starAt = index;
    } else if (want === '?' || want === given[index]) {
      at++;
      index++;
    } else if (star >= 0) {
      // The last star takes one more.
      at = star + 1;
      index = ++starAt;
    } else {
      return false;
    }
  }
  return wanted.slice(at).every((want) => want === '*');
}
