import type { Client } from 'discord.js';
import type { PeopleDirectory } from '#contracts/discord.ts';
import type { Logger } from '#core/logger.ts';

/** From the gateway's cache, which has everybody seen in voice; else Discord is asked once. */
export class ClientPeopleDirectory implements PeopleDirectory {
  readonly #client: Client;
  readonly #logger: Logger;

  constructor(components: { client: Client; logger: Logger }) {
    this.#client = components.client;
    this.#logger = components.logger;
  }

  async isBot(guildId: string, userId: string): Promise<boolean> {
    const guild = this.#client.guilds.cache.get(guildId);
    if (!guild) return true;
    try {
      return (await guild.members.fetch(userId)).user.bot;
    } catch (err) {
      this.#logger.warn({ err, guildId, userId }, 'a member could not be looked up');
      return true;
    }
  }
}
