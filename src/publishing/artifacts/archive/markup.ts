import type { APIMessage } from 'discord-api-types/v10';

/** All foreign text passes here on its way into the page. */
export function escaped(text: string): string {
  return text.toWellFormed().replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Undefined for anything but http and https, and for text that isn't an address. */
export function webAddress(text: string | null | undefined): string | undefined {
  if (!text || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : undefined;
}

export function link(address: string | undefined, text: string): string {
  const shown = escaped(text);
  return address ? `<a href="${escaped(address)}" rel="noopener noreferrer nofollow">${shown}</a>` : shown;
}

type Names = Pick<APIMessage, 'mentions' | 'mention_channels'>;

interface Rule {
  pattern: RegExp;
  html: (match: RegExpExecArray, inner: (text: string) => string, names: Names) => string;
}

/** Deeper nesting stays as it was written. */
const depthMax = 8;

/** In order of precedence at one position. Every pattern is anchored and linear. */
const rules: readonly Rule[] = [
  {
    pattern: /^```(?:[a-z0-9+#-]{1,20}\n)?([^`]+)```\n?/i,
    html: ([, code]) => `<pre>${escaped(code ?? '')}</pre>`,
  },
  { pattern: /^`([^`\n]+)`/, html: ([, code]) => `<code>${escaped(code ?? '')}</code>` },
  { pattern: /^\\([^\sA-Za-z0-9])/, html: ([, character]) => escaped(character ?? '') },
  { pattern: /^\*\*([^*\n]+)\*\*/, html: ([, text], inner) => `<strong>${inner(text ?? '')}</strong>` },
  { pattern: /^__([^_\n]+)__/, html: ([, text], inner) => `<u>${inner(text ?? '')}</u>` },
  { pattern: /^~~([^~\n]+)~~/, html: ([, text], inner) => `<s>${inner(text ?? '')}</s>` },
  { pattern: /^\*([^*\n]+)\*/, html: ([, text], inner) => `<em>${inner(text ?? '')}</em>` },
  { pattern: /^_([^_\n]+)_(?![A-Za-z0-9])/, html: ([, text], inner) => `<em>${inner(text ?? '')}</em>` },
  {
    pattern: /^\|\|([^|\n]+)\|\|/,
    html: ([, text], inner) => `<span class="spoiler" tabindex="0">${inner(text ?? '')}</span>`,
  },
  {
    pattern: /^\[([^\]\n]{1,300})\]\(<?(https?:\/\/[^\s()<>]{1,2000})>?\)/i,
    html: ([, text, address]) => link(webAddress(address), text ?? ''),
  },
  {
    pattern: /^<?(https?:\/\/[^\s<>"']{1,2000}[^\s<>"'.,:;!?)\]])>?/i,
    html: ([, address]) => link(webAddress(address), address ?? ''),
  },
  { pattern: /^<@!?(\d{17,20})>/, html: ([, id], _, names) => mention(`@${userName(names, id)}`) },
  { pattern: /^<@&(\d{17,20})>/, html: ([, id]) => mention(`@role ${id}`) },
  { pattern: /^<#(\d{17,20})>/, html: ([, id], _, names) => mention(`#${channelName(names, id)}`) },
  { pattern: /^<\/([^:>\n]{1,100}):\d{17,20}>/, html: ([, name]) => mention(`/${name}`) },
  { pattern: /^<a?(:\w{2,32}:)\d{17,20}>/, html: ([, name]) => escaped(name ?? '') },
  {
    pattern: /^<t:(-?\d{1,13})(?::[tTdDfFR])?>/,
    html: ([whole, seconds]) => time(Number(seconds) * 1000, whole),
  },
];

/** Where a rule could begin: plain text is skipped to the next of these. */
const plainPattern = /^[^`\\*_~|[<h\n]+|^h(?!ttps?:\/\/)/i;
/** Only where a line begins, outside of code. */
const quotedPattern = /^> /;
const headingPattern = /^#{1,3} (.+)/;

/** Discord's Markdown as HTML: unknown markup is shown as it was written. */
export function contentHtml(text: string, names: Names): string {
  return inline(text, names, 0);
}

function inline(text: string, names: Names, depth: number): string {
  let html = '';
  for (let at = 0; at < text.length; ) {
    const isLineStart = depth === 0 && (at === 0 || text[at - 1] === '\n');
    const { html: part, length } = nextPart(text.slice(at, at + 4_100), isLineStart, names, depth);
    html += part;
    at += length;
  }
  return html;
}

interface Part {
  html: string;
  /** Characters of the text it replaces. */
  length: number;
}

function nextPart(rest: string, isLineStart: boolean, names: Names, depth: number): Part {
  const inner = (text: string) => inline(text, names, depth + 1);
  if (isLineStart && quotedPattern.test(rest)) return { html: '<span class="bar"></span>', length: 2 };
  const heading = isLineStart ? headingPattern.exec(rest) : null;
  if (heading)
    return { html: `<span class="heading">${inner(heading[1] ?? '')}</span>`, length: heading[0].length };
  const plain = plainPattern.exec(rest)?.[0];
  if (plain) return { html: escaped(plain), length: plain.length };
  const hit = depth < depthMax ? firstHit(rest) : undefined;
  return hit
    ? { html: hit.rule.html(hit.match, inner, names), length: hit.match[0].length }
    : { html: escaped(rest.slice(0, 1)), length: 1 };
}

function firstHit(text: string): { rule: Rule; match: RegExpExecArray } | undefined {
  for (const rule of rules) {
    const match = rule.pattern.exec(text);
    if (match) return { rule, match };
  }
  return undefined;
}

function mention(text: string): string {
  return `<span class="mention">${escaped(text)}</span>`;
}

function userName(names: Names, id: string | undefined): string {
  const user = names.mentions?.find((candidate) => candidate.id === id);
  return user ? (user.global_name ?? user.username) : (id ?? '');
}

function channelName(names: Names, id: string | undefined): string {
  return names.mention_channels?.find((channel) => channel.id === id)?.name ?? id ?? '';
}

/** In UTC: the page has no script to know the reader's zone. */
export function time(atMs: number, otherwise = ''): string {
  const date = new Date(atMs);
  if (Number.isNaN(date.getTime())) return escaped(otherwise);
  const text = date.toISOString();
  return `<time datetime="${text}">${text.slice(0, 10)} ${text.slice(11, 16)} UTC</time>`;
}
