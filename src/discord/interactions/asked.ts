import {
  type APIApplicationCommandInteractionDataBasicOption,
  type APIApplicationCommandInteractionDataOption,
  type APIInteraction,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ComponentType,
  InteractionType,
} from 'discord-api-types/v10';
import type { CommandInput } from '#contracts/command.ts';
import type { InteractionHandle } from '../client/sender.ts';

/** An interaction as the router sees it: parsed at the door, only what is used. */
export type Asked =
  | { kind: 'command'; handle: InteractionHandle; command: string; input: CommandInput }
  | { kind: 'autocomplete'; handle: InteractionHandle; command: string; input: CommandInput }
  | { kind: 'control'; handle: InteractionHandle; customId: string; originId: string; values: string[] }
  | { kind: 'unknown'; handle: InteractionHandle };

export function parseInteraction(interaction: APIInteraction): Asked {
  const { id, token, application_id: applicationId } = interaction;
  const handle = { id, token, applicationId };
  switch (interaction.type) {
    case InteractionType.ApplicationCommand:
      if (interaction.data.type !== ApplicationCommandType.ChatInput) return { kind: 'unknown', handle };
      return {
        kind: 'command',
        handle,
        command: interaction.data.name,
        input: parseOptions(interaction.data.options ?? []),
      };
    case InteractionType.ApplicationCommandAutocomplete:
      return {
        kind: 'autocomplete',
        handle,
        command: interaction.data.name,
        input: parseOptions(interaction.data.options),
      };
    case InteractionType.MessageComponent:
      return {
        kind: 'control',
        handle,
        customId: interaction.data.custom_id,
        originId: interaction.message.interaction_metadata?.id ?? '',
        values: interaction.data.component_type === ComponentType.Button ? [] : interaction.data.values,
      };
    // No view of ours opens a modal, so there is nothing a submitted one could mean.
    default:
      return { kind: 'unknown', handle };
  }
}

function parseOptions(given: APIApplicationCommandInteractionDataOption[] = []): CommandInput {
  const [first] = given;
  if (first?.type === ApplicationCommandOptionType.SubcommandGroup) return parseOptions(first.options);
  if (first?.type === ApplicationCommandOptionType.Subcommand)
    return { ...parseOptions(first.options ?? []), subcommand: first.name };

  const options: Record<string, string | number | boolean> = Object.create(null);
  let focused: CommandInput['focused'];
  for (const option of given) {
    if (!('value' in option)) continue;
    const value = typeof option.value === 'string' ? option.value.normalize('NFC') : option.value;
    options[option.name] = value;
    if (isFocused(option)) focused = { name: option.name, value: String(value) };
  }
  return { subcommand: undefined, options, ...(focused && { focused }) };
}

function isFocused(option: APIApplicationCommandInteractionDataBasicOption): boolean {
  return 'focused' in option && option.focused === true;
}
