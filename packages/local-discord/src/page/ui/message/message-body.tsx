import type { APIMessage } from 'discord-api-types/v10';
import { messageFlag } from '../../model/discord-types.ts';
import { hasFlag } from '../../model/message-groups.ts';
import { ComponentView } from '../component/component-view.tsx';
import { MessageContext } from '../component/message-context.ts';
import { Markdown } from '../markdown.tsx';
import { AttachmentView } from './attachment-view.tsx';
import { EmbedView } from './embed-view.tsx';
import { Reactions } from './reactions.tsx';

export function MessageBody({ message }: { message: APIMessage }) {
  if (hasFlag(message, messageFlag.Loading)) return <Thinking />;
  const attachments = message.attachments.filter(({ filename }) => !isShownByComponent(message, filename));
  return (
    <MessageContext.Provider value={message}>
      <div class="message-body">
        {message.content !== '' && <Markdown text={message.content} />}
        {message.edited_timestamp && message.content !== '' && <span class="edited">(edited)</span>}
        {attachments.map((attachment) => (
          <AttachmentView key={attachment.id} attachment={attachment} />
        ))}
        {message.embeds.map((embed, index) => (
          <EmbedView key={index} embed={embed} />
        ))}
        {message.components?.map((component, index) => (
          <ComponentView key={component.id ?? index} component={component} />
        ))}
        {message.reactions && <Reactions reactions={message.reactions} />}
      </div>
    </MessageContext.Provider>
  );
}

/** With Components V2 only components show files. */
function isShownByComponent(message: APIMessage, filename: string): boolean {
  if (hasFlag(message, messageFlag.ComponentsV2)) return true;
  return message.embeds.some(({ image, thumbnail }) =>
    [image?.url, thumbnail?.url].some(
      (url) => url?.split('?')[0]?.endsWith(`/${filename}`) || url === `attachment://${filename}`,
    ),
  );
}

function Thinking() {
  return (
    <p class="thinking">
      <span class="thinking-dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      thinking…
    </p>
  );
}
