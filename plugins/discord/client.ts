import { z } from 'zod';
import type { PublisherContext } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { answerJson } from '../shared/answer.ts';
import { beforeEffect } from '../shared/fate.ts';
import { refusalOf } from './classify.ts';
import type { WebhookAddress } from './webhook-address.ts';

const apiVersion = 'v10';
const userAgent = 'DiscordBot (https://github.com/guildmesh/guildmesh, 1)';

/** An id goes on, for instance into a receipt, only if it is all digits. */
const snowflake = z.string().regex(/^\d{1,20}$/);

const user = z.object({ id: z.string(), username: z.string() });
export const channel = z.object({
  id: z.string(),
  type: z.number(),
  guild_id: z.string().optional(),
  name: z.string().nullish(),
  last_message_id: z.string().nullish(),
  flags: z.number().optional(),
  parent_id: z.string().nullish(),
  /** Only of a thread: without its first message, as Discord counts since 2022. */
  message_count: z.number().optional(),
  owner_id: z.string().optional(),
  permission_overwrites: z
    .array(z.object({ id: z.string(), type: z.number(), allow: z.string(), deny: z.string() }))
    .optional(),
  thread_metadata: z
    .object({
      archive_timestamp: z.string(),
      archived: z.boolean().optional(),
      locked: z.boolean().optional(),
    })
    .optional(),
  /** Only of a forum. */
  available_tags: z
    .array(z.object({ id: z.string(), name: z.string(), moderated: z.boolean().optional() }))
    .optional(),
});
export type Channel = z.output<typeof channel>;

const message = z.object({
  id: snowflake,
  channel_id: snowflake,
  author: z.object({ id: z.string() }),
  content: z.string(),
  nonce: z.union([z.string(), z.number()]).optional(),
  webhook_id: z.string().optional(),
  flags: z.number().optional(),
  embeds: z.array(z.object({ title: z.string().optional(), description: z.string().optional() })),
});
export type Message = z.output<typeof message>;

const threadList = z.object({ threads: z.array(channel), has_more: z.boolean().optional() });
const createdThread = z.object({ id: snowflake, guild_id: snowflake.optional() });
const webhook = z.object({
  id: snowflake,
  channel_id: snowflake.nullish(),
  guild_id: snowflake.nullish(),
});
export type Webhook = z.output<typeof webhook>;
const guild = z.object({ id: z.string(), owner_id: z.string() });
const roles = z.array(z.object({ id: z.string(), permissions: z.string() }));
const member = z.object({
  roles: z.array(z.string()),
  /** In a time-out: ISO 8601, even when it is over. */
  communication_disabled_until: z.string().nullish(),
});

export const flagCrossposted = 1 << 0;

export interface Sent {
  contentType: string;
  body: string | Buffer;
}

/** Discord's REST API, one request per call and no retries. Anything but success throws a DiscordRefusal. */
export class Discord {
  readonly #context: PublisherContext;

  constructor(context: PublisherContext) {
    this.#context = context;
  }

