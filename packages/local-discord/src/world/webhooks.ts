import { randomBytes } from 'node:crypto';
import type { APIUser } from 'discord-api-types/v10';
import { refusals } from '../refusal.ts';
import type { ChannelRecord } from './records.ts';
import type { Snowflakes } from './snowflakes.ts';

export const webhooksPerChannelMax = 15;

/** An incoming webhook. */
export interface WebhookRecord {
  id: string;
  token: string;
  guildId: string;
  channelId: string;
  name: string;
  creator: APIUser;
  /** The bot that made it. */
  applicationId: string;
}

export class Webhooks {
  readonly #snowflakes: Snowflakes;
  readonly #webhooks = new Map<string, WebhookRecord>();

  constructor(components: { snowflakes: Snowflakes }) {
    this.#snowflakes = components.snowflakes;
  }

  create(channel: ChannelRecord, name: string, creator: APIUser): WebhookRecord {
    if (this.in(channel.id).length >= webhooksPerChannelMax) throw refusals.tooManyWebhooks();
    const webhook: WebhookRecord = {
      id: this.#snowflakes.next(),
      token: randomBytes(51).toString('base64url'),
      guildId: channel.guildId,
      channelId: channel.id,
      name,
      creator,
      applicationId: creator.id,
    };
    this.#webhooks.set(webhook.id, webhook);
    return webhook;
  }

  in(channelId: string): WebhookRecord[] {
    return [...this.#webhooks.values()].filter((webhook) => webhook.channelId === channelId);
  }

  get(webhookId: string): WebhookRecord {
    const webhook = this.#webhooks.get(webhookId);
    if (!webhook) throw refusals.unknownWebhook();
    return webhook;
  }

  /** Everybody who has the token may use it. */
  authorised(webhookId: string, token: string): WebhookRecord {
    const webhook = this.get(webhookId);
    if (webhook.token !== token) throw refusals.invalidWebhookToken();
    return webhook;
  }

  remove(webhook: WebhookRecord): void {
    this.#webhooks.delete(webhook.id);
  }
}

export function webhookView(webhook: WebhookRecord, init: { withToken: boolean; baseUrl: string }): object {
  const { id, token, guildId, channelId, name, creator, applicationId } = webhook;
  return {
    id,
    type: 1,
    name,
    avatar: null,
    channel_id: channelId,
    guild_id: guildId,
    application_id: applicationId,
    user: creator,
    ...(init.withToken ? { token, url: `${init.baseUrl}/api/webhooks/${id}/${token}` } : {}),
  };
}
