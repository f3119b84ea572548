import { type Inline, parseInline } from './markdown-inline.ts';

/** Discord's Markdown by blocks. Every line of a message belongs to exactly one. */
export type Block =
  | { kind: 'paragraph'; children: Inline[] }
  | { kind: 'heading'; level: 1 | 2 | 3; children: Inline[] }
  | { kind: 'subtext'; children: Inline[] }
  | { kind: 'quote'; blocks: Block[] }
  | { kind: 'list'; ordered: boolean; items: { depth: number; children: Inline[] }[] }
  | { kind: 'code'; language: string; text: string };

const codeFence = /```(?:([\w+#-]{1,20})\n)?\n?([\s\S]*?)\n?```/g;
const listItem = /^(\s*)(?:[-*]|(\d{1,3})\.)\s+(.*)$/;
/** Quotes inside quotes stay text. */
const quoteDepthMax = 1;

export function parseMarkdown(text: string, quoteDepth = 0): Block[] {
  const blocks: Block[] = [];
  let from = 0;
  for (const { 0: whole, 1: language = '', 2: code = '', index } of text.matchAll(codeFence)) {
    blocks.push(...parseLines(text.slice(from, index), quoteDepth));
    blocks.push({ kind: 'code', language, text: code });
    from = index + whole.length;
  }
  blocks.push(...parseLines(text.slice(from), quoteDepth));
  return blocks;
}

function parseLines(text: string, quoteDepth: number): Block[] {
  const blocks: Block[] = [];
  const lines = text.replace(/^\n|\n$/g, '').split('\n');
  if (lines.length === 1 && lines[0] === '') return blocks;
  let paragraph: string[] = [];
  const endParagraph = () => {
    if (paragraph.length > 0) blocks.push({ kind: 'paragraph', children: parseInline(paragraph.join('\n')) });
    paragraph = [];
  };

  for (let index = 0; index < lines.length; ) {
    const found = blockAt(lines, index, quoteDepth);
    if (found) {
      endParagraph();
      blocks.push(found.block);
      index += found.lineCount;
    } else {
      paragraph.push(lines[index] ?? '');
      index += 1;
    }
  }
  endParagraph();
  return blocks;
}

function blockAt(
  lines: readonly string[],
  index: number,
  quoteDepth: number,
): { block: Block; lineCount: number } | undefined {
  const line = lines[index] ?? '';
  const heading = line.match(/^(#{1,3}) +(.+)$/);
  if (heading) {
    return {
      block: { kind: 'heading', level: headingLevel(heading[1]), children: parseInline(heading[2] ?? '') },
      lineCount: 1,
    };
  }
  if (line.startsWith('-# ')) {
    return { block: { kind: 'subtext', children: parseInline(line.slice(3)) }, lineCount: 1 };
  }
  if (line.startsWith('> ') && quoteDepth < quoteDepthMax) {
    const quoted = takeWhile(lines, index, (each) => each.startsWith('> '));
    const inner = quoted.map((each) => each.slice(2)).join('\n');
    return {
      block: { kind: 'quote', blocks: parseMarkdown(inner, quoteDepth + 1) },
      lineCount: quoted.length,
    };
  }
  if (listItem.test(line)) return listAt(lines, index);
  return undefined;
}

function listAt(lines: readonly string[], index: number): { block: Block; lineCount: number } {
  const taken = takeWhile(lines, index, (each) => listItem.test(each));
  const matches = taken.map((each) => each.match(listItem));
  return {
    block: {
      kind: 'list',
      ordered: matches[0]?.[2] !== undefined,
      items: matches.map((match) => ({
        depth: Math.min(4, Math.floor((match?.[1]?.length ?? 0) / 2)),
        children: parseInline(match?.[3] ?? ''),
      })),
    },
    lineCount: taken.length,
  };
}

function takeWhile(lines: readonly string[], from: number, holds: (line: string) => boolean): string[] {
  const rest = lines.slice(from);
  const end = rest.findIndex((line) => !holds(line));
  return end === -1 ? rest : rest.slice(0, end);
}

function headingLevel(marks: string | undefined): 1 | 2 | 3 {
  if (marks === '###') return 3;
  return marks === '##' ? 2 : 1;
}
