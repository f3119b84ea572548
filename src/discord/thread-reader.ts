import { DiscordAPIError, type REST } from 'discord.js';
import {
  type APIApplication,
  type APIChannel,
  type APIMessage,
  ApplicationFlags,
  ChannelType,
  Routes,
} from 'discord-api-types/v10';
import type { ThreadMessage, ThreadReader, ThreadTranscript } from '#contracts/discord.ts';
import { discordErrors } from './errors.ts';
import type { GuildFacts } from './interactions/asker.ts';

/** Discord: messages of one page. */
const PAGE_MESSAGES = 100;
/** Messages of one transcript: the newest. */
export const threadMessagesMax = 5_000;

const THREAD_TYPES: readonly ChannelType[] = [
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
  ChannelType.AnnouncementThread,
];
const CONTENT_GRANTED =
  ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited;

/** Reads threads page by page over REST, newest page first. */
export class RestThreadReader implements ThreadReader {
  readonly #rest: Pick<REST, 'get'>;
  readonly #facts: Pick<GuildFacts, 'guild'>;

  constructor(components: { rest: Pick<REST, 'get'>; facts: Pick<GuildFacts, 'guild'> }) {
    this.#rest = components.rest;
    this.#facts = components.facts;
  }

  async read(guildId: string, channelId: string, signal: AbortSignal): Promise<ThreadTranscript> {
    try {
      const thread = await this.#thread(guildId, channelId, signal);
      await this.#requireContent(signal);
      const { messages, complete } = await this.#messages(channelId, signal);
      return {
        id: channelId,
        guildId,
        guildName: this.#facts.guild(guildId)?.name ?? '',
        name: thread.name ?? '',
        url: `https://discord.com/channels/${guildId}/${channelId}`,
        messages,
        complete,
      };
    } catch (error) {
      if (error instanceof DiscordAPIError && (error.status === 403 || error.status === 404))
        throw discordErrors.DISCORD_THREAD_UNREADABLE({ channelId }, { cause: error });
      throw error;
    }
  }

  async #thread(guildId: string, channelId: string, signal: AbortSignal): Promise<APIChannel> {
    const channel = (await this.#rest.get(Routes.channel(channelId), { signal })) as APIChannel;
    const isHere = 'guild_id' in channel && channel.guild_id === guildId;
    if (!isHere || !THREAD_TYPES.includes(channel.type)) throw discordErrors.DISCORD_NO_THREAD();
    return channel;
  }

  /** Asked anew each time: the intent can be granted while the hub runs. */
  async #requireContent(signal: AbortSignal): Promise<void> {
    const application = (await this.#rest.get(Routes.currentApplication(), { signal })) as APIApplication;
    if (((application.flags ?? 0) & CONTENT_GRANTED) === 0) throw discordErrors.DISCORD_CONTENT_DENIED();
  }

  async #messages(
    channelId: string,
    signal: AbortSignal,
  ): Promise<Pick<ThreadTranscript, 'messages' | 'complete'>> {
    const newestFirst: APIMessage[] = [];
    while (newestFirst.length < threadMessagesMax) {
      const query = new URLSearchParams({ limit: String(PAGE_MESSAGES) });
      const oldest = newestFirst.at(-1);
      if (oldest) query.set('before', oldest.id);
      const page = (await this.#rest.get(Routes.channelMessages(channelId), {
        query,
        signal,
      })) as APIMessage[];
      newestFirst.push(...page);
      if (page.length < PAGE_MESSAGES) return { messages: inOrder(newestFirst), complete: true };
    }
    return { messages: inOrder(newestFirst), complete: false };
  }
}

function inOrder(newestFirst: readonly APIMessage[]): ThreadMessage[] {
  return newestFirst.map(messageOf).reverse();
}

function messageOf(message: APIMessage): ThreadMessage {
  const { author, embeds, attachments, reactions = [] } = message;
  return {
    id: message.id,
    authorId: author.id,
    authorName: author.global_name ?? author.username,
    authorIsBot: author.bot ?? false,
    content: message.content,
    createdAtMs: Date.parse(message.timestamp),
    editedAtMs: message.edited_timestamp ? Date.parse(message.edited_timestamp) : undefined,
    replyToId: message.message_reference?.message_id,
    embeds: embeds.map(({ title = '', description = '', url }) => ({ title, description, url })),
    attachments: attachments.map(({ filename, url, size, content_type }) => ({
      name: filename,
      url,
      sizeBytes: size,
      mediaType: content_type,
    })),
    reactions: reactions.map(({ emoji, count }) => ({ emoji: emoji.name ?? emoji.id ?? '?', count })),
  };
}
