import type { APIMessage } from 'discord-api-types/v10';
import { type GuildState, type LiveEvent, messagesShownMax } from '../../page-api/protocol.ts';
import type { AppState } from './app-state.ts';

/** What an event changes at once; `guild` and `commands` need a fresh look at the guild instead. */
export function reduceEvent(state: AppState, event: LiveEvent): Partial<AppState> {
  switch (event.type) {
    case 'message':
    case 'message-edit':
      return changeMessages(state, event.channelId, (messages) => withMessage(messages, event.message));
    case 'message-delete':
      return changeMessages(state, event.channelId, (messages) =>
        messages.filter(({ id }) => id !== event.messageId),
      );
    case 'voice-state':
      return changeGuild(state, event.guildId, ({ voiceStates }) => ({
        voiceStates: [
          ...voiceStates.filter(({ user_id }) => user_id !== event.state.user_id),
          ...(event.state.channel_id === null ? [] : [event.state]),
        ],
      }));
    case 'heard': {
      const { userId, channelId, speakerId, soundOf } = event.heard;
      return changeGuild(state, event.guildId, ({ heard }) => ({
        heard: [
          ...heard.filter(
            (each) =>
              each.userId !== userId ||
              each.channelId !== channelId ||
              each.speakerId !== speakerId ||
              each.soundOf !== soundOf,
          ),
          event.heard,
        ],
      }));
    }
    case 'presence':
      return changeGuild(state, event.guildId, ({ botsOnline }) => ({
        botsOnline: [
          ...botsOnline.filter((id) => id !== event.botId),
          ...(event.online ? [event.botId] : []),
        ],
      }));
    default:
      return {};
  }
}

/** Replaces the message or puts it where its id belongs: ids rise with time. */
export function withMessage(messages: readonly APIMessage[], message: APIMessage): APIMessage[] {
  const index = messages.findIndex(({ id }) => id === message.id);
  if (index !== -1) return messages.with(index, message);
  const later = messages.findIndex(({ id }) => BigInt(id) > BigInt(message.id));
  return messages.toSpliced(later === -1 ? messages.length : later, 0, message).slice(-messagesShownMax);
}

/** A channel that was never opened is read whole when it is. */
function changeMessages(
  { messages }: AppState,
  channelId: string,
  change: (messages: APIMessage[]) => APIMessage[],
): Partial<AppState> {
  const known = messages[channelId];
  return known ? { messages: { ...messages, [channelId]: change(known) } } : {};
}

function changeGuild(
  { guilds }: AppState,
  guildId: string,
  change: (guild: GuildState) => Partial<GuildState>,
): Partial<AppState> {
  return { guilds: guilds.map((guild) => (guild.id === guildId ? { ...guild, ...change(guild) } : guild)) };
}
