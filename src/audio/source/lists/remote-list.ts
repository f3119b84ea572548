/** Lists that come from an address: their kind, and the addresses they name. */
import type { GuildmeshError } from '#core/errors.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { CollectionItem } from '../contract.ts';
import { parseSourceUrl } from '../fetch/source-url.ts';
import { LeftOutCount } from '../left-out.ts';
import { isAudioName } from '../library-names.ts';
import { type ResolvedList, tellLimits } from './library-list.ts';
import { listLimits } from './limits.ts';
import { type List, type ListKind, listKindOf } from './list.ts';
import type { ListEntry } from './list-entry.ts';
import { listText } from './list-text.ts';

const listTypes = /mpegurl|x-scpls|pls\+xml|xspf|x-ms-(?:asf|asx|wax|wvx)/;
/** Characters that no text has: control characters other than tabs and line ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unprintable = /[\u0000-\u0008\u000b\u000e-\u001f]/;

/**
 * Whether these bytes begin a list. They are more reliable than their label: lists come as plain text, radios as lists.
 */
export function looksLikeList(start: Uint8Array, contentType: string): boolean {
  const text = listText(start)
    .replace(/^\ufeff/, '')
    .trimStart();
  if (/^#EXTM3U/i.test(text) || listKindOf(text) !== 'm3u') return true;
  if (text === '' || unprintable.test(text) || text.startsWith('<')) return false;
  return listTypes.test(contentType) || /^(?:#[^\r\n]*\s+)*https?:\/\/\S/i.test(text);
}

/** Throws what `refused` makes when it is too long. */
export async function readListText(
  bytes: AsyncIterable<Uint8Array>,
  refused: (reason: string) => GuildmeshError,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > listLimits.bytes) throw refused('it is longer than 1 MiB');
    chunks.push(chunk);
  }
  return listText(Buffer.concat(chunks)).replace(/^\ufeff/, '');
}

/** `base`: the list's address after redirects; its entries are relative to it. */
export function resolveRemoteList({ entries, overlongLines }: List, base: URL): ResolvedList {
  const leftOut = new LeftOutCount(entries.length + overlongLines);
  const items: CollectionItem[] = [];
  for (const { names, title } of entries.slice(0, listLimits.entries)) {
    const found = names.map((name) => addressOf(name, base));
    const [name, ...others] = found.flatMap((one) => ('name' in one ? [one.name] : []));
    if (name !== undefined) items.push({ name, title, ...(others.length > 0 ? { others } : {}) });
    else {
      const problem = found.find((one) => 'problem' in one);
      leftOut.add(names[0] ?? '', problem?.problem ?? 'it is no address');
    }
  }
  tellLimits(leftOut, entries.length, overlongLines);
  return { items, leftOut };
}

/**
 * Whether the entries are a programme, one after another, rather than places of one station. A station has no length;
 * files have one, or names of files that differ.
 */
export function isProgramme(kind: ListKind, entries: readonly ListEntry[]): boolean {
  if (entries.length < 2) return false;
  if (entries.every(({ seconds }) => seconds !== undefined)) return true;
  if (kind === 'pls' || entries.some(({ seconds }) => seconds !== undefined)) return false;
  const files = entries.map(({ names: [name = ''] }) => name.split(/[?#]/)[0]?.split('/').at(-1) ?? '');
  return files.every(isAudioName) && new Set(files).size === files.length;
}

function addressOf(name: string, base: URL): { name: string } | { problem: string } {
  try {
    const url = parseSourceUrl(name, base);
    return base.protocol === 'https:' && url.protocol === 'http:'
      ? { problem: 'it leads from https to http' }
      : { name: url.href };
  } catch (error) {
    return { problem: isGuildmeshError(error) ? error.message : 'it is no address' };
  }
}
