/** Members of voice channels: rules of entry, voice states, and the places on the voice server. */
import { randomBytes } from 'node:crypto';
import { ChannelType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import type { Announcer } from './announcer.ts';
import type { HeardView, PlaygroundInit } from './contract.ts';
import type { VoiceRequest } from './gateway/connection.ts';
import { Hearing } from './hearing.ts';
import { MovableListener } from './movable-listener.ts';
import { playgroundErrors } from './people/errors.ts';
import type { Listener, VoiceServer } from './voice/contract.ts';
import { channelPermissions, has } from './world/permissions.ts';
import type { ChannelRecord, GuildRecord, GuildVoiceState } from './world/records.ts';
import { isVoice } from './world/views.ts';
import type { World } from './world/world.ts';

export const kicked = 4014;

export interface VoiceDeskComponents {
  world: World;
  announcer: Announcer;
  voice: VoiceServer;
  soundOf: PlaygroundInit['soundOf'];
}

export class VoiceDesk {
  readonly #world: World;
  readonly #announcer: Announcer;
  readonly #voice: VoiceServer;
  readonly #hearing: Hearing;
  /** By guild and user: people who listen. */
  readonly #listeners = new Map<string, MovableListener>();

  constructor({ world, announcer, soundOf, voice }: VoiceDeskComponents) {
    this.#world = world;
    this.#announcer = announcer;
    this.#voice = voice;
    this.#hearing = new Hearing((guildId, heard) => announcer.heard(guildId, heard), soundOf);
  }

  /** op 4 of a bot. Discord answers a refused entry with silence. */
  request(botId: string, request: VoiceRequest): void {
    const guild = this.#world.guilds.get(request.guildId);
    if (!guild?.members.has(botId)) return;
    if (request.channelId === null) {
      this.leave(guild, botId);
      return;
    }
    const channel = guild.channels.get(request.channelId);
    if (!channel || !isVoice(channel) || this.refusal(guild, botId, channel) !== undefined) return;
    const before = guild.voiceStates.get(botId);
    if (before && before.channel_id !== channel.id) this.#voice.close(before.session_id, kicked);
    const { selfMute: self_mute, selfDeaf: self_deaf } = request;
    const changedOnly =
      before?.channel_id === channel.id && (before.self_mute !== self_mute || before.self_deaf !== self_deaf);
    if (before && changedOnly) {
      // Muting oneself is no new connection.
      this.change(guild, botId, { self_mute, self_deaf });
      return;
    }
    const state = this.#enter(guild, botId, channel, before?.session_id);
    Object.assign(state, { self_mute, self_deaf });
    this.#announcer.voiceState(guild, state);
    this.freshServer(guild, botId);
  }

  /** Why a user may not enter, if so. */
  refusal(guild: GuildRecord, userId: string, channel: ChannelRecord): 'permission' | 'full' | undefined {
    const permissions = channelPermissions(guild, userId, channel);
    if (!has(permissions, P.ViewChannel | P.Connect)) return 'permission';
    if (guild.voiceStates.get(userId)?.channel_id === channel.id) return undefined;
    const inside = [...guild.voiceStates.values()].filter((state) => state.channel_id === channel.id).length;
    const full = channel.userLimit > 0 && inside >= channel.userLimit;
    return full && !has(permissions, P.MoveMembers) ? 'full' : undefined;
  }

  /** A person enters as a listener; an earlier one of theirs in this guild leaves. */
  async listen(guild: GuildRecord, userId: string, channel: ChannelRecord): Promise<Listener> {
    const refusal = isVoice(channel) ? this.refusal(guild, userId, channel) : 'permission';
    const { id: channelId, userLimit } = channel;
    if (refusal === 'full') throw playgroundErrors.PLAYGROUND_CHANNEL_FULL({ channelId, userLimit });
    if (refusal)
      throw playgroundErrors.PLAYGROUND_FORBIDDEN({ channelId, missing: 'View Channel or Connect' });
    this.leave(guild, userId);
    // Entered before the voice server answers, so that two people cannot take the last place.
    const state = this.#enter(guild, userId, channel, undefined);
    const inner = await this.#hear(guild, userId, channel);
    const listener = new MovableListener(inner, {
      maySpeak: () => mayBeHeard(guild.voiceStates.get(userId)),
      onLeave: () => {
        // One that was replaced or kicked has nothing to leave any more.
        if (this.#listeners.get(keyOf(guild, userId)) === listener) this.leave(guild, userId);
      },
    });
    this.#listeners.set(keyOf(guild, userId), listener);
    listener.onFrame((frame) => this.#hearing.count(guild.id, listener, frame));
    this.#announcer.voiceState(guild, state);
    return listener;
  }

  /** `closeCode` undefined: the user left on their own, and closes their own websocket. */
  leave(guild: GuildRecord, userId: string, closeCode?: number): void {
    const state = guild.voiceStates.get(userId);
    if (!state) return;
    guild.voiceStates.delete(userId);
    this.#listeners.get(keyOf(guild, userId))?.deafen();
    this.#listeners.delete(keyOf(guild, userId));
    this.#announcer.voiceState(guild, { ...state, channel_id: null, request_to_speak_timestamp: null });
    if (this.#world.bots.has(userId)) this.#voice.close(state.session_id, closeCode ?? kicked);
  }

  /** What people in voice decrypted since the start. */
  heard(guildId: string): HeardView[] {
    return this.#hearing.of(guildId);
  }

  leaveEverywhere(userId: string): void {
    for (const guild of this.#world.guilds.values()) this.leave(guild, userId);
  }

  /** Only for people and bots who are in voice. */
  async move(guild: GuildRecord, userId: string, channel: ChannelRecord): Promise<void> {
    const before = guild.voiceStates.get(userId);
    if (!before || before.channel_id === channel.id) return;
    if (this.#world.bots.has(userId)) {
      this.#voice.close(before.session_id, kicked);
      const state = this.#enter(guild, userId, channel, before.session_id);
      Object.assign(state, { self_mute: before.self_mute, self_deaf: before.self_deaf });
      this.#announcer.voiceState(guild, state);
      this.freshServer(guild, userId);
      return;
    }
    const listener = this.#listeners.get(keyOf(guild, userId));
    listener?.deafen();
    listener?.follow(await this.#hear(guild, userId, channel));
    this.#announcer.voiceState(guild, this.#enter(guild, userId, channel, before.session_id));
  }

  /** A new place and token for a bot that is in voice. */
  freshServer(guild: GuildRecord, botId: string): void {
    const state = guild.voiceStates.get(botId);
    const channel = state && guild.channels.get(state.channel_id);
    if (!state || !channel) return;
    const { token } = this.#voice.open({
      guildId: guild.id,
      channelId: channel.id,
      userId: botId,
      sessionId: state.session_id,
      daveVersion: daveVersionOf(channel),
      hears: mayHear(state),
      heard: mayBeHeard(state),
    });
    this.#announcer.voiceServer(guild.id, botId, token, this.#voice.endpoint);
  }

  /** The voice server went away; a fresh one follows later. */
  noServer(guild: GuildRecord, botId: string): void {
    if (guild.voiceStates.has(botId)) this.#announcer.voiceServer(guild.id, botId, '', null);
  }

  change(guild: GuildRecord, userId: string, change: Partial<GuildVoiceState>): void {
    const state = guild.voiceStates.get(userId);
    if (!state) return;
    Object.assign(state, change);
    if (this.#world.bots.has(userId)) {
      this.#voice.setHears(state.session_id, guild.id, mayHear(state));
      this.#voice.setHeard(state.session_id, guild.id, mayBeHeard(state));
    }
    this.#announcer.voiceState(guild, state);
  }

  /** A user whom the voice server refuses is not in voice. */
  async #hear(guild: GuildRecord, userId: string, channel: ChannelRecord): Promise<Listener> {
    try {
      return await this.#voice.listen({ channelId: channel.id, daveVersion: daveVersionOf(channel) }, userId);
    } catch (error) {
      this.leave(guild, userId);
      throw error;
    }
  }

  #enter(
    guild: GuildRecord,
    userId: string,
    channel: ChannelRecord,
    sessionId: string | undefined,
  ): GuildVoiceState {
    const member = guild.members.get(userId);
    const state: GuildVoiceState = {
      guild_id: guild.id,
      channel_id: channel.id,
      user_id: userId,
      session_id: sessionId ?? randomBytes(16).toString('hex'),
      deaf: member?.deaf ?? false,
      mute: member?.mute ?? false,
      self_deaf: false,
      self_mute: false,
      self_video: false,
      suppress: !maySpeakAtOnce(guild, userId, channel),
      request_to_speak_timestamp: null,
    };
    guild.voiceStates.set(userId, state);
    return state;
  }
}

/** Stages have no end-to-end encryption. */
function daveVersionOf(channel: ChannelRecord): 0 | 1 {
  return channel.type === ChannelType.GuildStageVoice ? 0 : 1;
}

/** Everybody enters a stage as audience. */
function maySpeakAtOnce(guild: GuildRecord, userId: string, channel: ChannelRecord): boolean {
  if (channel.type === ChannelType.GuildStageVoice) return false;
  return has(channelPermissions(guild, userId, channel), P.Speak);
}

function mayHear(state: GuildVoiceState): boolean {
  return !state.deaf && !state.self_deaf;
}

function mayBeHeard(state: GuildVoiceState | undefined): boolean {
  return state !== undefined && !state.mute && !state.self_mute && !state.suppress;
}

function keyOf(guild: GuildRecord, userId: string): string {
  return `${guild.id}/${userId}`;
}
