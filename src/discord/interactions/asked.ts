import {
  type APIApplicationCommandInteractionDataBasicOption,
  type APIApplicationCommandInteractionDataOption,
  type APIAttachment,
  type APIInteraction,
  type APIMessageComponentInteraction,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ComponentType,
  InteractionType,
} from 'discord-api-types/v10';
import type { Attachment, CommandInput, FormAnswers, MessageInput, Picked } from '#contracts/command.ts';
import type { InteractionHandle } from '../client/sender.ts';
import { parseAttachment } from './asked-attachment.ts';
import { parseFields } from './asked-fields.ts';
import { parseMessage } from './asked-message.ts';
import { pickedOf } from './asked-picks.ts';

/** An interaction as the router sees it: parsed at the door, only what is used. */
export type Asked =
  | { kind: 'command'; handle: InteractionHandle; command: string; input: CommandInput }
  | { kind: 'on-message'; handle: InteractionHandle; command: string; input: MessageInput }
  | { kind: 'autocomplete'; handle: InteractionHandle; command: string; input: CommandInput }
  | { kind: 'control'; handle: InteractionHandle; customId: string; originId: string; picked: Picked[] }
  | {
      kind: 'submitted';
      handle: InteractionHandle;
      customId: string;
      /** Empty for a form that a command opened. */
      originId: string;
      answers: FormAnswers;
    }
  | { kind: 'unknown'; handle: InteractionHandle };

export function parseInteraction(interaction: APIInteraction): Asked {
  const { id, token, application_id: applicationId } = interaction;
  const messageId = 'message' in interaction ? interaction.message?.id : undefined;
  const handle = { id, token, applicationId, messageId };
  switch (interaction.type) {
    case InteractionType.ApplicationCommand: {
      const { data } = interaction;
      const command = data.name;
      if (data.type === ApplicationCommandType.Message) {
        const target = data.resolved.messages[data.target_id];
        if (!target) return { kind: 'unknown', handle };
        return { kind: 'on-message', handle, command, input: parseMessage(target, interaction.guild_id) };
      }
      if (data.type !== ApplicationCommandType.ChatInput) return { kind: 'unknown', handle };
      const input = parseOptions(data.options ?? [], data.resolved?.attachments);
      return { kind: 'command', handle, command, input };
    }
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
        picked: picksOf(interaction.data),
      };
    case InteractionType.ModalSubmit:
      return {
        kind: 'submitted',
        handle,
        customId: interaction.data.custom_id,
        originId: interaction.message?.interaction_metadata?.id ?? '',
        answers: parseFields(interaction.data),
      };
    default:
      return { kind: 'unknown', handle };
  }
}

function picksOf(data: APIMessageComponentInteraction['data']): Picked[] {
  if (data.component_type === ComponentType.Button) return [];
  return pickedOf(data.values, 'resolved' in data ? data.resolved : undefined);
}

type Attachments = Readonly<Record<string, APIAttachment>>;

function parseOptions(
  given: APIApplicationCommandInteractionDataOption[] = [],
  attachments: Attachments = {},
): CommandInput {
  const [first] = given;
  if (first?.type === ApplicationCommandOptionType.SubcommandGroup) {
    const { subcommand, ...input } = parseOptions(first.options, attachments);
    return { ...input, subcommand: [first.name, subcommand].filter(Boolean).join(' ') };
  }
  if (first?.type === ApplicationCommandOptionType.Subcommand)
    return { ...parseOptions(first.options ?? [], attachments), subcommand: first.name };

  const options: Record<string, string | number | boolean> = Object.create(null);
  const files: Record<string, Attachment> = Object.create(null);
  let focused: CommandInput['focused'];
  for (const option of given) {
    if (!('value' in option)) continue;
    const value = typeof option.value === 'string' ? option.value.normalize('NFC') : option.value;
    options[option.name] = value;
    if (isFocused(option)) focused = { name: option.name, value: String(value) };
    const file = option.type === ApplicationCommandOptionType.Attachment && attachments[option.value];
    if (file) files[option.name] = parseAttachment(file);
  }
  return { subcommand: undefined, options, attachments: files, ...(focused && { focused }) };
}

function isFocused(option: APIApplicationCommandInteractionDataBasicOption): boolean {
  return 'focused' in option && option.focused === true;
}
