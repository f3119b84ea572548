import type { APISelectMenuComponent } from 'discord-api-types/v10';
import type { GuildView } from '../../contract.ts';
import { channelType, componentType } from './discord-types.ts';
import { memberName } from './people.ts';

export interface Choice {
  value: string;
  label: string;
  description?: string | undefined;
  emoji?: string | undefined;
}

/** What a select offers: its own options, or the guild's members, roles or channels. */
export function selectChoices(select: APISelectMenuComponent, guild: GuildView): Choice[] {
  switch (select.type) {
    case componentType.StringSelect:
      return select.options.map(({ value, label, description, emoji }) => ({
        value,
        label,
        description,
        emoji: emoji?.id ? `:${emoji.name}:` : emoji?.name,
      }));
    case componentType.UserSelect:
      return userChoices(guild);
    case componentType.RoleSelect:
      return roleChoices(guild);
    case componentType.MentionableSelect:
      return [...userChoices(guild), ...roleChoices(guild)];
    default: {
      const allowed: readonly number[] | undefined = select.channel_types;
      return guild.channels
        .filter(({ type }) =>
          allowed && allowed.length > 0 ? allowed.includes(type) : type !== channelType.Category,
        )
        .map(({ id, name }) => ({ value: id, label: `#${name}` }));
    }
  }
}

export function selectDefaults(select: APISelectMenuComponent): string[] {
  if (select.type === componentType.StringSelect) {
    return select.options.filter((option) => option.default).map(({ value }) => value);
  }
  return (select.default_values ?? []).map(({ id }) => id);
}

function userChoices({ members }: GuildView): Choice[] {
  return members.map((member) => ({
    value: member.user.id,
    label: `@${memberName(member)}`,
    description: member.user.bot ? 'bot' : undefined,
  }));
}

function roleChoices({ roles }: GuildView): Choice[] {
  return roles.map(({ id, name }) => ({
    value: id,
    label: `@${name.replace(/^@/, '')}`,
    description: 'role',
  }));
}
