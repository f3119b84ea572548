/** Lists of what to play: M3U, PLS, XSPF, ASX, or one address per line. Pure: text in, entries out. */
import { type ListEntry, lengthOf } from './list-entry.ts';
import { lineLengthMax, linesOf } from './list-text.ts';
import { asxEntries, xspfEntries } from './xml-lists.ts';

export type ListKind = 'm3u' | 'pls' | 'xspf' | 'asx';

export interface List {
  kind: ListKind;
  entries: ListEntry[];
  /** Lines that aren't names, by their kind. */
  overlongLines: number;
}

/** Recognised by its beginning: the name of a list says little. */
export function listKindOf(text: string): ListKind {
  const start = text
    .replace(/^\ufeff/, '')
    .trimStart()
    .slice(0, 2_048)
    .toLowerCase();
  if (start.startsWith('[playlist]') || /^(?:numberofentries|file\d+)\s*=/m.test(start)) return 'pls';
  const root = start.startsWith('<') && /<(asx|playlist|html)[\s>]/.exec(start)?.[1];
  if (root === 'asx') return 'asx';
  return root === 'playlist' ? 'xspf' : 'm3u';
}

export function parseList(text: string): List {
  const kind = listKindOf(text);
  if (kind === 'xspf') return { kind, entries: xspfEntries(text), overlongLines: 0 };
  if (kind === 'asx') return { kind, entries: asxEntries(text), overlongLines: 0 };
  const lines = linesOf(text);
  const short = lines.filter((line) => line.length <= lineLengthMax);
  const entries = kind === 'pls' ? plsEntries(short) : m3uEntries(short);
  return { kind, entries, overlongLines: lines.length - short.length };
}

function m3uEntries(lines: readonly string[]): ListEntry[] {
  const entries: ListEntry[] = [];
  let about: Pick<ListEntry, 'title' | 'seconds'> = {};
  for (const line of lines) {
    if (line.startsWith('#EXTINF:')) about = extinfOf(line);
    if (line === '' || line.startsWith('#')) continue;
    entries.push({ names: [line], ...about });
    about = {};
  }
  return entries;
}

/** `#EXTINF:123 key="a, b",Artist - Title`: players put attributes before the comma. */
function extinfOf(line: string): Pick<ListEntry, 'title' | 'seconds'> {
  const [, length = '', title = ''] = /^#EXTINF:\s*(-?[\d.]*)(?:[^,"]|"[^"]*")*,?(.*)$/s.exec(line) ?? [];
  return { title: title.trim() || undefined, seconds: lengthOf(length) };
}

function plsEntries(lines: readonly string[]): ListEntry[] {
  const values = new Map<string, string>(
    lines.flatMap((line) => {
      const [, key = '', number = '', value = ''] =
        /^(file|title|length)(\d{1,6})\s*=\s*"?(.*?)"?$/i.exec(line) ?? [];
      return key && value ? [[`${key.toLowerCase()}${Number(number)}`, value] as const] : [];
    }),
  );
  const numbers = [...values.keys()].flatMap((key) => (key.startsWith('file') ? [Number(key.slice(4))] : []));
  return numbers
    .sort((a, b) => a - b)
    .map((number) => ({
      names: [values.get(`file${number}`) ?? ''],
      title: values.get(`title${number}`),
      seconds: lengthOf(values.get(`length${number}`)),
    }));
}
