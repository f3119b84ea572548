import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandOption,
  type APIApplicationCommandSubcommandGroupOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  ChannelType,
  InteractionContextType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
  type RESTPostAPIContextMenuApplicationCommandsJSONBody,
} from 'discord-api-types/v10';

type Definition = RESTPostAPIChatInputApplicationCommandsJSONBody;

/** A slash command for guilds only: Discord's default would offer it in private messages too. */
export function slashCommand(
  name: string,
  description: string,
  options: Definition['options'] = [],
): Definition {
  return {
    type: ApplicationCommandType.ChatInput,
    name,
    description,
    options,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  };
}

export function subcommand(
  name: string,
  description: string,
  options: APIApplicationCommandBasicOption[] = [],
): APIApplicationCommandSubcommandOption {
  return { type: ApplicationCommandOptionType.Subcommand, name, description, options };
}

export function subcommandGroup(
  name: string,
  description: string,
  options: APIApplicationCommandSubcommandOption[],
): APIApplicationCommandSubcommandGroupOption {
  return { type: ApplicationCommandOptionType.SubcommandGroup, name, description, options };
}

/** A command in the menu of a message, under this name. */
export function messageCommand(name: string): RESTPostAPIContextMenuApplicationCommandsJSONBody {
  return {
    type: ApplicationCommandType.Message,
    name,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  };
}

export interface CommandForm {
  /** "target add", or nothing for a command without subcommands. */
  words: string;
  description: string;
  options: readonly APIApplicationCommandBasicOption[];
}

/** Every form of a command. */
export function formsOf({ description, options = [] }: Definition): CommandForm[] {
  const forms = options.flatMap((option) => formsWithin(option));
  if (forms.length > 0) return forms;
  const basic = options.filter(
    (option) =>
      option.type !== ApplicationCommandOptionType.Subcommand &&
      option.type !== ApplicationCommandOptionType.SubcommandGroup,
  );
  return [{ words: '', description, options: basic }];
}

function formsWithin(option: APIApplicationCommandOption, group = ''): CommandForm[] {
  if (option.type === ApplicationCommandOptionType.SubcommandGroup)
    return (option.options ?? []).flatMap((inner) => formsWithin(inner, `${option.name} `));
  if (option.type !== ApplicationCommandOptionType.Subcommand) return [];
  return [{ words: group + option.name, description: option.description, options: option.options ?? [] }];
}

export interface TextOptionInit {
  required?: boolean;
  /** Characters, as the action's input demands. */
  lengthMax: number;
}

export function textOption(
  name: string,
  description: string,
  { required = false, lengthMax }: TextOptionInit,
): APIApplicationCommandBasicOption {
  const type = ApplicationCommandOptionType.String;
  return { type, name, description, required, min_length: 1, max_length: lengthMax };
}

/** Text with suggestions while typing; the typed text need not be one of them. */
export function suggestedOption(
  name: string,
  description: string,
  { required = false, lengthMax }: TextOptionInit,
): APIApplicationCommandBasicOption {
  const type = ApplicationCommandOptionType.String;
  return { type, name, description, required, autocomplete: true, min_length: 1, max_length: lengthMax };
}

/** Characters of a time in an option or a field: what `schedule.read-time` takes. */
export const timeLengthMax = 60;

/** A time as people write it. Its command declares `timeControls`, and answers through `askingTimes`. */
export function timeOption(
  name: string,
  description: string,
  { required = false } = {},
): APIApplicationCommandBasicOption {
  return suggestedOption(name, description, { required, lengthMax: timeLengthMax });
}

/** The question which is meant, where a text can be read in several ways. */
export const timeControls = { 'meant-time': 'update' } as const;

export function choiceOption(
  name: string,
  description: string,
  choices: { name: string; value: string }[],
  { required = true } = {},
): APIApplicationCommandBasicOption {
  return { type: ApplicationCommandOptionType.String, name, description, required, choices };
}

export function flagOption(name: string, description: string): APIApplicationCommandBasicOption {
  return { type: ApplicationCommandOptionType.Boolean, name, description, required: false };
}

export function fileOption(name: string, description: string): APIApplicationCommandBasicOption {
  return { type: ApplicationCommandOptionType.Attachment, name, description, required: false };
}

export function integerOption(
  name: string,
  description: string,
  { min, max, required = false }: { min: number; max: number; required?: boolean },
): APIApplicationCommandBasicOption {
  const type = ApplicationCommandOptionType.Integer;
  return { type, name, description, required, min_value: min, max_value: max };
}

/** An amount with decimals. */
export function numberOption(
  name: string,
  description: string,
  { min, max }: { min: number; max: number },
): APIApplicationCommandBasicOption {
  const type = ApplicationCommandOptionType.Number;
  return { type, name, description, required: false, min_value: min, max_value: max };
}

export function roleOption(name: string, description: string): APIApplicationCommandBasicOption {
  return { type: ApplicationCommandOptionType.Role, name, description, required: true };
}

/** Only channels with sound can be chosen. */
export function voiceChannelOption(name: string, description: string): APIApplicationCommandBasicOption {
  return {
    type: ApplicationCommandOptionType.Channel,
    name,
    description,
    required: false,
    channel_types: [ChannelType.GuildVoice, ChannelType.GuildStageVoice],
  };
}
