/** Longer ones are refused; the name is global and for ever. */
export const identifierLengthMax = 100;

/** `<project>-<kind>-<yyyymmdd>-<key10>`: the same publication always names the same item, at most 81 characters. */
export function derivedIdentifier(project: string, item: string, createdAtMs: number, key: string): string {
  return `${project}-${item}-${dayOf(createdAtMs).replaceAll('-', '')}-${key.slice(0, 10)}`;
}

/** UTC: "2026-11-21". */
export function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

const nameBytesMax = 200;

/**
 * A label as a file's name at archive.org: no folders, no control characters, not one of the names that archive.org
 * writes itself, and not one that is `taken`.
 */
export function fileName(label: string, identifier: string, taken: ReadonlySet<string>): string {
  const plain = label
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}\p{M}._ ()+,=@-]/gu, '_')
    .replace(/^[._\s-]+/, '')
    .trim();
  const dot = plain.lastIndexOf('.');
  const [stem, extension] =
    dot > 0 && plain.length - dot <= 12 ? [plain.slice(0, dot), plain.slice(dot)] : [plain, ''];
  const base = cutBytes(stem === '' ? 'file' : stem, nameBytesMax - 16);
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base + extension : `${base}-${number}${extension}`;
    if (!taken.has(name) && !isOwnFile(name, identifier)) return name;
  }
}

/** Names of the records that archive.org keeps in each item. */
function isOwnFile(name: string, identifier: string): boolean {
  return (
    name.startsWith(`${identifier}_`) || name.startsWith('__ia_thumb') || /_(meta|files)\.xml$/.test(name)
  );
}

function cutBytes(text: string, bytesMax: number): string {
  let kept = '';
  let size = 0;
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) {
    size += Buffer.byteLength(segment);
    if (size > bytesMax) break;
    kept += segment;
  }
  return kept;
}
