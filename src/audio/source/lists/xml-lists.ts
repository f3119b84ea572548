/** XSPF and ASX, as far as names and titles need. Read as tags and texts, once from start to end. */
import { artistAndTitle } from '#core/text/playing-title.ts';
import { readXml } from '#core/text/xml-reader.ts';
import { type ListEntry, lengthOf } from './list-entry.ts';
import { lineLengthMax } from './list-text.ts';

interface TagEvents {
  open(tag: string, attributes: ReadonlyMap<string, string>): void;
  close(tag: string): void;
  text(text: string): void;
}

interface Draft {
  names: string[];
  texts: Map<string, string>;
}

/** Several locations of a track are alternatives. */
export function xspfEntries(text: string): ListEntry[] {
  const entries: ListEntry[] = [];
  let draft: Draft | undefined;
  let tag = '';
  readTags(text, {
    open(name) {
      tag = name;
      if (tag === 'track') draft = newDraft();
    },
    close(name) {
      if (tag === 'location' && draft) {
        draft.names.push(...namesOf(textOf(draft, tag) ?? ''));
        draft.texts.delete(tag);
      }
      if (name === 'track' && draft) entries.push(xspfEntry(draft));
      if (name === 'track') draft = undefined;
      tag = '';
    },
    text: (piece) => addText(draft, tag, piece),
  });
  return entries.filter(({ names }) => names.length > 0);
}

/** Several references of an entry likewise; an entry that is a list has a tag of its own. */
export function asxEntries(text: string): ListEntry[] {
  const entries: ListEntry[] = [];
  let draft: Draft | undefined;
  let tag = '';
  readTags(text, {
    open(name, attributes) {
      tag = name;
      const address = attributes.get('href') ?? '';
      if (tag === 'entry') draft = newDraft();
      else if (tag === 'entryref') entries.push({ names: namesOf(address) });
      else if (tag === 'ref') draft?.names.push(...namesOf(address));
    },
    close(name) {
      if (name === 'entry' && draft) entries.push({ names: draft.names, title: textOf(draft, 'title') });
      if (name === 'entry') draft = undefined;
      tag = '';
    },
    text: (piece) => addText(draft, tag, piece),
  });
  return entries.filter(({ names }) => names.length > 0);
}

/** A prefix names the vocabulary of a tag: there is only one here. */
function readTags(text: string, { close, open, text: onText }: TagEvents): void {
  const local = (name: string) => name.slice(name.indexOf(':') + 1);
  readXml(text, {
    open(name, attributes, isEmpty) {
      open(local(name), attributes);
      if (isEmpty) close(local(name));
    },
    close: (name) => close(local(name)),
    text: onText,
  });
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

function newDraft(): Draft {
  return { names: [], texts: new Map() };
}

/** A tag's text may come in pieces. */
function addText(draft: Draft | undefined, tag: string, piece: string): void {
  draft?.texts.set(tag, (draft.texts.get(tag) ?? '') + piece);
}

/** The text, if it can be a name. */
function namesOf(text: string): string[] {
  const name = text.trim();
  return name !== '' && name.length <= lineLengthMax ? [name] : [];
}

function textOf(draft: Draft, tag: string): string | undefined {
  return draft.texts.get(tag)?.trim() || undefined;
}
