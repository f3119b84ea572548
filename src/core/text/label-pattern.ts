import { foldName } from '#core/text/names.ts';

/**
 * Whether a whole label fits a pattern in which `*` stands for any characters and `?` for any one; letter case doesn't
 * count. Takes time linear in label times pattern, so no pattern can run long, as a regular expression could.
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

const versionPlace = '{version}';
/** "1.2.0", "v2.0-rc.1", "1.4.0+7" */
const versionPattern =
  /v?\d+(?:\.\d+){1,3}(?:[-.]?(?:alpha|beta|dev|pre|preview|rc)[-.]?\d*)?(?:\+[0-9a-z]+)?/iy;

export function versionIn(text: string): string | undefined {
  for (let at = 0; at < text.length; at++) {
    const found = versionAt(text, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Like `fitsPattern`, where one `{version}` in the pattern stands for a version. Undefined where it doesn't fit, else
 * the version if the pattern asks for one.
 */
export function fitted(pattern: string, label: string): { version?: string } | undefined {
  const at = pattern.toLowerCase().indexOf(versionPlace);
  if (at < 0) return fitsPattern(pattern, label) ? {} : undefined;
  const before = pattern.slice(0, at);
  const after = pattern.slice(at + versionPlace.length);
  for (let start = 0; start < label.length; start++) {
    const version = versionAt(label, start);
    if (version === undefined || !fitsPattern(before, label.slice(0, start))) continue;
    if (fitsPattern(after, label.slice(start + version.length))) return { version };
  }
  return undefined;
}

/** Not in the middle of a number, such as the 2.0 of 1.2.0. */
function versionAt(text: string, at: number): string | undefined {
  if (/[\d.]/.test(text.charAt(at - 1))) return undefined;
  versionPattern.lastIndex = at;
  return versionPattern.exec(text)?.[0];
}
