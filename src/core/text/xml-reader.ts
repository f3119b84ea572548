import { withoutReferences } from './references.ts';

/**
 * Reports tags and text of XML or HTML while it reads: a tokenizer, deliberately not a parser. Feeds are often not
 * well-formed, where strict parsers give up. What makes XML dangerous is left out: a DOCTYPE is skipped, so there are
 * only the five entities of XML, numbers, and a few of HTML, and nothing expands or is fetched. Linear in the length of
 * its input.
 */
export interface XmlEvents {
  /** The name as it is written, in lower case. */
  open(name: string, attributes: ReadonlyMap<string, string>, isEmpty: boolean): void;
  close(name: string): void;
  /** CDATA unchanged, other text with its entities resolved. May come in pieces. */
  text(text: string): void;
  /** One tag, comment or CDATA is larger than the limit. */
  tooLarge(): never;
}

/** Limit for one tag, comment or CDATA section. */
export const tokenCharsMax = 2 * 1024 * 1024;
/** "&#x10FFFF;" and names up to "&thetasym;" */
const entityCharsMax = 12;

/** For a text that is complete, and whose length the caller has bounded. */
export function readXml(text: string, events: Omit<XmlEvents, 'tooLarge'>): void {
  new XmlReader({ ...events, tooLarge: unreachable }).end(text);
}

function unreachable(): never {
  throw new RangeError('only what comes in pieces can be too large');
}

export class XmlReader {
  readonly #events: XmlEvents;
  #pending = '';

  constructor(events: XmlEvents) {
    this.#events = events;
  }

  push(text: string): void {
    this.#pending = this.#read(this.#pending + text, false);
    if (this.#pending.length > tokenCharsMax) this.#events.tooLarge();
  }

  /** Unfinished markup is then text, or nothing. */
  end(last = ''): void {
    const pending = this.#pending;
    this.#pending = '';
    this.#read(pending + last, true);
  }

  /** Returns what must wait for more input. */
  #read(text: string, isEnd: boolean): string {
    let at = 0;
    while (at < text.length) {
      const isMarkup = text.charAt(at) === '<';
      const next = isMarkup ? this.#markup(text, at, isEnd) : this.#plain(text, at, isEnd);
      if (next < 0) return isMarkup && isEnd ? '' : text.slice(at);
      at = next;
    }
    return '';
  }

  /** Text up to the next markup. Where it ends; -1: it must wait. */
  #plain(text: string, at: number, isEnd: boolean): number {
    const mark = text.indexOf('<', at);
    const end = this.#textEnd(text, at, mark < 0 ? text.length : mark, isEnd || mark >= 0);
    if (end === at) return -1;
    this.#events.text(withoutReferences(text.slice(at, end)));
    return end;
  }

  /** An entity that is cut in two waits for its other half. */
  #textEnd(text: string, from: number, to: number, isWhole: boolean): number {
    if (isWhole) return to;
    const amp = text.lastIndexOf('&', to - 1);
    return amp >= from && to - amp < entityCharsMax && !text.slice(amp, to).includes(';') ? amp : to;
  }

  /** Where it ends; -1: not in the input yet. */
  #markup(text: string, at: number, isEnd: boolean): number {
    // "<!-" may still become a comment.
    if (!isEnd && text.length - at < 9 && '<![CDATA['.startsWith(text.slice(at))) return -1;
    if (text.startsWith('<!', at) || text.startsWith('<?', at)) return this.#section(text, at, isEnd);
    if (text.length - at < 2) return isEnd ? this.#literal(at) : -1;
    // "3 < 4"
    if (!/[A-Za-z_/]/.test(text.charAt(at + 1))) return this.#literal(at);
    const quoted = tagEnd(text, at + 1);
    // A quote that nothing closes is a typing error, and there can be one of each kind at most.
    const end = quoted < 0 && isEnd ? text.indexOf('>', at) : quoted;
    if (end >= 0) this.#tag(text.slice(at + 1, end));
    return end < 0 ? -1 : end + 1;
  }

  /** A comment, an instruction, CDATA or a declaration. */
  #section(text: string, at: number, isEnd: boolean): number {
    if (text.startsWith('<!--', at)) return after(text, '-->', at + 4);
    if (text.startsWith('<?', at)) return after(text, '?>', at + 2);
    if (!text.startsWith('<![CDATA[', at)) return declarationEnd(text, at + 2);
    const end = text.indexOf(']]>', at + 9);
    if (end >= 0 || isEnd) this.#events.text(text.slice(at + 9, end < 0 ? text.length : end));
    return end < 0 ? -1 : end + 3;
  }

  #literal(at: number): number {
    this.#events.text('<');
    return at + 1;
  }

  #tag(inner: string): void {
    const name = /^\/?([^\s/>]*)/.exec(inner)?.[1]?.toLowerCase() ?? '';
    if (inner.startsWith('/')) this.#events.close(name);
    else this.#events.open(name, attributesOf(inner.slice(name.length)), inner.trimEnd().endsWith('/'));
  }
}

const attributesMax = 50;

function attributesOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', double, single, bare] of text.matchAll(
    /([^\s=/"'<>]{1,100})\s{0,20}=\s{0,20}(?:"([^"]*)(?:"|$)|'([^']*)(?:'|$)|([^\s"'>]+))/g,
  )) {
    if (found.size >= attributesMax) break;
    const key = name.toLowerCase();
    if (!found.has(key)) found.set(key, withoutReferences(double ?? single ?? bare ?? ''));
  }
  return found;
}

function after(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at < 0 ? -1 : at + what.length;
}

/** A `>` inside of quotes doesn't end a tag. */
function tagEnd(text: string, from: number): number {
  let quote = '';
  for (let at = from; at < text.length; at++) {
    const letter = text.charAt(at);
    if (quote === '' && letter === '>') return at;
    if (quote === '' && opensQuote(text, from, at)) quote = letter;
    else if (letter === quote) quote = '';
  }
  return -1;
}

/** Only values are quoted: an apostrophe elsewhere is a typing error. */
function opensQuote(text: string, from: number, at: number): boolean {
  const letter = text.charAt(at);
  return (letter === '"' || letter === "'") && /=\s*$/.test(text.slice(Math.max(from, at - 5), at));
}

/** Skips `<!DOCTYPE … [ … ]>`: nothing declared in it is used. */
function declarationEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const letter = text.charAt(at);
    if (letter === '[') depth++;
    else if (letter === ']') depth--;
    else if (letter === '>' && depth <= 0) return at + 1;
  }
  return -1;
}
