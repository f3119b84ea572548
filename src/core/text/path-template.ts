export interface PathFields {
  title: string;
  /** Public marker of the publication; it makes a path unique. */
  key: string;
  createdAtMs: number;
}

const slugLengthMax = 60;
const placeholderPattern = /\{([A-Za-z]+)\}/g;

/** Fills `{date} {year} {month} {day} {slug} {key}` (UTC); any other placeholder stays and then is a `pathProblem`. */
export function fillPath(template: string, fields: PathFields): string {
  const iso = new Date(fields.createdAtMs).toISOString();
  const values = new Map([
    ['date', iso.slice(0, 10)],
    ['year', iso.slice(0, 4)],
    ['month', iso.slice(5, 7)],
    ['day', iso.slice(8, 10)],
    ['slug', slugOf(fields.title) || fields.key.slice(0, 10)],
    ['key', fields.key],
  ]);
  return template.replace(placeholderPattern, (whole, name: string) => values.get(name) ?? whole);
}

/** Lower-case letters and digits of any script, dashes between; empty when there are none. */
export function slugOf(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').normalize('NFC').toLowerCase();
  const dashed = plain.replace(/[^\p{L}\p{N}]+/gu, '-');
  return [...dashed]
    .slice(0, slugLengthMax)
    .join('')
    .replace(/^-+|-+$/g, '');
}

/** Why a path can't be a file's place in a repository, and what to change; undefined when it can. */
export function pathProblem(path: string): string | undefined {
  const shown = `The path “${path.slice(0, 80)}”`;
  const unknown = /\{[A-Za-z]+\}/.exec(path);
  if (unknown) return `${shown} has the unknown placeholder ${unknown[0]}: use {date}, {slug} or {key}.`;
  if (path === '' || path.endsWith('/')) return `${shown} names no file: end it with a file name.`;
  if (Buffer.byteLength(path) > 1_024) return `${shown} is longer than 1,024 bytes: shorten it.`;
  if (path.startsWith('/') || path.includes('\\')) {
    return `${shown} must be relative, with forward slashes: change the target’s path.`;
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  if (/[\u0000-\u001f\u007f]/.test(path)) return `${shown} has control characters: change the target’s path.`;
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git')) {
    return `${shown} has an empty, “.”, “..” or “.git” part: change the target’s path.`;
  }
  return undefined;
}
