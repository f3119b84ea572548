import type { Block } from './blocks.ts';
import { type Inline, parseInline, safeAddress } from './inline.ts';

export function blocksPlain(blocks: readonly Block[], gap: string): string {
  return blocks
    .map(blockPlain)
    .filter((text) => text !== '')
    .join(gap);
}

function blockPlain(block: Block): string {
  switch (block.kind) {
    case 'heading':
    case 'paragraph':
      return inlinePlain(parseInline(block.text));
    case 'code':
      return block.text;
    case 'quote':
      return prefixed(blocksPlain(block.blocks, '\n\n'), '> ', '> ');
    case 'list':
      return block.items.map((item, index) => itemPlain(item, bullet(block.start, index))).join('\n');
    case 'rule':
      return '';
  }
}

function bullet(start: number | undefined, index: number): string {
  return start === undefined ? '• ' : `${start + index}. `;
}

function itemPlain(blocks: readonly Block[], mark: string): string {
  return prefixed(blocksPlain(blocks, '\n'), mark, ' '.repeat(mark.length));
}

function prefixed(text: string, first: string, others: string): string {
  return text
    .split('\n')
    .map((line, index) => (index === 0 ? first : others) + line)
    .map((line) => line.trimEnd())
    .join('\n');
}

function inlinePlain(spans: readonly Inline[]): string {
  return spans.map(spanPlain).join('');
}

function spanPlain(span: Inline): string {
  if (span.kind === 'text' || span.kind === 'code' || span.kind === 'discord') return span.text;
  const label = inlinePlain(span.children);
  if (span.kind !== 'link' && span.kind !== 'image') return label;
  const address = safeAddress(span.href)?.replace(/^mailto:/i, '');
  if (!address || label === address) return label;
  return label === '' ? address : `${label} (${address})`;
}
