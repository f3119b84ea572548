import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandOptionChoice,
  type APIComponentInMessageActionRow,
  ApplicationCommandOptionType,
  ComponentType,
} from 'discord-api-types/v10';
import { z } from 'zod';
import type { Command, CommandInput } from '#contracts/command.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { cutGraphemes } from '#core/text/inert.ts';
import { optionAt, optionsOf } from './option-words.ts';

/** Discord: choices of a select, and characters of one. */
const choicesMax = 25;
const choiceLengthMax = 100;

/** Options of which one is missing or names nothing, by the error that says so. */
const lackedBy: Readonly<Record<string, readonly string[]>> = {
  AUDIO_BROADCAST_AMBIGUOUS: ['broadcast'],
  AUDIO_UNKNOWN_BROADCAST: ['broadcast'],
  DISCORD_NO_VOICE_CHANNEL: ['channel'],
  DISCORD_WHICH_TARGET: ['target'],
  DISCORD_ZONE_MISSING: ['zone'],
  MESH_AMBIGUOUS_COMMUNITY: ['community'],
  MESH_UNKNOWN_COMMUNITY: ['community'],
  MILESTONE_UNKNOWN: ['milestone'],
  OUTBOX_NO_SUCH_DELIVERY: ['delivery'],
  PUBLISH_NO_CHAIN: ['chain'],
  PUBLISH_NO_PUBLISHER: ['publisher'],
  PUBLISH_NO_TARGET: ['target', 'targets'],
  RECORD_UNKNOWN: ['recording'],
  RELAY_CHANNEL_UNKNOWN: ['channel'],
  SCHEDULE_UNKNOWN: ['schedule'],
  SCHEDULE_ZONE_UNKNOWN: ['zone'],
};

const faultPaths = z.array(z.object({ path: z.array(z.string()) }));

/** A command as it was typed, and the option that a pick gives it. */
export const lackingCommand = z.object({
  option: z.string(),
  input: z.object({
    subcommand: z.string().optional(),
    options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    attachments: z.record(
      z.string(),
      z
        .object({
          name: z.string(),
          url: z.string(),
          sizeBytes: z.number(),
          mediaType: z.string().optional(),
        })
        .transform((file) => ({ ...file, mediaType: file.mediaType })),
    ),
  }),
});

/** The option by which a refused command would work; undefined: the error is not about one that can be picked. */
export function lackingOption(
  error: unknown,
  command: Command,
  { subcommand }: Pick<CommandInput, 'subcommand'>,
): APIApplicationCommandBasicOption | undefined {
  if (!isGuildmeshError(error)) return undefined;
  const options = optionsOf(command.definition.options ?? [], subcommand?.split(' ') ?? []);
  const { data: faults = [] } = faultPaths.safeParse(error.details.faults);
  const [fault, ...others] = faults;
  const named = fault && others.length === 0 ? optionAt(fault.path, command, options) : undefined;
  const found = named ?? options.find(({ name }) => lackedBy[error.code]?.includes(name));
  return found && canBePicked(found) ? found : undefined;
}

function canBePicked(option: APIApplicationCommandBasicOption): boolean {
  if (option.type === ApplicationCommandOptionType.Channel) return true;
  return option.type === ApplicationCommandOptionType.String && (isSuggested(option) || hasChoices(option));
}

export function isSuggested(option: APIApplicationCommandBasicOption): boolean {
  return 'autocomplete' in option && option.autocomplete === true;
}

function hasChoices(option: APIApplicationCommandBasicOption): boolean {
  return 'choices' in option && (option.choices?.length ?? 0) > 0;
}

/** The select that gives the option; undefined where there is nothing to choose. */
export function pickOf(
  option: APIApplicationCommandBasicOption,
  customId: string,
  suggested: readonly APIApplicationCommandOptionChoice[],
): APIComponentInMessageActionRow | undefined {
  const shared = { custom_id: customId, placeholder: cutGraphemes(option.description, choiceLengthMax) };
  if (option.type === ApplicationCommandOptionType.Channel)
    return { type: ComponentType.ChannelSelect, ...shared, channel_types: option.channel_types ?? [] };
  const choices = 'choices' in option && option.choices ? option.choices : suggested;
  const values = new Map(choices.map(({ name, value }) => [String(value), name]));
  const options = [...values]
    .filter(([value]) => value !== '' && value.length <= choiceLengthMax)
    .slice(0, choicesMax)
    .map(([value, name]) => ({ value, label: cutGraphemes(name, choiceLengthMax) || '?' }));
  return options.length === 0 ? undefined : { type: ComponentType.StringSelect, ...shared, options };
}
