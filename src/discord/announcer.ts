import { type Client, PermissionFlagsBits } from 'discord.js';
import type { Announcer, NoticeBoard } from '#contracts/discord.ts';
import type { Chance } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import type { Sender } from './client/sender.ts';

/** Discord: a nonce. */
const nonceCharacters = 25;

export interface AnnouncerComponents {
  client: Client;
  sender: Pick<Sender, 'text'>;
  chance: Pick<Chance, 'uuid'>;
  logger: Logger;
}

/** Writes into a channel if the bot may; otherwise the text goes to the log. Never throws. */
export class ChannelAnnouncer implements Announcer, NoticeBoard {
  readonly #components: AnnouncerComponents;

  constructor(components: AnnouncerComponents) {
    this.#components = components;
  }

  async announce(channelId: string, text: string): Promise<void> {
    await this.post(channelId, text);
  }

  async post(channelId: string, text: string): Promise<boolean> {
    const { sender, chance, logger } = this.#components;
    if (!mayWrite(this.#components.client, channelId)) {
      logger.info({ channelId, text }, 'announcement not posted: no permission to write there');
      return false;
    }
    try {
      await sender.text(channelId, text, chance.uuid().replaceAll('-', '').slice(0, nonceCharacters));
      return true;
    } catch (error) {
      logger.warn({ err: error, channelId, text }, 'announcement not posted');
      return false;
    }
  }
}

/** As far as known without asking Discord. */
export function mayWrite(client: Client, channelId: string): boolean {
  const channel = client.channels.cache.get(channelId);
  if (!channel || channel.isDMBased() || !channel.isTextBased()) return false;
  const me = channel.guild.members.me;
  const needed = [
    PermissionFlagsBits.ViewChannel,
    channel.isThread() ? PermissionFlagsBits.SendMessagesInThreads : PermissionFlagsBits.SendMessages,
  ];
  // Text in a voice channel needs Connect as well.
  if (channel.isVoiceBased()) needed.push(PermissionFlagsBits.Connect);
  return me !== null && (channel.permissionsFor(me)?.has(needed) ?? false);
}
