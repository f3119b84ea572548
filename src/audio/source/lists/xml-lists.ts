/**
 * XSPF and ASX, as far as names and titles. Read as tags and texts, from the front to the end once: nothing is fetched, no
 * entity but the five of XML and numbers stands for anything, and a document type is passed over.
 */
import { artistAndTitle } from '#core/text/playing-title.ts';
import { withoutReferences } from '#core/text/references.ts';
import { type ListEntry, lengthOf } from './list-entry.ts';
import { lineLengthMax } from './list-text.ts';

type Token =
  | { kind: 'open'; tag: string; attributes: string }
  | { kind: 'close'; tag: string }
  | { kind: 'text'; text: string };

interface Draft {
  names: string[];
  texts: Map<string, string>;
}

/** Several locations of a track are the same in several places. */
export function xspfEntries(text: string): ListEntry[] {
  const entries: ListEntry[] = [];
  let draft: Draft | undefined;
  let tag = '';
  for (const token of tokensOf(text)) {
    if (token.kind === 'open') {
      tag = token.tag;
      if (tag === 'track') draft = { names: [], texts: new Map() };
    } else if (token.kind === 'close') {
      if (token.tag === 'track' && draft) entries.push(xspfEntry(draft));
      if (token.tag === 'track') draft = undefined;
      tag = '';
    } else if (draft && tag === 'location') addName(draft, token.text);
    else draft?.texts.set(tag, (draft.texts.get(tag) ?? '') + token.text);
  }
  return entries.filter(({ names }) => names.length > 0);
}

/** Several references of an entry likewise; an entry that is a list of its own is named by a tag of its own. */
export function asxEntries(text: string): ListEntry[] {
  const entries: ListEntry[] = [];
  let draft: Draft | undefined;
  let tag = '';
  for (const token of tokensOf(text)) {
    if (token.kind === 'open') {
      tag = token.tag;
      const address = attributeOf(token.attributes, 'href');
      if (tag === 'entry') draft = { names: [], texts: new Map() };
      else if (tag === 'entryref' && address) entries.push({ names: [address] });
      else if (tag === 'ref' && draft) addName(draft, address ?? '');
    } else if (token.kind === 'close') {
      if (token.tag === 'entry' && draft) entries.push({ names: draft.names, title: textOf(draft, 'title') });
      if (token.tag === 'entry') draft = undefined;
      tag = '';
    } else if (tag === 'title') draft?.texts.set(tag, token.text);
  }
  return entries.filter(({ names }) => names.length > 0);
}

function xspfEntry(draft: Draft): ListEntry {
  const title = artistAndTitle({ artist: textOf(draft, 'creator'), title: textOf(draft, 'title') });
  const milliseconds = lengthOf(textOf(draft, 'duration'));
  return {
    names: draft.names,
    title: title || undefined,
    seconds: milliseconds === undefined ? undefined : milliseconds / 1_000,
  };
}

function addName(draft: Draft, text: string): void {
  const name = text.trim();
  if (name !== '' && name.length <= lineLengthMax) draft.names.push(name);
}

function textOf(draft: Draft, tag: string): string | undefined {
  return draft.texts.get(tag)?.trim() || undefined;
}

/** Each character is passed once: what has no end takes all that follows. */
function* tokensOf(text: string): Generator<Token, void, void> {
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf('<', at);
    const textEnd = next < 0 ? text.length : next;
    if (textEnd > at) yield { kind: 'text', text: withoutReferences(text.slice(at, textEnd)) };
    if (next < 0) return;
    const [end, open] = text.startsWith('<!--', next)
      ? (['-->', ''] as const)
      : text.startsWith('<![CDATA[', next)
        ? ([']]>', '<![CDATA['] as const)
        : (['>', '<'] as const);
    const found = text.indexOf(end, next);
    const inner = text.slice(next + open.length, found < 0 ? text.length : found);
    if (open === '<![CDATA[') yield { kind: 'text', text: inner };
    else if (open === '<') yield* tagTokens(inner);
    at = found < 0 ? text.length : found + end.length;
  }
}

function* tagTokens(inner: string): Generator<Token, void, void> {
  if (inner.startsWith('!') || inner.startsWith('?') || inner.length > 2 * lineLengthMax) return;
  const [, slash = '', tag = '', attributes = ''] = /^(\/?)([^\s/>]+)(.*)$/s.exec(inner) ?? [];
  // A prefix says which vocabulary it is; there is one here.
  const name = tag.slice(tag.indexOf(':') + 1).toLowerCase();
  if (slash === '') yield { kind: 'open', tag: name, attributes };
  if (slash === '/' || attributes.trimEnd().endsWith('/')) yield { kind: 'close', tag: name };
}

function attributeOf(attributes: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"']+))`, 'i').exec(
    attributes,
  );
  const value = found?.[1] ?? found?.[2] ?? found?.[3];
  return value === undefined ? undefined : withoutReferences(value);
}
