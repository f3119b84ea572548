import { quotedIfNeeded } from '../../people/typed-line.ts';
import type { WireOption } from '../../world/wire-command.ts';
import type { Suggestion } from './completion.ts';
import { optionType } from './discord-types.ts';

/** What channel, user and role options offer. */
export interface MentionChoices {
  channels: { id: string; name: string; type: number; parentName?: string }[];
  roles: { id: string; name: string }[];
  users: { id: string; name: string; bot: boolean }[];
}

export function mentionSuggestions(
  option: WireOption,
  { channels, roles, users }: MentionChoices,
): Suggestion[] {
  const insertOf = (prefix: string, name: string) => `${option.name}:${quotedIfNeeded(prefix + name)} `;
  const userSuggestions = () =>
    users.map(({ name, bot }) => ({
      label: `@${name}`,
      detail: bot ? 'bot' : 'member',
      insert: insertOf('@', name),
    }));
  const roleSuggestions = () =>
    roles.map(({ name }) => ({ label: `@${name}`, detail: 'role', insert: insertOf('@', name) }));

  switch (option.type) {
    case optionType.Channel: {
      const allowed: readonly number[] | undefined = option.channel_types;
      return channels
        .filter(({ type }) => !allowed || allowed.includes(type))
        .map(({ name, parentName }) => ({
          label: `#${name}`,
          detail: parentName ?? '',
          insert: insertOf('#', name),
        }));
    }
    case optionType.User:
      return userSuggestions();
    case optionType.Role:
      return roleSuggestions();
    case optionType.Mentionable:
      return [...userSuggestions(), ...roleSuggestions()];
    default:
      return [];
  }
}
