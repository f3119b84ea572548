import type { APIMessage } from 'discord-api-types/v10';
import type { GuildState } from '../../../page-api/protocol.ts';
import { memberName, userName } from '../../model/people.ts';
import { Avatar } from '../avatar.tsx';
import { Icon } from '../icon.tsx';

/** Interaction type 2. */
const usedCommand = 2;

/** What a message answers: a command somebody used, or another message. */
export function MessageOrigin({
  guild,
  message,
  replied,
}: {
  guild: GuildState;
  message: APIMessage;
  replied: APIMessage | undefined;
}) {
  const asker = message.interaction_metadata?.user;
  if (asker && message.interaction_metadata?.type === usedCommand) {
    const command = message.interaction?.name;
    const member = guild.members.find(({ user }) => user.id === asker.id);
    const name = member ? memberName(member) : userName(asker);
    return (
      <p class="message-origin">
        <Icon name="reply" size={14} />
        <Avatar id={asker.id} name={name} size={18} />
        <span class="origin-name">{name}</span> used{' '}
        {command ? <span class="mention">/{command}</span> : 'a command'}
      </p>
    );
  }
  if (!message.message_reference || !replied) return null;
  return (
    <p class="message-origin">
      <Icon name="reply" size={14} />
      <span class="origin-name">{userName(replied.author)}</span>
      <span class="origin-text">{replied.content || 'a message'}</span>
    </p>
  );
}
