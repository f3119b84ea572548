import { type Block, parseMarkdown } from '../model/markdown.ts';
import { type Inline, parseInline } from '../model/markdown-inline.ts';
import { formatTimestamp } from '../model/timestamps.ts';
import { ChannelMention, RoleMention, UserMention } from './mention.tsx';
import { Spoiler } from './spoiler.tsx';

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
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks have no other identity, and keep no state
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
    case 'heading':
      return (
        <p class={`md-heading md-heading-${block.level}`} role="heading" aria-level={block.level + 3}>
          <Inlines nodes={block.children} />
        </p>
      );
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
        <pre class="md-code" tabIndex={0} aria-label={block.language ? `Code, ${block.language}` : 'Code'}>
          <code>{block.text}</code>
        </pre>
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
        // biome-ignore lint/suspicious/noArrayIndexKey: items have no other identity, and keep no state
        <li key={index} style={{ '--depth': String(depth) }}>
          <Inlines nodes={children} />
        </li>
      ))}
    </Tag>
  );
}

function Inlines({ nodes }: { nodes: Inline[] }) {
  return (
    <>
      {nodes.map((node, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: as above
        <InlineView key={index} node={node} />
      ))}
    </>
  );
}

function InlineView({ node }: { node: Inline }) {
  switch (node.kind) {
    case 'text':
      return <>{node.text}</>;
    case 'strong':
      return <strong><Inlines nodes={node.children} /></strong>;
    case 'emphasis':
      return <em><Inlines nodes={node.children} /></em>;
    case 'underline':
      return <u><Inlines nodes={node.children} /></u>;
    case 'strike':
      return <s><Inlines nodes={node.children} /></s>;
    case 'spoiler':
      return <Spoiler><Inlines nodes={node.children} /></Spoiler>;
    case 'code':
      return <code class="md-inline-code">{node.text}</code>;
    case 'link':
      return (
        <a href={node.url} target="_blank" rel="noreferrer noopener">
          <Inlines nodes={node.children} />
        </a>
      );
    case 'user':
      return <UserMention id={node.id} />;
    case 'role':
      return <RoleMention id={node.id} />;
    case 'channel':
      return <ChannelMention id={node.id} />;
    case 'everyone':
    case 'command':
      return <span class="mention">{node.text}</span>;
    case 'emoji':
      return <span class="custom-emoji">:{node.name}:</span>;
    case 'time':
      return <Time unixSeconds={node.unixSeconds} style={node.style} />;
  }
}

function Time({ unixSeconds, style }: { unixSeconds: number; style: string }) {
  const now = Date.now();
  const date = new Date(unixSeconds * 1000);
  if (Number.isNaN(date.getTime())) return <>Invalid date</>;
  return (
    <time class="md-time" dateTime={date.toISOString()} title={formatTimestamp(unixSeconds, 'F', now)}>
      {formatTimestamp(unixSeconds, style, now)}
    </time>
  );
}
