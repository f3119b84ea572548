import type { Block } from './blocks.ts';
import { type Inline, parseInline, safeAddress } from './inline.ts';

export function blocksHtml(blocks: readonly Block[]): string {
  return blocks.map(blockHtml).join('\n');
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}>${inlineHtml(parseInline(block.text))}</h${block.level}>`;
    case 'paragraph':
      return `<p>${inlineHtml(parseInline(block.text))}</p>`;
    case 'code':
      return `<pre><code>${escapeHtml(block.text)}</code></pre>`;
    case 'quote':
      return `<blockquote>${blocksHtml(block.blocks)}</blockquote>`;
    case 'list':
      return listHtml(block);
    case 'rule':
      return '<hr>';
  }
}

function listHtml(list: Block & { kind: 'list' }): string {
  const items = list.items.map((item) => `<li>${itemHtml(item)}</li>`).join('');
  if (list.start === undefined) return `<ul>${items}</ul>`;
  return list.start === 1 ? `<ol>${items}</ol>` : `<ol start="${list.start}">${items}</ol>`;
}

function itemHtml(blocks: readonly Block[]): string {
  const [first, ...rest] = blocks;
  if (first?.kind !== 'paragraph') return blocksHtml(blocks);
  return inlineHtml(parseInline(first.text)) + blocksHtml(rest);
}

function inlineHtml(spans: readonly Inline[]): string {
  return spans.map(spanHtml).join('');
}

function spanHtml(span: Inline): string {
  switch (span.kind) {
    case 'text':
      return escapeHtml(span.text).replaceAll('\n', '<br>\n');
    case 'discord':
      return escapeHtml(span.text);
    case 'code':
      return `<code>${escapeHtml(span.text)}</code>`;
    case 'strong':
      return `<strong>${inlineHtml(span.children)}</strong>`;
    case 'emphasis':
      return `<em>${inlineHtml(span.children)}</em>`;
    case 'strike':
      return `<del>${inlineHtml(span.children)}</del>`;
    default:
      return linkHtml(span.href, inlineHtml(withoutLinks(span.children)));
  }
}

function linkHtml(href: string, label: string): string {
  const address = safeAddress(href);
  if (!address) return label;
  return `<a href="${escapeHtml(address)}" rel="nofollow noopener noreferrer">${label || escapeHtml(address)}</a>`;
}

/** An anchor within an anchor closes the outer one. */
function withoutLinks(spans: readonly Inline[]): Inline[] {
  return spans.flatMap((span) => {
    if (span.kind === 'text' || span.kind === 'code' || span.kind === 'discord') return [span];
    const children = withoutLinks(span.children);
    return span.kind === 'link' || span.kind === 'image' ? children : [{ ...span, children }];
  });
}
