/** Discord's inline Markdown as a tree. Text stays text: nothing here makes HTML. */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'strong' | 'emphasis' | 'underline' | 'strike' | 'spoiler'; children: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'link'; url: string; children: Inline[] }
  | { kind: 'user' | 'role' | 'channel'; id: string }
  | { kind: 'everyone'; text: string }
  | { kind: 'command'; text: string }
  | { kind: 'emoji'; name: string }
  | { kind: 'time'; unixSeconds: number; style: string };

interface Rule {
  pattern: RegExp;
  make: (match: RegExpMatchArray, inner: (text: string) => Inline[]) => Inline;
}

/** Nesting deeper than this stays text. */
const depthMax = 8;

const wrap =
  (kind: 'strong' | 'emphasis' | 'underline' | 'strike' | 'spoiler'): Rule['make'] =>
  (match, inner) => ({ kind, children: inner(match[1] ?? '') });

/** In order: the first that matches at a place wins. Each is anchored at that place. */
const rules: readonly Rule[] = [
  { pattern: /^\\([!-/:-@[-`{-~])/, make: ([, text = '']) => ({ kind: 'text', text }) },
  { pattern: /^(`+)([^`]+|[^`][\s\S]*?[^`])\1(?!`)/, make: ([, , text = '']) => ({ kind: 'code', text }) },
  { pattern: /^\*\*(?=\S)([\s\S]+?)\*\*(?!\*)/, make: wrap('strong') },
  { pattern: /^__(?=\S)([\s\S]+?)__(?!_)/, make: wrap('underline') },
  { pattern: /^~~(?=\S)([\s\S]+?)~~/, make: wrap('strike') },
  { pattern: /^\|\|(?=\S)([\s\S]+?)\|\|/, make: wrap('spoiler') },
  { pattern: /^\*(?=\S)([^*]+?)\*(?!\*)/, make: wrap('emphasis') },
  { pattern: /^_(?=\S)([^_]+?)_(?![\w_])/, make: wrap('emphasis') },
  {
    pattern: /^\[([^\]\n]{1,300})\]\(<?(https?:\/\/[^\s)>]+)>?\)/,
    make: ([, text = '', url = ''], inner) => ({ kind: 'link', url, children: inner(text) }),
  },
  { pattern: /^<(https?:\/\/[^\s>]+)>/, make: ([, url = '']) => linkOf(url) },
  { pattern: /^https?:\/\/[^\s<>]*[^\s<>.,:;"')\]!?]/, make: ([url]) => linkOf(url) },
  { pattern: /^<@!?(\d{1,20})>/, make: ([, id = '']) => ({ kind: 'user', id }) },
  { pattern: /^<@&(\d{1,20})>/, make: ([, id = '']) => ({ kind: 'role', id }) },
  { pattern: /^<#(\d{1,20})>/, make: ([, id = '']) => ({ kind: 'channel', id }) },
  {
    pattern: /^<\/([\w -]{1,100}):\d{1,20}>/,
    make: ([, text = '']) => ({ kind: 'command', text: `/${text}` }),
  },
  { pattern: /^<a?:(\w{1,32}):\d{1,20}>/, make: ([, name = '']) => ({ kind: 'emoji', name }) },
  { pattern: /^@(?:everyone|here)\b/, make: ([text]) => ({ kind: 'everyone', text }) },
  {
    pattern: /^<t:(-?\d{1,13})(?::([tTdDfFR]))?>/,
    make: ([, seconds = '0', style = 'f']) => ({ kind: 'time', unixSeconds: Number(seconds), style }),
  },
];

/** Where a rule may begin; everything between is plain text and skipped at once. */
const possibleStart = /[\\*_~`|[<@]|https?:/g;

export function parseInline(text: string, depth = 0): Inline[] {
  const nodes: Inline[] = [];
  let plainFrom = 0;
  possibleStart.lastIndex = 0;
  for (let at = nextStart(text, 0); at < text.length; ) {
    const found = depth < depthMax ? ruleAt(text, at) : undefined;
    if (!found) {
      at = nextStart(text, at + 1);
      continue;
    }
    if (at > plainFrom) nodes.push({ kind: 'text', text: text.slice(plainFrom, at) });
    nodes.push(found.rule.make(found.match, (inner) => parseInline(inner, depth + 1)));
    plainFrom = at + found.match[0].length;
    at = nextStart(text, plainFrom);
  }
  if (plainFrom < text.length) nodes.push({ kind: 'text', text: text.slice(plainFrom) });
  return nodes;
}

function nextStart(text: string, from: number): number {
  possibleStart.lastIndex = from;
  return possibleStart.exec(text)?.index ?? text.length;
}

function ruleAt(text: string, at: number): { rule: Rule; match: RegExpMatchArray } | undefined {
  const rest = text.slice(at);
  // `snake_case` is no emphasis.
  const insideWord = text[at] === '_' && /\w/.test(text[at - 1] ?? '');
  if (insideWord) return undefined;
  for (const rule of rules) {
    const match = rest.match(rule.pattern);
    if (match) return { rule, match };
  }
  return undefined;
}

function linkOf(url: string): Inline {
  return { kind: 'link', url, children: [{ kind: 'text', text: url }] };
}
