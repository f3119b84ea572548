import type { Inline } from '../model/markdown-inline.ts';
import { formatTimestamp } from '../model/timestamps.ts';
import { ChannelMention, CommandMention, RoleMention, UserMention } from './mention.tsx';
import { Spoiler } from './spoiler.tsx';

export function Inlines({ nodes }: { nodes: Inline[] }) {
  return (
    <>
      {nodes.map((node, index) => (
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
      return (
        <strong>
          <Inlines nodes={node.children} />
        </strong>
      );
    case 'emphasis':
      return (
        <em>
          <Inlines nodes={node.children} />
        </em>
      );
    case 'underline':
      return (
        <u>
          <Inlines nodes={node.children} />
        </u>
      );
    case 'strike':
      return (
        <s>
          <Inlines nodes={node.children} />
        </s>
      );
    case 'spoiler':
      return (
        <Spoiler>
          <Inlines nodes={node.children} />
        </Spoiler>
      );
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
    case 'command':
      return <CommandMention text={node.text} />;
    case 'everyone':
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
