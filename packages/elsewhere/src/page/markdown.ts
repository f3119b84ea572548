import { Html, html, link, type Part } from './html.ts';

/** Drawn of one text; the rest is left out, with a note. */
export const markdownShownMax = 100_000;
const quoteDepthMax = 5;

/** The everyday part of Markdown, as inert HTML: pictures stay links, HTML stays text, its comments are hidden. */
export function markdown(text: string): Html {
  const cut = text.length > markdownShownMax;
  const lines = withoutComments(text.slice(0, markdownShownMax)).replaceAll('\r\n', '\n').split('\n');
  return html`<div class="markdown">${blocks(lines, 0)}${
    cut && html`<p class="note">The first ${markdownShownMax} of ${text.length} characters.</p>`
  }</div>`;
}

/** One without its end is text. */
function withoutComments(text: string): string {
  const shown: string[] = [];
  let at = 0;
  for (;;) {
    const start = text.indexOf('<!--', at);
    const end = start === -1 ? -1 : text.indexOf('-->', start + 4);
    if (end === -1) return shown.join('') + text.slice(at);
    shown.push(text.slice(at, start));
    at = end + 3;
  }
}

interface Block {
  html: Html;
  /** How many lines it took. */
  lines: number;
}

function blocks(lines: readonly string[], depth: number): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < lines.length; ) {
    if (lines[at]?.trim() === '') {
      at += 1;
      continue;
    }
    const rest = lines.slice(at);
    const block =
      fence(rest) ?? heading(rest) ?? rule(rest) ?? quote(rest, depth) ?? list(rest) ?? paragraph(rest);
    parts.push(block.html);
    at += block.lines;
  }
  return parts;
}

function fence(lines: readonly string[]): Block | undefined {
  const [, mark] = /^(`{3,}|~{3,})/.exec(lines[0] ?? '') ?? [];
  if (mark === undefined) return undefined;
  const end = lines.findIndex((line, index) => index > 0 && line.startsWith(mark));
  const last = end === -1 ? lines.length : end;
  return { html: html`<pre><code>${lines.slice(1, last).join('\n')}</code></pre>`, lines: last + 1 };
}

function heading(lines: readonly string[]): Block | undefined {
  const [, marks = '', words = ''] = /^(#{1,6}) +(.*)$/.exec(lines[0] ?? '') ?? [];
  if (marks === '') return undefined;
  // Below the headings of the page itself.
  const level = Math.min(6, marks.length + 2);
  return { html: html`${new Html(`<h${level}>`)}${inline(words)}${new Html(`</h${level}>`)}`, lines: 1 };
}

function rule(lines: readonly string[]): Block | undefined {
  return /^(?:-{3,}|\*{3,}|_{3,})\s*$/.test(lines[0] ?? '') ? { html: html`<hr>`, lines: 1 } : undefined;
}

function quote(lines: readonly string[], depth: number): Block | undefined {
  const count = leading(lines, (line) => line.startsWith('>'));
  if (count === 0 || depth >= quoteDepthMax) return undefined;
  const inner = lines.slice(0, count).map((line) => line.replace(/^> ?/, ''));
  return { html: html`<blockquote>${blocks(inner, depth + 1)}</blockquote>`, lines: count };
}

function list(lines: readonly string[]): Block | undefined {
  const mark = /^\s{0,3}(?:[-*+]|\d{1,9}[.)]) +/;
  const count = leading(lines, (line) => mark.test(line));
  if (count === 0) return undefined;
  const items = lines.slice(0, count).map((line) => html`<li>${inline(line.replace(mark, ''))}</li>`);
  const isNumbered = /^\s*\d/.test(lines[0] ?? '');
  return { html: isNumbered ? html`<ol>${items}</ol>` : html`<ul>${items}</ul>`, lines: count };
}

function paragraph(lines: readonly string[]): Block {
  const count = Math.max(
    1,
    leading(lines, (line) => line.trim() !== '' && !/^(?:`{3,}|~{3,}|#{1,6} |>|\s{0,3}[-*+] +)/.test(line)),
  );
  return { html: html`<p>${inline(lines.slice(0, count).join('\n'))}</p>`, lines: count };
}

function leading(lines: readonly string[], matches: (line: string) => boolean): number {
  const end = lines.findIndex((line) => !matches(line));
  return end === -1 ? lines.length : end;
}

/** Each piece has a bound, so that no text takes long. */
const pieces =
  /`([^`\n]{1,2000})`|\*\*([^*\n]{1,1000})\*\*|\*([^*\n]{1,1000})\*|(!?)\[([^\]\n]{0,300})\]\(([^()\s]{1,1000})\)|https?:\/\/[^\s<>"'`()]{1,1000}/g;

function inline(text: string): Part[] {
  const parts: Part[] = [];
  let done = 0;
  for (const match of text.matchAll(pieces)) {
    parts.push(text.slice(done, match.index), piece(match));
    done = match.index + match[0].length;
  }
  return [...parts, text.slice(done)];
}

function piece([whole, code, bold, slanted, picture, words, url]: RegExpExecArray): Part {
  if (code !== undefined) return html`<code>${code}</code>`;
  if (bold !== undefined) return html`<strong>${inline(bold)}</strong>`;
  if (slanted !== undefined) return html`<em>${inline(slanted)}</em>`;
  if (url === undefined) return link(whole);
  return picture ? html`${link(url, words || url)} (picture, not loaded)` : link(url, words || url);
}
