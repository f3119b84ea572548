import { type Client, PermissionFlagsBits, type REST } from 'discord.js';
import { ChannelType } from 'discord-api-types/v10';
import type { ChannelStatusBoard } from '#contracts/discord.ts';
import { cutGraphemes } from '#core/text/inert.ts';

/** Discord: the status of a voice channel. */
const statusLengthMax = 500;

export interface RestChannelStatusComponents {
  client: Client;
  rest: Pick<REST, 'put'>;
}

/**
 * The line below a voice channel's name. Stages have a topic instead; where the bot lacks the right, nothing happens.
 */
export class RestChannelStatus implements ChannelStatusBoard {
  readonly #components: RestChannelStatusComponents;

  constructor(components: RestChannelStatusComponents) {
    this.#components = components;
  }

  async setStatus(guildId: string, channelId: string, text: string | undefined): Promise<void> {
    if (!this.#may(guildId, channelId)) return;
    // Not in the library: https://discord.com/developers/docs/resources/channel, "Set Voice Channel Status".
    const body = { status: text === undefined ? null : cutGraphemes(text, statusLengthMax) };
    await this.#components.rest.put(`/channels/${channelId}/voice-status`, { body });
  }

  #may(guildId: string, channelId: string): boolean {
    const channel = this.#components.client.guilds.cache.get(guildId)?.channels.cache.get(channelId);
    if (channel?.type !== ChannelType.GuildVoice) return false;
    const me = channel.guild.members.me;
    const needed = [PermissionFlagsBits.ViewChannel, PermissionFlagsBits.SetVoiceChannelStatus];
    // Without being in the channel, Discord requires the right to manage it.
    if (me?.voice.channelId !== channelId) needed.push(PermissionFlagsBits.ManageChannels);
    return me !== null && channel.permissionsFor(me).has(needed);
  }
}