  get hasBot(): boolean {
    return Boolean(this.#context.credential('botToken'));
  }

  messageUrl(guildId: string | undefined, channelId: string, messageId?: string): string {
    const { origin } = new URL(this.#context.address('apiUrl'));
    return [origin, 'channels', guildId ?? '@me', channelId, ...(messageId ? [messageId] : [])].join('/');
  }

  readMe = () => this.#read('/users/@me', user);
  readGuild = (id: string) => this.#read(`/guilds/${id}`, guild);
  readRoles = (guildId: string) => this.#read(`/guilds/${guildId}/roles`, roles);
  readMember = (guildId: string, userId: string) =>
    this.#read(`/guilds/${guildId}/members/${userId}`, member);
  readChannel = (id: string) => this.#read(`/channels/${id}`, channel);
  readMessage = (channelId: string, id: string) =>
    this.#read(`/channels/${channelId}/messages/${id}`, message);
  readActiveThreads = (guildId: string) => this.#read(`/guilds/${guildId}/threads/active`, threadList);

  /** Up to 100 messages that follow an id, in no promised order. */
  readMessagesAfter = (channelId: string, after: string) =>
    this.#read(`/channels/${channelId}/messages?after=${after}&limit=100`, z.array(message));

  /** Up to 100 threads archived before an instant (ISO 8601), newest first. */
  readArchivedThreads(channelId: string, before?: string) {
    const query = new URLSearchParams({ limit: '100', ...(before ? { before } : {}) });
    return this.#read(`/channels/${channelId}/threads/archived/public?${query}`, threadList);
  }

  /** Read with its token: no bot is needed. */
  readWebhook({ id, token }: WebhookAddress): Promise<Webhook> {
    return beforeEffect(async () =>
      parsed(webhook, await this.#request(`/webhooks/${id}/${token}`, { method: 'GET' }, 'none')),
    );
  }

  async sendMessage(channelId: string, sent: Sent): Promise<Message> {
    return parsed(message, await this.#post(`/channels/${channelId}/messages`, sent, 'bot'));
  }

  async sendForumPost(channelId: string, sent: Sent): Promise<z.output<typeof createdThread>> {
    return parsed(createdThread, await this.#post(`/channels/${channelId}/threads`, sent, 'bot'));
  }

  async sendCrosspost(channelId: string, messageId: string): Promise<void> {
    await this.#request(`/channels/${channelId}/messages/${messageId}/crosspost`, { method: 'POST' }, 'bot');
  }

  /** Waits for the message: without that, Discord doesn't report that it wasn't stored. */
  async sendByWebhook({ id, token }: WebhookAddress, sent: Sent, threadId?: string): Promise<Message> {
    const query = new URLSearchParams({ wait: 'true', ...(threadId ? { thread_id: threadId } : {}) });
    return parsed(message, await this.#post(`/webhooks/${id}/${token}?${query}`, sent, 'none'));
  }

  async deleteMessage(channelId: string, id: string): Promise<void> {
    await this.#request(`/channels/${channelId}/messages/${id}`, { method: 'DELETE' }, 'bot');
  }

  async deleteChannel(id: string): Promise<void> {
    await this.#request(`/channels/${id}`, { method: 'DELETE' }, 'bot');
  }

  readWebhookMessage(address: WebhookAddress, id: string, threadId?: string): Promise<Message> {
    const path = webhookMessagePath(address, id, threadId);
    return beforeEffect(async () => parsed(message, await this.#request(path, { method: 'GET' }, 'none')));
  }

  async deleteWebhookMessage(address: WebhookAddress, id: string, threadId?: string): Promise<void> {
    await this.#request(webhookMessagePath(address, id, threadId), { method: 'DELETE' }, 'none');
  }

  #read<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    return beforeEffect(async () => parsed(schema, await this.#request(path, { method: 'GET' }, 'bot')));
  }

  #post(path: string, { contentType, body }: Sent, as: 'bot' | 'none'): Promise<unknown> {
    return this.#request(path, { method: 'POST', headers: { 'content-type': contentType }, body }, as);
  }

  async #request(path: string, init: RequestInit, as: 'bot' | 'none'): Promise<unknown> {
    const { http, signal, nowMs } = this.#context;
    const response = await http.fetch(`${this.#context.address('apiUrl')}/${apiVersion}${path}`, {
      ...init,
      headers: {
        ...init.headers,
        'user-agent': userAgent,
        ...(as === 'bot' ? { authorization: `Bot ${this.#botToken()}` } : {}),
      },
      signal,
    });
    // Answers to a webhook's address may quote it.
    if (!response.ok) throw await refusalOf(response, nowMs(), { quotes: as === 'bot' });
    return answerJson(response);
  }

  #botToken(): string {
    const token = this.#context.credential('botToken');
    if (token) return token;
    throw new Refused({ state: 'authorisation-lost', reason: 'the bot’s token is missing' });
  }
}

function webhookMessagePath({ id, token }: WebhookAddress, messageId: string, threadId?: string): string {
  const query = threadId === undefined ? '' : `?thread_id=${threadId}`;
  return `/webhooks/${id}/${token}/messages/${messageId}${query}`;
}

/** A success that can't be read leaves the fate unknown. */
function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new Refused({ state: 'unknown', reason: 'Discord’s answer can’t be read' });
}
