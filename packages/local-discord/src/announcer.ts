/** Sends changes to the bots (gateway) and the page (events). Every change to the world passes here once. */
import { type APIMessage, GatewayDispatchEvents as E, MessageFlags } from 'discord-api-types/v10';
import type { HeardView, PlaygroundEvent } from './contract.ts';
import type { Dispatch } from './gateway/dispatch.ts';
import { messageFor, type StoredMessage } from './world/messages.ts';
import type { ChannelRecord, GuildRecord, MemberRecord, StageRecord } from './world/records.ts';
import { channelView, guildView, memberView, type VoiceStateLike, voiceStateView } from './world/views.ts';
import type { World } from './world/world.ts';

export interface AnnouncerComponents {
  world: World;
  dispatch: (dispatch: Dispatch) => void;
  emit: (event: PlaygroundEvent) => void;
}

export class Announcer {
  readonly #world: World;
  readonly #dispatch: (dispatch: Dispatch) => void;
  readonly #emit: (event: PlaygroundEvent) => void;

  constructor({ world, dispatch, emit }: AnnouncerComponents) {
    this.#world = world;
    this.#dispatch = dispatch;
    this.#emit = emit;
  }

  messageCreated(stored: StoredMessage): void {
    this.#message(E.MessageCreate, 'message', stored);
  }

  messageEdited(stored: StoredMessage): void {
    this.#message(E.MessageUpdate, 'message-edit', stored);
  }

  messageDeleted(stored: StoredMessage): void {
    const { guildId, channelId, message, viewerId } = stored;
    this.#emit({ type: 'message-delete', guildId, channelId, messageId: message.id });
    if (viewerId !== undefined) return;
    const d = { id: message.id, channel_id: channelId, guild_id: guildId };
    this.#dispatch({ t: E.MessageDelete, guildId, channelId, d });
  }

