import { type Client, DiscordAPIError } from 'discord.js';
import { RESTJSONErrorCodes } from 'discord-api-types/v10';
import type { CardBoard, CardPost } from '#contracts/cards.ts';
import { mayWrite } from './announcer.ts';

/** The channel is gone or closed to the bot. */
const closed: readonly (string | number)[] = [
  RESTJSONErrorCodes.UnknownChannel,
  RESTJSONErrorCodes.MissingAccess,
  RESTJSONErrorCodes.MissingPermissions,
];

export interface CardBoardComponents {
  client: Client;
  post: (card: CardPost) => Promise<{ id: string }>;
}

/** Posts a panel of a command in a channel of its guild, without a command. */
export class ChannelCards implements CardBoard {
  readonly #components: CardBoardComponents;

  constructor(components: CardBoardComponents) {
    this.#components = components;
  }

  mayPost(guildId: string, channelId: string): boolean {
    const { client } = this.#components;
    const isOfGuild = client.guilds.cache.get(guildId)?.channels.cache.has(channelId) ?? false;
    return isOfGuild && mayWrite(client, channelId);
  }

  async post(card: CardPost): Promise<{ messageId: string } | undefined> {
    if (!this.mayPost(card.guildId, card.channelId)) return undefined;
    try {
      const { id } = await this.#components.post(card);
      return { messageId: id };
    } catch (error) {
      if (error instanceof DiscordAPIError && closed.includes(error.code)) return undefined;
      throw error;
    }
  }
}
