import type { Block } from './blocks.ts';
import { type Inline, parseInline, safeAddress } from './inline.ts';

export function blocksDiscord(blocks: readonly Block[], gap: string): string {
  return blocks
    .map(blockDiscord)
    .filter((text) => text !== '')
    .join(gap);
}

const zeroWidth = '\u200b';

/** Text that is shown literally: no mark takes effect, and no mention works. */
export function escapeDiscord(text: string): string {
  return text
    .replace(/[\\*_~|`[\]<]/g, '\\$&')
    .replace(/@(?=everyone|here)/gi, `@${zeroWidth}`)
    .replace(/^(\s*)(#{1,3} |-# |>|[-+] )/gm, '$1\\$2')
    .replace(/^(\s*\d{1,9})([.)] )/gm, '$1\\$2');
}

function blockDiscord(block: Block): string {
  switch (block.kind) {
    case 'heading': {
      const text = inlineDiscord(parseInline(block.text)).replaceAll('\n', ' ');
      return block.level <= 3 ? `${'#'.repeat(block.level)} ${text}` : `**${text}**`;
    }
    case 'paragraph':
      return inlineDiscord(parseInline(block.text));
    case 'code':
      return `\`\`\`${block.language}\n${block.text.replaceAll('```', `\`${zeroWidth}\`\``)}\n\`\`\``;
    case 'quote':
      return indented(blocksDiscord(block.blocks, '\n'), '> ', '> ');
    case 'list':
      return block.items.map((item, index) => itemDiscord(item, block.start, index)).join('\n');
    case 'rule':
      return '———';
  }
}

function itemDiscord(blocks: readonly Block[], start: number | undefined, index: number): string {
  const mark = start === undefined ? '- ' : `${start + index}. `;
  return indented(blocksDiscord(blocks, '\n'), mark, ' '.repeat(mark.length));
}

function indented(text: string, first: string, others: string): string {
  return text
    .split('\n')
    .map((line, index) => (index === 0 ? first : others) + line)
    .join('\n');
}

function inlineDiscord(spans: readonly Inline[]): string {
  return spans.map(spanDiscord).join('');
}

function spanDiscord(span: Inline): string {
  switch (span.kind) {
    case 'text':
      return escapeDiscord(span.text);
    case 'code':
      return codeDiscord(span.text);
    case 'discord':
      return span.text;
    case 'strong':
    case 'emphasis':
    case 'strike':
      // Two underscores underline in Discord, so text written with them keeps its own mark.
      return `${span.mark}${inlineDiscord(span.children)}${span.mark}`;
    default:
      return linkDiscord(span);
  }
}

/** Code never notifies anyone, but a backtick in it would end it. */
function codeDiscord(text: string): string {
  const inside = text
    .replaceAll('@everyone', `@${zeroWidth}everyone`)
    .replaceAll('@here', `@${zeroWidth}here`);
  return inside.includes('`') ? `\`\` ${inside.replaceAll('``', `\`${zeroWidth}\``)} \`\`` : `\`${inside}\``;
}

function linkDiscord(span: Inline & { kind: 'link' | 'image' }): string {
  const label = inlineDiscord(
    span.children.filter((child) => child.kind !== 'link' && child.kind !== 'image'),
  );
  const bare = span.children.length === 0 || isOwnAddress(span);
  const address = safeAddress(span.href)?.replace(/[()]|@(?=everyone|here)/gi, percentEncoded);
  if (!address) return label;
  const shown = span.quiet ? `<${address}>` : address;
  // Discord links addresses automatically, and refuses masks that look like one.
  return bare || label === '' ? shown : `[${label}](${shown})`;
}

function isOwnAddress(span: Inline & { kind: 'link' | 'image' }): boolean {
  const [only] = span.children;
  return only?.kind === 'text' && (only.text === span.href || /^https?:\/\//i.test(only.text));
}

/** encodeURIComponent doesn't encode parentheses. */
function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16)}`;
}
