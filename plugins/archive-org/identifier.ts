import type { FileNameRules } from '#core/text/file-names.ts';

/** Longer ones are refused; the name is global and permanent. */
export const identifierLengthMax = 100;

/** `<project>-<kind>-<yyyymmdd>-<key10>`: the same publication always names the same item, at most 81 characters. */
export function derivedIdentifier(project: string, item: string, createdAtMs: number, key: string): string {
  return `${project}-${item}-${dayOf(createdAtMs).replaceAll('-', '')}-${key.slice(0, 10)}`;
}

/** UTC: "2026-11-21". */
export function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** What an item accepts: any letters, no folders, and none of the names that archive.org writes itself. */
export function itemFileNames(identifier: string): FileNameRules {
  return {
    letters: 'utf-8',
    marks: '._ ()+,=@-',
    gap: '_',
    bytesMax: 200,
    isTaken: (name) => isOwnFile(name, identifier),
  };
}

/** Names of the records that archive.org keeps in each item. */
function isOwnFile(name: string, identifier: string): boolean {
  return (
    name.startsWith(`${identifier}_`) || name.startsWith('__ia_thumb') || /_(meta|files)\.xml$/.test(name)
  );
}
