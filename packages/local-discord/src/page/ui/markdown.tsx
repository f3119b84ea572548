import { type Block, parseMarkdown } from '../model/markdown.ts';
import { parseInline } from '../model/markdown-inline.ts';
import { Inlines } from './inlines.tsx';

export function Markdown({ text }: { text: string }) {
  return <Blocks blocks={parseMarkdown(text)} />;
}

/** For places that take one line: labels, titles, descriptions. */
export function MarkdownLine({ text }: { text: string }) {
  return <Inlines nodes={parseInline(text)} />;
}

function Blocks({ blocks }: { blocks: Block[] }) {
  return (
    <>
      {blocks.map((block, index) => (
        <BlockView key={index} block={block} />
      ))}
    </>
  );
}

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case 'paragraph':
      return (
        <p class="md-paragraph">
          <Inlines nodes={block.children} />
        </p>
      );
    case 'heading': {
      // The page itself has the levels above.
      const Tag = (['h4', 'h5', 'h6'] as const)[block.level - 1] ?? 'h6';
      return (
        <Tag class={`md-heading md-heading-${block.level}`}>
          <Inlines nodes={block.children} />
        </Tag>
      );
    }
    case 'subtext':
      return (
        <p class="md-subtext">
          <Inlines nodes={block.children} />
        </p>
      );
    case 'quote':
      return (
        <blockquote class="md-quote">
          <Blocks blocks={block.blocks} />
        </blockquote>
      );
    case 'code':
      return (
        <section
          class="md-code"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
          tabIndex={0}
          aria-label={block.language ? `Code, ${block.language}` : 'Code'}
        >
          <pre>
            <code>{block.text}</code>
          </pre>
        </section>
      );
    case 'list':
      return <ListView ordered={block.ordered} items={block.items} />;
  }
}

function ListView({ ordered, items }: Omit<Extract<Block, { kind: 'list' }>, 'kind'>) {
  const Tag = ordered ? 'ol' : 'ul';
  return (
    <Tag class="md-list">
      {items.map(({ depth, children }, index) => (
        <li key={index} style={{ '--depth': String(depth) }}>
          <Inlines nodes={children} />
        </li>
      ))}
    </Tag>
  );
}
