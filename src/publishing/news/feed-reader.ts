import type { NewsItem } from '#contracts/news.ts';
import { cleanLine } from '#core/text/clean-line.ts';
import { XmlReader } from '#core/text/xml-reader.ts';
import { newsErrors } from './errors.ts';
import { plainOfHtml } from './plain-html.ts';

/** Most entries read of one feed. */
export const feedEntriesMax = 20_000;
/** Nesting of elements. */
export const feedDepthMax = 64;
/** How much of one field is kept; the rest is left out. */
export const feedFieldCharsMax = 100_000;
const idCharsMax = 2_000;
const titleCharsMax = 200;
/** A post, not the article; targets have limits of their own. */
export const newsTextCharsMax = 4_000;

const roots = new Set(['rss', 'feed', 'rdf:rdf']);
const entryNames = new Set(['item', 'entry']);
type Field = 'id' | 'title' | 'link' | 'text' | 'summary' | 'published' | 'updated';
/** RSS 2.0, RSS 1.0 (RDF), Atom (RFC 4287), and the modules of Dublin Core and content. */
const fields: Readonly<Record<string, Field>> = {
  guid: 'id',
  id: 'id',
  title: 'title',
  link: 'link',
  'content:encoded': 'text',
  content: 'text',
  description: 'summary',
  summary: 'summary',
  pubdate: 'published',
  published: 'published',
  'dc:date': 'published',
  issued: 'published',
  updated: 'updated',
  modified: 'updated',
};

type Raw = Partial<Record<Field, string>>;

/** Makes entries of a feed's text while it arrives. Throws NEWS_NOT_A_FEED, NEWS_TOO_LARGE. */
export class FeedReader {
  readonly items: NewsItem[] = [];
  readonly #place: string;
  readonly #url: string;
  readonly #xml: XmlReader;
  readonly #stack: string[] = [];
  #isFeed = false;
  #entry: Raw | undefined;
  #entryDepth = 0;
  #field: { name: Field; depth: number } | undefined;

  /** `place`: for sentences; `url`: the base of relative links. */
  constructor(place: string, url: string) {
    this.#place = place;
    this.#url = url;
    this.#xml = new XmlReader({
      open: (name, attributes, isEmpty) => this.#open(name, attributes, isEmpty),
      close: (name) => this.#close(name),
      text: (text) => this.#text(text),
      tooLarge: () => this.#tooLarge('one piece of it alone'),
    });
  }

  push(text: string): void {
    this.#xml.push(text);
  }

  end(): readonly NewsItem[] {
    this.#xml.end();
    if (!this.#isFeed) throw newsErrors.NEWS_NOT_A_FEED({ place: this.#place, found: 'something else' });
    return this.items;
  }

  #open(name: string, attributes: ReadonlyMap<string, string>, isEmpty: boolean): void {
    if (!this.#isFeed) this.#root(name);
    if (!isEmpty && this.#stack.push(name) > feedDepthMax)
      this.#tooLarge(`more than ${feedDepthMax} elements inside of one another`);
    const depth = this.#stack.length + (isEmpty ? 1 : 0);
    if (!this.#entry) {
      if (entryNames.has(name) && !isEmpty) this.#begin(depth);
      return;
    }
    // Tags inside of a field are part of its text: Atom's xhtml.
    if (this.#field) this.#add(this.#field.name, ` <${name}> `);
    else if (depth === this.#entryDepth + 1)
      this.#openField(this.#entry, name, { attributes, isEmpty, depth });
  }

  #root(name: string): void {
    if (!roots.has(name)) {
      const found = /^(html|head|body|div|p|title|meta)$/.test(name)
        ? 'a web page'
        : `<${cleanLine(name, 30)}>`;
      throw newsErrors.NEWS_NOT_A_FEED({ place: this.#place, found });
    }
    this.#isFeed = true;
  }

  #begin(depth: number): void {
    if (this.items.length >= feedEntriesMax) this.#tooLarge(`more than ${feedEntriesMax} entries`);
    this.#entry = {};
    this.#entryDepth = depth;
  }

  #openField(
    entry: Raw,
    name: string,
    {
      attributes,
      isEmpty,
      depth,
    }: { attributes: ReadonlyMap<string, string>; isEmpty: boolean; depth: number },
  ): void {
    const field = fields[name];
    if (field === undefined) return;
    const href = attributes.get('href');
    if (field === 'link' && href !== undefined) {
      if ((attributes.get('rel') ?? 'alternate') === 'alternate') entry.link ??= href.slice(0, idCharsMax);
      return;
    }
    // The first of several counts.
    if (!isEmpty && entry[field] === undefined) {
      entry[field] = '';
      this.#field = { name: field, depth };
    }
  }

  /** End tags without a start tag are ignored; unclosed elements close with the one around them. */
  #close(name: string): void {
    const at = this.#stack.lastIndexOf(name);
    if (at < 0) return;
    this.#stack.length = at;
    if (this.#field && at < this.#field.depth) this.#field = undefined;
    else if (this.#field) this.#add(this.#field.name, ` </${name}> `);
    if (this.#entry && at < this.#entryDepth) {
      const item = itemOf(this.#entry, this.#url);
      if (item) this.items.push(item);
      this.#entry = undefined;
    }
  }

  #text(text: string): void {
    if (this.#field) this.#add(this.#field.name, text);
  }

  #add(name: Field, text: string): void {
    if (!this.#entry) return;
    const before = this.#entry[name] ?? '';
    const room = feedFieldCharsMax - before.length;
    this.#entry[name] = before + (text.length <= room ? text : text.slice(0, room));
  }

  #tooLarge(what: string): never {
    throw newsErrors.NEWS_TOO_LARGE({ place: this.#place, what });
  }
}

/** Undefined: nothing in it distinguishes it from others. */
function itemOf(raw: Raw, base: string): NewsItem | undefined {
  const url = webAddress(raw.link, base) ?? webAddress(raw.id, undefined);
  const title = cleanLine(plainOfHtml(raw.title ?? '', titleCharsMax * 2), titleCharsMax);
  const text = plainOfHtml(raw.summary?.trim() ? raw.summary : (raw.text ?? ''), newsTextCharsMax);
  const at = raw.published ?? raw.updated;
  const atMs = at === undefined ? Number.NaN : Date.parse(at.trim());
  const id = raw.id?.trim() || url || [title, raw.published?.trim()].filter(Boolean).join('\n');
  if (!id) return undefined;
  return {
    id: id.slice(0, idCharsMax),
    text,
    title: title || cleanLine(text, 80) || cleanLine(url ?? id, 80),
    ...(url !== undefined && { url }),
    ...(!Number.isNaN(atMs) && { atMs }),
  };
}

function webAddress(text: string | undefined, base: string | undefined): string | undefined {
  const written = text?.trim();
  const url = written ? URL.parse(written, base) : null;
  return url && /^https?:$/.test(url.protocol) && url.href.length <= idCharsMax ? url.href : undefined;
}
