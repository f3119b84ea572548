import type { APIChannel, APIGuildMember, APIMessage } from 'discord-api-types/v10';
import type { GuildState } from '../../page-api/protocol.ts';
import { channelType } from '../model/discord-types.ts';
import type { AppState } from './app-state.ts';

const noMessages: APIMessage[] = [];

export function openGuild({ guilds, guildId }: AppState): GuildState | undefined {
  return guilds.find(({ id }) => id === guildId);
}

export function openChannel(state: AppState): APIChannel | undefined {
  const guild = openGuild(state);
  const channelId = guild && state.channelIds[guild.id];
  return guild?.channels.find(({ id }) => id === channelId) ?? (guild && firstChannel(guild));
}

export function messagesOf(state: AppState, channelId: string): APIMessage[] {
  return state.messages[channelId] ?? noMessages;
}

/** The chosen member of a guild; at first the one with the most rights: its owner. */
export function viewerOf(
  { viewers }: Pick<AppState, 'viewers'>,
  guild: GuildState,
): APIGuildMember | undefined {
  const people = peopleOf(guild);
  return (
    people.find(({ user }) => user.id === viewers[guild.id]) ??
    people.find(({ user }) => user.id === guild.ownerId) ??
    people[0]
  );
}

export function peopleOf(guild: GuildState): APIGuildMember[] {
  return guild.members.filter(({ user }) => !user.bot);
}

export function botsOf(guild: GuildState): APIGuildMember[] {
  return guild.members.filter(({ user }) => user.bot);
}

/** The members in a voice channel, in order of their ids. */
export function voiceMembers(guild: GuildState, channelId: string): APIGuildMember[] {
  const ids = new Set(
    guild.voiceStates.filter((state) => state.channel_id === channelId).map((state) => state.user_id),
  );
  return guild.members.filter(({ user }) => ids.has(user.id));
}

function firstChannel(guild: GuildState): APIChannel | undefined {
  return guild.channels.find(({ type }) => type === channelType.Text) ?? guild.channels[0];
}
