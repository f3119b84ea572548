/** INTERACTION_CREATE payloads: the fields all kinds share, and the objects that options refer to. */
import {
  type APIAttachment,
  type APIModalSubmissionComponent,
  ApplicationIntegrationType,
  ComponentType,
  InteractionContextType,
  type InteractionType,
  Locale,
  ApplicationCommandOptionType as T,
} from 'discord-api-types/v10';
import { fileBytesMax } from '../world/attachments.ts';
import { messageFor, type StoredMessage } from '../world/messages.ts';
import { channelPermissions } from '../world/permissions.ts';
import type { ChannelRecord, GuildRecord } from '../world/records.ts';
import { channelView, memberView } from '../world/views.ts';
import type { WireCommand } from '../world/wire-command.ts';
import type { World } from '../world/world.ts';
import type { SentOption } from './typed-command.ts';

export interface Whereabouts {
  world: World;
  guild: GuildRecord;
  channel: ChannelRecord;
  userId: string;
  botId: string;
}

export function payloadBase(
  { world, guild, channel, userId, botId }: Whereabouts,
  made: { id: string; token: string },
  type: InteractionType,
  data: object,
): object {
  const member = guild.members.get(userId);
  if (!member) throw new Error(`User ${userId} left guild ${guild.id}.`);
  return {
    ...made,
    version: 1,
    application_id: botId,
    type,
    data,
    guild_id: guild.id,
    guild: { id: guild.id, locale: Locale.EnglishUS, features: [] },
    channel_id: channel.id,
    channel: {
      ...channelView(channel),
      permissions: channelPermissions(guild, userId, channel).toString(),
    },
    member: {
      ...memberView(world, member),
      permissions: channelPermissions(guild, userId, channel).toString(),
    },
    app_permissions: channelPermissions(guild, botId, channel).toString(),
    locale: Locale.EnglishUS,
    guild_locale: Locale.EnglishUS,
    entitlements: [],
    authorizing_integration_owners: { [ApplicationIntegrationType.GuildInstall]: guild.id },
    context: InteractionContextType.Guild,
    attachment_size_limit: fileBytesMax,
  };
}

export function commandData(
  where: Whereabouts,
  command: WireCommand,
  options: SentOption[],
  attachments: readonly APIAttachment[],
): object {
  const resolved = resolveOptions(where, options, attachments);
  return {
    id: command.id,
    name: command.name,
    type: command.type,
    ...(command.guild_id ? { guild_id: command.guild_id } : {}),
    ...(options.length > 0 ? { options } : {}),
    ...(Object.keys(resolved).length > 0 ? { resolved } : {}),
  };
}

export function messageCommandData(where: Whereabouts, command: WireCommand, target: StoredMessage): object {
  const messages = { [target.message.id]: messageFor(target, where.botId) };
  return { ...commandData(where, command, [], []), target_id: target.message.id, resolved: { messages } };
}

const filledSelects: ReadonlySet<ComponentType> = new Set([
  ComponentType.UserSelect,
  ComponentType.RoleSelect,
  ComponentType.MentionableSelect,
  ComponentType.ChannelSelect,
]);

type Resolved = Record<'users' | 'members' | 'roles' | 'channels' | 'attachments', Record<string, object>>;

function resolveOptions(
  where: Whereabouts,
  options: SentOption[],
  attachments: readonly APIAttachment[],
): Partial<Resolved> {
  const resolved: Resolved = { users: {}, members: {}, roles: {}, channels: {}, attachments: {} };
  for (const { type, value, focused } of leavesOf(options)) {
    if (focused || typeof value !== 'string') continue;
    if (type === T.Attachment) {
      const attachment = attachments.find(({ id }) => id === value);
      if (attachment) resolved.attachments[value] = attachment;
    } else if (type === T.Channel || type === T.User || type === T.Role || type === T.Mentionable) {
      resolveId(where, value, resolved);
    }
  }
  return Object.fromEntries(
    Object.entries(resolved).filter(([, entries]) => Object.keys(entries).length > 0),
  );
}

/** What the selects and uploads of a submitted form refer to. */
export function resolveChosen(
  where: Whereabouts,
  components: readonly APIModalSubmissionComponent[],
  attachments: readonly APIAttachment[],
): { resolved?: object } {
  const ids = components.flatMap((row) => {
    const field = row.type === ComponentType.Label ? row.component : undefined;
    return field && filledSelects.has(field.type) && 'values' in field ? field.values : [];
  });
  const resolved = {
    ...resolveIds(where, ids),
    ...(attachments.length > 0 && {
      attachments: Object.fromEntries(attachments.map((each) => [each.id, each])),
    }),
  };
  return Object.keys(resolved).length > 0 ? { resolved } : {};
}

/** Users with their members, roles, and channels with what the member may do there. */
export function resolveIds(where: Whereabouts, ids: readonly string[]): Partial<Resolved> {
  const resolved: Resolved = { users: {}, members: {}, roles: {}, channels: {}, attachments: {} };
  for (const id of ids) resolveId(where, id, resolved);
  return Object.fromEntries(
    Object.entries(resolved).filter(([, entries]) => Object.keys(entries).length > 0),
  );
}

function resolveId(
  { world, guild, channel: here, userId, botId }: Whereabouts,
  id: string,
  resolved: Resolved,
): void {
  const channel = guild.channels.get(id);
  const role = guild.roles.get(id);
  const member = guild.members.get(id);
  if (channel) {
    resolved.channels[id] = {
      ...channelView(channel),
      permissions: channelPermissions(guild, userId, channel).toString(),
      app_permissions: channelPermissions(guild, botId, channel).toString(),
    };
  }
  if (role) resolved.roles[id] = role;
  if (member) {
    const { user, deaf: _deaf, mute: _mute, ...partial } = memberView(world, member);
    resolved.users[id] = user;
    resolved.members[id] = { ...partial, permissions: channelPermissions(guild, id, here).toString() };
  }
}

function leavesOf(options: readonly SentOption[]): SentOption[] {
  return options.flatMap((option) => (option.options ? leavesOf(option.options) : [option]));
}
