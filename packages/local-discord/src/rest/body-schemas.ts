/**
 * Which schema judges the body of which route. The published package has schemas but no map from routes to
 * them, and none for bodies that the description writes in place; those are written here.
 */
// @ts-expect-error the package's schemas are plain JavaScript without declarations
import * as spec from 'discord-api-spec/zod';
import * as z from 'zod/mini';

export type BodySchemas = Readonly<Record<string, z.ZodMiniType>>;

const snowflake = z.string().check(z.regex(/^(0|[1-9][0-9]*)$/));
const commandList = z.nullish(z.array(spec.ApplicationCommandUpdateRequestSchema).check(z.maxLength(130)));
const webhookName = z.string().check(z.minLength(1), z.maxLength(80));
const stageTopic = z.string().check(z.minLength(1), z.maxLength(120));
const memberBody = z.object({
  nick: z.nullish(z.string().check(z.maxLength(32))),
  roles: z.nullish(z.array(z.nullish(snowflake))),
  mute: z.nullish(z.boolean()),
  deaf: z.nullish(z.boolean()),
  channel_id: z.nullish(snowflake),
  communication_disabled_until: z.nullish(z.string()),
  flags: z.nullish(z.int32()),
});

export const bodySchemas: BodySchemas = {
  'PATCH /applications/@me': spec.ApplicationFormPartialSchema,
  'PUT /applications/{application_id}/commands': commandList,
  'POST /applications/{application_id}/commands': spec.ApplicationCommandCreateRequestSchema,
  'PATCH /applications/{application_id}/commands/{command_id}':
    spec.ApplicationCommandPatchRequestPartialSchema,
  'PUT /applications/{application_id}/guilds/{guild_id}/commands': commandList,
  'POST /applications/{application_id}/guilds/{guild_id}/commands':
    spec.ApplicationCommandCreateRequestSchema,
  'PATCH /applications/{application_id}/guilds/{guild_id}/commands/{command_id}':
    spec.ApplicationCommandPatchRequestPartialSchema,
  'POST /interactions/{interaction_id}/{interaction_token}/callback': z.union([
    spec.ApplicationCommandAutocompleteCallbackRequestSchema,
    spec.CreateMessageInteractionCallbackRequestSchema,
    spec.LaunchActivityInteractionCallbackRequestSchema,
    spec.ModalInteractionCallbackRequestSchema,
    spec.PongInteractionCallbackRequestSchema,
    spec.UpdateMessageInteractionCallbackRequestSchema,
  ]),
  'POST /channels/{channel_id}/messages': spec.MessageCreateRequestSchema,
  'PATCH /channels/{channel_id}/messages/{message_id}': spec.MessageEditRequestPartialSchema,
  'POST /channels/{channel_id}/messages/bulk-delete': z.object({
    messages: z.array(snowflake).check(z.minLength(2), z.maxLength(100)),
  }),
  'POST /channels/{channel_id}/threads': z.union([
    spec.CreateForumThreadRequestSchema,
    spec.CreateTextThreadWithoutMessageRequestSchema,
  ]),
  'POST /channels/{channel_id}/messages/{message_id}/threads': spec.CreateTextThreadWithMessageRequestSchema,
  'PATCH /channels/{channel_id}': z.union([
    spec.UpdateGuildChannelRequestPartialSchema,
    spec.UpdateThreadRequestPartialSchema,
  ]),
  'PUT /channels/{channel_id}/permissions/{overwrite_id}': z.object({
    type: z.nullish(z.literal([0, 1])),
    allow: z.nullish(z.int()),
    deny: z.nullish(z.int()),
  }),
  'PUT /channels/{channel_id}/voice-status': z.object({
    status: z.nullish(z.string().check(z.maxLength(500))),
  }),
  'POST /channels/{channel_id}/webhooks': z.object({ name: webhookName, avatar: z.nullish(z.string()) }),
  'PATCH /webhooks/{webhook_id}': z.object({
    name: z.optional(webhookName),
    avatar: z.nullish(z.string()),
    channel_id: z.nullish(snowflake),
  }),
  'PATCH /webhooks/{webhook_id}/{webhook_token}': z.object({
    name: z.optional(webhookName),
    avatar: z.nullish(z.string()),
  }),
  'POST /webhooks/{webhook_id}/{webhook_token}': spec.IncomingWebhookRequestPartialSchema,
  'PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}':
    spec.IncomingWebhookUpdateRequestPartialSchema,
  'POST /guilds/{guild_id}/channels': spec.CreateGuildChannelRequestSchema,
  'POST /guilds/{guild_id}/roles': spec.CreateRoleRequestSchema,
  'PATCH /guilds/{guild_id}/roles/{role_id}': spec.UpdateRoleRequestPartialSchema,
  'PATCH /guilds/{guild_id}/members/{user_id}': memberBody,
  'PATCH /guilds/{guild_id}/members/@me': z.object({ nick: z.nullish(z.string().check(z.maxLength(32))) }),
  'PATCH /guilds/{guild_id}/voice-states/@me': spec.UpdateSelfVoiceStateRequestPartialSchema,
  'PATCH /guilds/{guild_id}/voice-states/{user_id}': spec.UpdateVoiceStateRequestPartialSchema,
  'POST /stage-instances': z.object({
    topic: stageTopic,
    channel_id: snowflake,
    privacy_level: z.nullish(z.literal([1, 2])),
    guild_scheduled_event_id: z.nullish(snowflake),
    send_start_notification: z.nullish(z.boolean()),
  }),
  'PATCH /stage-instances/{channel_id}': z.object({
    topic: z.optional(stageTopic),
    privacy_level: z.optional(z.literal([1, 2])),
  }),
};
