import { ChannelType, type Client, Events, type Guild, PermissionFlagsBits } from 'discord.js';
import type { CardBoard } from '#contracts/cards.ts';
import type { ArrivedGuild, GuildArrivals } from '#contracts/guild-arrivals.ts';
import type { GuildStandings } from '#contracts/guild-standing.ts';
import type { Logger } from '#core/logger.ts';

export interface HelloComponents {
  client: Client;
  cards: CardBoard;
  arrivals: GuildArrivals;
  standings: Pick<GuildStandings, 'of'>;
  logger: Logger;
}

/**
 * One message in a guild that is home and that the bot has joined: once in its life, whatever restarts, and never as a
 * direct message. It is recorded as said before it is sent, so a crash in between costs it.
 */
export class Hello {
  readonly #components: HelloComponents;
  #loggedIn = false;

  constructor(components: HelloComponents) {
    this.#components = components;
    // It may have invited the bot while there was no session, or during an outage.
    components.client.on(Events.GuildAvailable, (guild) => {
      if (this.#loggedIn) void this.#meet([guild]);
    });
  }

  /** What came while the hub was off is found here. Never throws. */
  async loggedIn(): Promise<void> {
    await this.#meet([...this.#components.client.guilds.cache.values()]);
    this.#loggedIn = true;
  }

  /** The library reports it for an invitation alone, not for guilds that a session begins or continues with. Never throws. */
  async joined(guildId: string): Promise<void> {
    await this.#safely(async () => {
      await this.#components.arrivals.joined(guildId);
      await this.#greet(guildId);
    });
  }

  /** The guild may have become home. Never throws. */
  async look(guildId: string): Promise<void> {
    await this.#safely(() => this.#greet(guildId));
  }

  async #meet(guilds: readonly Guild[]): Promise<void> {
    await this.#safely(async () => {
      await this.#components.arrivals.loggedIn(guilds.map(arrivedOf));
      for (const { id } of guilds) await this.#greet(id);
    });
  }

  async #greet(guildId: string): Promise<void> {
    const { client, cards, arrivals, standings, logger } = this.#components;
    const guild = client.guilds.cache.get(guildId);
    if (!guild?.available || standings.of(guildId) !== 'home') return;
    if (!(await arrivals.claimHello(guildId))) return;
    const channelId = channelFor(guild, (id) => cards.mayPost(guildId, id));
    if (channelId === undefined) return logger.info({ guildId }, 'no channel to say hello in');
    const nonce = `hello${guildId}`.slice(0, 25);
    await cards.post({ guildId, channelId, command: 'setup', panel: 'hello', subject: guildId, nonce });
  }

  async #safely(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (err) {
      this.#components.logger.warn({ err }, 'a hello was not said');
    }
  }
}

/** The system channel, else the first text channel that everyone reads; undefined where the bot may write in none. */
function channelFor(guild: Guild, mayPost: (channelId: string) => boolean): string | undefined {
  const { systemChannelId } = guild;
  if (systemChannelId !== null && mayPost(systemChannelId)) return systemChannelId;
  return guild.channels.cache
    .filter((channel) => channel.type === ChannelType.GuildText)
    .sort((a, b) => a.rawPosition - b.rawPosition)
    .find(
      (channel) =>
        mayPost(channel.id) &&
        channel.permissionsFor(guild.roles.everyone).has(PermissionFlagsBits.ViewChannel),
    )?.id;
}

/** A guild in an outage has no date. */
function arrivedOf(guild: Guild): ArrivedGuild {
  const joinedAtMs: number | null = guild.joinedTimestamp;
  return { id: guild.id, joinedAtMs: Number.isFinite(joinedAtMs) ? joinedAtMs : undefined };
}
