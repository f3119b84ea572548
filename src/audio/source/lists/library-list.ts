/** What the entries of a list in the library name: files beside it, and addresses. */
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isGuildmeshError } from '#core/errors.ts';
import type { CollectionItem } from '../contract.ts';
import { isWebAddress, looksLikeUrl, parseSourceUrl } from '../fetch/source-url.ts';
import { LeftOutCount } from '../left-out.ts';
import type { LibraryLookup } from '../library.ts';
import { listLimits } from './limits.ts';
import type { List } from './list.ts';

const notThere = 'there is no such file in the library';

export interface ResolvedList {
  items: CollectionItem[];
  leftOut: LeftOutCount;
}

/** `folder`: the list's folder, relative to the library. An entry that names nothing is left out, with the reason. */
export async function resolveLibraryList(
  { entries, overlongLines }: List,
  folder: string,
  lookup: LibraryLookup,
): Promise<ResolvedList> {
  const leftOut = new LeftOutCount(entries.length + overlongLines);
  const items: CollectionItem[] = [];
  for (const { names, title } of entries.slice(0, listLimits.entries)) {
    const found = await Promise.all(names.map((name) => nameOf(name, folder, lookup)));
    const [name, ...others] = found.flatMap((one) => ('name' in one ? [one.name] : []));
    if (name !== undefined) items.push({ name, title, ...(others.length > 0 ? { others } : {}) });
    else {
      const problem = found.find((one) => 'problem' in one);
      leftOut.add(names[0] ?? '', problem?.problem ?? notThere);
    }
  }
  tellLimits(leftOut, entries.length, overlongLines);
  return { items, leftOut };
}

export function tellLimits(leftOut: LeftOutCount, entryCount: number, overlongLines: number): void {
  leftOut.addSome(entryCount - listLimits.entries, `a list plays ${listLimits.entries} entries at most`);
  leftOut.addSome(overlongLines, 'lines of more than 4,096 characters are no names');
}

async function nameOf(
  entry: string,
  folder: string,
  lookup: LibraryLookup,
): Promise<{ name: string } | { problem: string }> {
  if (isWebAddress(entry)) return addressOf(entry);
  for (const path of pathsOf(entry, folder, lookup.roots)) {
    const found = await lookup.file(path);
    if (found) return { name: found.name };
  }
  return looksLikeUrl(entry) && !/^file:/i.test(entry) ? addressOf(entry) : { problem: notThere };
}

function addressOf(entry: string): { name: string } | { problem: string } {
  try {
    return { name: parseSourceUrl(entry).href };
  } catch (error) {
    return { problem: isGuildmeshError(error) ? error.message : 'it is no address' };
  }
}

/** As written; with %20 and its like decoded; and, for a path from the root, from the library's own place on. */
function pathsOf(entry: string, folder: string, roots: readonly string[]): string[] {
  const plain = /^file:/i.test(entry) ? pathOfUrl(entry) : entry.replaceAll('\\', '/');
  if (plain === undefined) return [];
  const spellings = [...new Set([plain, withoutPercent(plain)])];
  return spellings.flatMap((path) => [
    ...roots.flatMap((root) => (path.startsWith(`${root}/`) ? [path.slice(root.length + 1)] : [])),
    ...(path.startsWith('/') ? [] : [posix.join(folder, path)]),
  ]);
}

function pathOfUrl(entry: string): string | undefined {
  try {
    return fileURLToPath(entry);
  } catch {
    return undefined;
  }
}

function withoutPercent(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
