import type { APIUser } from 'discord-api-types/v10';
import type { WorldSeed } from '../contract.ts';
import type { BotRecord, ChannelRecord, GuildRecord } from './records.ts';
import { growWorld } from './seed.ts';
import type { Snowflakes } from './snowflakes.ts';

/** Guilds, channels, people and bots. It keeps facts; who may change them is decided by its callers. */
export class World {
  readonly bots: Map<string, BotRecord>;
  readonly users: Map<string, APIUser>;
  readonly guilds: Map<string, GuildRecord>;

  constructor(snowflakes: Snowflakes, seed: WorldSeed) {
    const { bots, users, guilds } = growWorld(seed, snowflakes);
    this.bots = bots;
    this.users = users;
    this.guilds = guilds;
  }

  botByToken(token: string): BotRecord | undefined {
    return this.bots.values().find((bot) => bot.token === token);
  }

  guildsOf(botId: string): GuildRecord[] {
    return [...this.guilds.values()].filter((guild) => guild.botIds.has(botId));
  }

  channel(channelId: string): { guild: GuildRecord; channel: ChannelRecord } | undefined {
    for (const guild of this.guilds.values()) {
      const channel = guild.channels.get(channelId);
      if (channel) return { guild, channel };
    }
    return undefined;
  }

  /** For code that got the id from the world itself. */
  mustGuild(guildId: string): GuildRecord {
    const guild = this.guilds.get(guildId);
    if (!guild) throw new Error(`The playground has no guild ${guildId}.`);
    return guild;
  }

  mustUser(userId: string): APIUser {
    const user = this.users.get(userId);
    if (!user) throw new Error(`The playground has no user ${userId}.`);
    return user;
  }
}
