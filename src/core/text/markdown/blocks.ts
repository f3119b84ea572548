export type Block =
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'paragraph'; text: string }
  | { kind: 'code'; language: string; text: string }
  | { kind: 'quote'; blocks: Block[] }
  | { kind: 'list'; start: number | undefined; items: Block[][] }
  | { kind: 'rule' };

const depthMax = 6;
const fencePattern = /^ {0,3}(`{3,}|~{3,})\s*([\w+#.-]*)[^`]*$/;
const headingPattern = /^ {0,3}(#{1,6})[ \t]+(.*)$/;
const rulePattern = /^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const quotePattern = /^ {0,3}> ?/;
const itemPattern = /^( {0,3})([-*+]|(\d{1,9})[.)])( {1,4})(?=\S)/;

/** Blocks of CommonMark without raw HTML, tables and reference links; those come out as paragraphs. */
export function parseBlocks(markdown: string): Block[] {
  return new BlockParser(markdown.replaceAll('\t', '    ').split(/\r\n|\r|\n/), 0).parse();
}

class BlockParser {
  readonly #lines: readonly string[];
  readonly #depth: number;
  #index = 0;

  constructor(lines: readonly string[], depth: number) {
    this.#lines = lines;
    this.#depth = depth;
  }

  parse(): Block[] {
    const blocks: Block[] = [];
    while (this.#index < this.#lines.length) {
      const line = this.#line();
      if (line.trim() === '') this.#index += 1;
      else blocks.push(this.#code(line) ?? this.#single(line) ?? this.#nested(line) ?? this.#paragraph());
    }
    return blocks;
  }

  #code(line: string): Block | undefined {
    const [, fence, language = ''] = fencePattern.exec(line) ?? [];
    if (!fence) return undefined;
    this.#index += 1;
    const kept: string[] = [];
    for (; this.#index < this.#lines.length; this.#index += 1) {
      const trimmed = this.#line().trim();
      // Closed by as many of the same mark, or by the end of the text.
      const closes = trimmed.startsWith(fence) && trimmed === fence.charAt(0).repeat(trimmed.length);
      if (closes) break;
      kept.push(this.#line());
    }
    this.#index += 1;
    return { kind: 'code', language, text: kept.join('\n') };
  }

  #single(line: string): Block | undefined {
    const heading = headingPattern.exec(line);
    if (!heading && !rulePattern.test(line)) return undefined;
    this.#index += 1;
    if (!heading) return { kind: 'rule' };
    const [, marks = '', text = ''] = heading;
    return { kind: 'heading', level: marks.length, text: text.replace(/[ ]+#+[ ]*$/, '').trim() };
  }

  #nested(line: string): Block | undefined {
    if (this.#depth >= depthMax) return undefined;
    if (quotePattern.test(line)) return this.#quote();
    return itemPattern.test(line) ? this.#list() : undefined;
  }

  #quote(): Block {
    const inside: string[] = [];
    for (; this.#index < this.#lines.length && quotePattern.test(this.#line()); this.#index += 1) {
      inside.push(this.#line().replace(quotePattern, ''));
    }
    return { kind: 'quote', blocks: new BlockParser(inside, this.#depth + 1).parse() };
  }

  #list(): Block {
    const first = itemPattern.exec(this.#line());
    const ordered = first?.[3] !== undefined;
    const items: Block[][] = [];
    while (this.#index < this.#lines.length) {
      const item = itemPattern.exec(this.#line());
      if (!item || (item[3] !== undefined) !== ordered || rulePattern.test(this.#line())) break;
      items.push(new BlockParser(this.#itemLines(item[0].length), this.#depth + 1).parse());
    }
    return { kind: 'list', start: ordered ? Number(first?.[3]) : undefined, items };
  }

  /** The lines of one item without their indent; blank lines belong to it when indented text follows. */
  #itemLines(indent: number): string[] {
    const inside = [this.#line().slice(indent)];
    this.#index += 1;
    let blank = 0;
    for (let index = this.#index; index < this.#lines.length; index += 1) {
      const line = this.#lines[index] ?? '';
      if (line.trim() === '') {
        blank += 1;
        continue;
      }
      const indented = line.startsWith(' '.repeat(Math.min(indent, 2)));
      if (!indented && (blank > 0 || startsBlock(line))) break;
      inside.push(...new Array<string>(blank).fill(''), line.replace(new RegExp(`^ {0,${indent}}`), ''));
      blank = 0;
      this.#index = index + 1;
    }
    while (this.#index < this.#lines.length && this.#line().trim() === '') this.#index += 1;
    return inside;
  }

  #paragraph(): Block {
    const kept = [this.#line().trim()];
    this.#index += 1;
    for (; this.#index < this.#lines.length; this.#index += 1) {
      const line = this.#line();
      if (line.trim() === '' || startsBlock(line)) break;
      kept.push(line.trim());
    }
    return { kind: 'paragraph', text: kept.join('\n') };
  }

  #line(): string {
    return this.#lines[this.#index] ?? '';
  }
}

function startsBlock(line: string): boolean {
  return [fencePattern, headingPattern, rulePattern, quotePattern, itemPattern].some((pattern) =>
    pattern.test(line),
  );
}
