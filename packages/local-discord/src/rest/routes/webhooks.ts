import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import type { Platform } from '../../platform.ts';
import { invalidForm, refusals } from '../../refusal.ts';
import { type WebhookRecord, webhookView } from '../../world/webhooks.ts';
import { channelAccess, guildAccess } from '../access.ts';
import { botRoute, nothing, ok, openRoute, type Route } from '../route.ts';

interface WebhookChange {
  name?: string;
  channel_id?: string;
}

export function webhookRoutes(platform: Platform): Route[] {
  const { world, webhooks, announcer } = platform;
  const view = (webhook: WebhookRecord, baseUrl: string) =>
    webhookView(webhook, { withToken: true, baseUrl });
  const managed = (botId: string, webhookId: string): WebhookRecord => {
    const webhook = webhooks.get(webhookId);
    channelAccess(world, botId, webhook.channelId, P.ManageWebhooks);
    return webhook;
  };
  const removed = (webhook: WebhookRecord) => {
    webhooks.remove(webhook);
    const found = world.channel(webhook.channelId);
    if (found) announcer.webhooks(found.channel);
    return nothing();
  };
  return [
    botRoute('POST', '/channels/{channel_id}/webhooks', ({ bot, params, json, baseUrl }) => {
      const { channel } = channelAccess(world, bot.id, params.channel_id, P.ManageWebhooks);
      if (channel.thread) throw refusals.wrongChannelType();
      const webhook = webhooks.create(channel, checkedName(json<{ name: string }>().name), bot.user);
      announcer.webhooks(channel);
      return ok(view(webhook, baseUrl));
    }),
    botRoute('GET', '/channels/{channel_id}/webhooks', ({ bot, params, baseUrl }) => {
      const { channel } = channelAccess(world, bot.id, params.channel_id, P.ManageWebhooks);
      return ok(webhooks.in(channel.id).map((webhook) => view(webhook, baseUrl)));
    }),
    botRoute('GET', '/guilds/{guild_id}/webhooks', ({ bot, params, baseUrl }) => {
      const guild = guildAccess(world, bot.id, params.guild_id, P.ManageWebhooks);
      const all = [...guild.channels.keys()].flatMap((channelId) => webhooks.in(channelId));
      return ok(all.map((webhook) => view(webhook, baseUrl)));
    }),
    botRoute('GET', '/webhooks/{webhook_id}', ({ bot, params, baseUrl }) =>
      ok(view(managed(bot.id, params.webhook_id), baseUrl)),
    ),
    botRoute('PATCH', '/webhooks/{webhook_id}', ({ bot, params, json, baseUrl }) => {
      const webhook = managed(bot.id, params.webhook_id);
      const { name, channel_id } = json<WebhookChange>();
      if (name !== undefined) webhook.name = checkedName(name);
      if (channel_id !== undefined) {
        webhook.channelId = channelAccess(world, bot.id, channel_id, P.ManageWebhooks).channel.id;
      }
      return ok(view(webhook, baseUrl));
    }),
    botRoute('DELETE', '/webhooks/{webhook_id}', ({ bot, params }) =>
      removed(managed(bot.id, params.webhook_id)),
    ),
    openRoute('GET', '/webhooks/{webhook_id}/{webhook_token}', ({ params, baseUrl }) => {
      const webhook = webhooks.authorised(params.webhook_id, params.webhook_token);
      return ok({ ...view(webhook, baseUrl), user: undefined });
    }),
    openRoute('PATCH', '/webhooks/{webhook_id}/{webhook_token}', ({ params, json, baseUrl }) => {
      const webhook = webhooks.authorised(params.webhook_id, params.webhook_token);
      const { name } = json<WebhookChange>();
      if (name !== undefined) webhook.name = checkedName(name);
      return ok({ ...view(webhook, baseUrl), user: undefined });
    }),
    openRoute('DELETE', '/webhooks/{webhook_id}/{webhook_token}', ({ params }) =>
      removed(webhooks.authorised(params.webhook_id, params.webhook_token)),
    ),
  ];
}

/** Discord keeps its own names to itself. */
function checkedName(name: string): string {
  if (/clyde|discord/i.test(name)) {
    throw invalidForm('name', 'USERNAME_INVALID_CONTAINS', 'Username cannot contain "clyde" or "discord"');
  }
  return name;
}
