import type { APIMessage } from 'discord-api-types/v10';
import type { GuildState } from '../../../page-api/protocol.ts';
import { messageFlag } from '../../model/discord-types.ts';
import { hasFlag } from '../../model/message-groups.ts';
import { memberName, nameColour, userName } from '../../model/people.ts';
import { messageTime } from '../../model/timestamps.ts';
import { useApp } from '../../state/app-context.ts';
import { Avatar } from '../avatar.tsx';
import { ColouredName } from '../coloured-name.tsx';
import { Icon } from '../icon.tsx';
import { MessageBody } from './message-body.tsx';
import { MessageMenu } from './message-menu.tsx';
import { MessageOrigin } from './message-origin.tsx';

export interface MessageProps {
  guild: GuildState;
  message: APIMessage;
  /** Under the head of the message before. */
  grouped: boolean;
  replied: APIMessage | undefined;
}

export function Message({ guild, message, grouped, replied }: MessageProps) {
  const ephemeral = hasFlag(message, messageFlag.Ephemeral);
  const { author } = message;
  const member = guild.members.find(({ user }) => user.id === author.id);
  const name = member ? memberName(member) : userName(author);
  return (
    <li
      class={`message ${grouped ? 'message-grouped' : ''} ${ephemeral ? 'message-ephemeral' : ''}`}
      data-message-id={message.id}
      aria-label={`${name}, ${messageTime(message.timestamp, Date.now())}`}
    >
      <MessageOrigin guild={guild} message={message} replied={replied} />
      <div class="message-row">
        {grouped ? (
          <time class="message-side-time" dateTime={message.timestamp}>
            {new Date(message.timestamp).toLocaleTimeString([], { timeStyle: 'short' })}
          </time>
        ) : (
          <Avatar id={author.id} name={name} bot={author.bot} />
        )}
        <div class="message-main">
          {!grouped && (
            <div class="message-head">
              <ColouredName kind="message-author" name={name} colour={nameColour(member, guild.roles)} />
              {author.bot && (
                <span class="tag">
                  {message.webhook_id && !message.interaction_metadata ? 'Webhook' : 'Bot'}
                </span>
              )}
              <time class="message-time" dateTime={message.timestamp}>
                {messageTime(message.timestamp, Date.now())}
              </time>
            </div>
          )}
          <MessageBody message={message} />
          {ephemeral && <EphemeralNote id={message.id} />}
        </div>
        <MessageMenu guild={guild} message={message} />
      </div>
    </li>
  );
}

function EphemeralNote({ id }: { id: string }) {
  const { actions } = useApp();
  return (
    <p class="ephemeral-note">
      <Icon name="eye" size={14} />
      Only you can see this ·{' '}
      <button type="button" class="text-button" onClick={() => actions.dismissMessage(id)}>
        Dismiss
      </button>
    </p>
  );
}
