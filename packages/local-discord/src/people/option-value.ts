import {
  type APIApplicationCommandOptionChoice,
  ApplicationCommandOptionType as T,
} from 'discord-api-types/v10';
import type { GuildRecord } from '../world/records.ts';
import type { WireOption } from '../world/wire-command.ts';
import type { World } from '../world/world.ts';
import { playgroundErrors } from './errors.ts';

export interface ValueContext {
  world: World;
  guild: GuildRecord;
  /** Names of the files that come with the command. */
  attachmentNames: readonly string[];
}

/** The wire value of a typed one; throws PLAYGROUND_OPTION_INVALID with what would fit. */
export function readOptionValue(
  definition: WireOption,
  typed: string,
  context: ValueContext,
): string | number | boolean {
  if (definition.choices?.length) return choiceOf(definition, definition.choices, typed);
  switch (definition.type) {
    case T.Integer:
    case T.Number:
      return numberOf(definition, typed);
    case T.Boolean:
      if (/^true$/i.test(typed)) return true;
      if (/^false$/i.test(typed)) return false;
      throw invalid(definition, typed, 'true or false');
    case T.Channel:
      return channelOf(definition, typed, context);
    case T.User:
      return userOf(typed, context) ?? refuse(definition, typed, 'a member as @name or id');
    case T.Role:
      return roleOf(typed, context) ?? refuse(definition, typed, 'a role as @name or id');
    case T.Mentionable:
      return (
        userOf(typed, context) ??
        roleOf(typed, context) ??
        refuse(definition, typed, 'a member or role as @name or id')
      );
    case T.Attachment:
      if (context.attachmentNames.includes(typed)) return typed;
      throw invalid(definition, typed, 'the name of a file that comes with the command');
    default:
      return stringOf(definition, typed);
  }
}

function choiceOf(
  definition: WireOption,
  choices: readonly APIApplicationCommandOptionChoice[],
  typed: string,
): string | number {
  const choice = choices.find(
    ({ name, value }) => name.toLowerCase() === typed.toLowerCase() || String(value) === typed,
  );
  return choice?.value ?? refuse(definition, typed, `one of ${choices.map(({ name }) => name).join(', ')}`);
}

function numberOf(definition: WireOption, typed: string): number {
  const value = typed.trim() === '' ? Number.NaN : Number(typed);
  const { min_value: min = -(2 ** 53), max_value: max = 2 ** 53, type } = definition;
  const kind = type === T.Integer ? 'a whole number' : 'a number';
  const fits =
    Number.isFinite(value) && value >= min && value <= max && (type === T.Number || Number.isInteger(value));
  return fits ? value : refuse(definition, typed, `${kind} from ${min} to ${max}`);
}

function stringOf(definition: WireOption, typed: string): string {
  const { min_length: min = 0, max_length: max = 6_000 } = definition;
  return typed.length >= min && typed.length <= max
    ? typed
    : refuse(definition, typed, `${min} to ${max} characters`);
}

function channelOf(definition: WireOption, typed: string, { guild }: ValueContext): string {
  const key = typed
    .replace(/^<#(\d+)>$/, '$1')
    .replace(/^#/, '')
    .toLowerCase();
  const allowed = [...guild.channels.values()].filter(
    ({ type }) => !definition.channel_types?.length || definition.channel_types.includes(type),
  );
  const channel = allowed.find(({ id, name }) => id === key || name.toLowerCase() === key);
  return (
    channel?.id ?? refuse(definition, typed, `one of ${allowed.map(({ name }) => `#${name}`).join(', ')}`)
  );
}

function userOf(typed: string, { world, guild }: ValueContext): string | undefined {
  const key = typed
    .replace(/^<@!?(\d+)>$/, '$1')
    .replace(/^@/, '')
    .toLowerCase();
  return [...guild.members.values()].find(({ userId, nick }) => {
    const { username, global_name } = world.mustUser(userId);
    return userId === key || [nick, username, global_name].some((name) => name?.toLowerCase() === key);
  })?.userId;
}

function roleOf(typed: string, { guild }: ValueContext): string | undefined {
  const key = typed
    .replace(/^<@&(\d+)>$/, '$1')
    .replace(/^@/, '')
    .toLowerCase();
  return [...guild.roles.values()].find(
    ({ id, name }) => id === key || name.replace(/^@/, '').toLowerCase() === key,
  )?.id;
}

function refuse(definition: WireOption, value: string, expected: string): never {
  throw invalid(definition, value, expected);
}

function invalid({ name: option }: WireOption, value: string, expected: string): Error {
  return playgroundErrors.PLAYGROUND_OPTION_INVALID({ option, value, expected });
}
