/**
 * Vulnerabilities of decoders that input can reach with what we allow ffmpeg to open, or could if the whitelists had a
 * hole.
 */
interface Weakness {
  id: string;
  /** The first fixed release of each series; a series that isn't named is fixed only above the last. */
  fixedIn: readonly string[];
}

const weaknesses: readonly Weakness[] = [
  { id: 'CVE-2026-8461', fixedIn: ['5.1.10', '6.1.6', '7.1.5', '8.1.2'] },
  { id: 'CVE-2026-107697', fixedIn: ['8.1.3'] },
];

/** Known vulnerabilities of a version as ffmpeg prints it; undefined when it is no release (a daily build). */
export function weaknessesOf(version: string): string[] | undefined {
  const parts = numbersOf(version);
  if (!parts) return undefined;
  return weaknesses.filter(({ fixedIn }) => !isFixed(parts, fixedIn)).map(({ id }) => id);
}

/** The minimum releases, in words: "5.1.10, 6.1.6, 7.1.5 or 8.1.3". */
export const fixedReleases = '5.1.10, 6.1.6, 7.1.5 or 8.1.3';

function isFixed(version: readonly number[], fixedIn: readonly string[]): boolean {
  const fixes = fixedIn.map((text) => numbersOf(text) ?? []);
  const sameSeries = fixes.find(([major, minor]) => major === version[0] && minor === version[1]);
  if (sameSeries) return compare(version, sameSeries) >= 0;
  const last = fixes.at(-1);
  return last !== undefined && compare(version, last) > 0;
}

function numbersOf(text: string): number[] | undefined {
  const found = /^n?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return found ? found.slice(1).map((part) => Number(part ?? 0)) : undefined;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const differing = [0, 1, 2].find((index) => (a[index] ?? 0) !== (b[index] ?? 0));
  return differing === undefined ? 0 : (a[differing] ?? 0) - (b[differing] ?? 0);
}
