import { DiscordAPIError, type REST } from 'discord.js';
import {
  type APIApplication,
  type APIChannel,
  type APIMessage,
  type APIThreadChannel,
  ApplicationFlags,
  ChannelType,
  Routes,
} from 'discord-api-types/v10';
import { type ThreadContent, type ThreadSource, threadMessagesMax } from '#contracts/thread-source.ts';
import { discordErrors } from './errors.ts';
import type { GuildFacts } from './interactions/asker.ts';

/** Discord: messages of one page. */
const pageMessages = 100;

const threadTypes: readonly ChannelType[] = [
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
  ChannelType.AnnouncementThread,
];
const contentGranted = ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited;

/**
 * Reads threads over REST, page by page, from the oldest message on. Throws DISCORD_NO_THREAD,
 * DISCORD_THREAD_UNREADABLE, and DISCORD_CONTENT_DENIED where Discord would leave out what people wrote.
 */
export class RestThreadReader implements ThreadSource {
  readonly #rest: Pick<REST, 'get'>;
  readonly #facts: Pick<GuildFacts, 'guild'>;

  constructor(components: { rest: Pick<REST, 'get'>; facts: Pick<GuildFacts, 'guild'> }) {
    this.#rest = components.rest;
    this.#facts = components.facts;
  }

  async read(guildId: string, channelId: string, signal: AbortSignal): Promise<ThreadContent> {
    try {
      const thread = await this.#thread(guildId, channelId, signal);
      await this.#requireContent(signal);
      const parent = thread.parent_id && (await this.#channel(thread.parent_id, signal));
      return {
        guildId,
        guildName: this.#facts.guild(guildId)?.name ?? '',
        channelId,
        name: thread.name,
        parentName: parent ? (parent.name ?? undefined) : undefined,
        isContentAvailable: true,
        ...(await this.#messages(channelId, signal)),
      };
    } catch (error) {
      if (error instanceof DiscordAPIError && (error.status === 403 || error.status === 404))
        throw discordErrors.DISCORD_THREAD_UNREADABLE({ channelId }, { cause: error });
      throw error;
    }
  }

  async #thread(guildId: string, channelId: string, signal: AbortSignal): Promise<APIThreadChannel> {
    const channel = await this.#channel(channelId, signal);
    if (!isThread(channel) || channel.guild_id !== guildId) throw discordErrors.DISCORD_NO_THREAD();
    return channel;
  }

  async #channel(channelId: string, signal: AbortSignal): Promise<APIChannel> {
    return (await this.#rest.get(Routes.channel(channelId), { signal })) as APIChannel;
  }

  /** Asked each time: the intent can be granted while the hub runs. */
  async #requireContent(signal: AbortSignal): Promise<void> {
    const application = (await this.#rest.get(Routes.currentApplication(), { signal })) as APIApplication;
    if (((application.flags ?? 0) & contentGranted) === 0) throw discordErrors.DISCORD_CONTENT_DENIED();
  }

  async #messages(
    channelId: string,
    signal: AbortSignal,
  ): Promise<Pick<ThreadContent, 'messages' | 'isCut'>> {
    const messages: APIMessage[] = [];
    for (;;) {
      const after = messages.at(-1)?.id ?? '0';
      const query = new URLSearchParams({ limit: String(pageMessages), after });
      const page = (await this.#rest.get(Routes.channelMessages(channelId), {
        query,
        signal,
      })) as APIMessage[];
      // Within a page Discord has the newest first.
      messages.push(...page.toReversed());
      if (messages.length > threadMessagesMax)
        return { messages: messages.slice(0, threadMessagesMax), isCut: true };
      if (page.length < pageMessages) return { messages, isCut: false };
    }
  }
}

function isThread(channel: APIChannel): channel is APIThreadChannel {
  return threadTypes.includes(channel.type);
}
