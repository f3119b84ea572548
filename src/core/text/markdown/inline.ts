import { discordFormAt } from '../discord-markup.ts';

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'strong' | 'emphasis' | 'strike'; mark: string; children: Inline[] }
  /** Markup that only Discord understands, as it was written: `<t:0>`, `||`, `-# `. */
  | { kind: 'discord'; text: string }
  /** `image`: only ever linked, never loaded. `quiet`: in angle brackets, which keep Discord from showing a card. */
  | { kind: 'link' | 'image'; href: string; quiet: boolean; children: Inline[] };

const depthMax = 8;
const escapePattern = /\\([!-/:-@[-`{-~])/y;
const linkPattern =
  /(!?)\[((?:[^[\]]|\[[^[\]]*\](?:\([^()\s]*\))?)*)\]\(\s{0,9}<?([^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)>?(?:\s{1,9}"[^"\n]*")?\s{0,9}\)/y;
const autolinkPattern = /<((?:https?:\/\/|mailto:)[^\s<>]+)>/y;
const addressPattern = /https?:\/\/[^\s<>]+/y;
/** Scripts with spaces between words; others can't emphasise within a run of letters otherwise. */
const termEnd = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N})\]]/u;
const termStart = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N}([]/u;
const delimiters = [
  { mark: '**', kind: 'strong' },
  { mark: '__', kind: 'strong' },
  { mark: '~~', kind: 'strike' },
  { mark: '*', kind: 'emphasis' },
  { mark: '_', kind: 'emphasis' },
] as const;

/** The spans of one paragraph. Raw HTML is text. Nesting beyond eight levels is text too. */
export function parseInline(text: string, depth = 0): Inline[] {
  return new InlineParser(text, depth).parse();
}

/** Absent for addresses that no reader should follow: only web and mail addresses pass. */
export function safeAddress(href: string): string | undefined {
  return /^(?:https?:\/\/[^\s/]|mailto:[^\s@]+@)/i.test(href) ? href : undefined;
}

class InlineParser {
  readonly #text: string;
  readonly #depth: number;
  readonly #spans: Inline[] = [];
  /** Delimiters without a closer from here on: one search is enough. */
  readonly #unclosed = new Set<string>();
  #position = 0;
  #literal = '';

  constructor(text: string, depth: number) {
    this.#text = text;
    this.#depth = depth;
  }

  parse(): Inline[] {
    while (this.#position < this.#text.length) {
      if (this.#escape() || this.#code() || this.#discord() || this.#link() || this.#address()) continue;
      if (this.#delimited()) continue;
      this.#literal += this.#text.charAt(this.#position);
      this.#position += 1;
    }
    this.#flush();
    return this.#spans;
  }

  #escape(): boolean {
    const match = this.#match(escapePattern);
    if (!match) return false;
    this.#literal += match[1];
    this.#position += match[0].length;
    return true;
  }

  #code(): boolean {
    const run = this.#match(/`+/y)?.[0];
    if (!run) return false;
    const start = this.#position + run.length;
    const end = this.#unclosed.has(run) ? -1 : closingRun(this.#text, run, start);
    if (end === -1) {
      this.#unclosed.add(run);
      this.#literal += run;
      this.#position = start;
      return true;
    }
    const inside = this.#text.slice(start, end).replace(/\s*\n\s*/g, ' ');
    const padded = /^ .*[^ ].* $|^ [^ ] $/.test(inside);
    this.#push({ kind: 'code', text: padded ? inside.slice(1, -1) : inside }, end + run.length);
    return true;
  }

  #discord(): boolean {
    const isLineStart = this.#position === 0 || this.#text.charAt(this.#position - 1) === '\n';
    const text =
      discordFormAt(this.#text, this.#position) ??
      this.#match(/\|\|/y)?.[0] ??
      (isLineStart && this.#depth === 0 ? this.#match(/-# +(?=\S)/y)?.[0] : undefined);
    if (text === undefined) return false;
    this.#push({ kind: 'discord', text }, this.#position + text.length);
    return true;
  }

  #link(): boolean {
    const match = this.#match(linkPattern);
    if (!match) return false;
    const [whole, bang, label = '', href = ''] = match;
    const children = this.#inside(label);
    const quiet = whole.includes('](<');
    this.#push({ kind: bang ? 'image' : 'link', href, quiet, children }, this.#position + whole.length);
    return true;
  }

  #address(): boolean {
    const wrapped = this.#match(autolinkPattern);
    const bare = wrapped ? undefined : this.#match(addressPattern);
    const href = wrapped?.[1] ?? (bare && withoutPunctuation(bare[0]));
    if (!href) return false;
    const end = this.#position + (wrapped ? wrapped[0].length : href.length);
    const children: Inline[] = [{ kind: 'text', text: href }];
    this.#push({ kind: 'link', href, quiet: wrapped !== undefined, children }, end);
    return true;
  }

  #delimited(): boolean {
    const found = delimiters.find(({ mark }) => this.#text.startsWith(mark, this.#position));
    if (!found || this.#depth >= depthMax || this.#unclosed.has(found.mark)) return false;
    const start = this.#position + found.mark.length;
    if (!this.#opens(found.mark, start)) return false;
    const end = closingMark(this.#text, found.mark, start);
    if (end === -1) {
      this.#unclosed.add(found.mark);
      return false;
    }
    const children = this.#inside(this.#text.slice(start, end));
    this.#push({ kind: found.kind, mark: found.mark, children }, end + found.mark.length);
    return true;
  }

  /** Before a word, and not within one: snake_case, 2*3*4 and 2**8 stay as they are. */
  #opens(mark: string, start: number): boolean {
    const before = this.#text.charAt(this.#position - 1);
    const after = this.#text.charAt(start);
    if (!/[^\s]/.test(after)) return false;
    if (mark === '*' && termEnd.test(before) && termStart.test(after)) return false;
    if (mark === '**' && /[\p{N})]/u.test(before) && /[\p{N}(]/u.test(after)) return false;
    return !mark.startsWith('_') || !/[\p{L}\p{N}_]/u.test(before);
  }

  #inside(text: string): Inline[] {
    return this.#depth >= depthMax ? [{ kind: 'text', text }] : parseInline(text, this.#depth + 1);
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#position;
    return pattern.exec(this.#text) ?? undefined;
  }

  #push(span: Inline, end: number): void {
    this.#flush();
    this.#spans.push(span);
    this.#position = end;
  }

  #flush(): void {
    if (this.#literal !== '') this.#spans.push({ kind: 'text', text: this.#literal });
    this.#literal = '';
  }
}

function closingRun(text: string, run: string, from: number): number {
  for (let at = text.indexOf(run, from); at !== -1; at = text.indexOf(run, at)) {
    let end = at;
    while (text.charAt(end) === '`') end += 1;
    if (end - at === run.length) return at;
    at = end;
  }
  return -1;
}

function closingMark(text: string, mark: string, from: number): number {
  for (let at = text.indexOf(mark, from + 1); at !== -1; at = text.indexOf(mark, at + 1)) {
    const before = text.charAt(at - 1);
    const after = text.charAt(at + mark.length);
    if (/\s/.test(before) || before === '\\') continue;
    // A single mark doesn't close on half of a double one.
    if (mark.length === 1 && (after === mark || before === mark)) continue;
    if (mark.startsWith('_') && /[\p{L}\p{N}]/u.test(after)) continue;
    return at;
  }
  return -1;
}

function withoutPunctuation(address: string): string {
  const trimmed = address.replace(/[.,;:!?'"*_~\]]+$/, '');
  const opened = trimmed.split('(').length;
  return trimmed.endsWith(')') && trimmed.split(')').length > opened ? trimmed.slice(0, -1) : trimmed;
}