  reaction(
    t: E.MessageReactionAdd | E.MessageReactionRemove,
    stored: StoredMessage,
    userId: string,
    emoji: { id: string | null; name: string },
  ): void {
    const { guildId, channelId, message } = stored;
    const member = this.#world.mustGuild(guildId).members.get(userId);
    const d = {
      user_id: userId,
      channel_id: channelId,
      message_id: message.id,
      guild_id: guildId,
      emoji,
      burst: false,
      type: 0,
      ...(t === E.MessageReactionAdd && member
        ? { member: memberView(this.#world, member), message_author_id: message.author.id }
        : {}),
    };
    this.#dispatch({ t, guildId, channelId, d });
    this.#shownAnew(stored);
  }

  reactionsCleared(stored: StoredMessage, emoji?: { id: string | null; name: string }): void {
    const { guildId, channelId, message } = stored;
    const d = { channel_id: channelId, message_id: message.id, guild_id: guildId };
    if (emoji) this.#dispatch({ t: E.MessageReactionRemoveEmoji, guildId, channelId, d: { ...d, emoji } });
    else this.#dispatch({ t: E.MessageReactionRemoveAll, guildId, channelId, d });
    this.#shownAnew(stored);
  }

  channel(t: E.ChannelCreate | E.ChannelUpdate | E.ChannelDelete, channel: ChannelRecord): void {
    this.#dispatch({ t, guildId: channel.guildId, channel, d: channelView(channel) });
    this.#guildChanged(channel.guildId);
  }

  thread(t: E.ThreadCreate | E.ThreadUpdate | E.ThreadDelete, thread: ChannelRecord): void {
    const view = channelView(thread);
    const { id, guildId, parentId, type } = thread;
    const d =
      t === E.ThreadDelete
        ? { id, guild_id: guildId, parent_id: parentId, type }
        : { ...view, ...(t === E.ThreadCreate ? { newly_created: true } : {}) };
    this.#dispatch({ t, guildId, channelId: id, d });
    this.#guildChanged(guildId);
  }

  role(t: E.GuildRoleCreate | E.GuildRoleUpdate, guild: GuildRecord, roleId: string): void {
    this.#dispatch({ t, guildId: guild.id, d: { guild_id: guild.id, role: guild.roles.get(roleId) } });
    this.#guildChanged(guild.id);
  }

  roleDeleted(guild: GuildRecord, roleId: string): void {
    this.#dispatch({ t: E.GuildRoleDelete, guildId: guild.id, d: { guild_id: guild.id, role_id: roleId } });
    this.#guildChanged(guild.id);
  }

  member(guild: GuildRecord, member: MemberRecord): void {
    const d = { ...memberView(this.#world, member), guild_id: guild.id };
    this.#dispatch({ t: E.GuildMemberUpdate, guildId: guild.id, aboutUserId: member.userId, d });
    this.#guildChanged(guild.id);
  }

  memberRemoved(guild: GuildRecord, userId: string): void {
    const d = { guild_id: guild.id, user: this.#world.mustUser(userId) };
    this.#dispatch({ t: E.GuildMemberRemove, guildId: guild.id, d });
    this.#guildChanged(guild.id);
  }

  /** The bot itself gets the whole guild instead. */
  botJoined(guild: GuildRecord): void {
    this.#guildChanged(guild.id);
  }

  botLeft(guild: GuildRecord, botId: string): void {
    this.#dispatch({ t: E.GuildDelete, guildId: guild.id, botId, d: { id: guild.id } });
    this.memberRemoved(guild, botId);
  }

  guildUpdated(guild: GuildRecord): void {
    this.#dispatch({ t: E.GuildUpdate, guildId: guild.id, d: guildView(guild) });
    this.#guildChanged(guild.id);
  }

  voiceState(guild: GuildRecord, state: VoiceStateLike): void {
    const d = voiceStateView(this.#world, guild, state);
    this.#dispatch({ t: E.VoiceStateUpdate, guildId: guild.id, d });
    this.#emit({ type: 'voice-state', guildId: guild.id, state: d });
  }

  heard(guildId: string, heard: HeardView): void {
    this.#emit({ type: 'heard', guildId, heard });
  }

  voiceServer(guildId: string, botId: string, token: string, endpoint: string | null): void {
    this.#dispatch({ t: E.VoiceServerUpdate, guildId, botId, d: { token, guild_id: guildId, endpoint } });
  }

  voiceStatus(channel: ChannelRecord): void {
    const d = { id: channel.id, guild_id: channel.guildId, status: channel.voiceStatus };
    this.#dispatch({ t: E.VoiceChannelStatusUpdate, guildId: channel.guildId, d });
    this.#guildChanged(channel.guildId);
  }

  stage(t: E.StageInstanceCreate | E.StageInstanceUpdate | E.StageInstanceDelete, stage: StageRecord): void {
    this.#dispatch({ t, guildId: stage.guild_id, d: stage });
    this.#guildChanged(stage.guild_id);
  }

  webhooks(channel: ChannelRecord): void {
    const d = { guild_id: channel.guildId, channel_id: channel.id };
    this.#dispatch({ t: E.WebhooksUpdate, guildId: channel.guildId, d });
  }

  typing(channel: ChannelRecord, userId: string): void {
    const d = {
      channel_id: channel.id,
      guild_id: channel.guildId,
      user_id: userId,
      timestamp: Math.floor(Date.now() / 1000),
    };
    this.#dispatch({ t: E.TypingStart, guildId: channel.guildId, channelId: channel.id, d });
  }

  #message(
    t: E.MessageCreate | E.MessageUpdate,
    type: 'message' | 'message-edit',
    stored: StoredMessage,
  ): void {
    const { guildId, channelId, message, viewerId } = stored;
    // A copy: what people saw then must not change with the next edit.
    const shown = structuredClone(message);
    this.#emit({ type, guildId, channelId, message: shown, ...(viewerId === undefined ? {} : { viewerId }) });
    if (viewerId !== undefined || (message.flags ?? 0) & MessageFlags.Ephemeral) return;
    this.#dispatch({
      t,
      guildId,
      channelId,
      d: shown,
      adapt: (botId, intents) => this.#forBot(stored, shown, botId, intents),
    });
  }

  /** Text is hidden from bots without the Message Content intent, but for their own messages and mentions. */
  #forBot(stored: StoredMessage, shown: APIMessage, botId: string, seesContent: boolean): object {
    const guild = this.#world.mustGuild(stored.guildId);
    const author = guild.members.get(shown.author.id);
    const data = {
      ...shown,
      guild_id: stored.guildId,
      ...(author && shown.webhook_id === undefined ? { member: memberWithoutUser(this.#world, author) } : {}),
    };
    const visible =
      seesContent ||
      shown.author.id === botId ||
      shown.application_id === botId ||
      shown.mentions.some((user) => user.id === botId);
    return visible ? data : { ...data, content: '', embeds: [], attachments: [], components: [] };
  }

  /** Reactions are part of what the page shows, not of what bots get as a message. */
  #shownAnew(stored: StoredMessage): void {
    const { guildId, channelId } = stored;
    const message = structuredClone(messageFor(stored, undefined));
    this.#emit({ type: 'message-edit', guildId, channelId, message });
  }

  #guildChanged(guildId: string): void {
    this.#emit({ type: 'guild', guildId });
  }
}

function memberWithoutUser(world: World, member: MemberRecord): object {
  const { user: _user, ...rest } = memberView(world, member);
  return rest;
}
