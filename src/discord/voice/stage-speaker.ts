import { DiscordAPIError, type REST } from 'discord.js';
import { Routes } from 'discord-api-types/v10';
import type { GuildDirectory, StageSpeaker } from '#contracts/discord.ts';
import type { Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';

export interface StageSpeakerComponents {
  rest: Pick<REST, 'patch'>;
  guilds: Pick<GuildDirectory, 'voiceChannel'>;
  clock: Clock;
  logger: Logger;
}

/** In a stage a bot arrives as suppressed audience. It may lift that itself with Mute Members, else raise its hand. */
export class RestStageSpeaker implements StageSpeaker {
  readonly #components: StageSpeakerComponents;

  constructor(components: StageSpeakerComponents) {
    this.#components = components;
  }

  async speak(guildId: string, channelId: string): Promise<'speaking' | 'hand-raised' | 'refused'> {
    const { guilds, clock } = this.#components;
    const permissions = guilds.voiceChannel(guildId, channelId)?.permissions;
    if (permissions?.muteMembers && (await this.#change(guildId, { channel_id: channelId, suppress: false })))
      return 'speaking';
    const raisedAt = new Date(clock.nowMs()).toISOString();
    const raised = { channel_id: channelId, request_to_speak_timestamp: raisedAt };
    if (permissions?.requestToSpeak && (await this.#change(guildId, raised))) return 'hand-raised';
    return 'refused';
  }

  /** False when Discord refuses; other failures are thrown. */
  async #change(guildId: string, body: Record<string, unknown>): Promise<boolean> {
    try {
      await this.#components.rest.patch(Routes.guildVoiceState(guildId, '@me'), { body });
      return true;
    } catch (error) {
      if (!(error instanceof DiscordAPIError)) throw error;
      this.#components.logger.warn({ guildId, discordCode: error.code }, 'stage refused our wish to speak');
      return false;
    }
  }
}
